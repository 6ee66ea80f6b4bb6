"""Parts computed by the workers of a Dask cluster. They need no disk of ours: texts go there, files come back."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from threading import Lock
from typing import Any

from distributed import Client, LocalCluster, as_completed
from distributed.comm import parse_address, parse_host_port

from semblance import wiring
from semblance.blog.parts.folder import Compute
from semblance.blog.parts.part import Part, Tools, compute
from semblance.errors import ModelError, SiteError
from semblance.native.blocking import wait
from semblance.pace import Lazy

LOCAL = "local"
"""Stands for a cluster of this machine, one worker a core, which ends with the run."""

_IN_FLIGHT = 256
_MOST_IN_FLIGHT = 2**26
"""So many parts, and characters or bytes of them, are with the cluster at once: the scheduler holds them, too."""

_RETRIES = 2
_LOADING = Lock()  # the threads of a worker share one model


@asynccontextmanager
async def workers(address: str) -> AsyncIterator[Compute]:
    """What computes parts on a cluster.

    Parameters
    ----------
    address : str
        That of the scheduler, or `LOCAL`.

    Raises
    ------
    SiteError
        If no scheduler answers.
    """
    async with AsyncExitStack() as ending:

        async def connect(scheduler: str | LocalCluster) -> Client:
            client = await Client(scheduler, asynchronous=True)
            ending.push_async_callback(client.close)
            return client

        async def start() -> Client:
            cluster = await LocalCluster(threads_per_worker=1, dashboard_address=None, asynchronous=True)
            ending.push_async_callback(cluster.close)
            return await connect(cluster)

        if address == LOCAL:
            yield _computing(Lazy(start))  # where all is there already, no worker is started
            return
        try:
            parse_host_port(parse_address(address)[1])
            client = await connect(address)
        except (OSError, ValueError) as error:
            remedy = "Start one with `dask scheduler`, and name the address that it prints."
            raise SiteError(f"no Dask scheduler answers ({error})", where=address, remedy=remedy) from error
        yield _computing(Lazy.ready(client))


def _computing(connected: Lazy[Client]) -> Compute:
    async def compute_all(parts: Iterable[Part[Any]], tools: Tools) -> AsyncIterator[tuple[Part[Any], bytes]]:
        client = await connected.get()
        waiting, under_way, running = iter(parts), dict[str, Part[Any]](), as_completed(loop=client.loop)

        def submit() -> None:
            while len(under_way) < _IN_FLIGHT and _size(under_way.values()) < _MOST_IN_FLIGHT:
                part = next(waiting, None)
                if part is None:
                    return
                key = f"semblance-{part.key}"
                if key not in under_way:
                    under_way[key] = part
                    running.add(client.submit(compute_part, part, key=key, retries=_RETRIES))

        submit()
        async for future in running:
            try:
                data = await future
            except Exception as error:  # whatever ended the part on its worker
                remedy = "What was computed is kept: run the command again. Each worker needs this version of Semblance."
                reason = f"a worker could not compute its part ({type(error).__name__}: {error})"
                raise SiteError(reason, where=future.key, remedy=remedy) from error
            yield under_way.pop(future.key), data
            submit()

    return compute_all


def _size(parts: Iterable[Part[Any]]) -> int:
    return sum(part.size for part in parts)


def compute_part(part: Part[Any]) -> bytes:
    """The file of a part, computed in a worker.

    Raises
    ------
    ModelError
        If the worker's model is another one.
    """
    if not part.model:
        return wait(compute(part, Tools()))
    with _LOADING:
        tools = _tools(part.model)
    assert tools.encoder
    if tools.encoder.fingerprint != part.fingerprint:
        raise ModelError("the worker's model is another version", where=part.model)
    return wait(compute(part, tools))


@cache
def _tools(model: str) -> Tools:
    """A model of one thread and its tokenizer, for Dask has a thread for each core."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    encoders = wait(wiring.load_encoders(threads=1, name=model))
    return wait(Tools.of(encoders.text, wait(wiring.load_tokenizer(model))))
