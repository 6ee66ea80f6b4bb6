"""What the app makes a page of that hands out a collection: the kit, ``static/handout/`` of the site.

The page is the double-click edition as one file, with a collection inside and without what a reader has no use for. The
build packs the page and its modules, since modules must be linked. The app adds the large files, the model of the
collection and the collection itself, as ``static/js/handout/`` packs them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from semblance_build.offline.modules import is_module, link_all
from semblance_build.offline.packing import LARGE, Packed, blocks, pack
from semblance_build.offline.page import LOADER, Page
from semblance_build.precache import FOR_LABS, FOR_PAPERS, FOR_PICTURES, WORKER

FOLDER = "static/handout/"
KIT, PARTS = FOLDER + "kit.json", FOLDER + "parts.txt"

_UMAP = "static/vendor/embedding-atlas/"  # the map needs it as the labs do
_NOT_FOR_READERS = (
    *(prefix for prefix in FOR_LABS if prefix != _UMAP),
    *FOR_PAPERS,
    *FOR_PICTURES,
    FOLDER,
    "models/",  # the app takes the one that the collection needs
    f"static/js/{WORKER}",
    "static/js/handout/",
    "static/sample",
    "static/app.",
)
_PLACE = "<!-- the collection -->"


def write_kit(dist: Path) -> None:
    """Write the kit of a site that is built but for it."""
    page = Page.read(dist)
    contents = {name: (dist / name).read_bytes() for name in _files_for_readers(dist, page)}
    in_kit = {name: data for name, data in contents.items() if is_module(name) or len(data) < LARGE}
    packed = pack(link_all(in_kit))
    script = "\n".join((dist / name).read_text(encoding="utf-8") for name in LOADER)
    html = page.for_single_file(dist, f"{_PLACE}\n<script>{script}</script>", script).decode("ascii")
    before, after = html.split(_PLACE)
    kit = {
        "before": before,
        "after": after,
        "contents": _contents(page, packed),
        "files": sorted(contents.keys() - in_kit.keys()),
    }
    (dist / FOLDER).mkdir(parents=True)
    (dist / KIT).write_text(json.dumps(kit, sort_keys=True), encoding="utf-8")
    (dist / PARTS).write_bytes(b"".join(blocks(packed)))


def _files_for_readers(dist: Path, page: Page) -> list[str]:
    names = [path.relative_to(dist).as_posix() for path in sorted(dist.rglob("*")) if path.is_file()]
    aside = {"index.html", *page.shown}
    return [name for name in names if name not in aside and not name.startswith(_NOT_FOR_READERS)]


def _contents(page: Page, packed: Packed) -> Mapping[str, object]:
    return {"single": True, "entries": page.entries, "groups": packed.groups, "files": packed.files}
