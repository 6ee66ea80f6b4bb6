"""Models load every time: in Firefox, `new Worker` in a worker sometimes never returns, so they leave that to the page."""

from __future__ import annotations

import pytest

from browser.app import AppPage
from engines.conftest import Engine

TIMES = 15  # of old, one in some ten failed
LOAD_AND_RELEASE = """async ([bridge, model, times]) => {
    const { createSession, releaseSession } = await import(bridge);
    for (let i = 0; i < times; i++) {
        await createSession(model);
        await releaseSession(model);
    }
    return times;
}"""


@pytest.mark.parametrize("engine", ["firefox"], indirect=True)
def test_a_model_loads_every_time(engine: Engine, site: str) -> None:
    app = engine.app(site)
    assert isinstance(app, AppPage)
    app.page.goto(f"{site}blank.html")
    model = f"{site}models/all-MiniLM-L6-v2/onnx/model_quantized.onnx"
    assert app.evaluate(LOAD_AND_RELEASE, [f"{site}static/js/onnx.js", model, TIMES]) == TIMES
