"""The files for a code host and for pre-commit: pinned, with few rights, and they call what is there."""

from __future__ import annotations

import os
import re
import shlex
from typing import Any

from ruamel.yaml import YAML

from semblance.parts.paths import ROOT
from semblance_build.__main__ import parse


def load(path: str) -> Any:
    return YAML(typ="safe").load((ROOT / path).read_text(encoding="utf-8"))


def test_the_workflow_runs_ci_with_pinned_actions_and_few_rights() -> None:
    workflow = load(".github/workflows/ci.yml")
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job
    uses = [step["uses"] for step in job["steps"] if "uses" in step]
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert uses
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in uses)
    assert runs == [".ci/run"]
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_the_hooks_are_local_commands_of_build() -> None:
    repositories = load(".pre-commit-config.yaml")["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    for hook in repositories[0]["hooks"]:
        python, build, *words = shlex.split(hook["entry"])
        assert (python, build, hook["language"]) == ("python", "build.py", "system")
        assert parse(words).command
