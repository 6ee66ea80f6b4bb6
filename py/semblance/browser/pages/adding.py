"""Adding documents: files, folders, drops, pasted text, the sample."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from itertools import count as count_from
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi
from semblance.browser.images import BlobFile
from semblance.browser.pages.dom import by_id, closest, on_action, show
from semblance.browser.pages.reporting import ReportPanel
from semblance.documents import Document, Failure
from semblance.embedding.report import Progress
from semblance.errors import SemblanceError
from semblance.ingest import check_size, describe, is_picture, may_describe, read
from semblance.pace import Pacer
from semblance.wording import count, duration

if TYPE_CHECKING:
    from semblance.browser.pages.app import App

SAMPLE = "static/sample.zip"


@dataclass(slots=True)
class Upload:
    """What a user gave in one go: the files of one folder, or single files (``folder`` empty)."""

    folder: str
    files: list[tuple[str, Any]] = field(default_factory=list)  # (path, File)


class Adding:
    """Everything that puts documents into the collection; one run at a time, others wait their turn."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._running: asyncio.Task[None] | None = None
        self._report = ReportPanel(app)
        listen = app.scope.listen
        listen(by_id("add-files"), "change", self._files_chosen)
        listen(by_id("add-folder"), "change", self._folder_chosen)
        listen(by_id("progress-cancel"), "click", lambda _: self._cancel())
        listen(ffi.document, "click", self._close_menu)
        listen(ffi.document, "keydown", self._close_menu)
        listen(ffi.document, "dragover", self._dragged_over)
        listen(ffi.document, "dragleave", self._dragged_out)
        listen(ffi.document, "drop", self._dropped)
        on_action(app.scope, by_id("app"), {"paste": self._paste, "sample": self._sample})

    def _close_menu(self, event: Any) -> None:
        """Close the menu of ways to add on Escape, and on any click but the one that opens it."""
        opens = closest(event.target, "#add-menu > summary") is not None
        if event.key == "Escape" if event.type == "keydown" else not opens:
            by_id("add-menu").open = False

    # --- ways in ---

    def _files_chosen(self, event: Any) -> None:
        self._start([Upload("", [(file.name, file) for file in event.target.files])])
        event.target.value = ""  # so that choosing the same file again is an event

    def _folder_chosen(self, event: Any) -> None:
        files = [(str(file.webkitRelativePath or file.name), file) for file in event.target.files]
        if files:
            self._start([Upload(files[0][0].partition("/")[0], files)])
        event.target.value = ""

    def _dragged_over(self, event: Any) -> None:
        if "Files" in event.dataTransfer.types:
            event.preventDefault()
            show(by_id("drop-cover"))

    def _dragged_out(self, event: Any) -> None:
        if ffi.or_none(event.relatedTarget) is None:
            show(by_id("drop-cover"), False)

    def _dropped(self, event: Any) -> None:
        show(by_id("drop-cover"), False)
        if "Files" in event.dataTransfer.types:
            event.preventDefault()
            self._app.run(self._walk(ffi.bridge.walkDataTransfer(event.dataTransfer.items)))

    async def _walk(self, walking: Any) -> None:
        uploads: dict[str, Upload] = {}
        for found in await ffi.js_call(walking):
            uploads.setdefault(found.folder, Upload(found.folder)).files.append((found.path, found.file))
        self._start(list(uploads.values()))

    def _paste(self, _: Any) -> None:
        self._app.run(self._add_pasted())

    async def _add_pasted(self) -> None:
        pasted = await self._app.dialogs.ask_paste()
        if pasted is not None and pasted[1].strip():
            title, text = pasted
            id = self._free_id(title or f"pasted {datetime.now():%Y-%m-%d %H.%M.%S}")
            await self._in_turn(self._embed([Document(id, text, title)], [], folder=""))

    def _free_id(self, wanted: str) -> str:
        """The id itself, or with a number where it is taken: pasting never replaces what is there."""
        taken = set(self._app.collection.ids())
        numbered = (f"{wanted} ({number})" for number in count_from(2))
        return next(id for id in chain([wanted], numbered) if id not in taken)

    def _sample(self, _: Any) -> None:
        self._app.run(self._in_turn(self._add_sample()))

    async def _add_sample(self) -> None:
        response = await ffi.js_call(ffi.window.fetch(ffi.bridge.asset(SAMPLE)))
        if not response.ok:
            raise SemblanceError("the sample could not be loaded")
        documents, failures = await _read_all("sample.zip", await ffi.blob_bytes(response), "sample")
        await self._embed(documents, failures, folder="")

    # --- the run ---

    def _start(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads:
            self._app.run(self._in_turn(self._read_and_embed(upload)))

    async def _in_turn(self, work: Any) -> None:
        async with self._turn:
            self._running = asyncio.ensure_future(work)
            try:
                await asyncio.wait([self._running])
                if self._running.cancelled():
                    self._app.dialogs.toast("Cancelled. What was embedded so far is kept.")
                else:
                    self._running.result()
            finally:
                self._running = None
                show(by_id("progress-panel"), False)
                await self._app.changed()

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    async def _read_and_embed(self, upload: Upload) -> None:
        documents: list[Document] = []
        failures: list[Failure] = []
        tables: dict[str, list[Document]] = {}
        for number, (path, file) in enumerate(upload.files):
            if _hidden(path):
                continue
            self._say(f"Reading {count(len(upload.files), 'file')}", number, len(upload.files))
            found, failed = await _read_file(path, file, upload.folder)
            failures += failed
            if may_describe(path):
                tables[path] = found
            elif any(document.image for document in found):  # an archive may hold a table too
                documents += _described(found, [], "")[0]
            else:
                documents += found
        for path, rows in tables.items():
            documents, failed = _described(documents, rows, path)
            failures += failed
        await self._embed(documents, failures, upload.folder)

    async def _embed(self, documents: list[Document], failures: list[Failure], folder: str) -> None:
        collection = self._app.collection
        self._say("Waiting for the model", 0, 1)
        keep = await self._app.keeps_originals()
        if folder:
            unreadable = [failure.id for failure in failures]
            report = await collection.sync(
                documents, folder, unreadable=unreadable, on_progress=self._show_progress, keep_originals=keep
            )
        else:
            report = await collection.embed_multi(
                documents, on_progress=self._show_progress, keep_originals=keep
            )
        report.failed[:0] = failures
        self._report.show(collection, report, documents)
        self._app.after_adding()

    async def reembed(self) -> None:
        """Embed all texts of the open collection again."""
        await self._in_turn(self._reembed())

    async def _reembed(self) -> None:
        collection = self._app.collection
        self._say("Waiting for the model", 0, 1)
        self._report.show(collection, await collection.reembed(self._show_progress), [])

    def _show_progress(self, progress: Progress) -> None:
        words = [f"Embedding {progress.done} of {progress.total}"]
        if progress.rate is not None:
            words.append(
                f"{progress.rate:.1f} per second" if progress.rate < 10 else f"{progress.rate:.0f} per second"
            )
        if progress.remaining is not None and progress.done < progress.total:
            words.append(f"about {duration(progress.remaining)} left")
        self._say(" · ".join(words), progress.chars_done, progress.chars_total)
        self._app.items_arrived()

    def _say(self, text: str, done: int, total: int) -> None:
        show(by_id("progress-panel"))
        by_id("progress-text").textContent = text
        by_id("progress").max = max(1, total)
        by_id("progress").value = done


def _hidden(path: str) -> bool:
    """Whether a file is one that systems and tools keep for themselves, such as ``.git/config``."""
    return any(part.startswith(".") for part in path.split("/"))


async def _read_file(path: str, file: Any, folder: str) -> tuple[list[Document], list[Failure]]:
    try:
        if is_picture(path):
            title = str(file.name) if folder else ""
            return [Document(path, "", title, source=folder, image=BlobFile(file))], []
        check_size(path, int(file.size))
        data = await ffi.blob_bytes(file)
    except SemblanceError as error:
        if not error.where:
            error.where = path
        return [], [Failure(path, error)]
    return await _read_all(path, data, folder)


def _described(
    documents: list[Document], rows: list[Document], table: str
) -> tuple[list[Document], list[Failure]]:
    """The documents, pictures among them described by the rows where they are about them.

    Where no table is named, any other document may be such a row.
    """
    texts = [document for document in documents if document.image is None]
    pictures = [document for document in documents if document.image is not None]
    if not table:
        texts, rows = [], texts
    pictures, rows, failures = describe(pictures, rows, table)
    return [*texts, *pictures, *rows], failures


async def _read_all(name: str, data: bytes, source: str) -> tuple[list[Document], list[Failure]]:
    """Everything in one file, giving way to the page in between."""
    documents: list[Document] = []
    failures: list[Failure] = []
    pacer = Pacer()
    for found in read(name, data, source=source):
        if isinstance(found, Document):
            documents.append(replace(found, source=source))
        elif found is not None:
            failures.append(found)
        await pacer.breathe()
    return documents, failures
