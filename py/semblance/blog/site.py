"""A built site becomes posts: one pass over its pages, then what only all of them together tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from semblance.blog.addresses import Base, infer_base
from semblance.blog.body import OWN, PAGEFIND
from semblance.blog.files import chooser, find_files, read_bytes
from semblance.blog.page import Page, read_page
from semblance.blog.posts import Post, Posts, shortened, unusable, url_of, words
from semblance.documents import Failure
from semblance.errors import DuplicateId, Malformed, NoTitle
from semblance.ingest.items import failure_of

HTML = (".html", ".htm", ".xhtml")
EXCERPT = 200  # characters
_OFTEN = 3  # a description that so many pages share is the site's, not theirs


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a source is taken.

    Parameters
    ----------
    include, exclude : sequence of str
        See `semblance.blog.files.chooser`.
    base_url : str
        The address of the site's root; empty if it is to be found from canonical addresses.
    min_words : int
        A post with fewer is too short to be compared.
    language : str
        Of pages that don't tell; empty: the one that most others are in.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    base_url: str = ""
    min_words: int = 10
    language: str = ""


def read_site(
    root: Path, selection: Selection, *, but: Path | None = None, on_page: Callable[[int], None] | None = None
) -> Posts:
    """Read a built site.

    Parameters
    ----------
    root : Path
        The folder that is published.
    selection : Selection
    but : Path, optional
        A folder that is left out: what was written before.
    on_page : callable, optional
        Told how many pages were read so far.
    """
    found, pages = Posts(), list[Page]()
    chosen = chooser(selection.include, selection.exclude)
    for file in find_files(root, HTML, but=but):
        if isinstance(file, Failure):
            found.problems.append(file)
        elif chosen(file):
            _read(root, file, pages, found)
            if on_page:
                on_page(len(pages))
    base = infer_base(selection.base_url, ((page.file, page.metadata.canonical) for page in pages))
    posts = _without_copies(_without_others(pages, found), base, found)
    _finish(root, posts, base, selection, found)
    return found


def _read(root: Path, file: str, pages: list[Page], found: Posts) -> None:
    data = read_bytes(root, file)
    if isinstance(data, Failure):
        found.problems.append(data)
        return
    try:
        pages.append(read_page(file, data))
    except Exception as error:  # whatever a page makes a parser raise concerns this page alone
        found.problems.append(failure_of(file, error, file))


def _without_others(pages: Sequence[Page], found: Posts) -> list[Page]:
    """The pages that are posts by what they say; if any page marks its post, only those that do."""
    kinds = {page.kind for page in pages}
    marked = next((kind for kind in (OWN, PAGEFIND) if kind in kinds), "")
    posts = []
    for page in pages:
        reason = page.no_post
        if not reason and marked and page.kind not in (OWN, marked):
            reason = f"no {marked}, which other pages have"
        if reason:
            _leave_out(page, reason, found)
        else:
            posts.append(page)
    return posts


def _leave_out(page: Page, reason: str, found: Posts) -> None:
    found.left_out.append((page.file, reason))
    if page.has_links:
        found.stale.append(page.file)


def _without_copies(pages: Sequence[Page], base: Base, found: Posts) -> list[Page]:
    """The pages that have an address of their own: one for each canonical address, and for each key."""
    # A page that is its own canonical comes before others that claim its address.
    addresses = {page.file: base.key_of_canonical(page.file, page.metadata.canonical) for page in pages}
    ordered = sorted(pages, key=lambda page: (addresses[page.file] != page.key, page.file))
    kept: dict[str, Page] = {}
    elsewhere: dict[str, Page] = {}
    for page in ordered:
        address = addresses[page.file]
        other = kept.get(page.key) or kept.get(address) or elsewhere.get(address)
        if other is not None:
            _is_repeated(page, other, found)
        elif address == page.key:
            kept[page.key] = page
        else:
            _leave_out(page, "its canonical address is elsewhere", found)
            if address:
                elsewhere[address] = page
    return [kept[key] for key in sorted(kept)]


def _is_repeated(page: Page, other: Page, found: Posts) -> None:
    """A copy is nothing to worry about; another text under the same address is a mistake."""
    if page.content == other.content:
        found.duplicates.append((page.file, other.key))
    else:
        message = f"it has the address of {other.file}, and another text"
        found.problems.append(Failure(page.file, DuplicateId(message, where=page.file)))
    if page.has_links:
        found.stale.append(page.file)


def _finish(root: Path, pages: Sequence[Page], base: Base, selection: Selection, found: Posts) -> None:
    descriptions = Counter(page.metadata.description for page in pages)
    languages = Counter(page.metadata.language for page in pages if page.metadata.language)
    usual = selection.language or min(languages, key=lambda name: (-languages[name], name), default="en")
    for page in pages:
        if reason := unusable(page.key):
            found.problems.append(Failure(page.file, Malformed(reason, where=page.file)))
        elif not page.title:
            found.problems.append(Failure(page.file, NoTitle("it has no title", where=page.file)))
        elif words(page.content) < selection.min_words:
            found.too_short.append(page.key)
        else:
            own = descriptions[page.metadata.description] < _OFTEN
            found.posts.append(_post(root, page, base, usual, page.metadata.description if own else ""))
            continue
        if page.has_links:
            found.stale.append(page.file)


def _post(root: Path, page: Page, base: Base, language: str, description: str) -> Post:
    said = page.metadata
    return Post(
        key=page.key,
        url=url_of(page.file),
        title=shortened(page.title, 300),
        content=page.content,
        language=said.language or language,
        date=said.date,
        image=_image(root, base.relative(said.image, page.file)) if said.image else "",
        excerpt=shortened(description or page.paragraph, EXCERPT),
        tags=said.tags,
        series=said.series,
        anchors=page.anchors,
        file=page.file,
    )


def _image(root: Path, address: str) -> str:
    """The address of a picture, unless it should be a file of the site and is not there."""
    try:
        parts = urlsplit(address)
        return address if parts.scheme or (root / unquote(parts.path)).is_file() else ""
    except (OSError, ValueError):  # no name that a file can have
        return ""
