"""Files are missing, cut, altered, refused or silent: Firefox and WebKitGTK name them, too.

Today one half of these faults is tried, tomorrow the other; with `--all-files` both are. `python build.py soak assets` tries
all files, in Chromium or Firefox. Each fault has a site of its own, so that no cache has the file.
"""

from __future__ import annotations

from datetime import date

import pytest

from engines.conftest import Engine
from semblance_build.soak.assets import Fault

SHARES = 2
TEXT_MODEL = "models/all-MiniLM-L6-v2/"
ORT = "static/vendor/onnxruntime/"
FAULTS = {
    "a module of the page": Fault("static/js/bridge.js", "missing", "texts"),
    "PyScript": Fault("static/vendor/pyscript/core.js", "another in its place", "texts"),
    "Pyodide's code": Fault("static/vendor/pyodide/pyodide.asm.wasm", "cut", "texts"),
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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = metafunc.config.getoption("--all-files")
    names = list(FAULTS) if every else list(FAULTS)[date.today().toordinal() % SHARES :: SHARES]
    metafunc.parametrize("fault", [FAULTS[name] for name in names], ids=names)


@pytest.mark.usefixtures("dist")
def test_a_file_at_fault_is_named(engine: Engine, fault: Fault) -> None:
    assert fault.path in engine.says(fault)
