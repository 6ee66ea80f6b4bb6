"""The stores that keep the contract, each as a way to run a check.

An adapter runs one check of one contract module, on a database of its own. Those of CPython call it; that of
the browser sends the sources of `contract.store_contract`, `contract.collection_contract` and `fakes` into
the page and runs the check there, where ``make_store`` opens IndexedDB.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page

from browser.interpreter import python
from fakes import FakeStore
from semblance.native.store import DirectoryStore
from semblance.ports import VectorStore
from semblance.storage.llm_database import LlmDatabase

Check = Callable[[Callable[[str], Awaitable[VectorStore]]], Awaitable[None]]


class Adapter(Protocol):
    def run(self, check: Check) -> None:
        """Run a check; an assertion that fails raises, what the platform can't do calls `pytest.skip`."""


class Local:
    """Runs a check in this process; ``open`` opens the database of a name."""

    def __init__(self, open: Callable[[str], VectorStore]) -> None:
        self._open = open

    def run(self, check: Check) -> None:
        asyncio.run(self._run(check))

    async def _run(self, check: Check) -> None:
        async with AsyncExitStack() as stack:

            async def make_store(name: str) -> VectorStore:
                store = self._open(name)
                stack.push_async_callback(store.close)
                return store

            await check(make_store)


def memory(request: pytest.FixtureRequest) -> Adapter:
    databases: dict[str, FakeStore] = {}
    return Local(lambda name: FakeStore(databases.setdefault(name, FakeStore())))


def directory(request: pytest.FixtureRequest) -> Adapter:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    return Local(lambda name: DirectoryStore(tmp_path / name))


def llm_database(request: pytest.FixtureRequest) -> Adapter:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    return Local(lambda name: LlmDatabase(tmp_path / f"{name}.db"))


class InBrowser:
    """Runs a check inside the page's own Python, on IndexedDB."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def run(self, check: Check) -> None:
        sources = {name: (TESTS / name).read_text(encoding="utf-8") for name in SENT}
        failure = python(self._page, RUN_CHECK, sources=sources, module=check.__module__, name=check.__name__)
        assert not failure, failure


TESTS = Path(__file__).parents[1]
SENT = ("fakes.py", "contract/store_contract.py", "contract/collection_contract.py")
RUN_CHECK = """
import importlib, pathlib, sys, traceback, uuid
from contextlib import AsyncExitStack
from semblance.browser.indexeddb import IndexedDBStore

folder = pathlib.Path("/tmp/contract_suite")
for path, source in sources.items():
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(source, encoding="utf-8")
if str(folder) not in sys.path:
    sys.path.insert(0, str(folder))
check = getattr(importlib.import_module(module), name)
prefix = uuid.uuid4().hex

async def run():
    async with AsyncExitStack() as stack:
        async def make_store(name):
            store = await IndexedDBStore.open(f"{prefix}-{name}")
            stack.push_async_callback(store.close)
            return store
        await check(make_store)

try:
    await run()
    failure = ""
except Exception:
    failure = traceback.format_exc()
failure
"""


def indexeddb(request: pytest.FixtureRequest) -> Adapter:
    return InBrowser(request.getfixturevalue("interpreter_page"))


ADAPTERS: list[Callable[[pytest.FixtureRequest], Adapter]] = [memory, directory, llm_database, indexeddb]
