"""Bad input gets a message that names the item; everything beside it is embedded."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from browser.app import AppPage, text_file

GOOD = text_file("good.md", "# Good\n\nA perfectly fine note about the tides.")


def zip_file(name: str, members: dict[str, bytes]) -> FilePayload:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return text_file(name, buffer.getvalue(), "application/zip")


BAD = {
    "empty": (text_file("empty.md", ""), "empty.md: it is empty"),
    "binary": (text_file("picture.md", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), "picture.md"),
    "json": (
        text_file(
            "broken.json", '[\n{"id": 1, "text": "one"},\n{"id": 2, "text": "two"},\n\n\n\n{"id": 3,,}\n]'
        ),
        "broken.json line 7",
    ),
    "unknown": (text_file("paper.pdf", b"%PDF-1.7 \x00\x01"), "paper.pdf: it is damaged"),
    "bomb": (zip_file("bomb.zip", {"zeros.txt": b"0" * 300_000_000}), "bomb.zip"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_named_and_the_good_one_is_embedded(app: AppPage, kind: str) -> None:
    bad, message = BAD[kind]
    summary = app.add_files([bad, GOOD])
    assert summary.startswith("1 added" if kind != "json" else "3 added")
    app.report.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    expect(app.report).to_contain_text(message)
    assert app.search("moon and sea")[0][0] == "good.md"


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
UNREAD = {
    "film.mp4": (
        b"\0\0\0\x18ftypisom\0\0\0\0isomavc1" + bytes(200),
        "it is a video: there is nothing to read in it. Add its subtitles",
    ),
    "novel": (
        bytes(60) + b"BOOKMOBI" + bytes(100),
        "it is an e-book of another kind than EPUB. Convert it to EPUB",
    ),
    "letter.doc": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + "WordDocument\0".encode("utf-16-le"),
        "it is an old Word document.",
    ),
    "IMG_1.nef": (b"II*\0" + bytes(200), "it is a RAW photo. Export it as JPEG"),
    "shop.sqlite": (b"SQLite format 3\0" + bytes(100), "it is a database. Export the tables"),
    "mail.emlx": (b"From: Ana <a@example.org>\n\nBoil water.", "it is an e-mail."),
}
FAILING = {
    "blank.md": (b"", "it is empty. Add some text"),
    "IMG_2.jpg": (HEIC, "it is a HEIC photo. Export it as JPEG"),
    "IMG_3.png": (b"", "the file is empty. Copy or download it again"),
}
SYSTEMS = {
    ".DS_Store": b"\0\0\0\x01Bud1",
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "desktop.ini": b"[x]",
}


def test_each_file_that_can_not_be_read_has_a_remedy_of_its_own(app: AppPage, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "tides.md").write_text("The moon pulls the sea.", encoding="utf-8")
    (folder / "bread.md").write_text("Let the dough rise overnight.", encoding="utf-8")
    assert app.add_folder(folder) == "2 added"
    for name, (data, _) in (UNREAD | FAILING).items():
        (folder / name).write_bytes(data)
    for name, data in SYSTEMS.items():
        (folder / name).write_bytes(data)
    (folder / "train.md").write_text("The night train leaves at ten.", encoding="utf-8")
    (folder / "bread.md").write_text("Let the dough rise for an hour.", encoding="utf-8")
    # The numbers add up to the 12 files that are not of the system: 1 + 1 + 1 + 9, and 9 is 3 + 6.
    assert app.add_folder(folder) == "1 added · 1 changed · 1 unchanged · 9 not added"
    expect(app.report.get_by_text("3 failed", exact=True)).to_be_visible()
    expect(app.report.get_by_text("6 passed over: not in a format that Semblance reads")).to_be_visible()
    for name, (_, remedy) in (UNREAD | FAILING).items():
        expect(app.report.get_by_role("listitem").filter(has_text=f"mixed/{name}")).to_contain_text(remedy)
    shown = app.report.inner_text()
    assert shown.count("RSS, Atom") == 1
    assert not [name for name in SYSTEMS if name in shown]


def test_a_video_too_large_to_be_read_is_called_a_video(app: AppPage, tmp_path: Path) -> None:
    film = tmp_path / "film"
    with film.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom\0\0\0\0isomavc1")
        file.truncate(60_000_000)
    assert app.add_files([film]) == "0 added · 1 not added"
    expect(app.report).to_contain_text("film: it is a video: there is nothing to read in it.")


def test_items_that_are_not_named_one_by_one_are_counted(app: AppPage) -> None:
    rows = "id,text\n" + "x\n" * 1_500 + "1,The moon pulls the sea.\n"
    assert app.add_files([text_file("rows.csv", rows)]) == "1 added · 1,500 not added"
    expect(app.report.get_by_text("1,500 failed", exact=True)).to_be_visible()
    expect(app.report).to_contain_text("and 1,000 more")


CASES = Path(__file__).parents[1] / "data" / "cases"
ODD = ["yaml-bool.md", "yaml-hex-title.md", "charref.html"]


@pytest.mark.parametrize("odd", ODD)
def test_ten_files_beside_an_odd_one_are_added(app: AppPage, odd: str) -> None:
    files = [
        text_file(f"{number}.md", f"# Note {number}\n\nThe tide of day {number}.") for number in range(10)
    ]
    assert app.add_files([*files[:5], text_file(odd, (CASES / odd).read_bytes()), *files[5:]]) == "11 added"


def test_a_file_that_a_reader_fails_at_is_named_and_ten_are_added(app: AppPage) -> None:
    app.python(
        "from semblance.ingest import reading\n"
        "def broken(file):\n"
        "    raise KeyError('what nobody thought of')\n"
        "    yield\n"
        "reading.READERS['.rst'] = broken\n"
    )
    files = [
        text_file(f"{number}.md", f"# Note {number}\n\nThe tide of day {number}.") for number in range(10)
    ]
    odd = [text_file("odd.rst", "text"), zip_file("my.zip", {"odd.rst": b"text", "fine.md": b"Low tide."})]
    assert app.add_files([*files[:5], *odd, *files[5:]]) == "11 added · 2 not added"
    for name in ("odd.rst", "my.zip/odd.rst"):
        expect(app.report).to_contain_text(
            f"{name}: Semblance could not cope with something in it (KeyError)"
        )


def test_a_heading_of_spaces_does_not_freeze_the_page(app: AppPage) -> None:
    heading = text_file("heading.md", f"# a{' ' * 65_000}b")
    assert app.add_files([heading, GOOD]) == "2 added"


def test_names_of_a_japanese_archive(app: AppPage) -> None:
    archive = text_file("shiftjis.zip", (CASES / "shiftjis.zip").read_bytes(), "application/zip")
    assert app.add_files([archive]) == "2 added"
    names = app.python(
        "from semblance.browser.start import running\n(await running().collection('notes')).ids()"
    )
    assert sorted(names) == ["旅行/京都メモ.txt", "表.txt"]


def test_a_file_of_200_mb_is_refused_unread(app: AppPage, tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    assert app.add_files([big]).startswith("0 added · 1 not added")
    expect(app.report).to_contain_text("big.txt")
    expect(app.report).to_contain_text("200")


def test_encodings_are_read_right_or_named(app: AppPage) -> None:
    files = [
        text_file("utf16.txt", "Ein schöner Tag am Meer".encode("utf-16")),
        text_file(
            "latin1.txt", "Les élèves français préfèrent l'été à l'hiver, où il fait froid.".encode("latin-1")
        ),
        text_file("nul.txt", "A note with \x00 stray bytes"),
    ]
    assert app.add_files(files) == "3 added"
    contents = app.python(
        "from semblance.browser.start import running\n"
        "c = await running().collection('notes')\n"
        "{record.document.id: record.document.content for record in await c.get(c.ids())}"
    )
    assert contents["utf16.txt"] == "Ein schöner Tag am Meer"
    assert contents["latin1.txt"].startswith("Les élèves français préfèrent l'été")
    assert "\x00" not in contents["nul.txt"]


def test_odd_ids_duplicates_and_ragged_rows(app: AppPage) -> None:
    rows = [
        {"id": "a/b'c\"d", "content": "slashes and quotes"},
        {"id": "🎏 emoji", "content": "a carp streamer in the wind"},
        {"id": "twice", "content": "the first of two"},
        {"id": "twice", "content": "the second of two"},
    ]
    ragged = "id,title,text\n1,One,the first row\n2,Two\n3,Three,the third row"
    summary = app.add_files(
        [
            text_file("rows.jsonl", "\n".join(json.dumps(row) for row in rows)),
            text_file("ragged.csv", ragged),
        ]
    )
    assert summary == "5 added · 2 not added"
    expect(app.report).to_contain_text("twice")
    expect(app.report).to_contain_text("ragged.csv row 3")
    for id in ("a/b'c\"d", "🎏 emoji"):
        app.page.get_by_role("link", name="Related", exact=True).click()
        app.page.get_by_role("list", name="Items").get_by_role("link", name=id).click()
        expect(app.page.locator("#related-item")).to_have_attribute("data-id", id)


def test_html_is_text_and_never_runs(app: AppPage) -> None:
    page = (
        "<title>Storm <b>warning</b></title><script>window.hacked = 1</script>"
        "<h1>Storm</h1><p>Gale from the west. <img src=x onerror='window.hacked = 2'></p>"
    )
    markdown = (
        "# <img src=x onerror='window.hacked = 3'>\n\n<script>window.hacked = 4</script> a note on wind"
    )
    assert app.add_files([text_file("storm.html", page), text_file("evil.md", markdown)]) == "2 added"
    app.search("strong wind at sea")
    app.page.get_by_role("button", name="Read").first.click()
    expect(app.page.get_by_role("dialog")).to_be_visible()
    assert app.page.evaluate("window.hacked") is None


def test_a_line_of_a_million_characters(app: AppPage) -> None:
    line = "the tide comes in and the tide goes out " * 25_000
    assert app.add_files([text_file("long.txt", "x" * 1_000_000), GOOD]).startswith("2 added")
    assert len(line) == 1_000_000
    passages = app.python(
        "from semblance.embedding.passages import split\n"
        "from semblance.browser.start import running\n"
        "encoder = (await running().encoders().get()).text\n"
        "line = 'the tide comes in and the tide goes out ' * 25_000\n"
        "found, cut = await split(line, encoder.count_tokens, 250, 20)\n"
        "[len(found), cut, found[0].start, found[-1].end]"
    )
    count, cut, start, end = passages
    assert (start, cut) == (0, 0)
    assert end == len(line.rstrip())
    assert count > 900
