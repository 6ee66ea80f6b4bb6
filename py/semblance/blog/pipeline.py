"""The pipeline of ``semblance site``: read posts, embed them, find related ones, write what readers load."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Literal

from semblance.arrays import FloatArray
from semblance.blog import inject
from semblance.blog.embedding import (
    COLLECTION,
    OTHER_LANGUAGES,
    Embedded,
    embed,
    joined,
    missing,
    unknown_languages,
)
from semblance.blog.files import find_files, unreadable
from semblance.blog.headings import Headings
from semblance.blog.output import (
    FORMAT,
    Engine,
    Indexed,
    ReaderFiles,
    write_index,
    write_lists,
    write_scripts,
)
from semblance.blog.parts.embedding_part import Request
from semblance.blog.parts.encoding_part import EncodedPosts, encoding_parts
from semblance.blog.parts.folder import NOTHING, WHOLE, Compute, Parts, Share, one_after_another
from semblance.blog.parts.part import Tools
from semblance.blog.posts import Place, Post
from semblance.blog.reader import index as reader_index
from semblance.blog.reader.cutting import cutting_of, vocabulary_of
from semblance.blog.reader.index import Lessons, Teachers, lessons_of
from semblance.blog.reader.kept_vectors import KeptVectors
from semblance.blog.reader.scripts import write_scripts as write_reader_scripts
from semblance.blog.reading import Reading
from semblance.blog.related import Choice, RelatedPosts, related
from semblance.blog.similarities import write_similarities
from semblance.blog.site import HTML, Selection, read_site
from semblance.blog.sources import read_feed, read_markdown
from semblance.blog.writing import dumps, replace, swapped, write
from semblance.documents import Failure
from semblance.embedding.batches import OnProgress
from semblance.embedding.recipe import DOCUMENT_PROMPT, QUERY_PROMPT
from semblance.errors import NoPosts, SiteError, StoreError
from semblance.ingest.items import failure_of
from semblance.parts.errors import BuildError
from semblance.ports import Encoders, PieceTokenizer, VectorStore
from semblance.version import __version__
from semblance.wording import count

FOLDER = "semblance"
DATA = "semblance_related.json"
SOURCE = "source.txt"
"""The file among the results that tells what they were made of; see `digest`."""
PARTS = "parts"
"""The folder of the cache that keeps parts: until the run ends, or for the next run, as their kind says."""
READER_CACHE = "reader"
"""The folder of the cache that keeps vectors of sentences."""


@dataclass(frozen=True, slots=True)
class Task:
    """What one run does, and with which files.

    Parameters
    ----------
    site : Path
        The folder that is published. The results go into its folder ``semblance/``.
    cache : Path
        The folder that keeps vectors between runs.
    kind : str
        Where posts are read from: the ``site`` itself, a ``feed`` or ``markdown``.
    source : Path
        The site, the feed's file or the folder of Markdown.
    selection : Selection
        Which pages are posts.
    choice : Choice
        Which posts are related.
    search : bool
        Whether to write the reader's index too, which a search needs.
    engine : bool
        Whether to write the engine too, which searches with the full model and reads feeds.
    headings : Headings, optional
        What stands over the links that are written into pages; None to write no links.
    data : sequence of Path
        Folders that each get one file with all lists, for templates.
    sqlite : Path, optional
        A database that gets the table ``similarities``.
    parts : Path, optional
        The folder that keeps what is computed; None for one in the cache, which then keeps what the next run may need.
    merged : sequence of Path
        Folders with parts that were computed elsewhere.
    """

    site: Path
    cache: Path
    kind: Literal["site", "feed", "markdown"]
    source: Path
    selection: Selection = field(default_factory=Selection)
    choice: Choice = field(default_factory=Choice)
    search: bool = True
    engine: bool = False
    headings: Headings | None = None
    data: Sequence[Path] = ()
    sqlite: Path | None = None
    parts: Path | None = None
    merged: Sequence[Path] = ()

    @property
    def folder(self) -> Path:
        """The folder of the results."""
        return self.site / FOLDER


# Python 3.11's `asyncio.run` asks for the repr of a task and its result at its end. That of 10,000 posts took 35 s, 400 MB.
@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """The result of a run.

    Parameters
    ----------
    reading : Reading
    embedded : Embedded
    related : RelatedPosts
    injected : int
        Number of pages whose links changed.
    unplaced : sequence of Failure
        Pages that have no place for links.
    no_engine : str
        Why there is no engine; empty if there is one, or if none was wanted.
    parts : Parts
        What was computed, and how much of it was there.
    """

    reading: Reading
    embedded: Embedded
    related: RelatedPosts
    injected: int
    unplaced: Sequence[Failure]
    no_engine: str
    parts: Parts

    @property
    def hydrated(self) -> int:
        """The number of posts that got no links, since a script draws their pages again."""
        return len(self.reading.hydrated)

    @property
    def problems(self) -> Sequence[Failure]:
        """All files and posts that were skipped because something is wrong with them."""
        return [*self.reading.problems, *self.embedded.failures, *self.unplaced]


@dataclass(frozen=True, slots=True)
class Adapters:
    """The adapters that a run uses.

    Parameters
    ----------
    load_encoders : async callable
        Loads the encoders; awaited once there are posts.
    open_cache : callable
        Opens the store in a folder.
    load_tokenizer : async callable
        Loads the tokenizer of the text encoder.
    tokens : Path
        The folder that keeps vectors of single tokens, for all sites.
    write_engine : callable
        Writes the engine, which searches with the full model, into a folder.
    load_multilingual, load_multilingual_tokenizer : async callable
        Load the encoders for posts in languages that the first model does not know, and their tokenizer.
    load_metric : async callable
        Loads how such posts are compared.
    compute : callable
        Computes what no cache and no folder of parts holds.
    """

    load_encoders: Callable[[], Awaitable[Encoders]]
    open_cache: Callable[[Path], VectorStore]
    load_tokenizer: Callable[[], Awaitable[PieceTokenizer]]
    tokens: Path
    write_engine: Callable[[Path], Engine]
    load_multilingual: Callable[[], Awaitable[Encoders]]
    load_multilingual_tokenizer: Callable[[], Awaitable[PieceTokenizer]]
    load_metric: Callable[[], Awaitable[FloatArray]]
    compute: Compute = one_after_another


@dataclass(frozen=True, slots=True)
class _Models:
    """The encoders of a run, others for posts in languages that the first ones do not know, and these languages.

    `metrics` has how posts in these are compared.
    """

    encoders: Encoders
    others: Encoders | None
    unknown: Collection[str]
    metrics: Mapping[str, FloatArray]


async def run(
    task: Task,
    adapters: Adapters,
    *,
    on_page: Callable[[int], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Read, embed, compare, write.

    Raises
    ------
    SiteError
        If there is no site, no post in it, or no place to write to. The results of an earlier run stay.
    BuildError, ModelError
        If the model can't be fetched or used.
    """
    parts = _parts(task, adapters.compute)
    reading = await read(task, parts, on_page)
    with swapped(task.folder) as aside:
        models = await _load(reading.posts, adapters)
        embedded = await _embed(task, reading.posts, models, adapters, parts, on_progress)
        related_posts = related(embedded.posts, embedded.records, task.choice, models.metrics)
        indexed = Indexed(embedded.posts, embedded.records, related_posts.lists)
        write_lists(aside, indexed)
        write_scripts(aside)
        no_engine = await _write_search(task, aside, indexed, models, adapters, parts)
        write(aside / SOURCE, digest(task, reading))
        for folder in task.data:
            folder.mkdir(parents=True, exist_ok=True)
            replace(folder / DATA, dumps(indexed.related()))
        if task.sqlite:
            write_similarities(task.sqlite, indexed)
    if task.parts is None:
        parts.tidy()  # the cache now holds the vectors
    injected, unplaced = _inject(task, indexed, reading) if task.headings else (0, [])
    return Outcome(reading, embedded, related_posts, injected, unplaced, no_engine, parts)


