"""Whatever the bytes and whatever the name: no exception, and documents that can be stored."""

from __future__ import annotations

import io
import json
import warnings
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from semblance.documents import Document, Failure
from semblance.errors import InputError, ReaderFailed
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
    "md": '---\n|+++\n|title: |a: [|]|{|}\n\n|"|# |```\n|&a |*a|<<: |\n|x|a = |"a": ',
    "html": "<|>|<p|<div hidden>|</div>|<!--|-->|<script>|</script>|<pre>|<title>|</title>|&amp;|&|'|\"|=|/| "
    "|\n|x|<main>|</main>|<li>|<br>|<td>|<p hidden>|<h1>|</h1>|<!|<?",
    "csv": 'id|,|;|\t|"|\n|x|title| |1',
    "json": '[|]|{|}|,|:|"id"|"text"|"items"|1|null|NaN|"\\ud800"|\n|-|1e999|"content_html"|"<p"|true',
    "jsonl": '{|}|:|,|"id"|"text"|"x"|\n|[|]|1|"content_html"|"<p>"',
    "xml": "<rss>|<feed>|<item>|</item>|<guid>|</guid>|<description>|</description>|x|&lt;|<!DOCTYPE x [|]>"
    "|&a;|<!ENTITY a 'b'>|<![CDATA[|]]>|</rss>|<?xml version='1.0'?>| ",
}


ODD_VALUES = [
    *(
        "maybe",
        "''",
        "~",
        "-",
        "0x",
        "0o9",
        "0b2",
        "+",
        ".",
        "..",
        "_",
        "1_",
        ":",
        "1:60",
        "190:20:30",
        "=",
        "<<",
    ),
    *(
        "0x" + "f" * 5_000,
        "9" * 5_000,
        "-" + "9" * 5_000,
        "0b" + "1" * 7_000,
        "0o" + "7" * 3_000,
        "1e999",
        "1e" + "9" * 99,
    ),
    *(
        "2026-13-45",
        "0000-00-00",
        "9999-12-31T23:59:60Z",
        "2026-01-01T00:00:00+99:99",
        "2026-1-1",
        "24:61:61",
    ),
    *(
        "[a, b]",
        "{a: b}",
        "*x",
        "&x",
        "&x *x",
        "!",
        "!!",
        "!x",
        "? x",
        '"\\ud800"',
        '"\\x"',
        '"\\U00110000"',
        "@",
        "`",
        "%x",
    ),
    *(
        "|9",
        ">-+",
        "| \n",
        "a\tb",
        "\t",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\x7f",
        "- " * 3_000,
        "? " * 3_000,
        "[" * 30,
    ),
]
TAGS = [
    "bool",
    "int",
    "float",
    "timestamp",
    "binary",
    "null",
    "str",
    "set",
    "omap",
    "pairs",
    "seq",
    "map",
    "merge",
]
TAGS = ["", "! ", "!x ", *(f"!!{tag} " for tag in (*TAGS, "value", "python/none"))]
REFERENCES = [
    f"&#{x}{digit * count}{end}"
    for x in ("", "x")
    for digit in "019"
    for count in (1, 7, 5_000)
    for end in (";", "")
]


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
        elif isinstance(step, Failure):
            assert isinstance(step.error, InputError)
            assert not isinstance(step.error, ReaderFailed), step.error.__cause__
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


@given(st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(ODD_VALUES)), min_size=1, max_size=4))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_odd_values_in_front_matter(values: list[tuple[str, str]]) -> None:
    yaml = "".join(f"key{number}: {tag}{value}\n" for number, (tag, value) in enumerate(values))
    toml = "".join(f"key{number} = {value}\n" for number, (_, value) in enumerate(values))
    check("a.md", f"---\ntitle: {values[0][0]}{values[0][1]}\n{yaml}---\nBoil.".encode())
    check("a.md", f"+++\ntitle = {values[0][1]}\n{toml}+++\nBoil.".encode())
    check("a.md", f'{{"title": {values[0][1]}}}\n\nBoil.'.encode())


@given(
    st.lists(
        st.sampled_from([*REFERENCES, "&nbsp;", "&", ";", "x", "<p>", "<a title='", "'>", "<title>", "<!--"]),
        max_size=12,
    )
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_character_references(pieces: list[str]) -> None:
    markup = "".join(pieces)
    check("a.html", markup.encode())
    check("a.json", json.dumps([{"id": 1, "content_html": f"<p>{markup}"}]).encode())
    item = "<item><guid>1</guid><title>{}</title><category label='{}'/><description>{}</description></item>"
    check("a.xml", f"<rss><channel>{item.replace('{}', markup)}</channel></rss>".encode())
    check("b.xml", f"<rss><channel>{item.replace('{}', f'<![CDATA[{markup}]]>')}</channel></rss>".encode())


@given(st.lists(st.sampled_from(ODD_VALUES)), st.sampled_from(["json", "jsonl", "csv", "tsv"]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_odd_values_in_data(values: list[str], suffix: str) -> None:
    as_json = "\n".join(f'{{"id": {value}, "text": {value}, "x": "{value}"}}' for value in values)
    table = "id,text\n" + "".join(f"{value},{value}\n" for value in values)
    check(f"a.{suffix}", (as_json if suffix.startswith("json") else table).encode())


@given(st.lists(st.binary(min_size=1, max_size=12)), st.integers(0, 0xFFFF), st.integers(0, 3))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_names_in_archives(names: list[bytes], flags: int, system: int) -> None:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name in names:
            archive.writestr("N" * len(name), b"text")
    data = out.getvalue()
    for name in names:
        data = data.replace(b"N" * len(name), name, 2)
    check("a.zip", data)
    at = data.find(b"PK\x01\x02") + 4  # who made it, and the flags
    check("a.zip", data[:at] + bytes([20, system, 20, 0, flags & 0xFE, flags >> 8]) + data[at + 6 :])
