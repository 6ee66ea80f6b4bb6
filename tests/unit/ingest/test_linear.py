"""Four times the text takes about four times as long, whatever character a file consists of.

A pattern that tries a stretch of text again from each of its characters takes sixteen times as long: 65 KB of
spaces in one heading once froze the page for minutes.
"""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from semblance.blog.inject import with_links
from semblance.blog.marks import BEGIN, END
from semblance.blog.page import read_page
from semblance.blog.site import Selection
from semblance.blog.sources import read_markdown
from semblance.embedding.passages import segment
from semblance.errors import InputError
from semblance.filters import number
from semblance.ingest import read
from semblance.labs.lessons.functions_files import read_files

SIZE = 2_500
QUADRATIC = 9  # between 4 and 16: what is linear stays below on a busy machine, what is quadratic does not
NOISE = 0.002  # seconds: what is faster at both sizes is not told apart

# What the patterns of the readers know, and what they don't.
UNITS = [
    *(
        "From a 2026 ",
        "\nFrom ",
        "--a\n",
        "=?utf-8?q?a",
        "=\n",
        "a;b=c;",
        "BEGIN:VEVENT\n",
        "00:01.000 --> ",
        "{\\",
        "\\a",
    ),
    *(
        ":PROPERTIES:\n",
        ":END:\n",
        "#+A: ",
        "[[a][",
        "\n===\n",
        "\\begin{",
        "\\section{",
        "\\[",
        "<note>",
        "<outline>",
    ),
    *(" ", "\t", "\n", " \n", "\n\n", "\r", "x", "1", "é", "表", "x ", "\ufeff", "\xa0", "\u2028"),
    *(
        "#",
        "# ",
        "## a",
        "\n# ",
        "=",
        "\n=",
        "-",
        "- ",
        "\n- ",
        "*",
        "* ",
        "_ ",
        "`",
        "```\n",
        "~~~\n",
        ">",
        "1. ",
    ),
    *(
        "[",
        "]",
        "[a](",
        "![",
        "[[a]",
        "[a](b",
        "(",
        ")",
        "{",
        "}",
        "[{",
        '{"a":',
        "[1,",
        '"',
        '""',
        '","',
        'a","b\n',
        "'",
    ),
    *(
        ",",
        ";",
        "|",
        "\t\t",
        "a,b\n",
        "\\",
        '\\"',
        "\\u0041",
        ":",
        "a: ",
        "a:  b  ",
        "? ",
        "&a ",
        "*a ",
        "!a ",
        "!!x ",
        "%",
    ),
    *(
        "<",
        "</",
        "<a",
        "<a ",
        "<a =",
        "<a ='",
        '<a ="',
        '<a b="',
        "<a>",
        "<p>",
        "</p>",
        "<h1>",
        "</h1>",
        "<h1>x",
        "<li>",
    ),
    *(
        "<!--",
        "-->",
        "<!",
        "<?",
        "<![CDATA[",
        "]]>",
        "<title>",
        "<script>",
        "</script ",
        "<pre>",
        "<main>",
        "<br>",
    ),
    *(
        "<meta ",
        "<meta charset",
        "charset= ",
        "<div hidden>",
        "<p hidden>",
        "<td>",
        "&",
        "&#",
        "&#1",
        "&#x1",
        "&a",
        "&amp;",
        "&lt",
    ),
    *(
        ".",
        ". ",
        "!",
        "...",
        "e.g. ",
        "a.b",
        "。",
        "。”",
        '."',
        "Mr. ",
        "def ",
        "async ",
        "async\n",
        "class\n",
        "@",
        "…",
        "…”",
    ),
    *(
        BEGIN,
        END,
        "<!-- semblance:",
        "<article>",
        "</article>",
        "<related-posts>",
        "<item>",
        "<item a='",
        "</item>",
        "<a href=#>",
    ),
]
CONTEXTS = {
    "md": ["{}b", "# a{}b", "a\n{}b", "---\na: b{}\n---\nx", "+++\na = b{}\n+++\nx", "---\n{}\n---\nx"],
    "txt": ["{}b"],
    "html": ["{}b", "<p>{}b</p>", '<p title="{}b', "<title>{}b", "<!--{}b-->"],
    "csv": ["{}b", "id,text\n{}b", 'id,text\n1,"{}b', "id,text\n1,{}b\n"],
    "tsv": ["{}b", "id\ttext\n{}b", 'id\ttext\n1\t"{}b'],
    "json": ["{}b", "[{}b", '[{{"id": 1, "text": "{}b', '{{"a": "{}b"}}', "[1.{}"],
    "jsonl": ["{}b", '{{"id": 1, "text": "{}b'],
    "eml": [
        "{}b",
        "Subject: a\n\n{}b",
        "Subject: {}b\n\nb",
        "Content-Type: multipart/mixed; boundary=a\n\n--a\n{}",
    ],
    "mbox": ["{}b", "From {}b", "From a 2026\nSubject: a\n\n{}b"],
    "ics": ["{}b", "BEGIN:VEVENT\n{}b", "BEGIN:VEVENT\nSUMMARY:{}b\nEND:VEVENT\n"],
    "vcf": ["{}b", "BEGIN:VCARD\nNOTE:{}b"],
    "srt": ["{}b", "1\n00:00:01,000 --> {}b"],
    "vtt": ["WEBVTT\n\n{}b", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v {}b"],
    "org": ["{}b", "#+TITLE: {}b", "#+TITLE: a\n:PROPERTIES:\n{}b"],
    "rst": ["{}b", ".. a::\n{}b"],
    "tex": ["{}b", "\\title{{{}b", "\\begin{{document}}{}b"],
    "ipynb": ["{}b", '{{"cells": [{}b', '{{"cells": [{{"cell_type": "markdown", "source": "{}b"}}]}}'],
    "enex": [
        "<en-export><note>{}b",
        "<en-export><note><content><![CDATA[{}b]]></content></note></en-export>",
    ],
    "opml": ["<opml><body>{}b", '<opml><body><outline text="{}b'],
    "xml": [
        "{}b",
        "<rss><channel><item>{}b",
        "<rss a='{}b",
        "<rss><item><description><![CDATA[{}b]]></description></item>",
    ],
}


def times(work: Callable[[str], object], texts: Sequence[str], runs: int) -> list[float]:
    """Seconds of this thread for each text: the best of several runs in turns, so that what else goes on counts little."""
    timers = [timeit.Timer(partial(work, text), timer=time.thread_time) for text in texts]
    rounds = [[timer.timeit(1) for timer in timers] for _ in range(runs)]
    return [max(NOISE, min(column)) for column in zip(*rounds, strict=True)]


def is_slow(work: Callable[[str], object], context: str, unit: str) -> bool:
    """Whether the time grows faster than the text; what seems so is measured again, and then at a larger size."""
    for size, runs in ((SIZE, 1), (SIZE, 4), (4 * SIZE, 4), (4 * SIZE, 12)):
        texts = [context.format(unit * (size * factor // len(unit))) for factor in (1, 4)]
        once, four = times(work, texts, runs)
        if four < QUADRATIC * once:
            return False
    return True


def slow_runs(work: Callable[[str], object], contexts: list[str]) -> list[tuple[str, str]]:
    return [(context, unit) for context in contexts for unit in UNITS if is_slow(work, context, unit)]


@pytest.mark.parametrize("suffix", CONTEXTS)
def test_readers(suffix: str) -> None:
    def work(text: str) -> None:
        for _ in read(f"a.{suffix}", text.encode()):
            pass

    assert slow_runs(work, CONTEXTS[suffix]) == []


def test_passages() -> None:
    assert slow_runs(lambda text: list(segment(text)), ["{}b", "# {}b", "```\n{}b"]) == []


def test_numbers_in_filters() -> None:
    assert slow_runs(number, ["{}b", "1{}"]) == []


@pytest.mark.parametrize("suffix", ["py", "csv", "ndjson"])
def test_files_of_functions(suffix: str) -> None:
    contexts = {"py": ["{}b"], "csv": ['id,code\n1,"{}b"\n'], "ndjson": ['{{"id": "a", "code": "{}b"}}']}
    assert slow_runs(lambda text: read_files([(f"a.{suffix}", text.encode())]), contexts[suffix]) == []


def test_pages_of_a_site() -> None:
    def work(text: str) -> None:
        try:
            read_page("a/b.html", text.encode())
            with_links(text.encode(), "<nav></nav>", "a/b.html")
        except InputError:  # which the command names
            pass

    contexts = [
        "{}b",
        "<article><h1>a</h1><p>{}b</p></article>",
        "<meta name=date content='{}b'>",
        f"{BEGIN}{{}}b",
    ]
    assert slow_runs(work, contexts) == []


def test_posts_in_markdown(tmp_path: Path) -> None:
    def work(text: str) -> None:
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
        read_markdown(tmp_path, Selection())

    assert slow_runs(work, ["# Title\n\n{}b", "# Title\n\n[a]({}b"]) == []
