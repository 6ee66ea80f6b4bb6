"""PDFs, Word documents, e-books and presentations: read in a worker of their own, found, opened at their page."""

from __future__ import annotations

import base64

from playwright.sync_api import Browser, expect

from browser.app import AppPage, text_file
from browser.watch import Watch
from data import papers

PRINTED = """<!DOCTYPE html><html lang="en"><title>A field guide to the shore</title>
<style>@page { size: A5 } h2 { break-before: page }</style>
<h1>A field guide to the shore</h1><p>Bring boots and a lens. {0}</p>
<h2>Limpets</h2><p>A limpet clamps its shell to the rock when the water leaves it. {0}</p>
<h2>Lighthouses</h2><p>The lamp turns once in ten seconds, and ships know it by that. {1}</p>"""
LONG = "Look under each stone, and put it back as it lay, with the wet side down. " * 8
BOOK = {
    "one.xhtml": "<h1>The kitchen</h1><p>Knead the dough for ten minutes, then let it rise under a cloth.</p>",
    "two.xhtml": "<h1>The garden</h1><p>Prune the apple trees in late winter.</p>",
}
QUERIES = {
    "guide.pdf": ("a beacon that guides sailors at night", "page 3"),
    "letter.docx": ("my employment contract and its period of notice", ""),
    "book.epub": ("baking bread", ""),
    "talk.pptx": ("how volcanoes erupt", "slide 2"),
    "minutes.odt": ("who pays for the repair of the roof", ""),
}
# A hostile file is given up after two seconds, so that the test need not wait for twenty.
HURRY = """
from semblance.ingest.limits import LIMITS
object.__setattr__(LIMITS, "page_seconds", 2)
0
"""


def test_papers_are_found_by_meaning_and_opened_at_their_page(
    app: AppPage, browser: Browser, watch: Watch
) -> None:
    printer = browser.new_page()
    printer.set_content(PRINTED.replace("{0}", LONG).replace("{1}", LONG.replace("stone", "lamp")))
    printed = printer.pdf(prefer_css_page_size=True)
    printer.close()
    volcano = papers.shape("Volcanoes", "title") + papers.shape("Magma rises\nGas drives it out", "")
    files = {
        "guide.pdf": printed,
        "letter.docx": papers.docx(
            papers.paragraph("Terms of work", "berschrift1")
            + papers.paragraph("Either side may end this job with three months' warning.")
        ),
        "book.epub": papers.epub(BOOK, title="House and garden"),
        "endless.pdf": papers.endless(),
        "talk.pptx": papers.pptx(papers.shape("Rocks", "title"), volcano, title="Geology for all"),
        "minutes.odt": papers.open_document(
            "text", "<text:p>The owners share the cost of mending the leaking roof tiles.</text:p>"
        ),
        "bomb.pdf": papers.bomb(),
        "shelf.zip": papers.packed({"inside.docx": papers.docx(papers.paragraph("A note about chess."))}),
    }
    requested: list[str] = []
    app.page.on("request", lambda request: requested.append(request.url))
    assert app.add_files([text_file("plain.md", "# Plain\n\nA text like any other.")]) == "1 added"
    assert not [url for url in requested if "papers" in url]
    watch.expect("py/papers.tar.gz")
    app.page.route("**/py/papers.tar.gz", lambda route: route.abort())
    assert app.add_files([text_file("letter.docx", files["letter.docx"])]) == "0 added · 1 not added"
    expect(app.report).to_contain_text("letter.docx: ")
    app.page.unroute("**/py/papers.tar.gz")
    app.python(HURRY)
    assert app.add_files([text_file(name, data) for name, data in files.items()]) == "6 added · 2 not added"
    expect(app.report).to_contain_text("endless.pdf: its reading was ended after 2 seconds")
    expect(app.report).to_contain_text("bomb.pdf: it holds data that unpacks to more than the limit of")
    for name, (query, place) in QUERIES.items():
        assert app.search(query)[0][0] == name, query
        result = app.page.get_by_role("list", name="Results").get_by_role("listitem").first
        if place:
            expect(result).to_contain_text(place)
            assert "\f" not in (result.text_content() or "")
    app.search(QUERIES["guide.pdf"][0])
    result = app.page.get_by_role("list", name="Results").get_by_role("listitem").first
    result.get_by_role("button", name="Read").click()
    reader = app.page.get_by_role("dialog")
    expect(reader.get_by_role("heading", name="A field guide to the shore")).to_be_visible()
    expect(reader.get_by_text("page 3 · passage 3 of 3", exact=True)).to_be_in_viewport()
    assert "\f" not in (reader.text_content() or "")
    expect(reader.get_by_text("The lamp turns once")).to_be_in_viewport()
    app.page.keyboard.press("Escape")
    assert app.evaluate(EMBED, [base64.b64encode(files["letter.docx"]).decode(), "letter.docx"]) == 1


EMBED = """async ([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
  const collection = await semblance.collection("api");
  const { added } = await collection.embedMulti([{ id: name, blob: new File([bytes], name) }]);
  return added;
}"""
