"""Adding documents: files, folders, drops, pasted text, the sample."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from semblance.browser import ffi, files, papers
from semblance.browser.images import BlobFile
from semblance.browser.pages.address import Address
from semblance.browser.pages.choosing import Choosing
from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.dom import by_id, show
from semblance.browser.pages.listing import NAME, in_order
from semblance.browser.pages.reporting import Asked, Outcome, ReportPanel
from semblance.browser.pages.session import Session
from semblance.browser.pages.unfinished import Mark, Unfinished
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.documents import Document, Failure, ImageFile
from semblance.embedding.report import Progress, Report
from semblance.errors import SemblanceError, Unreadable
from semblance.ingest import (
    composed,
    describe,
    exif,
    is_hidden,
    is_picture,
    is_system_file,
    kept_apart,
    may_describe,
)
from semblance.ingest.questions import Question
from semblance.records import Entry
from semblance.restore import Backup, read_backup
from semblance.wording import duration, first_words, free_name, size

if TYPE_CHECKING:
    from semblance.browser.pages.asking import Asking
    from semblance.browser.pages.watching import Watching

SAMPLE = "static/sample.semblance"  # with its vectors: it needs no model


@dataclass(slots=True)
class Batch:
    """Documents to be embedded together: all of a folder, or single documents (``folder`` empty)."""

    documents: list[Document]
    folder: str = ""
    unreadable: Sequence[str] = ()  # paths in the folder that could not be read
    files: int = 0  # that the documents were read from


@dataclass(slots=True)
class Upload:
    """The files of one folder, or single files (``folder`` empty)."""

    folder: str
    files: list[tuple[str, Any]] = field(default_factory=list)  # (path, File or null where it can't be read)


class Adding:
    """Adds documents to collections. One run goes on at a time; others wait their turn.

    As long as the model has not come, texts are kept without vectors, and the next addition has its turn.

    ``static/js/intake.js`` takes in what users give. All that they give in one go has one turn and one report.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turn = asyncio.Lock()
        self._waiting = 0  # additions that wait for their turn
        self._running: set[asyncio.Task[None]] = set()  # one that goes on, and those that wait for the model
        self._resumed: set[str] = set()  # keys of collections
        self._report = ReportPanel(session, self._read_again)
        self._asking: Asking | None = None
        self._watching: Watching | None = None
        self._unfinished = Unfinished(session)
        self._choosing = Choosing(session, self.embed_again)
        session.scope.listen(by_id("progress-cancel"), "click", lambda _: self._cancel())

    def listen(self) -> None:
        """Take what users gave while Python was starting, and what they give from now on."""
        ffi.bridge.receiveGiven(self._session.scope.function(self._receive))
        self._session.run(self._unfinished.offer())

    def watch(self) -> None:
        """Look at folders that the page may read again, from now on."""
        from semblance.browser.pages.watching import Watching  # what the first addition can do without

        self._watching = Watching(self._session)
        self._watching.look()

    async def _watch_folders(self, outcome: Outcome) -> None:
        """Watch the folders that were added, where the browser lets the page look at them again."""
        if self._watching is None or outcome.intake.kind != "files":
            return
        key, handles = outcome.collection.info.key, list(await ffi.js_call(outcome.intake.handles))
        await self._watching.begin(key, handles)
        watched = {str(folder.folder) for folder in handles}
        others = {str(item.folder) for item in await ffi.js_call(outcome.intake.files)} - watched - {""}
        for folder in sorted(others)[:1]:
            await self._watching.say_not_watched(folder)

    def refresh(self) -> None:
        """Show what was added to the collection that is open now. Embed what an earlier visit only kept."""
        self._report.refresh()
        collection = self._session.collection
        if collection.info.key not in self._resumed:
            self._resumed.add(collection.info.key)
            if collection.awaiting:
                self._session.run(self._resume(collection), collection)

    def speak(self) -> None:
        """Say again what was added."""
        self._report.speak()

    # --- ways in ---

    def _receive(self, intake: Any) -> None:
        """Add an input to the collection that is open now, even if another one is open when its turn comes."""
        self._begin(Outcome(self._session.collection, intake=intake))

    def _begin(self, outcome: Outcome) -> None:
        intake = outcome.intake
        work = {"files": self._add_files, "text": self._add_text, "sample": self._add_sample}[intake.kind]
        marks = asyncio.ensure_future(self._unfinished.begin(intake, outcome.collection))
        self._session.run(self._in_turn(self._add(work(intake, outcome), outcome, marks)), outcome.collection)

    def _read_again(self, before: Outcome, where: str) -> None:
        """Read all that was given in one go once more, and ask how one of its files is to be read."""
        self._begin(Outcome(before.collection, intake=before.intake, before=before, doubtful=where))

    async def _add_files(self, intake: Any, outcome: Outcome) -> None:
        self._say(words("adding.looking"), 0, 1)
        uploads: dict[str, Upload] = {}
        for item in await ffi.js_call(intake.files):
            uploads.setdefault(item.folder, Upload(item.folder)).files.append((item.path, item.file))
        total, done = sum(len(upload.files) for upload in uploads.values()), 0
        self._session.dialogs.announce(counted("adding.adding", total))
        batches = []
        for upload in uploads.values():
            batches.append(await self._read(upload, outcome, done, total))
            done += len(upload.files)
        await self._embed(batches, outcome)
        await self._remove_former(outcome)
        self._session.run(self._watch_folders(outcome))

    async def _add_text(self, intake: Any, outcome: Outcome) -> None:
        # Pasting never replaces an item.
        id = free_name(intake.title or first_words(intake.text), set(outcome.collection.ids()))
        await self._embed([Batch([Document(id, intake.text, intake.title)])], outcome)
        if id in outcome.collection.ids() and outcome.collection is self._session.collection:
            self._session.go(Address("related", id))

    async def _add_sample(self, _: Any, outcome: Outcome) -> None:
        self._say(counted("adding.reading", 1), 0, 1)  # it may take long to arrive
        response = await ffi.js_call(ffi.window.fetch(ffi.bridge.asset(SAMPLE)))
        if not response.ok:
            raise SemblanceError("browser.no_sample")
        await self._merge(await read_backup(await ffi.blob_bytes(response), SAMPLE), outcome)
        if outcome.collection is self._session.collection:
            self._session.go(Address("related", in_order(outcome.collection.entries(), NAME, {})[0].id))

    async def _merge(self, backup: Backup, outcome: Outcome) -> None:
        """Add the items of a backup. The model is waited for only where it must embed them."""
        library, collection, report = self._session.library, outcome.collection, Report()
        await library.prepare_for(collection, backup)
        if not collection.takes_vectors_of(backup.info):
            await self._wait_for_model(collection)
        outcome.reports.append(report)
        await library.merge(collection, backup, on_progress=self._show_progress, report=report)
        self._session.after_adding()
        self._session.run(self._session.load_model())

    # --- the run ---

    async def _in_turn(self, work: Any) -> None:
        waits = self._turn.locked()
        if waits:
            self._say_waiting(1)
            self._session.dialogs.announce(words("adding.next_turn"))
        async with self._turn:
            if waits:
                self._say_waiting(-1)
            running = asyncio.ensure_future(work)
            self._running.add(running)
            try:
                await asyncio.wait([running])
                if running.cancelled():
                    self._session.dialogs.toast(words("adding.kept"))
                else:
                    running.result()
            finally:
                self._running.remove(running)
                show(by_id("progress-panel"), False)
                await self._session.changed()

    async def _wait_for_model(self, collection: Collection) -> None:
        """Let the next addition have its turn until the model has come."""
        self._say(words("adding.waiting_for_model"), 0, 1)
        if collection.encoders.value is not None:
            return
        self._turn.release()
        try:
            await collection.encoders.get()
        finally:
            await self._turn.acquire()

    def _cancel(self) -> None:
        for running in self._running:
            running.cancel()

    async def _add(
        self,
        work: Coroutine[Any, Any, None],
        outcome: Outcome,
        marks: Awaitable[dict[str, Mark]] | None = None,
    ) -> None:
        """Do the work and report its outcome, however it ends."""
        outcome.ended = "broken_off"
        self._session.expect(outcome.collection, outcome.collection.count())
        lock = ffi.bridge.holdLock(_lock_of(outcome.collection))
        try:
            if marks is not None:
                outcome.marks = await asyncio.shield(marks)
            await work
            outcome.ended = ""
        except asyncio.CancelledError:
            outcome.ended = "cancelled"
            await outcome.collection.delete(outcome.names & outcome.collection.awaiting)
            raise
        finally:
            lock.release()
            self._session.expect_no_more()
            if marks is not None:  # before anything is said of the end, which may be the tab's, too
                await asyncio.shield(self._end(marks))
            if not outcome.ended or outcome.report.done:
                self._report.show(outcome)

    async def _end(self, marks: Awaitable[dict[str, Mark]]) -> None:
        with self._session.showing_errors("marks"):
            for mark in (await marks).values():
                await mark.end()

    async def _read(self, upload: Upload, outcome: Outcome, done: int, total: int) -> Batch:
        """The documents in an upload. Files that can't be read go into the report."""
        documents: list[Document] = []
        failures: list[Failure] = []
        outcome.reports.append(Report(failed=failures))
        tables: dict[str, list[Document]] = {}
        owners: dict[str, str] = {}
        for number, (given, file) in enumerate(upload.files, start=done):
            path = composed(given)
            if is_system_file(path) or (upload.folder and is_hidden(path)):
                continue
            self._say(counted("adding.reading", total), number, total)
            outcome.names.add(path)
            asked: list[Asked] = []
            read_documents, failed = await _read_file(path, file, upload.folder, self._answer(outcome, asked))
            read_documents = list(kept_apart(read_documents, path, owners))
            for one in asked:
                one.ids = {document.id for document in read_documents}
            outcome.asked += asked
            failures += failed
            if may_describe(path):
                tables[path] = read_documents
            elif any(document.image for document in read_documents):  # an archive may hold a table too
                documents += _described(read_documents, [], "")[0]
            else:
                documents += read_documents
        for path, rows in tables.items():
            documents, failed = _described(documents, rows, path)
            failures += failed
        return Batch(documents, upload.folder, [failure.id for failure in failures], len(upload.files))

    def _answer(self, outcome: Outcome, asked: list[Asked]) -> papers.Answer:
        """Answers what the reader of a file asks, and notes it."""

        async def answer(question: Question) -> None:
            from semblance.browser.pages.asking import Asking, described  # here, to load with the first table

            self._asking = self._asking or Asking(self._session)
            await self._asking.answer(question, again=question.where == outcome.doubtful)
            if not question.is_refused:
                asked.append(Asked(question.where, described(question)))

        return answer

    async def _remove_former(self, outcome: Outcome) -> None:
        """Remove the items of a file that was read in another way before."""
        if outcome.before is None:
            return
        now = {asked.where for asked in outcome.asked if asked.ids}
        former = {id for asked in outcome.before.asked if asked.where in now for id in asked.ids}
        gone = former.difference(outcome.names).intersection(outcome.collection.ids())
        outcome.before = None  # a chain of them would never be forgotten
        if gone:
            await outcome.collection.delete(gone)
            self._session.dialogs.toast(counted("layout.removed", len(gone)))

    async def _embed(self, batches: Sequence[Batch], outcome: Outcome) -> None:
        collection = outcome.collection
        documents = [document for batch in batches for document in batch.documents]
        ids = {document.id for document in documents}
        outcome.names |= ids
        outcome.notes = [(document.id, document.note) for document in documents if document.note]
        outcome.replaced = _from_other_files(documents, collection.entries())
        self._choosing.look_at(collection, documents)
        self._session.expect(collection, len(ids.union(collection.ids())))
        await self._shelve(batches, outcome)
        awaiting = collection.awaiting
        await self._wait_for_model(collection)
        deleted = awaiting.difference(collection.ids())
        keep = await self._session.settings.keeps_originals()
        await self._ask_for_originals([document.image for document in documents if document.image])
        for batch in batches:
            documents = [document for document in batch.documents if document.id not in deleted]
            report, on_progress = Report(), self._progress_of(batch, outcome)
            outcome.reports.append(report)
            if batch.folder:
                await collection.sync(
                    documents,
                    batch.folder,
                    unreadable=_and_below(batch.unreadable, collection.ids()),
                    on_progress=on_progress,
                    keep_originals=keep,
                    report=report,
                )
            else:
                await collection.embed_multi(
                    documents, on_progress=on_progress, keep_originals=keep, report=report
                )
        self._session.after_adding()

    async def _ask_for_originals(self, pictures: Sequence[ImageFile]) -> None:
        """Ask, once, whether to keep the files of pictures, too, and say what that costs."""
        settings, run = self._session.settings, self._session.run
        if not pictures or await settings.has_been_asked_for_originals():
            return
        await settings.keep_originals(False)
        total = size(sum(picture.size for picture in pictures))
        text = counted("adding.ask_for_originals", len(pictures), size=total)
        actions = {
            words("adding.keep_originals"): lambda: run(settings.keep_originals(True)),
            words("adding.keep_thumbnails"): lambda: None,
        }
        self._session.dialogs.notice(text, actions, Subject("original pictures"))

    async def _shelve(self, batches: Sequence[Batch], outcome: Outcome) -> None:
        """Keep texts whose model has not come. Where that is all, a later visit need not ask for their files again."""
        for batch in batches:
            documents = [
                replace(document, source=batch.folder or document.source) for document in batch.documents
            ]
            await self._session.library.shelve(outcome.collection, documents)
            mark = outcome.marks.get(batch.folder)
            if mark is not None and outcome.collection.awaiting.issuperset(doc.id for doc in documents):
                await mark.end()
        self._session.items_arrived()

    async def _resume(self, collection: Collection) -> None:
        """Embed what an earlier visit only kept, unless another tab is at it."""
        held = {str(name) for name in await ffi.js_call(ffi.bridge.heldLocks())}
        if _lock_of(collection) not in held:
            outcome = Outcome(collection)
            await self._in_turn(self._add(self._embed_awaiting(outcome), outcome))

    async def _embed_awaiting(self, outcome: Outcome) -> None:
        outcome.names |= outcome.collection.awaiting
        await self._wait_for_model(outcome.collection)
        report = Report()
        outcome.reports.append(report)
        await outcome.collection.embed_awaiting(self._show_progress, report)
        self._session.after_adding()

    async def merge(self, name: str, backup: Backup) -> None:
        """Open a collection and add the items of a backup to it."""
        await self._session.choose(name)
        outcome = Outcome(self._session.collection)
        await self._in_turn(self._add(self._merge(backup, outcome), outcome))

    async def reembed(self, name: str) -> None:
        """Open a collection and embed all its texts again."""
        await self._session.choose(name)
        outcome = Outcome(self._session.collection)
        await self._in_turn(self._add(self._reembed(outcome), outcome))

    async def embed_again(self, name: str, model: str) -> None:
        """Open a collection and embed all its texts with another model, while it is searched as before."""
        await self._session.choose(name)
        outcome = Outcome(self._session.collection)
        await self._in_turn(self._add(self._embed_again(outcome, model), outcome))

    async def _reembed(self, outcome: Outcome) -> None:
        self._say(words("adding.waiting_for_model"), 0, 1)
        outcome.reports.append(await outcome.collection.reembed(self._show_progress))

    async def _embed_again(self, outcome: Outcome, model: str) -> None:
        self._say(words("adding.waiting_for_model"), 0, 1)
        library, name = self._session.library, outcome.collection.name
        outcome.reports.append(await library.embed_again(name, model, self._say_progress))
        self._session.after_adding()

    def _progress_of(self, batch: Batch, outcome: Outcome) -> Callable[[Progress], None]:
        """Shows the progress of a batch, and notes it for a later visit."""
        mark = outcome.marks.get(batch.folder)

        def report(progress: Progress) -> None:
            self._show_progress(progress)
            if mark is not None:
                mark.note(progress.done, progress.total, batch.files)

        return report

    def _show_progress(self, progress: Progress) -> None:
        self._say_progress(progress)
        self._session.items_arrived()

    def _say_progress(self, progress: Progress) -> None:
        facts = [words("adding.embedding", done=progress.done, total=progress.total)]
        if progress.rate is not None:
            rate = f"{progress.rate:.1f}" if progress.rate < 10 else f"{progress.rate:.0f}"
            facts.append(words("adding.rate", rate=rate))
        if progress.remaining is not None and progress.done < progress.total:
            facts.append(words("adding.left", time=duration(progress.remaining)))
        self._say(" · ".join(facts), progress.chars_done, progress.chars_total)

    def _say_waiting(self, change: int) -> None:
        self._waiting += change
        by_id("progress-waiting").textContent = (
            counted("adding.more_to_come", self._waiting) if self._waiting else ""
        )

    def _say(self, text: str, done: int, total: int) -> None:
        show(by_id("progress-panel"))
        by_id("progress-text").textContent = text
        by_id("progress").max = max(1, total)
        by_id("progress").value = done


