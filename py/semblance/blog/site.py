"""Read the posts of a built site: page by page first, then with all pages together."""

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
from semblance.blog.posts import Post, Reading, shortened, unusable, url_of, words
from semblance.documents import Failure
from semblance.errors import DuplicateId, Malformed, NoTitle
from semblance.ingest.items import failure_of

HTML = (".html", ".htm", ".xhtml")
EXCERPT = 200  # characters
_OFTEN = 3  # a description that so many pages share belongs to the site, not to a page


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts of a source are taken, and what to assume about them.

    Parameters
    ----------
    include, exclude : sequence of str
        See `semblance.blog.files.chooser`.
    base_url : str
        The address of the site's root; if empty, it is inferred from canonical addresses.
    min_words : int
        A post with fewer words is too short to be compared.
    language : str
        The language of pages that don't declare theirs; if empty, the language of most other pages.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    base_url: str = ""
    min_words: int = 10
    language: str = ""


def read_site(
    root: Path,
    selection: Selection,
    *,
    skip: Path | None = None,
    on_page: Callable[[int], None] | None = None,
) -> Reading:
    """Read a built site.

    Parameters
    ----------
    root : Path
        The folder that is published.
    selection : Selection
    skip : Path, optional
        A folder that is left out, such as the results of an earlier run.
    on_page : callable, optional
        Called with the number of pages that were read so far.
    """
    reading, pages = Reading(), list[Page]()
    chosen = chooser(selection.include, selection.exclude)
    for file in find_files(root, HTML, skip=skip):
        if isinstance(file, Failure):
            reading.problems.append(file)
        elif chosen(file):
            _read(root, file, pages, reading)
            if on_page:
                on_page(len(pages))
    base = infer_base(selection.base_url, ((page.file, page.metadata.canonical) for page in pages))
    posts = _without_copies(_without_others(pages, reading), base, reading)
    _add_posts(root, posts, base, selection, reading)
    return reading


def _read(root: Path, file: str, pages: list[Page], reading: Reading) -> None:
    data = read_bytes(root, file)
    if isinstance(data, Failure):
        reading.problems.append(data)
        return
    try:
        pages.append(read_page(file, data))
    except Exception as error:  # whatever a page makes a parser raise concerns this page alone
        reading.problems.append(failure_of(file, error, file))


def _without_others(pages: Sequence[Page], reading: Reading) -> list[Page]:
    """The pages that declare themselves posts. If any page marks its post, only pages that do."""
    kinds = {page.kind for page in pages}
    marked = next((kind for kind in (OWN, PAGEFIND) if kind in kinds), "")
    posts = []
    for page in pages:
        reason = page.no_post
        if not reason and marked and page.kind not in (OWN, marked):
            reason = f"no {marked}, which other pages have"
        if reason:
            _leave_out(page, reason, reading)
        else:
            posts.append(page)
    return posts


def _leave_out(page: Page, reason: str, reading: Reading) -> None:
    reading.left_out.append((page.file, reason))
    if page.has_links:
        reading.stale.append(page.file)


def _without_copies(pages: Sequence[Page], base: Base, reading: Reading) -> list[Page]:
    """The pages with an address of their own: one for each canonical address, and one for each key."""
    # A page that is its own canonical comes before others that claim its address.
    addresses = {page.file: base.key_of_canonical(page.file, page.metadata.canonical) for page in pages}
    ordered = sorted(pages, key=lambda page: (addresses[page.file] != page.key, page.file))
    kept: dict[str, Page] = {}
    elsewhere: dict[str, Page] = {}
    for page in ordered:
        address = addresses[page.file]
        other = kept.get(page.key) or kept.get(address) or elsewhere.get(address)
        if other is not None:
            _record_repetition(page, other, reading)
        elif address == page.key:
            kept[page.key] = page
        else:
            _leave_out(page, "its canonical address is elsewhere", reading)
            if address:
                elsewhere[address] = page
    return [kept[key] for key in sorted(kept)]


def _record_repetition(page: Page, other: Page, reading: Reading) -> None:
    """Record a copy as a duplicate, and another text under the same address as a problem."""
    if page.content == other.content:
        reading.duplicates.append((page.file, other.key))
    else:
        message = f"it has the address of {other.file}, and another text"
        reading.problems.append(Failure(page.file, DuplicateId(message, where=page.file)))
    if page.has_links:
        reading.stale.append(page.file)


def _add_posts(root: Path, pages: Sequence[Page], base: Base, selection: Selection, reading: Reading) -> None:
    descriptions = Counter(page.metadata.description for page in pages)
    languages = Counter(page.metadata.language for page in pages if page.metadata.language)
    usual = selection.language or min(languages, key=lambda name: (-languages[name], name), default="en")
    for page in pages:
        if reason := unusable(page.key):
            reading.problems.append(Failure(page.file, Malformed(reason, where=page.file)))
        elif not page.title:
            reading.problems.append(Failure(page.file, NoTitle("it has no title", where=page.file)))
        elif words(page.content) < selection.min_words:
            reading.too_short.append(page.key)
        else:
            own = descriptions[page.metadata.description] < _OFTEN
            reading.posts.append(_post(root, page, base, usual, page.metadata.description if own else ""))
            continue
        if page.has_links:
            reading.stale.append(page.file)


def _post(root: Path, page: Page, base: Base, language: str, description: str) -> Post:
    metadata = page.metadata
    return Post(
        key=page.key,
        url=url_of(page.file),
        title=shortened(page.title, 300),
        content=page.content,
        language=metadata.language or language,
        date=metadata.date,
        image=_image(root, base.relative(metadata.image, page.file)) if metadata.image else "",
        excerpt=shortened(description or page.paragraph, EXCERPT),
        tags=metadata.tags,
        series=metadata.series,
        anchors=page.anchors,
        file=page.file,
    )


def _image(root: Path, address: str) -> str:
    """The address of a picture; empty if it should be a file of the site and does not exist."""
    try:
        parts = urlsplit(address)
        return address if parts.scheme or (root / unquote(parts.path)).is_file() else ""
    except (OSError, ValueError):  # no file can have this name
        return ""
