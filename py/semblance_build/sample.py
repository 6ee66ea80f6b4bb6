"""The sample with its vectors: a backup, so that the page shows neighbours before its model has come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from semblance.documents import Document
from semblance.ingest import read
from semblance.library import Library
from semblance.native.blocking import wait
from semblance.pace import Lazy
from semblance.parts.models import Model
from semblance.parts.paths import PACKAGE, ROOT, cache_dir
from semblance.ports import Encoders
from semblance.storage.memory import MemoryStore

NOTES = ROOT / "static" / "sample"
SOURCE = "sample"  # of its items: they come together
DATE = 315532800.0  # 1980, as in every archive: the file does not depend on the clock
# What the bytes depend on beside the notes and the model.
MAKERS = ("backup.py", "embedding", "ingest", "models", "native", "ranking")


def notes() -> list[tuple[str, bytes]]:
    """The notes, by their paths in the sample."""
    return [(path.relative_to(NOTES).as_posix(), path.read_bytes()) for path in sorted(NOTES.glob("*/*.md"))]


def backup(model: Model, archive: bytes) -> bytes:
    """A backup of a collection that holds the notes of an archive, with their vectors. It is made once and kept.

    Parameters
    ----------
    model : Model
        The text model that a collection of such notes gets.
    archive : bytes
        A zip of the notes.

    Raises
    ------
    ModelError
        If the model can't be loaded.
    """
    made = hashlib.sha256(archive)
    made.update(json.dumps(model.manifest, sort_keys=True).encode())
    for path in _makers():
        made.update(path.read_bytes())
    kept = cache_dir() / "sample" / f"{made.hexdigest()}.semblance"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        aside = kept.with_suffix(".new")
        aside.write_bytes(wait(_embedded(model, archive)))
        aside.replace(kept)
    return kept.read_bytes()


def _makers() -> Iterator[Path]:
    for name in MAKERS:
        path = PACKAGE / name
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


async def _embedded(model: Model, archive: bytes) -> bytes:
    # Here, because onnxruntime is slow to import, and writes into the home folder, and most commands don't need it.
    from semblance.native.models import load_text_encoder

    async def load() -> Encoders:
        folder = model.files["config.json"].parent
        return Encoders(await load_text_encoder(folder, manifest=model.manifest))

    library = Library(MemoryStore(), {model.name: Lazy(load)}, clock=lambda: DATE)
    collection = await library.collection(SOURCE, model=model.name)
    documents = [step for step in read("sample.zip", archive, source=SOURCE) if isinstance(step, Document)]
    await collection.embed_multi(documents)
    return b"".join([piece async for piece in library.backup(SOURCE)])
