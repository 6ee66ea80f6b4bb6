"""One odd file, and what is right for it; whatever a reader raises, the files beside it are read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from semblance.errors import ReaderFailed
from semblance.ingest import reading
from semblance.ingest.items import File, Item
from semblance.ingest.tags import unescape
from unit.ingest.support import read_all, read_one

CASES = Path(__file__).parents[2] / "data" / "cases"


def test_a_bool_that_is_none_stays_as_it_is_written() -> None:
    note = read_one("yaml-bool.md", (CASES / "yaml-bool.md").read_bytes())
    assert (note.content, note.metadata, note.note) == ("text\n", {"a": "maybe"}, "")


def test_a_number_too_large_to_be_printed_stays_as_it_is_written() -> None:
    data = (CASES / "yaml-hex-title.md").read_bytes()
    note = read_one("yaml-hex-title.md", data)
    assert note.title == data.decode().splitlines()[1].removeprefix("title: ")
    assert note.content == "text\n"


@pytest.mark.parametrize("base", ["0x" + "f" * 5_000, "0o" + "7" * 5_000, "0b" + "1" * 20_000])
def test_large_numbers_of_every_base(base: str) -> None:
    for fence, sign in (("---", ":"), ("+++", " =")):
        text = f"{fence}\nx{sign} {base[:7_000]}\n{fence}\nBoil."
        note = read_one("a.md", text)
        assert note.content == "Boil."
        assert isinstance(note.metadata["x"], str)


def test_a_reference_to_no_character() -> None:
    assert read_one("charref.html", (CASES / "charref.html").read_bytes()).content == "a \ufffd b"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (f"&#{'0' * 5_000}65;", "A"),
        (f"&#x{'0' * 5_000}41;&#X41", "AA"),
        (f"&#{'9' * 5_000};", "\ufffd"),
        (f"&#x{'f' * 5_000}", "\ufffd"),
        ("&#000000000;", "\ufffd"),
        ("&#128512;&#x1F600;&amp;#65;", "😀😀&#65;"),
    ],
)
def test_references_of_any_length(markup: str, text: str) -> None:
    assert unescape(markup) == text


def broken(file: File) -> Iterator[Item]:
    yield Item(f"{file.name} 1", "before", file.where)
    raise KeyError("what nobody thought of")


@pytest.fixture
def broken_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reading.READERS, ".rst", broken)


@pytest.mark.usefixtures("broken_reader")
def test_a_reader_that_fails_keeps_what_it_had() -> None:
    documents, failures = read_all("a.rst", "text")
    assert [document.content for document in documents] == ["before"]
    (failure,) = failures
    assert failure.id == "a.rst"
    assert isinstance(failure.error, ReaderFailed)
    assert str(failure.error).startswith("a.rst: Semblance could not cope with something in it (KeyError).")
    assert isinstance(failure.error.__cause__, KeyError)


@pytest.mark.usefixtures("broken_reader")
def test_a_reader_that_fails_at_one_entry_of_an_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("a.md", "b.rst", "c.md"):
            archive.writestr(name, f"text of {name}")
    documents, failures = read_all("my.zip", out.getvalue())
    assert [document.id for document in documents] == ["a.md", "b.rst 1", "c.md"]
    assert [(failure.id, failure.error.where) for failure in failures] == [("b.rst", "my.zip/b.rst")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,text\n" + "x\n" * 5_000),
        ("a.jsonl", "x\n" * 5_000),
        ("a.json", json.dumps([1] * 5_000)),
        ("a.csv", "id,text\n" + "1,x\n" * 5_001),
    ],
)
def test_failures_without_number_are_counted(name: str, text: str) -> None:
    _, failures = read_all(name, text)
    assert len(failures) == 1_001
    assert failures[-1].id == failures[-1].error.where == name
    assert "4,000 more of its items can't be used" in failures[-1].error.message
