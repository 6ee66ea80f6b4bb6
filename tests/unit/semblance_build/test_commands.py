"""What `python build.py` makes of its arguments."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from data.clip import write_clip_folder
from semblance.parts import models
from semblance.parts.errors import FetchError
from semblance.parts.paths import ROOT
from semblance_build import __main__ as commands
from semblance_build import assemble, testing


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What was asked of the build, which here finds no model that it is asked for, and builds nothing."""
    asked: dict[str, Any] = {}

    def gather(wanted: list[str], models_from: Path | None) -> tuple[list[Any], list[Exception]]:
        asked.update(wanted=wanted, models_from=models_from)
        return [], [FetchError(f"{name} can't be fetched") for name in wanted]

    monkeypatch.setattr(models, "gather", gather)
    monkeypatch.setattr(assemble, "assemble", lambda models: asked.update(built=True))
    monkeypatch.setattr(assemble, "size", lambda folder: "nothing")
    return asked


def call(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["build.py", *words])
    return commands.main()


def test_building_is_the_default(gathered: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(monkeypatch) == 0
    assert gathered == {"wanted": [], "models_from": None, "built": True}


@pytest.mark.parametrize("command", [[], ["build"]])
def test_models_are_asked_for_with_with(
    gathered: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: list[str],
) -> None:
    status = call(monkeypatch, *command, "--with", "clip", "--with", "siglip", "--models-from", "here")
    assert gathered == {"wanted": ["clip", "siglip"], "models_from": Path("here"), "built": True}
    assert status == 1  # the site is built, but not with all that was asked for
    assert "A model is missing.\n  siglip can't be fetched" in capsys.readouterr().err


def test_options_of_the_tests_reach_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "run", lambda arguments: arguments == ["tests/unit", "-q"])
    assert call(monkeypatch, "test", "--", "tests/unit", "-q")
    models_from = f"--models-from={Path('here').resolve()}"
    expected = ["--with=clip", models_from, "--all-engines", *testing.IN_TWO_PROCESSES]
    monkeypatch.setattr(testing, "run", lambda arguments: arguments == expected)
    assert call(monkeypatch, "test", "--with", "clip", "--models-from", "here", "--all-engines")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["serve", "--port", "abc"], "argument --port: 'abc' is not a whole number from 0 to 65535"),
        (["serve", "--port", "65536"], "argument --port: '65536' is not a whole number from 0 to 65535"),
        (["bench", "--runs", "0"], "argument --runs: '0' is not a whole number from 1 to 1000"),
    ],
)
def test_what_is_no_such_number_is_answered_with_what_is_wanted(
    words: list[str], wanted: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(monkeypatch, *words)
    assert wanted in capsys.readouterr().err


BUILT_FROM = ("py", "static", "models", "index.html", "build.py", "pyproject.toml", "requirements")


def test_whoever_ends_serve_ends_the_server(tmp_path: Path) -> None:
    for name in BUILT_FROM:  # a tree of its own: it builds `dist/` in it
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "build.py", "serve", "--port", "0"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as serving:
        try:
            assert serving.stdout
            (address,) = next(filter(None, map(re.compile(r"is at (\S+)").findall, serving.stdout)))
            assert urlopen(address).status == 200
            serving.terminate()
            serving.wait()
            with pytest.raises(URLError):
                urlopen(address)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(serving.pid, signal.SIGKILL)


NO_HUB = """\
from semblance.parts.errors import FetchError
from semblance.parts.paths import ROOT
from semblance_build import assemble

assemble.build = lambda wanted, models_from: [FetchError(f"{name} can't be fetched") for name in wanted]
"""


@pytest.mark.parametrize(("wanted", "status"), [([], 0), (["--with=clip"], 1)])
def test_tests_run_without_the_missing_model_but_do_not_pass(
    wanted: list[str], status: int, tmp_path: Path
) -> None:
    (tmp_path / "no_hub.py").write_text(NO_HUB)
    (tmp_path / "test_it.py").write_text("def test_it(dist): pass\n")
    done = pytest_alone(tmp_path, "-p", "conftest", "-p", "no_hub", "--rootdir=.", *wanted)
    assert "1 passed" in done.stdout
    assert done.returncode == status
    assert ("clip can't be fetched" in done.stdout) == bool(wanted)


def pytest_alone(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (ROOT / "py", ROOT / "tests", folder)))
    command = [sys.executable, "-m", "pytest", *options, "test_it.py"]
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_one_unit_test_needs_nothing_else(tmp_path: Path) -> None:
    """No site, no browser, no network: the cache is empty, and no program but Python can be found."""
    command = [
        sys.executable,
        "-m",
        "semblance_build",
        "test",
        "--",
        "-q",
        "tests/unit/ranking/test_vectors.py",
    ]
    environment = {"PYTHONPATH": str(ROOT / "py"), "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
    assert "Building" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_describe_writes_the_manifest_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_clip_folder(tmp_path / "pair").folder
    written = json.loads((folder / "manifest.json").read_text())
    assert call(monkeypatch, "describe", str(folder)) == 1
    assert "is there already" in capsys.readouterr().err
    (folder / "manifest.json").unlink()
    assert call(monkeypatch, "describe", str(folder)) == 0
    described = json.loads((folder / "manifest.json").read_text())
    assert described == {key: written[key] for key in ("name", "dtype", "files")}


def test_describe_tells_what_the_models_files_do_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_clip_folder(tmp_path / "pair", siglip=True).folder
    (folder / "manifest.json").unlink()
    assert call(monkeypatch, "describe", str(folder)) == 1
    assert "has to be completed by hand: neither its manifest nor its config.json gives its logit_scale" in (
        capsys.readouterr().err
    )
    assert (folder / "manifest.json").exists()


def test_javascript_can_not_be_checked_without_node(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert testing.lint_javascript() == 1
    assert "npm is not installed; install Node.js" in capsys.readouterr().err


@pytest.mark.parametrize(("code", "status"), [("nobody();", 1), ("self.close();", 0)])
def test_a_fault_in_javascript_fails_the_check(tmp_path: Path, code: str, status: int) -> None:
    (tmp_path / "script.js").write_text(code, encoding="utf-8")
    assert testing.lint_javascript(tmp_path) == status
