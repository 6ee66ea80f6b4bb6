"""Every way in which a text comes to the page is tried with what would run, or mislead, if it were more than text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import expect

from browser.app import AppPage, text_file
from semblance_build.soak.specimens import BACKUP, PARTS, packed

MARKUP = "<img src=x onerror='hacked = 1'><script>hacked = 2</script><svg onload='hacked = 3'>"
HOSTILE = f"{MARKUP} javascript:hacked=4 \u202egnp.exe\u2066 \u0000 __proto__ constructor {{{{7*7}}}} ${{7*7}} storm"
LINK = "javascript:hacked = 5"
HARMLESS = """() => ({
    hacked: globalThis.hacked ?? null,
    polluted: ({}).polluted ?? null,
    links: Array.from(document.querySelectorAll("[href], [src], [action], [formaction]"), (element) =>
        ["href", "src", "action", "formaction"].map((name) => element.getAttribute(name) ?? "").find((text) =>
            /^\\s*(javascript|data:text|vbscript)/i.test(text))).filter(Boolean),
    handlers: Array.from(document.querySelectorAll("*")).filter((element) =>
        element.getAttributeNames().some((name) => name.startsWith("on"))).length,
    elements: document.querySelectorAll("main script, main svg[onload], img[src=x]").length,
})"""
NOTHING: dict[str, Any] = {"hacked": None, "polluted": None, "links": [], "handlers": 0, "elements": 0}


def backup(**fields: Any) -> bytes:
    """A backup of one item, with some fields of that item and the collection's name changed."""
    parts = PARTS[BACKUP]
    name = fields.pop("name")
    item = json.loads(parts["items.jsonl"]) | fields
    item["passages"] = [[0, len(item["content"]), HOSTILE]]
    manifest = json.loads(parts["manifest.json"]) | {"name": name}
    return packed({**parts, "items.jsonl": f"{json.dumps(item)}\n", "manifest.json": json.dumps(manifest)})


def test_what_comes_in_is_text_wherever_it_is_shown(app: AppPage, tmp_path: Path) -> None:
    page = app.page
    rows = [
        {
            "id": id,
            "title": HOSTILE,
            "text": HOSTILE,
            "url": LINK,
            "link": LINK,
            "tags": [HOSTILE],
            HOSTILE: HOSTILE,
        }
        for id in ("__proto__", "constructor", HOSTILE)
    ]
    files = [
        text_file("rows.json", json.dumps(rows)),
        text_file(
            "<img src=x onerror=hacked=6>.md",
            f"---\ntitle: '{MARKUP}'\nurl: '{LINK}'\n---\n# {MARKUP}\n\n[x]({LINK})\n{HOSTILE}",
        ),
        text_file(
            "a.html", f"<title>{MARKUP}</title><h1>Storm</h1><a href='{LINK}'>x</a>{MARKUP}<p>a storm at sea"
        ),
        text_file("<svg onload=hacked=7>.pdf", "no PDF"),
    ]
    assert app.add_files(files).startswith("5 added")
    app.paste(HOSTILE.replace("\u0000", ""), HOSTILE)
    app.search(f"storm {MARKUP}")
    page.get_by_role("button", name="Read").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(HARMLESS) == NOTHING
    page.keyboard.press("Escape")
    crafted = tmp_path / "crafted.semblance"
    odd = {
        "__proto__": {"polluted": 1},
        "constructor": {"prototype": {"polluted": 1}},
        "url": LINK,
        "link": LINK,
    }
    crafted.write_bytes(
        backup(name=HOSTILE, id="__proto__", title=HOSTILE, source=LINK, note=HOSTILE, metadata=odd)
    )
    page.get_by_role("link", name="Collections", exact=True).click()
    page.get_by_label("Restore a backup").set_input_files(crafted)
    expect(page.locator("#toasts")).to_contain_text("is restored")
    for room in ("related", "search", "map", "compare", "collections"):
        page.evaluate("(hash) => { location.hash = hash; }", f"#{room}")
        expect(page.locator(f"#room-{room}")).to_be_visible()
        assert page.evaluate(HARMLESS) == NOTHING, room


def test_an_address_is_text(app: AppPage) -> None:
    for text in (quote(HOSTILE), "__proto__", "%E0%A4%A", quote("\ud800", errors="surrogatepass")):
        for address in (
            f"#related/{text}",
            f"#search?q={text}",
            f"#{text}",
            f"#related?collection={text}&lang={text}",
        ):
            app.page.evaluate("(hash) => { location.hash = hash; }", address)
            expect(app.page.locator("main section:visible").first).to_be_visible()
            assert app.page.evaluate(HARMLESS) == NOTHING, address


def test_half_a_surrogate_pair_is_refused_by_name(app: AppPage) -> None:
    failed = app.evaluate(
        """async () => {
            const notes = await semblance.collection("notes");
            const items = [
                { id: "\\ud800", content: "storm" },
                { id: "half", content: "a \\ud800 storm" },
                { id: "title", content: "storm", metadata: { title: "\\udfff", "\\ud800": 1 } },
                { id: "whole", content: "storm" },
            ];
            const report = await notes.embedMulti(items);
            return [report.added, report.failed.map(({ id }) => id)];
        }"""
    )
    assert failed[0] >= 1
    assert "half" in failed[1]
