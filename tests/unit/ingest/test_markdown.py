from __future__ import annotations

import json
import time

import pytest

from semblance.errors import EmptyDocument
from unit.ingest.support import error_of, read_one


def test_a_note_is_its_source_with_its_first_heading_as_title() -> None:
    note = read_one("notes/geo/a.md", "Intro\n\n## SpatiaLite ##\n\n- a\n", source="notes")
    assert note.id == "notes/geo/a.md"
    assert note.title == "SpatiaLite"
    assert note.content == "Intro\n\n## SpatiaLite ##\n\n- a\n"
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
        ("Tea\n---\n", "Tea"),
        ("```sh\n# comment\n```\n# Tea", "Tea"),
        ("~~~\n# comment\n```\n# still code\n~~~\n# Tea", "Tea"),
        ("    # indented code\n\n# Tea", "Tea"),
        ("#hashtag\n\n# Tea", "Tea"),
        ("#\n\n# Tea", "Tea"),
        ("- list\n---\n\n# Tea", "Tea"),
        ("text without one", ""),
        ("a | b\n--- | ---\n", ""),
        ("# C#\n", "C#"),
        ("# C# ##  \n", "C#"),
        ("## ##\n# Tea", "Tea"),
        ("#\ta  b\t#", "a  b"),
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


def test_front_matter_that_is_too_long_is_read_as_text() -> None:
    text = "---\ntitle: Tea\n" + "key: value\n" * 1_000 + "---\nBoil."
    note = read_one("a.md", text)
    assert note.content == text
    assert "too long" in note.note


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
