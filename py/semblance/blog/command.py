"""``semblance site``: from what a site's author has to the files that its readers load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from semblance.blog.embedding import Embedded, embed
from semblance.blog.errors import NoPosts, SiteError
from semblance.blog.output import Indexed, write_index, write_lists, write_scripts
from semblance.blog.posts import Post, Posts
from semblance.blog.related import Choice, Lists, related
from semblance.blog.site import Selection, read_site
from semblance.blog.writing import swapped
from semblance.documents import Failure
from semblance.embedding import OnProgress
from semblance.errors import StoreError
from semblance.ports import Encoders, VectorStore

FOLDER = "semblance"
CACHE = ".semblance-cache"


@dataclass(frozen=True, slots=True)
class Task:
    """What to do.

    Parameters
    ----------
    site : Path
        The folder that is published; what is written goes into its ``semblance/``.
    selection : Selection
    choice : Choice
    search : bool
        Whether what a search needs is written too.
    cache : Path, optional
        Where vectors are kept; beside the site if not given.
    """

    site: Path
    selection: Selection = field(default_factory=Selection)
    choice: Choice = field(default_factory=Choice)
    search: bool = True
    cache: Path | None = None

    @property
    def folder(self) -> Path:
        return self.site / FOLDER


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    found: Posts
    embedded: Embedded
    lists: Lists

    @property
    def problems(self) -> Sequence[Failure]:
        """Everything that was skipped because something is wrong with it."""
        return [*self.found.problems, *self.embedded.failures]


async def run(
    task: Task,
    load: Callable[[], Awaitable[Encoders]],
    open_cache: Callable[[Path], VectorStore],
    *,
    on_page: Callable[[int], None] | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Read, embed, compare, write.

    Raises
    ------
    SiteError
        If there is no site, no post in it, or no place to write to; what was written before stays.
    BuildError, ModelError
        If the model can't be had or used.
    """
    if not task.site.is_dir():
        raise SiteError(
            "there is no such folder. Build your site first, then name the folder that holds it",
            where=str(task.site),
        )
    with swapped(task.folder) as aside:
        found = read_site(task.site, task.selection, but=task.folder, on_page=on_page)
        if not found.posts:
            raise NoPosts(_none(found), where=str(task.site))
        encoders = await load()
        embedded = await _embed(task, found.posts, encoders, open_cache, on_progress)
        lists = related(embedded.posts, embedded.records, task.choice)
        indexed = Indexed(embedded.posts, embedded.records, lists.of)
        write_lists(aside, indexed)
        write_scripts(aside)
        write_index(aside, indexed, encoders.text)
    return Outcome(found, embedded, lists)


async def _embed(
    task: Task,
    posts: Sequence[Post],
    encoders: Encoders,
    open_cache: Callable[[Path], VectorStore],
    on_progress: OnProgress | None,
) -> Embedded:
    folder = task.cache or task.site.resolve().parent / CACHE
    try:
        cache = open_cache(folder)
        try:
            return await embed(posts, encoders, cache, on_progress)
        finally:
            await cache.close()
    except StoreError as error:
        message = (
            f"the cache can't be used ({error.message}); remove that folder, all in it can be made again"
        )
        raise SiteError(message, where=str(folder)) from error


def _none(found: Posts) -> str:
    pages = len(found.left_out) + len(found.too_short) + len(found.problems) + len(found.duplicates)
    return f"none of its {pages} pages is a post" if pages else "there are no HTML pages in it"
