"""The pair of tables for TensorFlow's Embedding Projector, opened by TensorBoard's own projector."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from docs.pages import blocks
from ecosystem.conftest import INSTALL, Programs
from semblance_build import packages

REQUIREMENTS = Path(__file__).with_name("projector") / "requirements.txt"

ROWS = [{"id": 1, "title": "Tea", "text": "Green tea"}, {"id": 2, "title": "A\ttab", "text": "The moon"}]
(CONFIG,) = [block.code for block in blocks("pbtxt")]
# What the projector's page asks its server for.
ASK = """
import json, sys
import numpy as np
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.projector.projector_plugin import ProjectorPlugin
from werkzeug.test import Client
from werkzeug.wrappers import Response

routes = ProjectorPlugin(TBContext(logdir=sys.argv[1])).get_plugin_apps()

def ask(route, query=""):
    answer = Client(routes[route], Response).get(f"{route}?run=.{query}")
    assert answer.status_code == 200, answer.data
    return answer

(embedding,) = ask("/info").json["embeddings"]
name = "&name=" + embedding["tensorName"]
vectors = np.frombuffer(ask("/tensor", name).data, "float32").reshape(embedding["tensorShape"])
print(json.dumps([vectors.tolist(), ask("/metadata", name).text]))
"""


def test_the_projector_opens_what_was_exported(
    programs: Programs, aloud: Callable[[], AbstractContextManager[None]]
) -> None:
    with aloud():
        tools = packages.installed("projector", [REQUIREMENTS], [*INSTALL, "--no-deps"])
    programs.run("semblance", "embed-multi", "notes", "-", input=json.dumps(ROWS))
    programs.run("semblance", "export", "notes", "films.tsv")
    programs.run("semblance", "export", "notes", "notes.ndjson")
    (programs.home / "projector_config.pbtxt").write_text(CONFIG)
    opened = subprocess.run(
        [sys.executable, "-c", ASK, str(programs.home)],
        env=os.environ | {"PYTHONPATH": str(tools)},
        capture_output=True,
        text=True,
    )
    assert opened.returncode == 0, opened.stdout + opened.stderr
    vectors, labels = json.loads(opened.stdout)
    items = [json.loads(line) for line in (programs.home / "notes.ndjson").read_text().splitlines()]
    assert labels == "id\ttitle\n1\tTea\n2\tA tab\n"
    assert len(vectors) == len(items)
    for vector, item in zip(vectors, items, strict=True):
        assert vector == pytest.approx(item["embedding"], abs=1e-6)
