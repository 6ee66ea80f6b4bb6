"""``llm-cluster`` on a collection that Semblance wrote.

Version 0.2, the last one, takes ``get_key`` from ``llm.cli``, which llm no longer has there since 0.22. So it runs under
llm 0.20 here, in an environment of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from ecosystem.conftest import INSTALL
from semblance_build import packages

REQUIREMENTS = Path(__file__).with_name("cluster") / "requirements.txt"
TEXTS = {
    "green": "Green tea wants water below the boil",
    "black": "Black tea wants boiling water",
    "tides": "The moon pulls the sea, so the harbour fills",
}


def test_it_clusters_what_semblance_wrote(
    installed: list[Path], aloud: Callable[[], AbstractContextManager[None]], tmp_path: Path
) -> None:
    with aloud():
        older = packages.installed("cluster", [REQUIREMENTS], [*INSTALL, "--no-deps"])
    wheel, _ = installed
    environment = os.environ | {
        "HOME": str(tmp_path),
        "LLM_USER_PATH": str(tmp_path / "llm"),
        "PYTHONPATH": f"{wheel}{os.pathsep}{older}",
        "SEMBLANCE_CACHE": os.environ.get("SEMBLANCE_CACHE") or str(Path.home() / ".cache" / "semblance"),
    }

    def run(program: str, *words: str, input: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", program, *words],
            cwd=tmp_path,
            env=environment,
            input=input,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    rows = json.dumps([{"id": id, "text": text} for id, text in TEXTS.items()])
    run("semblance.cli", "embed-multi", "notes", "-", "-d", "notes.db", "--store", input=rows)
    text = "A skipper reads the tables of the tides"
    run("llm", "embed", "notes", "sailing", "-m", "semblance", "-c", text, "-d", "notes.db", "--store")
    clusters = json.loads(run("llm", "cluster", "notes", "2", "-d", "notes.db"))
    ids = sorted(sorted(item["id"] for item in cluster["items"]) for cluster in clusters)
    assert ids == [["black", "green"], ["sailing", "tides"]]
