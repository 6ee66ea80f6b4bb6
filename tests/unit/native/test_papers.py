"""The second Python is a process: it reads, it is ended when it takes too long or too much, and the others are read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from data.papers import W, docx, endless, lines, packed, paragraph, pdf
from semblance.documents import Document, Failure
from semblance.ingest import LIMITS
from semblance.ingest import read as request
from semblance.ingest.items import Apart
from semblance.native.papers import SecondPython, read

LETTER = docx(paragraph("Tides", "berschrift1") + paragraph("The sea rises."), author="Ana Prat")


@pytest.fixture(scope="module")
def second() -> Iterator[SecondPython]:
    with SecondPython() as process:
        yield process


def read_with(second: SecondPython, name: str, data: bytes, **limits: int) -> list[Document | Failure]:
    steps: list[Document | Failure] = []
    for step in request(name, data, limits=replace(LIMITS, **limits)):
        if isinstance(step, Apart):
            second.fill(step)
        elif isinstance(step, Document | Failure):
            steps.append(step)
    return steps


def errors(steps: list[Document | Failure]) -> list[str]:
    return [str(step.error) for step in steps if isinstance(step, Failure)]


def test_a_file_and_the_entries_of_an_archive_are_read() -> None:
    [letter] = read("letter.docx", LETTER, source="folder")
    assert isinstance(letter, Document)
    assert (letter.id, letter.title, letter.source) == ("letter.docx", "Tides", "folder")
    assert letter.content == "# Tides\n\nThe sea rises."
    assert letter.metadata == {"author": "Ana Prat", "date": "2024-05-17"}
    entries = {"in/a.docx": LETTER, "b.pdf": pdf([lines(["Low."])]), "c.pdf": b"no pdf", "d.md": b"# Tea"}
    documents = [*read("all.zip", packed(entries))]
    assert [step.id for step in documents] == ["in/a.docx", "b.pdf", "c.pdf", "d.md"]
    assert errors(documents) == [
        "all.zip/c.pdf: it is called a PDF, but it is none. Copy or download it again."
    ]


def test_a_file_whose_reading_has_no_end_is_given_up_and_the_next_is_read(second: SecondPython) -> None:
    assert errors(read_with(second, "endless.pdf", endless(), page_seconds=1)) == [
        "endless.pdf: its reading was ended after 1 second without another page. Add it only if you trust it: save it in "
        "another format, such as plain text (.txt), or in smaller parts, and add that."
    ]
    [letter] = read_with(second, "letter.docx", LETTER)
    assert isinstance(letter, Document)


def test_a_file_that_takes_all_memory_is_named_and_the_next_is_read() -> None:
    body = "".join(f'<w:p n="{number}"/>' for number in range(400_000))
    greedy = packed({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"})
    with SecondPython() as small:
        [error] = errors(read_with(small, "greedy.docx", greedy, paper_memory_bytes=150_000_000))
        assert error.startswith("greedy.docx: ")
        assert "more memory than the limit of 150 MB" in error
        [letter] = read_with(small, "letter.docx", LETTER)
        assert isinstance(letter, Document)


def test_a_process_that_breaks_down_is_told_and_another_reads_on(second: SecondPython) -> None:
    assert read_with(second, "letter.docx", LETTER)
    assert second._process is not None
    second._process.kill()
    second._process.wait()
    [error] = errors(read_with(second, "letter.docx", LETTER))
    assert error.startswith("letter.docx: the Python that read it broke down")
    [letter] = read_with(second, "letter.docx", LETTER)
    assert isinstance(letter, Document)


def test_nothing_of_it_is_imported_before_the_first_file() -> None:
    code = (
        "import sys, semblance.library, semblance.native.papers as papers\n"
        "assert list(papers.read('tea.md', b'# Tea'))\n"
        "print([name for name in sys.modules if name.startswith(('pypdf', 'semblance.ingest.papers'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_without_a_second_python_a_file_is_refused_by_its_kind() -> None:
    [failure] = [step for step in request("letter.docx", LETTER) if isinstance(step, Failure)]
    assert str(failure.error).startswith("letter.docx: it is a Word document. Save it as a web page")