async def run_share(
    task: Task,
    adapters: Adapters,
    share: Share,
    *,
    on_page: Callable[[int], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Parts:
    """Compute one share of the parts that a run would need, and write nothing else. Raises as `run` does.

    What all pages are read for, and all posts encoded, needs them all. So the others of these parts are computed, too.
    """
    parts = _parts(task, adapters.compute, share)
    posts = (await read(task, parts, on_page)).posts
    models = await _load(posts, adapters)
    requests = await _missing_passages(task, posts, models, adapters, parts)
    if task.search:
        by_language = _by_language(posts)
        teachers = await _teachers_of(task, by_language, models, adapters, parts)
        lessons = await _lessons(await _encode(by_language, teachers, parts), teachers)
        for own_teachers, own in _by_teachers(lessons).items():
            requests += own_teachers.missing(own)
    for request in requests:
        await parts.complete(request, on_progress)
    return parts


async def look(task: Task, on_page: Callable[[int], None] | None = None) -> Reading:
    """Read the posts, and write nothing. Raises as `read` does."""
    return await read(task, _parts(task, one_after_another, NOTHING), on_page)


def _parts(task: Task, compute: Compute, share: Share = WHOLE) -> Parts:
    kept = task.cache / PARTS
    others = [*([kept] if task.parts else []), *task.merged]
    return Parts(task.parts or kept, others, compute, share)


async def _load(posts: Sequence[Post], adapters: Adapters) -> _Models:
    """The models that posts need."""
    encoders = await adapters.load_encoders()
    unknown = unknown_languages(posts, encoders.text.languages)
    if not unknown:
        return _Models(encoders, None, unknown, {})
    others, metric = await adapters.load_multilingual(), await adapters.load_metric()
    return _Models(encoders, others, unknown, dict.fromkeys(unknown, metric))


async def _write_search(
    task: Task, aside: Path, indexed: Indexed, models: _Models, adapters: Adapters, parts: Parts
) -> str:
    """Write the files that a search needs, or an index without a search. Gives the reason why there is no engine."""
    reader, engine, problem = ReaderFiles(), Engine(), ""
    if task.search:
        reader = await _write_reader(task, aside, indexed, models, adapters, parts)
    if task.search and task.engine:
        try:
            engine = adapters.write_engine(aside)
        except BuildError as error:
            problem = str(error)
    write_index(aside, indexed, models.encoders.text, reader, engine, by_words=models.unknown)
    return problem


async def _write_reader(
    task: Task, aside: Path, indexed: Indexed, models: _Models, adapters: Adapters, parts: Parts
) -> ReaderFiles:
    """Write the reader's index, each language taught by the model that knows it, and the scripts that search it."""
    by_language = _by_language(indexed.posts)
    teachers = await _teachers_of(task, by_language, models, adapters, parts)
    encoded = await _encode(by_language, teachers, parts)
    lessons = await _lessons(encoded, teachers)
    taught = _by_teachers(lessons)
    for own_teachers, own in taught.items():
        await own_teachers.prepare(own)
    indexes = {}
    for language, rows in indexed.by_language().items():
        records = [indexed.records[row] for row in rows]
        words = [post.words for part in encoded[language] for post in part.posts]
        name = await reader_index.write_index(
            aside, f"index-{language}", by_language[language], records, words, lessons[language]
        )
        indexes[language] = f"{name}/"
    for own_teachers in taught:
        own_teachers.keep()
    return ReaderFiles(write_reader_scripts(aside), indexes)


async def _teachers_of(
    task: Task,
    by_language: Mapping[str, Sequence[Post]],
    models: _Models,
    adapters: Adapters,
    parts: Parts,
) -> dict[str, Teachers]:
    """What teaches the query encoder of each language: the model that knows it."""
    first = second = None
    if by_language.keys() - models.unknown:
        first = await _teachers(task, models.encoders, await adapters.load_tokenizer(), adapters, parts)
    if models.others and by_language.keys() & models.unknown:
        tokenizer = await adapters.load_multilingual_tokenizer()
        second = await _teachers(task, models.others, tokenizer, adapters, parts)
    of_language = {language: second if language in models.unknown else first for language in by_language}
    return {language: teachers for language, teachers in of_language.items() if teachers}


async def _encode(
    by_language: Mapping[str, Sequence[Post]], teachers: Mapping[str, Teachers], parts: Parts
) -> dict[str, list[EncodedPosts]]:
    """What the posts of each language add to its index, part by part."""
    encoded = {}
    for language, posts in by_language.items():
        own = teachers[language]
        tools = Tools(own.encoder, own.tokenizer, own.cutting)
        encoded[language] = await parts.results(encoding_parts(posts, own.encoder), tools)
    return encoded


async def _lessons(
    encoded: Mapping[str, Sequence[EncodedPosts]], teachers: Mapping[str, Teachers]
) -> dict[str, Lessons | None]:
    """What the posts of each language teach its query encoder."""
    return {language: await lessons_of(own, teachers[language]) for language, own in encoded.items()}


def _by_teachers(lessons: Mapping[str, Lessons | None]) -> dict[Teachers, list[Lessons]]:
    groups: dict[Teachers, list[Lessons]] = {}
    for own in lessons.values():
        if own:
            groups.setdefault(own.teachers, []).append(own)
    return groups


def _by_language(posts: Sequence[Post]) -> dict[str, list[Post]]:
    """The posts of each language, the languages in order."""
    groups: dict[str, list[Post]] = {}
    for post in posts:
        groups.setdefault(post.language, []).append(post)
    return dict(sorted(groups.items()))


async def _teachers(
    task: Task, encoders: Encoders, tokenizer: PieceTokenizer, adapters: Adapters, parts: Parts
) -> Teachers:
    """What the query encoders of the languages that a model knows are taught by."""
    vocabulary = await vocabulary_of(tokenizer)
    return Teachers(
        encoders.text,
        tokenizer,
        vocabulary,
        await cutting_of(tokenizer, vocabulary),
        KeptVectors(task.cache / READER_CACHE, encoders.text, QUERY_PROMPT, parts),
        KeptVectors(adapters.tokens, encoders.text, QUERY_PROMPT, parts),
        KeptVectors(adapters.tokens, encoders.text, DOCUMENT_PROMPT, parts),
    )


async def read(task: Task, parts: Parts, on_page: Callable[[int], None] | None = None) -> Reading:
    """Read the posts. Pages are read in parts; files of Markdown and feeds are not.

    Raises
    ------
    SiteError
        If there is no site, or no post in it.
    """
    if not task.site.is_dir():
        message = "there is no such folder. Build your site first, then name the folder that holds it"
        raise SiteError(message, where=str(task.site))
    if task.kind == "feed":
        reading = read_feed(task.source, task.selection)
    elif task.kind == "markdown":
        reading = read_markdown(task.source, task.selection)
    else:
        reading = await read_site(task.source, task.selection, parts, skip=task.folder, on_page=on_page)
    if not reading.posts:
        raise NoPosts(_why_no_posts(reading), where=str(task.source))
    return reading


def outdated(task: Task, reading: Reading) -> str:
    """Why the results of an earlier run are not what a run would write now; empty if they are."""
    source = task.folder / SOURCE
    if not source.is_file():
        return f"{task.folder} is not there yet"
    if source.read_bytes() != digest(task, reading):
        return f"{task.folder} is of other posts, options or another version"
    lists = json.loads((task.folder / "data" / "related.json").read_bytes())
    with_links = {*reading.with_links, *reading.hydrated}
    without = sum(
        bool(task.headings and lists.get(post.url) and post.file not in with_links) for post in reading.posts
    )
    return f"{count(without, 'post')} without links" if without else ""


def digest(task: Task, reading: Reading) -> bytes:
    """What tells whether a run would write the same again: all that it depends on, but for the model's files."""
    digest = hashlib.sha256(repr((task.choice, task.search, task.engine, __version__, FORMAT)).encode())
    for post in reading.posts:  # one at a time: their texts together are large
        digest.update(repr(replace_fields(post, place=None, linked=0)).encode())
    return digest.hexdigest()[:16].encode() + b"\n"


def remove(task: Task) -> tuple[int, list[Failure]]:
    """Take away the links that earlier runs wrote into pages. Gives how many pages changed, and those that can't be."""
    files = [file for file in find_files(task.site, HTML, skip=task.folder) if isinstance(file, str)]
    return _write_links(task.site, dict.fromkeys(files, ("", None)))


async def _embed(
    task: Task,
    posts: Sequence[Post],
    models: _Models,
    adapters: Adapters,
    parts: Parts,
    on_progress: OnProgress | None,
) -> Embedded:
    """Embed the posts; those in languages that the model does not know by another one."""
    async with _cache(task, adapters) as cache:
        embedded = [
            await embed(own, encoders, cache, parts, on_progress, name)
            for own, encoders, name in _collections(posts, models)
        ]
        return joined(posts, *embedded) if len(embedded) > 1 else embedded[0]


async def _missing_passages(
    task: Task, posts: Sequence[Post], models: _Models, adapters: Adapters, parts: Parts
) -> list[Request]:
    """The texts that `_embed` asks its parts for."""
    async with _cache(task, adapters) as cache:
        return [
            await missing(own, encoders, cache, parts, name)
            for own, encoders, name in _collections(posts, models)
        ]


def _collections(posts: Sequence[Post], models: _Models) -> Iterator[tuple[list[Post], Encoders, str]]:
    """The posts of each collection in the cache, its encoders, and its name."""
    yield [post for post in posts if post.language not in models.unknown], models.encoders, COLLECTION
    if models.others:
        foreign = [post for post in posts if post.language in models.unknown]
        yield foreign, models.others, OTHER_LANGUAGES


@asynccontextmanager
async def _cache(task: Task, adapters: Adapters) -> AsyncIterator[VectorStore]:
    try:
        cache = adapters.open_cache(task.cache)
        try:
            yield cache
        finally:
            await cache.close()
    except StoreError as error:
        message = (
            f"the cache can't be used ({error.message}). Choose another folder with --cache, or remove this one:"
            " all in it can be made again"
        )
        raise SiteError(message, where=str(task.cache)) from error


def _inject(task: Task, indexed: Indexed, reading: Reading) -> tuple[int, list[Failure]]:
    """Write each list into its page, and remove old links from pages that are no longer posts."""
    hydrated, headings = set(reading.hydrated), task.headings or Headings()
    places: dict[str, tuple[str, Place | None]] = dict.fromkeys(
        [*reading.stale, *reading.hydrated], ("", None)
    )
    for post, listed in zip(indexed.posts, indexed.lists, strict=True):
        if post.file and post.file not in hydrated:
            others = [indexed.posts[neighbour.row] for neighbour in listed]
            markup = inject.links(post, others, headings.over(post.language), reading.base)
            places[post.file] = markup, post.place
    return _write_links(task.site, places)


def _write_links(site: Path, places: Mapping[str, tuple[str, Place | None]]) -> tuple[int, list[Failure]]:
    changed, failures = 0, list[Failure]()
    for file, (markup, place) in sorted(places.items()):
        try:
            changed += inject.inject(site, file, markup, place)
        except OSError as error:
            failures.append(unreadable(file, error))
        except Exception as error:  # a page that can't be parsed keeps no other from its links
            failures.append(failure_of(file, error, file))
    return changed, failures


def _why_no_posts(reading: Reading) -> str:
    counts = Counter(reason for _, reason in reading.left_out)
    counts["too short"] = len(reading.too_short)
    counts["of no use"] = len(reading.problems)
    reasons = [f"{number} {reason}" for reason, number in counts.items() if number]
    reasons += [*(str(problem.error) for problem in reading.problems[:3]), *reading.remarks]
    return "no post was found in it" + (f" ({'; '.join(reasons)})" if reasons else "")
