"""Find the files of a folder, choose among them by patterns, and read them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from semblance.documents import Failure
from semblance.errors import Unreadable
from semblance.ingest.items import mend

_LEFT_OUT = ("node_modules", "__pycache__")


def find_files(root: Path, suffixes: Collection[str], *, skip: Path | None = None) -> Iterator[str | Failure]:
    """The files of a folder by their paths relative to it, in order, without hidden files.

    Links to folders are followed, unless they lead back to a folder above them.

    Parameters
    ----------
    root : Path
    suffixes : collection of str
        In lower case, such as ``.html``.
    skip : Path, optional
        A folder that is left out.

    Yields
    ------
    str or Failure
        A failure for a file or folder that can't be read.
    """
    skipped = skip.resolve() if skip else None

    def walk(folder: Path, path: str, above: tuple[str, ...]) -> Iterator[str | Failure]:
        real = os.path.realpath(folder)
        if real in above:
            yield Failure(path, Unreadable("it is a link that leads back to a folder above it", where=path))
            return
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield unreadable(path or str(root), error)
            return
        for entry in entries:
            name = f"{path}/{entry.name}" if path else entry.name
            if entry.name.startswith(".") or entry.name in _LEFT_OUT:
                continue
            try:
                is_folder = entry.is_dir()
                entry.stat()  # raises an error for a link that leads nowhere or to itself
            except OSError as error:
                if _matches(entry.name, suffixes) or not Path(entry.name).suffix:
                    yield unreadable(name, error)
                continue
            if not is_folder and not _matches(entry.name, suffixes):
                continue
            if name != (readable := mend(name)):
                message = "its name is not in UTF-8, so no address leads to it"
                yield Failure(readable, Unreadable(message, where=readable))
            elif not is_folder:
                yield name
            elif skipped is None or Path(entry.path).resolve() != skipped:
                yield from walk(Path(entry.path), name, (*above, real))

    yield from walk(root, "", ())


def unreadable(where: str, error: OSError) -> Failure:
    """The failure to report for a file that can't be read."""
    return Failure(where, Unreadable(f"it can't be read ({error.strerror or error})", where=where))


def read_bytes(root: Path, file: str) -> bytes | Failure:
    """A file's bytes, or why it can't be read."""
    path = root / file
    try:
        if not path.is_file():
            return Failure(file, Unreadable("it is no file", where=file))
        return path.read_bytes()
    except OSError as error:
        return unreadable(file, error)


def chooser(include: Collection[str], exclude: Collection[str]) -> Callable[[str], bool]:
    """A function that tells whether a file, by its path relative to the site's root, is chosen.

    Parameters
    ----------
    include, exclude : collection of str
        Patterns: ``*`` stands for anything within a folder, ``**`` for anything, ``?`` for one character. A pattern
        that names a folder stands for all files in it. Without `include` all files are chosen.

    Examples
    --------
    >>> chosen = chooser(["posts"], ["**/draft-*"])
    >>> [chosen(file) for file in ("posts/a/index.html", "posts/draft-b.html", "about.html")]
    [True, False, False]
    """
    wanted = [_pattern(glob) for glob in include]
    unwanted = [_pattern(glob) for glob in exclude]

    def chosen(file: str) -> bool:
        if wanted and not any(pattern.fullmatch(file) for pattern in wanted):
            return False
        return not any(pattern.fullmatch(file) for pattern in unwanted)

    return chosen


_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MEANINGS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _pattern(glob: str) -> re.Pattern[str]:
    parts = _GLOB.findall(glob.strip("/"))
    return re.compile("".join(_MEANINGS.get(part, re.escape(part)) for part in parts) + "(?:/.*)?", re.DOTALL)


def _matches(name: str, suffixes: Collection[str]) -> bool:
    return os.path.splitext(name)[1].lower() in suffixes
