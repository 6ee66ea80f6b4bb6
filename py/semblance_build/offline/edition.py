"""The edition as a folder with a zip of it, and as one file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from semblance_build.assemble import deterministic_zip
from semblance_build.offline.modules import link_all
from semblance_build.offline.packing import Packed, blocks, encode, pack
from semblance_build.offline.page import LOADER, Page
from semblance_build.offline.words import with_words

GUARD = "static/js/offline/guard.js"


@dataclass(frozen=True, slots=True)
class Edition:
    """A built site, packed. The written files depend on nothing else.

    Examples
    --------
    >>> edition = Edition.read(Path("dist"))  # doctest: +SKIP
    >>> edition.write_folder(Path("dist-offline"))  # doctest: +SKIP
    """

    dist: Path
    page: Page
    packed: Packed

    @classmethod
    def read(cls, dist: Path, languages: Collection[str] = ()) -> Edition:
        """Read and pack a site. If there are languages, so is the multilingual model, with the words of these."""
        page = Page.read(dist)
        aside = {"index.html", *page.shown}
        paths = {path.relative_to(dist).as_posix(): path for path in _files(dist)}
        contents = {name: path.read_bytes() for name, path in paths.items() if name not in aside}
        return cls(dist, page, pack(link_all(with_words(contents, languages))))

    def write_folder(self, target: Path) -> None:
        """Write the folder, in place of an older one, and beside it a zip of the same name."""
        shutil.rmtree(target, ignore_errors=True)
        for name in self.page.shown:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.dist / name, target / name)
        parts = target / "parts"
        parts.mkdir(parents=True)
        for name, data in self.packed.parts.items():
            script = b'semblancePart("%b","%b");\n' % (name.encode(), encode(data))
            (parts / f"{name}.js").write_bytes(script)
        (parts / "loader.js").write_text(self._script(*LOADER), encoding="utf-8")
        guard = self._script(GUARD)
        end = f"""{self._contents(single=False)}
<script src="parts/loader.js"></script>
<script>{guard}</script>"""
        (target / "index.html").write_text(self.page.for_folder(end, guard), encoding="utf-8")
        members = ((path.relative_to(target.parent).as_posix(), path.read_bytes()) for path in _files(target))
        deterministic_zip(target.with_name(target.name + ".zip"), members)

    def write_single_file(self, target: Path) -> None:
        """Write one HTML file; its parts stand before its script."""
        script = self._script(*LOADER)
        end = f"{self._contents(single=True)}\n<script>{script}</script>"
        html = self.page.for_single_file(self.dist, end, script)
        start = html.rindex(b"<script>")
        with target.open("wb") as file:
            file.write(html[:start])
            file.writelines(blocks(self.packed))
            file.write(html[start:])

    def _script(self, *names: str) -> str:
        return "\n".join((self.dist / name).read_text(encoding="utf-8") for name in names)

    def _contents(self, single: bool) -> str:
        table = {
            "single": single,
            "entries": self.page.entries,
            "groups": self.packed.groups,
            "files": self.packed.files,
        }
        return f'<script type="application/json" id="packed-contents">{json.dumps(table, sort_keys=True)}</script>'


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
