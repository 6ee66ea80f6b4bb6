"""Compile the text model's kernel: ``static/wasm/bert.c`` -> ``bert.wasm``, which lies beside it.

The compiler is the PyPI package ziglang (100 MB, with clang inside). The build does not need it. After a change of the
source, run ``pip install ziglang==0.17.1`` and ``PYTHONPATH=py python -m semblance_build.kernel``. The same source gives
the same bytes.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from semblance.parts.paths import ROOT

SOURCE = ROOT / "static" / "wasm" / "bert.c"
KERNEL = SOURCE.with_suffix(".wasm")

# No contraction: a multiplication and an addition must round separately, so that all browsers agree.
_FLAGS = "-target wasm32-freestanding -O3 -msimd128 -ffp-contract=off -nostdlib -Wall -Wextra -Werror"
_LINKER_FLAGS = "-Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=65536"
_CUSTOM_SECTION = 0
_NAME = b"source"


def compile_to(target: Path) -> None:
    """Compile the kernel, and add a note of its source."""
    compiler = [sys.executable, "-m", "ziglang", "cc"]
    options = [*_FLAGS.split(), *_LINKER_FLAGS.split()]
    subprocess.run([*compiler, *options, str(SOURCE), "-o", str(target)], check=True)
    target.write_bytes(target.read_bytes() + note())


def note() -> bytes:
    """The last section of the file: the SHA-256 of its source."""
    content = bytes([len(_NAME)]) + _NAME + hashlib.sha256(SOURCE.read_bytes()).digest()
    return bytes([_CUSTOM_SECTION, len(content)]) + content


if __name__ == "__main__":
    compile_to(KERNEL)
    print(f"{KERNEL.relative_to(ROOT)}: {KERNEL.stat().st_size} bytes")
