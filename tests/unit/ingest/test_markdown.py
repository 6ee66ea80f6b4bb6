from __future__ import annotations

import json
import time

import pytest

from semblance.errors import EmptyDocument
from unit.ingest.support import error_of, read_one


def test_a_note_is_its_source_with_its_first_heading_as_title() -> None:
    note = read_one("notes/geo/a.md", "Intro\n\n# SpatiaLite ##\n\n- a\n", source="notes")
    assert note.id == "notes/geo/a.md"
    assert note.title == "SpatiaLite"
    assert note.content == "Intro\n\n# SpatiaLite ##\n\n- a\n"
    assert note.source == "notes"
    assert note.metadata == {}
    assert note.note == ""


@pytest.mark.parametrize("suffix", ["md", "markdown", "mdx", "mkd", "MD"])
def test_every_markdown_suffix_has_a_title(suffix: str) -> None:
    assert read_one(f"a.{suffix}", "# Tea").title == "Tea"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Tea\n===\n\ntext", "Tea"),
        ("Tea\n---\n", "a"),
        ("## Tea\n", "a"),
        ("Text.\n\n## Part\n\n# Whole\n", "Whole"),
        ("```sh\n# comment\n```\n# Tea", "Tea"),
        ("~~~\n# comment\n```\n# still code\n~~~\n# Tea", "Tea"),
        ("    # indented code\n\n# Tea", "Tea"),
        ("#hashtag\n\n# Tea", "Tea"),
        ("#\n\n# Tea", "Tea"),
        ("- list\n---\n\n# Tea", "Tea"),
        ("text without one", "a"),
        ("a | b\n--- | ---\n", "a"),
        ("# C#\n", "C#"),
        ("# C# ##  \n", "C#"),
        ("## ##\n# Tea", "Tea"),
        ("#\ta  b\t#", "a b"),
    ],
)
def test_the_first_heading(text: str, title: str) -> None:
    assert read_one("a.md", text).title == title


def test_yaml_front_matter() -> None:
    text = """---
title: "Green tea: a love"
date: 2026-05-01
when: 2026-05-01T10:00:00
draft: true
weight: 3
ratio: 0.5
tags: [green, "hot"]
aliases:
  - /old
cover: {image: a.png}
nested: [[1], [2]]
nothing:
---

# Heading
"""
    note = read_one("a.md", text)
    assert note.title == "Green tea: a love"
    assert note.content.strip() == "# Heading"
    assert note.metadata == {
        "title": "Green tea: a love",
        "date": "2026-05-01",
        "when": "2026-05-01T10:00:00",
        "draft": True,
        "weight": 3,
        "ratio": 0.5,
        "tags": ["green", "hot"],
        "aliases": ["/old"],
    }


def test_toml_front_matter() -> None:
    note = read_one(
        "a.md", '+++\ntitle = "Tea"\ndate = 2026-05-01\ntags = ["a"]\n[params]\nx = 1\n+++\nBoil.\n'
    )
    assert (note.title, note.content) == ("Tea", "Boil.\n")
    assert note.metadata == {"title": "Tea", "date": "2026-05-01", "tags": ["a"]}


def test_json_front_matter() -> None:
    note = read_one("a.md", '{\n  "title": "Tea",\n  "tags": ["a"],\n  "deep": {"x": 1}\n}\n\nBoil.\n')
    assert (note.title, note.content) == ("Tea", "Boil.\n")
    assert note.metadata == {"title": "Tea", "tags": ["a"]}


