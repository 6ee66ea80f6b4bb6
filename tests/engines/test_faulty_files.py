"""Files are missing, cut, altered, refused or silent: Firefox and WebKitGTK name them, too.

A few of these faults are tried; with `--all-files` all of them. `python build.py soak assets` tries all files, in Chromium
or Firefox. Each fault has a site of its own, so that no cache has the file.
"""

from __future__ import annotations

import pytest

from engines.conftest import Engine
from semblance_build.soak.assets import Fault

TEXT_MODEL = "models/all-MiniLM-L6-v2/"
ORT = "static/vendor/onnxruntime/"
FAULTS = {
    "a module of the page": Fault("static/js/bridge.js", "missing", "texts"),
    "PyScript": Fault("static/vendor/pyscript/core.js", "another in its place", "texts"),
    "Pyodide": Fault("static/vendor/pyodide/pyodide.asm.wasm", "cut", "texts"),
    "Python's library": Fault("static/vendor/pyodide/python_stdlib.zip", "missing", "texts"),
    "our Python": Fault("py/site.tar.gz", "cut", "texts"),
    "what Python runs first": Fault("py/main.py", "silent", "texts"),
    "a manifest": Fault(f"{TEXT_MODEL}manifest.json", "refused", "texts"),
    "a model": Fault(f"{TEXT_MODEL}onnx/model_quantized.onnx", "altered", "texts"),
    "a module of a worker": Fault("static/js/workers/bert-session.js", "missing", "texts"),
    "what reads papers": Fault("static/js/papers/papers.worker.js", "missing", "papers"),
    "the labs": Fault("py/labs.tar.gz", "cut", "analogies"),
    "a photo": Fault("static/labs/photos/cat.jpg", "cut", "pictures"),
    "ONNX Runtime's script": Fault(f"{ORT}ort.wasm.bundle.min.mjs", "another in its place", "pictures"),
    "ONNX Runtime": Fault(f"{ORT}ort-wasm-simd-threaded.wasm", "cut", "pictures"),
}
# WebKitGTK takes twice as long as Firefox.
ALWAYS = {
    "firefox": [
        "PyScript",
        "what Python runs first",
        "a model",
        "a module of a worker",
        "the labs",
        "a photo",
    ],
    "webkit": ["Pyodide", "a module of a worker", "ONNX Runtime"],
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("dist")
def test_a_file_at_fault_is_named(
    request: pytest.FixtureRequest, pytestconfig: pytest.Config, engine: Engine, fault: str
) -> None:
    always = ALWAYS[request.node.callspec.params["engine"]]
    if fault not in always and not pytestconfig.getoption("--all-files"):
        pytest.skip("more faults: --all-files")
    assert FAULTS[fault].path in engine.says(FAULTS[fault])