def _lock_of(collection: Collection) -> str:
    """The name of the lock that the tab holds which is adding to a collection."""
    return f"semblance:adding:{collection.info.key}"


def _from_other_files(documents: Iterable[Document], entries: Iterable[Entry]) -> list[tuple[str, str, str]]:
    """The ids of documents that replace an item of another file or folder: the id, the earlier source, the new one."""
    earlier = {entry.id: entry.source for entry in entries}
    sources = [(document.id, earlier.get(document.id, ""), document.source) for document in documents]
    return [(id, old, new) for id, old, new in sources if old and new and old != new]


def _and_below(paths: Iterable[str], ids: Iterable[str]) -> list[str]:
    """The paths, and the ids below them: a folder that can't be read still has its files."""
    paths = list(paths)
    folders = tuple(f"{path}/" for path in paths)
    return [*paths, *(id for id in ids if id.startswith(folders))]


async def _read_file(
    path: str, file: Any, folder: str, answer: papers.Answer
) -> tuple[list[Document], list[Failure]]:
    try:
        if ffi.or_none(file) is None:
            raise Unreadable("browser.no_permission", where=path)
        if is_picture(path):
            image, title = BlobFile(file), str(file.name) if folder else ""
            metadata = exif.fields(await image.read(0, exif.HEAD))
            return [Document(path, "", title, metadata, folder, image=image)], []
        return await _collected(path, files.read(path, file, source=folder, answer=answer), folder)
    except SemblanceError as error:
        if not error.where:
            error.where = path
        return [], [Failure(path, error)]


def _described(
    documents: list[Document], rows: list[Document], table: str
) -> tuple[list[Document], list[Failure]]:
    """The documents, with pictures described by the rows that are about them.

    If no table is named, any other document may be such a row.
    """
    texts = [document for document in documents if document.image is None]
    pictures = [document for document in documents if document.image is not None]
    if not table:
        texts, rows = [], texts
    pictures, rows, failures = describe(pictures, rows, table)
    return [*texts, *pictures, *rows], failures


async def _collected(
    name: str, steps: AsyncIterator[Document | Failure], source: str
) -> tuple[list[Document], list[Failure]]:
    """Everything in one file."""
    documents: list[Document] = []
    failures: list[Failure] = []
    async for step in steps:
        if isinstance(step, Document):
            # What is several items has its file as its source, so that items of two files are told apart.
            documents.append(replace(step, source=source or ("" if step.id == name else name)))
        else:
            failures.append(step)
    return documents, failures
