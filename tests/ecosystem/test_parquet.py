"""A Parquet table of a collection, read by pyarrow itself, and opened by the command of Embedding Atlas."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from ecosystem.conftest import INSTALL, Programs
from semblance.parts.paths import ROOT
from semblance_build import packages

PAGE = ROOT / "docs" / "other-programs.md"
ATLAS = Path(__file__).with_name("atlas") / "requirements.txt"

ROWS = [{"id": 1, "text": "Green tea", "kind": "tea"}, {"id": 2, "text": "The moon", "kind": "sky"}]
READ = """
import json, sys
from pyarrow import parquet

table = parquet.read_table(sys.argv[1])
print(json.dumps([str(table.schema.field("embedding").type), table.to_pylist()]))
"""


def test_pyarrow_reads_what_was_exported(programs: Programs) -> None:
    programs.run("semblance", "embed-multi", "notes", "-", input=json.dumps(ROWS))
    assert programs.run("semblance", "export", "notes", "notes.parquet") == "notes.parquet: 2 items\n"
    kind, (first, second) = json.loads(programs.run("python", "-c", READ, "notes.parquet"))
    assert kind.startswith("fixed_size_list")
    assert kind.endswith("[384]")
    assert (first["id"], first["content"], json.loads(first["metadata"])["kind"]) == ("1", "Green tea", "tea")
    assert abs(sum(number * number for number in second["embedding"]) - 1) < 1e-4


def test_embedding_atlas_opens_what_was_exported(
    programs: Programs, aloud: Callable[[], AbstractContextManager[None]]
) -> None:
    """It reads the table and writes its own application with it; its map needs more than is installed here."""
    with aloud():
        tools = packages.installed("atlas", [ATLAS], [*INSTALL, "--no-deps"])
    programs.run("semblance", "embed-multi", "notes", "-", input=json.dumps(ROWS))
    programs.run("semblance", "export", "notes", "films.parquet")
    (example,) = re.findall(r"`embedding-atlas (.*)`", PAGE.read_text(encoding="utf-8"))
    command = [*example.split(), "--disable-projection"]
    opened = subprocess.run(
        [sys.executable, "-m", "embedding_atlas.cli", *command, "--export-application", "atlas.zip"],
        cwd=programs.home,
        env=os.environ | {"PYTHONPATH": str(tools), "HOME": str(programs.home)},
        capture_output=True,
        text=True,
    )
    assert opened.returncode == 0, opened.stdout + opened.stderr
    with zipfile.ZipFile(programs.home / "atlas.zip") as application:
        (table,) = [name for name in application.namelist() if name.endswith(".parquet")]
        (programs.home / "shown.parquet").write_bytes(application.read(table))
    _, rows = json.loads(programs.run("python", "-c", READ, "shown.parquet"))
    assert [(row["id"], row["content"]) for row in rows] == [("1", "Green tea"), ("2", "The moon")]
    assert [len(row["embedding"]) for row in rows] == [384, 384]
