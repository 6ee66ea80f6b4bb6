"""Whatever the bytes and whatever the name: no exception, and documents that can be stored."""

from __future__ import annotations

import io
import json
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from semblance.documents import Document
from semblance.errors import InputError
from semblance.ingest import read

SUFFIXES = [
    "md",
    "txt",
    "html",
    "xhtml",
    "csv",
    "tsv",
    "json",
    "jsonl",
    "xml",
    "rss",
    "atom",
    "zip",
    "pdf",
    "png",
    "xyz",
]

PIECES = {
    "md": '---\n|+++\n|title: |a: [|]|{|}\n\n|"|# |```\n|&a |*a|<<: |\n|x',
    "html": "<|>|<p|<div hidden>|</div>|<!--|-->|<script>|</script>|<pre>|<title>|</title>|&amp;|&|'|\"|=|/| "
    "|\n|x|<main>|</main>|<li>|<br>|<td>|<p hidden>|<h1>|</h1>|<!|<?",
    "csv": 'id|,|;|\t|"|\n|x|title| |1',
    "json": '[|]|{|}|,|:|"id"|"text"|"items"|1|null|NaN|"\\ud800"|\n|-|1e999|"content_html"|"<p"|true',
    "jsonl": '{|}|:|,|"id"|"text"|"x"|\n|[|]|1|"content_html"|"<p>"',
    "xml": "<rss>|<feed>|<item>|</item>|<guid>|</guid>|<description>|</description>|x|&lt;|<!DOCTYPE x [|]>"
    "|&a;|<!ENTITY a 'b'>|<![CDATA[|]]>|</rss>|<?xml version='1.0'?>| ",
}


def check(name: str, data: bytes) -> None:
    for step in read(name, data):
        if isinstance(step, Document):
            stored = json.dumps(
                [step.id, step.title, step.content, step.metadata, step.note],
                ensure_ascii=False,
                allow_nan=False,
            )
            stored.encode()  # no lone surrogates
            assert step.id
            assert not step.content.isspace()
        elif step is not None:
            assert isinstance(step.error, InputError)
            assert step.error.where
            assert str(step.error)


names = st.builds("{}.{}".format, st.text(min_size=1, max_size=5), st.sampled_from(SUFFIXES))


@given(names, st.binary(max_size=400))
@settings(max_examples=400, deadline=None)
def test_random_bytes(name: str, data: bytes) -> None:
    check(name, data)


@given(
    names,
    st.text(max_size=200),
    st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp932"]),
)
@settings(max_examples=300, deadline=None)
def test_random_text(name: str, text: str, codec: str) -> None:
    check(name, text.encode(codec, "replace"))


@given(st.data(), st.sampled_from(sorted(PIECES)))
@settings(max_examples=800, deadline=None)
def test_pieces_of_each_format(data: st.DataObject, suffix: str) -> None:
    pieces = data.draw(st.lists(st.sampled_from(PIECES[suffix].split("|"))))
    check(f"a.{suffix}", "".join(pieces).encode())


@given(
    st.binary(min_size=1, max_size=60),
    st.integers(0, 10_000),
    st.sampled_from([b"", b"\xff", b"PK", b"\0\0\0\0"]),
)
@settings(max_examples=300, deadline=None)
def test_damaged_archives(text: bytes, at: int, damage: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", text)
        archive.writestr("b.csv", b"id,text\n1,x\n")
    data = out.getvalue()
    at %= len(data)
    check("a.zip", data[:at] + damage + data[at + len(damage) :])
    check("a.zip", data[:at])
