"""The pages on other programs: their examples are run from top to bottom, in a home that has what they speak of."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from data.photos import LESSONS
from docs.pages import RUN_AS_A_WHOLE, blocks
from ecosystem.conftest import Programs
from ecosystem.test_talk import PLUGINS, READMES

FILMS = (
    "id,title,about\n1,Jaws,A shark and a beach\n2,Piranha,Fish that bite\n3,Ronin,A chase through Paris\n"
)
NOTES = [
    {"id": "tea", "text": "Green tea wants water below the boil"},
    {"id": "tides", "text": "The moon pulls the sea"},
]
ISSUES = [
    {"id": 1, "title": "Login fails"},
    {"id": 2, "title": "The login fails"},
    {"id": 3, "title": "Maps are blank"},
]


@pytest.fixture
def home(programs: Programs) -> Path:
    home = programs.home
    for name, text in READMES.items():
        (home / "dev" / name).mkdir(parents=True)
        (home / "dev" / name / "README.md").write_text(text)
    (home / "code").mkdir()
    (home / "code" / "plugins.py").write_text(PLUGINS)
    (home / "photos").mkdir()
    for name in ("coffee", "cat", "rocket"):
        shutil.copy(LESSONS / f"{name}.jpg", home / "photos")
    (home / "films.csv").write_text(FILMS)
    (home / "issues.json").write_text(json.dumps(ISSUES))
    (home / "notes.json").write_text(json.dumps(NOTES))
    with sqlite3.connect(home / "blog.db") as db:
        db.execute("CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
        posts = [("Tea", "Green tea wants water below the boil."), ("Tides", "The moon pulls the sea.")]
        db.executemany("INSERT INTO posts (title, body) VALUES (?, ?)", posts)
    db.close()
    return home


PRINTED = {
    "docs/command-line.md": [
        "sqlite-backup/README.md",
        "coffee.jpg",
        "tea (0.",
        "[1] 1",
        "films (2): 3 items",
    ],
    "docs/langchain.md": ["tea 0.", "The moon pulls the sea.", "3 vectors"],
    "docs/python.md": ["tea 0.", "{'cups': 2}", "(3, 384) [[0.", "(384,)"],
    "docs/other-programs.md": ["films.parquet: 3 items", "(3, 384) ['1', '2', '3']"],
    "docs/sql.md": ["[('tea',)]", '"id": "1"'],
    "docs/llm.md": [
        '"id": "tea"',
        '"id": "2"',
        "films: sentence-transformers/",
        "notes: 2 items",
        '"coffee.jpg"',
    ],
}
"""What the examples print, beside other things."""


@pytest.mark.parametrize("story", RUN_AS_A_WHOLE)
def test_examples_run(programs: Programs, home: Path, story: str) -> None:
    printed = ""
    for block in [block for block in blocks("sh", "python") if block.page == story]:
        if block.language == "python":
            (home / "example.py").write_text(block.code)
            printed += programs.run("python", "example.py")
        else:
            printed += programs.shell(block.code)
    assert [words for words in PRINTED[story] if words not in printed] == []