def test_front_matter_survives_windows_line_ends_and_a_byte_order_mark() -> None:
    note = read_one("a.md", b"\xef\xbb\xbf---\r\ntitle: Tea\r\n---\r\nBoil.\r\nDrink.\r\n")
    assert (note.title, note.content) == ("Tea", "Boil.\nDrink.\n")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule, and a text.\n\n---\n\nMore.",
        "---\nonly an opening rule\n\ntext",
        "{% raw %}\n\nLiquid",
        '{"a": 1} and on it goes',
        "---\n- a\n- list\n---\n",
    ],
)
def test_what_only_looks_like_front_matter_stays(text: str) -> None:
    note = read_one("a.md", text)
    assert note.content == text
    assert note.metadata == {}


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("---\ntitle: Tea: a love\ntags: [a\n---\n", "Tea: a love"),
        ("+++\ntitle = Tea\n+++\n", "Tea"),
        ("---\ntitle: Tea\n\tx: tab\n---\n", "Tea"),
        ("---\ntitle: Tea\n---- : [\nx: *nowhere\n---\n", "Tea"),
    ],
)
def test_broken_front_matter_does_not_lose_the_document(front: str, title: str) -> None:
    note = read_one("a.md", front + "Boil.\n")
    assert note.content == "Boil.\n"
    assert note.title == title
    assert "front matter is broken" in note.note


def test_the_note_on_broken_front_matter_names_its_line() -> None:
    assert "line 3" in read_one("a.md", "---\ntitle: a\nb: c: d\n---\ntext").note


def test_aliases_do_not_expand() -> None:
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30))
    note = read_one("a.md", f"---\ntitle: Tea\na0: &a0 [x]\n{levels}\n---\nBoil.")
    assert note.metadata == {"title": "Tea", "a0": ["x"]}


def test_merge_keys_do_not_expand() -> None:
    levels = "\n".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 30))
    note = read_one("a.md", f"---\ntitle: Tea\na0: &a0 {{k: 1}}\n{levels}\n---\nBoil.")
    assert note.metadata == {"title": "Tea"}


def test_deeply_nested_front_matter_takes_no_time() -> None:
    started = time.process_time()
    note = read_one("a.md", f"---\ntitle: Tea\na: {'[' * 3_000}{']' * 3_000}\n---\nBoil.")
    assert time.process_time() - started < 1  # it took the YAML reader 5 seconds and more
    assert (note.title, note.content) == ("Tea", "Boil.")


def test_long_front_matter_is_read_by_its_plain_lines() -> None:
    text = "---\ntitle: 'Green: tea'\ntags:\n  - hot\n" + "key: value\n" * 1_000 + "---\nBoil."
    note = read_one("a.md", text)
    assert (note.title, note.content) == ("Green: tea", "Boil.")
    assert note.metadata == {"title": "Green: tea", "tags": ["hot"], "key": "value"}
    assert "very long" in note.note


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("version: 3.10", "3.10"),
        ("agent: 007", "007"),
        ("date: 2026-05-01", "2026-05-01"),
        ("date: 2026-05-01 10:00:00 +09:00", "2026-05-01 10:00:00 +09:00"),
        ("code: 0x1F", "0x1F"),
        ("big: 1_000", "1_000"),
        ("n: 42", 42),
        ("n: -1.5", -1.5),
        ("draft: yes", "yes"),
    ],
)
def test_values_are_kept_as_they_are_written(line: str, value: object) -> None:
    assert read_one("a.md", f"---\n{line}\n---\nx").metadata == {line.partition(":")[0]: value}


def test_numbers_of_toml_are_kept_as_they_are_written() -> None:
    assert read_one("a.md", "+++\nversion = 3.10\nn = 2.5\n+++\nx").metadata == {"version": "3.10", "n": 2.5}


def test_a_broken_line_loses_itself_only() -> None:
    front = (
        "title: 'It''s: late'\ntags:\n\t- cooking\n\t- \"winter\"\n@broken\nkinds: [ #a, b ]\n"
        "see: [[Library]]\nafter: x\n"
    )
    note = read_one("a.md", f"---\n{front}---\nBoil.")
    assert note.metadata == {
        "title": "It's: late",
        "tags": ["cooking", "winter"],
        "kinds": ["#a", "b"],
        "see": ["Library"],
        "after": "x",
    }


