"""Core time that a site's posts take to be embedded, part by part: ``python -m semblance_build.benchmark.parts FOLDER 12``.

Of a folder of Markdown every twelfth post is taken, on one thread.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from semblance import wiring
from semblance.blog.embedding import missing
from semblance.blog.parts.part import compute
from semblance.blog.site import Selection
from semblance.blog.sources import read_markdown
from semblance.storage.memory import MemoryStore


async def measure(folder: Path, step: int) -> str:
    """The line of the result."""
    posts = read_markdown(folder, Selection()).posts[::step]
    encoders = await wiring.load_encoders(threads=1)
    started = time.process_time()
    request = await missing(posts, encoders, MemoryStore())
    split = time.process_time() - started
    parts = request.parts()
    for part in parts:
        await compute(part, request.tools)
    embedded = time.process_time() - started - split
    return (
        f"{len(posts)} posts, {len(request.texts)} passages, {len(parts)} parts: {split:.2f} core seconds to split,"
        f" {embedded:.1f} to embed; {1000 * embedded / len(request.texts):.1f} ms a passage"
    )


if __name__ == "__main__":
    print(asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2]))))
