"""The developer's door: ``python build.py [build | serve | offline | npm | test | bench | soak | check | docs | describe]``.

It makes the project's own virtual environment (outside the tree) and hands over to `semblance_build`, which runs
inside it. Standard library only, Python 3.11 or newer.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "py"))

from semblance.parts.paths import cache_dir  # noqa: E402

# Commands that need more than the build does.
DEVELOP = ("test", "bench", "soak", "check")


def environment(lock: Path) -> Path:
    """The interpreter of an environment that holds what a lock names, made when it is not there yet.

    The lock names every package with its version and SHA-256; pip takes nothing else.
    """
    key = "\n".join([sys.version, lock.read_text(encoding="utf-8")])
    folder = cache_dir() / f"venv-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = folder / "complete"
    if not complete.exists():
        print(f"Installing Python packages into {folder}, once", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "--no-deps", "--requirement", str(lock)], check=True)
        complete.touch()
    return python


def hand_over(command: list[str], variables: dict[str, str]) -> int:
    """Run a command in place of this process, so that whoever ends this one ends the command."""
    if os.name == "nt":  # which knows no such thing
        try:
            return subprocess.run(command, cwd=ROOT, env=variables).returncode
        except KeyboardInterrupt:
            return 130
    os.chdir(ROOT)
    os.execve(command[0], command, variables)


def main() -> int:
    command = next(iter(sys.argv[1:]), "build")
    try:
        python = environment(ROOT / "requirements" / ("develop.txt" if command in DEVELOP else "build.txt"))
    except subprocess.CalledProcessError:
        print(
            "Python packages could not be installed. Check the network and `pip`, then run the same again.",
            file=sys.stderr,
        )
        return 1
    path = os.pathsep.join(filter(None, [str(ROOT / "py"), os.environ.get("PYTHONPATH")]))
    run = [str(python), "-m", "semblance_build", *sys.argv[1:]]
    return hand_over(run, os.environ | {"PYTHONPATH": path})


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
        sys.exit("Semblance's build needs Python 3.11 or newer.")
    sys.exit(main())
