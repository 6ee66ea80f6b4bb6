"""The kernel that lies in the tree is compiled from the source beside it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from semblance_build.kernel import KERNEL, compile_to, note


def test_the_kernel_is_that_of_its_source() -> None:
    assert KERNEL.read_bytes().endswith(note())


def test_compiling_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    if importlib.util.find_spec("ziglang") is None:
        pytest.skip("its compiler, the PyPI package ziglang, is not installed")
    compile_to(tmp_path / "bert.wasm")
    assert (tmp_path / "bert.wasm").read_bytes() == KERNEL.read_bytes()
