"""What `python build.py` makes of its arguments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from data.clip import write_clip_folder
from semblance.parts.errors import FetchError
from semblance_build import __main__ as commands
from semblance_build import testing


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What was asked of the build, which here finds no model that it is asked for, and builds nothing."""
    asked: dict[str, Any] = {}

    def gather(wanted: list[str], models_from: Path | None) -> tuple[list[Any], list[Exception]]:
        asked.update(wanted=wanted, models_from=models_from)
        return [], [FetchError(f"{name} can't be fetched") for name in wanted]

    monkeypatch.setattr(commands.models, "gather", gather)
    monkeypatch.setattr(commands.assemble, "assemble", lambda models: asked.update(built=True))
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


def test_tests_run_without_the_missing_model_but_do_not_pass(
    gathered: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "run", lambda arguments, all_engines: 0)
    assert call(monkeypatch, "test") == 0
    assert call(monkeypatch, "test", "--with", "clip") == 1


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
