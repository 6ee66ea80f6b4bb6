"""Parts computed by the workers of a Dask cluster. They need no disk of ours: texts go there, files come back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from itertools import islice
from threading import Lock

from distributed import Client, LocalCluster, as_completed
from distributed.comm import parse_address, parse_host_port

from semblance import wiring
from semblance.blog.parts.folder import Compute
from semblance.blog.parts.part import Part, compute
from semblance.errors import ModelError, SiteError
from semblance.native.blocking import wait
from semblance.pace import Lazy
from semblance.ports import TextEncoder

LOCAL = "local"
"""Stands for a cluster of this machine, one worker a core, which ends with the run."""

_IN_FLIGHT = 256
"""So many parts are with the cluster at once. Each is a few dozen kilobytes of text, which the scheduler holds too."""

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
    async def compute_all(parts: Sequence[Part], encoder: TextEncoder) -> AsyncIterator[tuple[Part, bytes]]:
        client = await connected.get()
        by_key = {f"semblance-{part.key}": part for part in parts}
        waiting = iter(by_key)

        def submit(key: str) -> object:
            return client.submit(compute_part, by_key[key], key=key, retries=_RETRIES)

        running = as_completed(map(submit, islice(waiting, _IN_FLIGHT)))
        async for future in running:
            try:
                data = await future
            except Exception as error:  # whatever ended the part on its worker
                remedy = "What was embedded is kept: run the command again. Each worker needs this version of Semblance."
                reason = f"a worker could not embed its part ({type(error).__name__}: {error})"
                raise SiteError(reason, where=future.key, remedy=remedy) from error
            yield by_key[future.key], data
            for key in islice(waiting, 1):
                running.add(submit(key))

    return compute_all


def compute_part(part: Part) -> bytes:
    """The file of a part, computed in a worker.

    Raises
    ------
    ModelError
        If the worker's model is another one.
    """
    with _LOADING:
        encoder = _encoder(part.model)
    if encoder.fingerprint != part.fingerprint:
        raise ModelError("the worker's model is another version", where=part.model)
    return wait(compute(part, encoder))


@cache
def _encoder(model: str) -> TextEncoder:
    """A model of one thread, for Dask has a thread for each core."""
    return wait(wiring.load_encoders(threads=1, name=model)).text
