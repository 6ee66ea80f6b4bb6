"""Run in Pyodide: compile every module of site-packages, and give the bytes of a tar."""

import io
import sysconfig
import tarfile
from importlib import _bootstrap_external
from pathlib import Path


def main() -> bytes:
    """Compile all modules. Asserts and docstrings stay."""
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
    # Unchecked: the site has no source that Python could compare the byte code with.
    return bytes(_bootstrap_external._code_to_hash_pyc(code, bytes(8), False))  # type: ignore[attr-defined]
