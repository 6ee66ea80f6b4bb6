"""Files as people have them: exports of programs, feeds and tables with their quirks, and what is right for each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from unit.ingest.support import read_all, read_one

CASES = Path(__file__).parents[2] / "data" / "cases"

# A file, and the id, the title and the content of each of its items. None stands for any id or title.
ITEMS: dict[str, list[tuple[str | None, str | None, str]]] = {
    "google-keep-json/plain.json": [("plain.json", "Plumber", "Call the plumber about the kitchen tap.")],
    "google-keep-json/checklist.json": [("checklist.json", "Camping", "- [ ] tent\n- [x] stove")],
    "google-keep-json/with-label.json": [
        ("with-label.json", "Hummus", "Soak chickpeas overnight, simmer for an hour.")
    ],
    "jsonl-text-first/reviews.jsonl": [
        ("1", "", "The lake was calm and warm."),
        ("2", "", "The hotel room smelled of smoke."),
        ("3", "", "We hiked to the ridge before dawn."),
    ],
    "json-array-of-strings/quotes.json": [
        ("1", "", "Slow is smooth."),
        ("2", "", "Measure twice, cut once."),
        ("3", "", "Many hands make light work."),
    ],
    "activitypub-outbox/outbox.json": [
        ("https://social.example/1", "", "First frost on the allotment today."),
        ("https://social.example/2", "", "Baked rye bread with caraway."),
    ],
    "csv-sep-line/people.csv": [
        ("1", "", "Ada She wrote notes on an engine"),
        ("2", "", "Grace She built a compiler"),
    ],
    "csv-preamble/Connections.csv": [
        ("Mina", "", "Park Oak Labs Botanist"),
        ("Ole", "", "Berg Fjord AS Sailor"),
    ],
    "csv-repeated-first-column/films.csv": [
        ("2", "River Song", "2026-01-05 River Song 1999 A quiet film about fishing"),
        ("3", "Steel Town", "2026-01-05 Steel Town 2004 Workers on strike in winter"),
        ("4", "Owl Hour", "2026-01-06 Owl Hour 2011 A ghost story"),
    ],
    "feed-control-char/control.xml": [
        ("https://e.example/1", "A", "Notes pasted from a slide."),
        ("https://e.example/2", "B", "Fine text."),
    ],
    "feed-title-only/links.xml": [
        ("https://l.example/1", "How bridges are inspected", "How bridges are inspected"),
        ("https://l.example/2", "A history of paper", "A history of paper"),
    ],
    "feed-title-only/videos.xml": [
        ("yt:video:aaa", "Sharpening a plane iron", "From coarse stone to strop in ten minutes.")
    ],
    "wordpress-export/export.xml": [
        ("https://wp.example/?p=5", "Planting garlic", "Put the cloves in before the ground freezes. Garlic")
    ],
    "front-matter/dashes-with-space-before.md": [
        (None, "Blank line first", "The file begins with an empty line.\n")
    ],
    "front-matter/hash-tag-list.md": [(None, "Reading list", "Three novels and an atlas.\n")],
    "front-matter/long.md": [(None, "Long one", "The actual note is one line.\n")],
    "front-matter/multimarkdown.md": [(None, "Old Pelican post", "How iron gall ink is made.\n")],
    "front-matter/orgmode.org": [(None, "Bicycle repair", "* Tyres\nPatch the tube.\n")],
    "front-matter/quarto-dots.md": [(None, "It's late", "Body.\n")],
    "front-matter/tab-list.md": [(None, "Soup: a method", "Simmer bones for hours.\n")],
    "raw-xml-exports/notes.enex": [
        (None, "Bike lock code", "It is under the saddle."),
        (None, "Jam", "Equal weights of fruit and sugar."),
    ],
    "raw-xml-exports/feeds.opml": [("https://birds.example/feed", "Birds", "Birds")],
    "html/ruby.html": [(None, "旅", "京都へ旅行した。")],
    "html/soft-hyphens.html": [(None, "Fahrt", "Die Donaudampfschifffahrt begann früh; Zugverbindung.")],
    "html/ssr-hidden-root.html": [
        (None, "Cheese", "# Cheese\n\nWarm the milk slowly and stir in the rennet.")
    ],
    "html/title-in-svg.html": [(None, "Compost", "# Compost\n\nTurn the heap every week.")],
    "meta-export-mojibake/message_1.json": [
        ("1", "", "On se voit au café ?"),
        ("2", "", "Désolée, je suis en retard"),
    ],
    "json-tolerance/trailing-comma.jsonl": [("a", "", "One"), ("b", "", "Two")],
    "json-tolerance/trailing-comma.json": [("a", "", "One fine morning."), ("b", "", "Two boats.")],
    "json-tolerance/columns.json": [("a", "", "Oak trees"), ("b", "", "Pine trees")],
    "json-tolerance/nan.json": [("a", "", "Sensor readings"), ("b", "", "Calm sea")],
    "json-tolerance/crlf.jsonl": [("a", "", "One"), ("b", "", "Two")],
    "encodings/memo-shiftjis-short.txt": [(None, "", "買い物リスト\n牛乳、卵、パン、りんご\n")],
    "encodings/memo-cp1251-short.txt": [(None, "", "Купить хлеб и молоко.\n")],
}


@pytest.mark.parametrize("case", ITEMS)
def test_what_the_file_holds(case: str) -> None:
    path = CASES / case
    documents, failures = read_all(path.name, path.read_bytes())
    assert failures == []
    items = [
        (id and document.id, title if title is None else document.title, document.content)
        for document, (id, title, _) in zip(documents, ITEMS[case], strict=True)
    ]
    assert items == ITEMS[case]


# What is told of the first item.
NOTES = {
    "csv-preamble/Connections.csv": "3 lines before the header of Connections.csv were passed over",
    "csv-repeated-first-column/films.csv": "",
    "feed-control-char/control.xml": "1 control character removed",
    "encodings/memo-shiftjis-short.txt": "decoded as cp932 (guessed)",
    "encodings/memo-cp1251-short.txt": "decoded as windows-1251 (guessed)",
    "encodings/memo-shiftjis-long.txt": "decoded as cp932 (guessed)",
    "encodings/one-bad-byte.md": "1 byte that is not UTF-8 replaced by “\ufffd”",
    "encodings/excel-unicode.csv": "",
    "front-matter/long.md": "its front matter is very long, so only its plain lines were read",
}


@pytest.mark.parametrize("case", NOTES)
def test_how_it_was_read_is_told(case: str) -> None:
    path = CASES / case
    documents, failures = read_all(path.name, path.read_bytes())
    assert failures == []
    assert documents[0].note == NOTES[case]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Meeting with Ana.md", "Meeting with Ana"),
        ("README-html-heading.md", "Lantern"),
        ("link-heading.md", "kite – fly things"),
    ],
)
def test_titles(name: str, title: str) -> None:
    documents, _ = read_all(name, (CASES / "titles" / name).read_bytes())
    assert documents[0].title == title


def test_a_notion_export_is_a_zip_in_a_zip() -> None:
    documents, failures = read_all(
        "export.zip", (CASES / "notion-nested-zip" / "notion-export.zip").read_bytes()
    )
    assert failures == []
    assert [(document.id, document.title) for document in documents] == [
        ("Private/Garden plan 0f3c9a5b7d1e4c2f8a6b0d9e7c5a3b1f.md", "Garden plan"),
        ("Beans", ""),
        ("Kale", ""),
    ]


def test_a_table_of_notion_is_read_once_though_its_view_is_beside_it() -> None:
    name = "List 0f3c9a5b7d1e4c2f8a6b0d9e7c5a3b1f"
    files = {f"{name}.csv": "Name,Tag\nKale,green\n", f"{name}_all.csv": "Name,Tag\nBeans,red\nKale,green\n"}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    assert [document.id for document in read_all("notion.zip", data.getvalue())[0]] == ["Beans", "Kale"]


def test_letters_and_lists_of_latex() -> None:
    text = (
        r"\section{Caf\'e} Erd\H{o}s, \c{c}a, \v Skoda, na\"{\i}ve, Stra\ss e, \o re and \textbf{\"Uber}. "
        r"\begin{itemize}\item one \item two"
    )
    assert read_one("a.tex", text).content == (
        "## Café Erdős, ça, Škoda, naïve, Straße, øre and Über.\n- one\n- two\n"
    )


def test_bad_byte_in_its_place() -> None:
    documents, _ = read_all("a.md", (CASES / "encodings" / "one-bad-byte.md").read_bytes())
    assert "Ein St\ufffdck Kuchen." in documents[0].content
    assert "Später gab es Tee" in documents[0].content


def test_packed_drawings_are_no_text() -> None:
    name = "Drawing.excalidraw.md"
    documents, _ = read_all(name, (CASES / "base64-in-markdown" / name).read_bytes())
    assert "Water cycle" in documents[0].content
    assert len(documents[0].content) < 300


def test_links_are_relative_to_the_base_of_a_feed() -> None:
    documents, _ = read_all("feed.xml", (CASES / "atom-xml-base" / "feed.xml").read_bytes())
    assert documents[0].metadata["link"] == "https://w.example/blog/dew/"


def test_labels_are_metadata() -> None:
    documents, _ = read_all("a.json", (CASES / "google-keep-json" / "with-label.json").read_bytes())
    assert documents[0].metadata["labels"] == ["recipes"]


def test_a_picture_is_known_by_its_bytes_whatever_its_name() -> None:
    pictures = CASES / "pictures"
    for name in ("IMG_0001", "exif-6.webp", "really-heic.jpg"):
        documents, failures = read_all("IMG_0001", (pictures / name).read_bytes())
        assert (documents[0].image is not None, failures) == (True, [])
