"""The command ``semblance`` with the tiny model in ``$TINY_MODEL``; with ``--two-workers``, on a Dask cluster of two.

Where ``$KILLED`` names a file, the first worker that begins its second part makes it and gets SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing import parent_process
from pathlib import Path

from distributed import LocalCluster

from semblance import cli, wiring
from semblance.arrays import FloatArray
from semblance.models.text import SentenceEncoder
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.ports import Encoders, TextEncoder


async def load_encoders(threads: int = 0, name: str = "") -> Encoders:
    encoder = await load_text_encoder(Path(os.environ["TINY_MODEL"]), threads=threads)
    return Encoders(encoder if parent_process() is None else dying(encoder))


async def load_tokenizer() -> Tokenizer:
    return await Tokenizer.create(Path(os.environ["TINY_MODEL"]))


def dying(encoder: SentenceEncoder) -> TextEncoder:
    """The encoder of a worker, which takes its process with it if it is the first to begin a second part."""
    encode, begun = encoder.encode, 0

    async def encode_or_die(texts: Sequence[str], prompt_name: str | None = None) -> FloatArray:
        nonlocal begun
        begun += 1
        if begun == 2 and "KILLED" in os.environ:
            die_once(Path(os.environ["KILLED"]))
        return await encode(texts, prompt_name)

    encoder.encode = encode_or_die  # type: ignore[method-assign,assignment]
    return encoder


def die_once(killed: Path) -> None:
    """Kill this process, unless another one was killed so before."""
    try:
        killed.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


wiring.load_encoders = load_encoders
wiring.load_tokenizer = load_tokenizer  # type: ignore[assignment]

if __name__ == "__main__":  # the processes of workers import this module too
    if sys.argv[1] == "--two-workers":
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            sys.exit(cli.main([*sys.argv[2:], "--dask", cluster.scheduler_address]))
    sys.exit(cli.main())
