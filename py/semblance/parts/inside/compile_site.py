"""Runs in Pyodide: every module of site-packages compiled, as the bytes of a tar."""

import io
import sysconfig
import tarfile
from importlib import _bootstrap_external
from pathlib import Path


def main() -> bytes:
    """Compile all; asserts and docstrings stay."""
    site = Path(sysconfig.get_path("purelib"))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(site.rglob("*.py")):
            data = _compiled(path)
            member = tarfile.TarInfo(str(path.relative_to(site).with_suffix(".pyc")))
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _compiled(path: Path) -> bytes:
    code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True, optimize=0)
    # Unchecked: there is no source beside it that it could be compared with.
    return bytes(_bootstrap_external._code_to_hash_pyc(code, bytes(8), False))  # type: ignore[attr-defined]
