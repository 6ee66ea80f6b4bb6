"""Core time that a site's parts take, and handing them to a worker: ``python -m semblance_build.benchmark.parts SITE 12``.

Every twelfth post is embedded, on one thread; all are read, split and encoded.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from semblance import wiring
from semblance.blog.embedding import missing
from semblance.blog.files import find_files
from semblance.blog.parts.encoding_part import encoding_parts
from semblance.blog.parts.folder import Parts
from semblance.blog.parts.part import Part, Tools, compute
from semblance.blog.parts.part_file import unpack
from semblance.blog.parts.reading_part import Source, reading_parts
from semblance.blog.parts.splitting_part import splitting_parts
from semblance.blog.site import HTML, Selection, read_site
from semblance.documents import Document
from semblance.storage.memory import MemoryStore


async def measure(site: Path, step: int) -> list[str]:
    """The lines of the result."""
    encoders = await wiring.load_encoders(threads=1)
    tools = await Tools.of(encoders.text, await wiring.load_tokenizer())
    with TemporaryDirectory() as folder:
        parts = Parts(Path(folder))
        posts = (await read_site(site, Selection(), parts, skip=site / "semblance")).posts
        request = await missing(posts[::step], encoders, MemoryStore(), parts)
    documents = [Document(post.key, post.content, post.title) for post in posts]
    return [
        await _cost("read", reading_parts(_sources(site)), tools),
        await _cost("split", splitting_parts(documents, encoders.text), tools),
        await _cost("embed", request.parts(), tools),
        await _cost("encode", encoding_parts(posts, encoders.text), tools),
    ]


def _sources(site: Path) -> Iterator[Source]:
    for file in find_files(site, HTML, skip=site / "semblance"):
        if isinstance(file, str):
            yield Source(file, (site / file).read_bytes())


async def _cost(work: str, parts: Iterable[Part[Any]], tools: Tools) -> str:
    """Core time of the work, and of what stays with the command when a worker does it: making parts, sending, reading."""
    count, number, computing = 0, 0, 0.0
    began = time.process_time()
    for part in _sent(parts):
        started = time.process_time()
        data = await compute(part, tools)
        computing += time.process_time() - started
        part.result(unpack(data, part.key))
        count, number = count + part.count, number + 1
    handing = time.process_time() - began - computing
    return (
        f"{work}: {count} items in {number} parts, {1000 * computing / count:.2f} ms each,"
        f" and {1000 * handing / count:.2f} ms to hand them over"
    )


def _sent(parts: Iterable[Part[Any]]) -> Iterator[Part[Any]]:
    for part in parts:
        assert part.key  # a file is looked for before
        yield pickle.loads(pickle.dumps(part))


if __name__ == "__main__":
    print("\n".join(asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2])))))
