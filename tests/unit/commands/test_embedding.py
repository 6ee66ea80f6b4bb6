"""`semblance embed` and `semblance embed-multi`: what goes in, from where, and only what changed."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from data.papers import docx, paragraph
from fakes import FakeEncoder
from semblance import cli
from semblance.commands.progress import Bar
from semblance.embedding.report import Progress
from unit.commands.conftest import Run, ids, rows

OBJECTS = (
    '{"id": 1, "title": "Tea", "words": "green, warm"}',
    '{"id": 2, "title": "Tides", "words": "moon"}',
)
NOTES = {
    "tea.md": "# Tea\n\nGreen tea wants warm water",
    "deep/tides.md": "The moon pulls the sea",
    "deep/list.csv": "id,text\n1,one row of many\n",
}


@pytest.fixture
def notes(tmp_path: Path, encoder: FakeEncoder) -> Path:
    for name, text in NOTES.items():
        path = tmp_path / "notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "notes"


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_text_is_printed_as_a_vector(run: Run, encoder: FakeEncoder) -> None:
    vector = json.loads(run("embed", "-c", "green tea"))
    assert len(vector) == encoder.dims
    blob = struct.pack(f"<{len(vector)}f", *vector)
    assert run("embed", "-c", "green tea", "--format", "hex").strip() == blob.hex()


def test_a_text_is_kept_under_an_id(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("embed", "notes", "tea", "-c", "green tea", "--metadata", '{"cups": 2}') == ""
    stdin(monkeypatch, b"the moon pulls the sea")
    assert run("embed", "notes", "tides", "-i", "-", "--store") == ""
    first, second = rows(run("similar", "notes", "-c", "tea"))
    assert first["id"] == "tea"
    assert 0.5 < first["score"] < 1
    assert (first["content"], first["metadata"]) == ("green tea", {"cups": 2})
    assert (second["id"], second["metadata"]) == ("tides", None)


def test_files_of_a_folder_are_one_item_each(run: Run, notes: Path) -> None:
    run("embed-multi", "notes", "--files", "notes", "**/*", "--prefix", "home/", "--metadata", '{"of": "me"}')
    found = rows(run("similar", "notes", "-c", "moon sea"))
    assert {row["id"] for row in found} == {"home/tea.md", "home/deep/tides.md", "home/deep/list.csv"}
    assert found[0]["id"] == "home/deep/tides.md"
    assert all(row["metadata"]["of"] == "me" for row in found)
    assert ids(run("similar", "notes", "-c", "moon", "--prefix", "home/deep/")) == [
        "home/deep/tides.md",
        "home/deep/list.csv",
    ]


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("a.csv", [], 'id,title,body\n1,Tea,"green, warm"\n2,Tides,moon\n'),
        ("a.tsv", [], "id\ttitle\tbody\n1\tTea\tgreen, warm\n2\tTides\tmoon\n"),
        ("a.json", [], f"[{', '.join(OBJECTS)}]"),
        ("a.ndjson", [], "\n".join(OBJECTS)),
        ("-", [], "\n".join(OBJECTS)),
        ("-", ["--format", "csv"], 'id,title,body\n1,Tea,"green, warm"\n2,Tides,moon\n'),
        (
            "a.txt",
            ["--format", "nl"],
            '{"id": 1, "text": "Tea green, warm"}\n{"id": 2, "text": "Tides moon"}\n',
        ),
    ],
)
def test_rows_of_a_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: list[str], text: str
) -> None:
    if name == "-":
        stdin(monkeypatch, text.encode())
    else:
        (tmp_path / name).write_text(text)
    run("embed-multi", "rows", name, *options)
    (best, other) = rows(run("similar", "rows", "-c", "tea"))
    assert (best["id"], best["content"], other["id"]) == ("1", "Tea green, warm", "2")


@pytest.mark.parametrize("words", [["blog.db"], ["--attach", "blog", "blog.db"]], ids=["file", "attached"])
def test_rows_of_a_query(run: Run, tmp_path: Path, words: list[str]) -> None:
    with sqlite3.connect(tmp_path / "blog.db") as db:
        db.execute("CREATE TABLE posts (id, title, views, body)")
        db.execute("INSERT INTO posts VALUES (7, 'Tea', 12, 'green'), (8, 'Tides', NULL, 'moon')")
    db.close()
    run("embed-multi", "blog", *words, "--sql", "SELECT id, title, views, body FROM posts")
    best, other = rows(run("similar", "blog", "-c", "tea"))
    assert (best["id"], best["content"], best["metadata"]["views"]) == ("7", "Tea 12 green", 12)
    assert other["content"] == "Tides moon"


def test_a_query_only_reads(run: Run, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "blog.db") as db:
        db.execute("CREATE TABLE posts (id, body)")
    db.close()
    told = run("embed-multi", "blog", "blog.db", "--sql", "DROP TABLE posts", status=1)
    assert "the query fails (attempt to write a readonly database)" in told


def test_only_what_changed_is_embedded(run: Run, notes: Path, encoder: FakeEncoder) -> None:
    words = ["embed-multi", "notes", "--files", "notes", "**/*.md"]
    run(*words)
    encoder.encoded.clear()
    run(*words)
    assert encoder.encoded == []
    (notes / "tea.md").write_text("Black tea")
    run(*words)
    assert encoder.encoded == ["tea\nBlack tea"]  # without a heading, its name is its title


def test_a_run_that_is_stopped_goes_on(
    run: Run, tmp_path: Path, encoder: FakeEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "many.csv").write_text("id,text\n" + "".join(f"{n},word {n}\n" for n in range(100)))

    async def stop() -> None:
        if len(encoder.encoded) > 60:
            raise KeyboardInterrupt

    encoder.before_encode = stop
    assert cli.main(["embed-multi", "many", "many.csv"]) == 130
    assert "what was embedded so far is kept" in capsys.readouterr().err
    encoder.before_encode = None
    before = len(encoder.encoded)
    run("embed-multi", "many", "many.csv")
    assert 0 < len(encoder.encoded) - before < 100
    assert len(ids(run("similar", "many", "-c", "word", "-n", "200"))) == 100


def test_pictures_are_embedded_and_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name, words in {"a.jpg": "picture of a dog", "b.raw": "picture of the sea"}.items():
        (tmp_path / "photos" / name).write_text(words)
    run("embed-multi", "photos", "--files", "photos", "*", "--binary", "-m", "clip")
    assert ids(run("similar", "photos", "-c", "dog")) == ["a.jpg", "b.raw"]
    assert ids(run("similar", "photos", "-i", "photos/b.raw", "--binary")) == ["b.raw", "a.jpg"]


def test_what_cannot_be_used_is_named_and_the_rest_is_embedded(run: Run, notes: Path) -> None:
    (notes / "empty.md").write_text("")
    (notes / "program.md").write_bytes(b"\x7fELF\0\0\0\0")
    told = run("embed-multi", "notes", "--files", "notes", "**/*.md", status=3)
    assert told.count("skipped: ") == 2
    assert "skipped: empty.md: it is empty" in told
    assert len(ids(run("similar", "notes", "-c", "tea"))) == 2


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["embed-multi", "x", "--files", "nowhere", "*"], "nowhere: there is no such folder"),
        (["embed-multi", "x", "--files", ".", "/a"], "is no pattern"),
        (["embed-multi", "x", "none.csv"], "none.csv"),
        (["embed", "x", "a", "-c", "tea", "-m", "gpt"], "gpt: there is no such model. Name all-MiniLM-L6-v2"),
        (["similar", "x", "-c", "tea"], "x: there is no such collection"),
    ],
)
def test_a_command_that_fails_says_why(run: Run, words: list[str], problem: str) -> None:
    assert problem in run(*words, status=1)


@pytest.mark.parametrize(
    "words",
    [
        ["embed-multi", "x"],
        ["embed-multi", "x", "a.csv", "--files", ".", "*"],
        ["embed", "x"],
        ["embed", "x", "a", "--metadata", "[1]"],
        ["similar", "x"],
        ["similar", "x", "a", "-c", "b"],
    ],
)
def test_a_command_that_is_not_understood(words: list[str], encoder: FakeEncoder) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("make", "shown"), [(Terminal, "5/10, 2 s left"), (io.StringIO, "")])
def test_a_bar_is_for_terminals(make: Callable[[], io.StringIO], shown: str) -> None:
    stream = make()
    bar = Bar(stream)
    bar.show(Progress(5, 10, 0, 5, chars_done=50, chars_total=100, elapsed=2.0))
    assert shown in stream.getvalue()
    bar.clear()
    assert stream.getvalue().endswith("\r") == bool(shown)
    assert bool(stream.getvalue()) == bool(shown)


def test_a_word_document_is_read_as_in_the_app(run: Run, notes: Path) -> None:
    (notes / "letter.docx").write_bytes(docx(paragraph("The letter is about salt.")))
    run("embed-multi", "notes", "--files", str(notes), "*.docx", "--store")
    (row,) = rows(run("similar", "notes", "-c", "salt"))
    assert (row["id"], row["content"]) == ("letter.docx", "The letter is about salt.")
