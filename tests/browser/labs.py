"""The labs as a learner meets them: by labels and roles, not by their insides."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from browser.app import AppPage
from semblance.labs.messages import text

LAB_MS = 120_000  # for a busy machine, with packages to be loaded


class LabPage:
    """The room of the labs, in a page that shows the app."""

    def __init__(self, app: AppPage) -> None:
        self.app = app
        self.page = app.page
        self.room = app.page.locator("#room-labs")
        self.language = "en"

    def words(self, key: str) -> str:
        """A text of the frame, in the language of the lab that is open."""
        return text(self.language, "frame", key)

    def go(self, address: str) -> None:
        """Follow an address, such as ``labs/embedding?lang=en``."""
        self.page.evaluate("address => { location.hash = address; }", address)

    def open(self, lesson: str, language: str = "en", inputs: str = "", wait: bool = True) -> None:
        """Open a lab and, if asked to, wait until its demonstrations have been shown."""
        self.language = language
        self.go(f"labs/{lesson}?lang={language}{inputs}")
        expect(self.room.locator(f"article[data-lesson={lesson}]")).to_be_visible(timeout=LAB_MS)
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        for demo in self.demos.all() if wait else ():
            self.wait_for_figures(demo)

    @property
    def demos(self) -> Locator:
        return self.room.locator(".lab-demo")

    def demo(self, name: str) -> Locator:
        return self.room.locator(f"#demo-{name}")

    def wait_for_figures(self, demo: Locator) -> None:
        """Wait for what a demonstration shows; one that takes long is asked to run."""
        run = demo.get_by_role("button", name=self.words("demo.run"), exact=True)
        if run.is_visible():
            run.click()
        expect(demo.locator("[data-figure]").first).to_be_visible(timeout=LAB_MS)
        expect(demo.get_by_role("progressbar")).to_be_hidden(timeout=LAB_MS)
        expect(demo.get_by_role("alert")).to_be_hidden()

    # --- cells ---

    def wait_for_editors(self) -> None:
        """Wait until each cell has its editor."""
        expect(self.room.locator("[data-cell]").first).to_be_visible(timeout=LAB_MS)
        for cell in self.room.locator("[data-cell]").all():
            expect(cell.locator(".cm-editor")).to_be_visible(timeout=LAB_MS)

    def cell(self, name: str = "cell") -> Locator:
        return self.room.locator(f"[data-cell={name}]")

    def write(self, cell: Locator, code: str) -> None:
        """Replace the code of a cell by typing; the editor indents."""
        editor = cell.get_by_role("textbox", name="Python code")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(code)

    def run(self, cell: Locator) -> str:
        """Run a cell; all that it shows then."""
        named = [
            cell.get_by_role("button", name=self.words(key), exact=True) for key in ("cell.run", "cell.check")
        ]
        named[0].or_(named[1]).click()
        expect(cell.get_by_role("button", name=self.words("cell.stop"))).to_be_hidden(timeout=LAB_MS)
        return cell.locator(".lab-outcome").inner_text()

    # --- figures ---

    def drag_around(self, picture: Locator) -> None:
        """Draw a line around all of a picture, near its border."""
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box is not None
        near, far_x, far_y = 3, box["width"] - 3, box["height"] - 3
        path = [(near, near), (far_x, near), (far_x, far_y), (near, far_y), (near, near + 5)]
        self.page.mouse.move(box["x"] + near, box["y"] + near)
        self.page.mouse.down()
        for x, y in path:
            self.page.mouse.move(box["x"] + x, box["y"] + y, steps=5)
        self.page.mouse.up()
