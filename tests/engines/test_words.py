"""Firefox and WebKitGTK cut texts into the same words as Chromium and Python."""

from __future__ import annotations

from pathlib import Path

from browser.search_box import STARTED
from data.words import CASES
from engines.conftest import Engine
from semblance.parts.paths import ROOT
from semblance_build.server import serving

SCRIPTS = ROOT / "static" / "js" / "blog" / "engine"
PAGE = f'<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">{STARTED}'
CUT = """async ([script, texts]) => {
    const { wordsOf } = await import(script);
    return texts.map(wordsOf);
}"""


def test_words(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    before = engine.problems()
    with serving([tmp_path, SCRIPTS]) as site:
        app = engine.app(site)
        app.open()
        cut = app.evaluate(CUT, [f"{site}words.js", [case["text"] for case in CASES]])
        assert cut == [case["words"] for case in CASES]
        assert engine.problems() == before
