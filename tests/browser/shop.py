"""A small shop as a table: ids, numbers, texts that repeat, texts that do not, links."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator

from browser.app import AppPage, text_file

ROWS = [
    ("n4721", "Brass tap", 45, "bath", "p-1", "A tap of brass for the wash basin."),
    ("n4722", "Steel tap", 30, "kitchen", "p-2", "A tap of steel for the kitchen sink."),
    ("n4723", "Rain shower", 80, "bath", "p-3", "A shower head as wide as a plate."),
    ("n4724", "Copper tap", 60, "bath", "p-4", "A tap of copper that grows dark with age."),
    ("n4725", "Sink plug", 5, "kitchen", "p-5", "A plug of rubber for any sink or basin."),
    ("n4726", "Soap dish", 12, "bath", "p-6", "A dish that keeps the soap dry."),
]


def shop() -> FilePayload:
    lines = ["id,title,price,category,code,text,link"]
    lines += [",".join(map(str, row)) + f",https://shop.example/{row[0]}" for row in ROWS]
    return text_file("shop.csv", "\n".join(lines))


class Narrowing:
    """The controls that narrow down what a room shows."""

    def __init__(self, app: AppPage, room: str = "related") -> None:
        self.room = app.page.locator(f"#room-{room}")

    @property
    def conditions(self) -> Locator:
        return self.room.get_by_role("list", name="Conditions").get_by_role("listitem")

    def condition(self, field: str, comparison: str, value: str) -> None:
        """Fill in the last row, after adding one if the last is filled in."""
        add = self.room.get_by_role("button", name="Add a condition")
        if add.is_visible():
            add.click()
        row = self.conditions.last
        row.get_by_label("Field to narrow down by").select_option(field)
        row.get_by_label("Comparison").select_option(label=comparison)
        row.get_by_label("Value").fill(value)

    def order(self, label: str) -> None:
        self.room.get_by_label("Order", exact=True).select_option(label=label)

    @property
    def note(self) -> Locator:
        return self.room.locator("[data-field=note]")