@pytest.mark.parametrize(
    ("text", "metadata"),
    [
        ("\n---\ntitle: Tea\n---\nBoil.", {"title": "Tea"}),
        ("Title: Tea\nTags: a, b\n\nBoil.", {"Title": "Tea", "Tags": "a, b"}),
        ("Date: 2026-05-01\nSlug: tea\n\nBoil.", {"Date": "2026-05-01", "Slug": "tea"}),
    ],
)
def test_front_matter_of_other_programs(text: str, metadata: dict[str, str]) -> None:
    note = read_one("a.md", text)
    assert (note.content, note.metadata) == ("Boil.", metadata)


@pytest.mark.parametrize(
    "text", ["Note: buy milk\n\nMore.", "Date: today\n\nMore.", "Title: is not\nalone\n\nMore."]
)
def test_a_line_with_a_colon_is_no_front_matter(text: str) -> None:
    assert read_one("a.md", text).content == text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("trips/Lake walk.md", "Lake walk"),
        ("trips/Lake walk 0f3c9a5b7d1e4c2f8a6b0d9e7c5a3b1f.md", "Lake walk"),
        ("trips/lake/index.md", "lake"),
        ("README.md", ""),
        ("v1.2 notes.md", "v1.2 notes"),
    ],
)
def test_without_a_heading_the_files_name_is_the_title(name: str, title: str) -> None:
    assert read_one(name, "Text.\n\n## Part\n").title == title


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("![a](data:image/png;base64,iVBORw0KGgo=) b", "![a]() b"),
        ("[i]: <data:image/png;base64,AAAA>\nx", "[i]: <>\nx"),
        ('<img src="data:image/svg+xml;charset=utf-8;base64,AAAA"> x', '<img src=""> x'),
        ("see [[Other note|that]] and [[Third#Part]]", "see that and Third#Part"),
        ("![[photo.png|300]] x ![[Note]]", " x Note"),
        ("```sh\nif [[a]]; then\n```\n[[b]]", "```sh\nif [[a]]; then\n```\nb"),
        ("```compressed-json\nAAAA\n```\nx", "x"),
        ("- a\n  id:: 65a\n  collapsed:: true\n- b\n", "- a\n- b\n"),
        ("std::string x; a :: b", "std::string x; a :: b"),
    ],
)
def test_what_is_no_text_is_left_out(text: str, content: str) -> None:
    assert read_one("a.md", text).content == content


def test_modules_in_mdx_are_left_out() -> None:
    text = (
        "import Chart from '../c/Chart.astro'\nimport {\n  A,\n} from 'x'\nexport const meta = {\n  a: 1,\n}\n\n"
        "# Storm\n\nimport is a word.\n\n```js\nimport x from 'y'\n```\n"
    )
    note = read_one("a.mdx", text)
    assert note.title == "Storm"
    assert note.content == "\n# Storm\n\nimport is a word.\n\n```js\nimport x from 'y'\n```\n"
    assert read_one("a.md", text).content == text


@pytest.mark.parametrize(
    "line",
    [
        "a: !!python/object/apply:os.system [ls]",
        "a: !custom x",
        "a: 2026-99-99",
        "a: .nan",
        "a: .inf",
        f"a: {'9' * 5_000}",
        r'a: "\ud800"',
        "a: 1\na: 2",
        "? [x]\n: y",
        "1: one",
        "a: &x 1\nb: &x 2",
    ],
)
def test_odd_values_stay_json(line: str) -> None:
    note = read_one("a.md", f"---\ntitle: Tea\n{line}\n---\nBoil.")
    assert note.title == "Tea"
    json.dumps(note.metadata, allow_nan=False).encode()


def test_front_matter_alone_is_no_text() -> None:
    assert isinstance(error_of("a.md", "---\ntitle: Tea\n---\n"), EmptyDocument)


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_header_without_fences_may_hold_what_unicode_calls_the_end_of_a_line(separator: str) -> None:
    document = read_one("a.md", f"Title: Tea\nTags: hot{separator}green\n\nBoil.")
    assert document.title == "Tea"
    assert document.content == "Boil."
