"""The command ``semblance`` with the tiny model in ``$TINY_MODEL``; with ``--two-workers``, on a Dask cluster of two.

Where ``$KILLED`` names a folder, a worker gets SIGKILL in the middle of each kind of work, and leaves a file there.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from multiprocessing import parent_process
from pathlib import Path
from typing import ParamSpec, TypeVar

from distributed import LocalCluster

from semblance import cli, wiring
from semblance.blog.parts import encoding_part, reading_part, splitting_part
from semblance.native.models import load_text_encoder
from semblance.native.tokenizer import Tokenizer
from semblance.ports import Encoders

P = ParamSpec("P")
R = TypeVar("R")


async def load_encoders(threads: int = 0, name: str = "") -> Encoders:
    encoder = await load_text_encoder(Path(os.environ["TINY_MODEL"]), threads=threads)
    encoder.encode = dying("embedding", encoder.encode)  # type: ignore[method-assign]
    return Encoders(encoder)


async def load_tokenizer(name: str = "") -> Tokenizer:
    return await Tokenizer.create(Path(os.environ["TINY_MODEL"]))


def dying(work: str, function: Callable[P, R]) -> Callable[P, R]:
    """A function that takes its process with it, if that is the first worker to call it a second time."""
    calls = 0

    @wraps(function)
    def call_or_die(*arguments: P.args, **options: P.kwargs) -> R:
        nonlocal calls
        calls += 1
        if calls == 2 and parent_process() and "KILLED" in os.environ:
            die_once(Path(os.environ["KILLED"]) / work)
        return function(*arguments, **options)

    return call_or_die


def die_once(killed: Path) -> None:
    """Kill this process, unless another one was killed so before."""
    try:
        killed.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


wiring.load_encoders = load_encoders
wiring.load_tokenizer = load_tokenizer
for module, name, work in (
    (reading_part, "read_page", "reading"),
    (splitting_part, "embedded_title", "splitting"),
    (encoding_part, "counts_of", "encoding"),
):
    setattr(module, name, dying(work, getattr(module, name)))

if __name__ == "__main__":  # the processes of workers import this module too
    if sys.argv[1] == "--two-workers":
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            sys.exit(cli.main([*sys.argv[2:], "--dask", cluster.scheduler_address]))
    sys.exit(cli.main())
