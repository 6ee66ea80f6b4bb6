"""One HTML page: its content, its metadata, and whether it is a post."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from semblance.blog.body import OWN, Body, find_body
from semblance.blog.marks import has_links, without_links
from semblance.blog.metadata import Metadata, read_metadata
from semblance.blog.posts import key_of
from semblance.ingest.decoding import declared_encoding, decode
from semblance.ingest.items import finished, mend
from semblance.ingest.limits import check_size

# Names that generators give to lists. A post may have such a name too; a share of links tells a list from a post.
_LIST_NAME = re.compile(
    r"(^|/)(tags?|categor(y|ies)|authors?|archives?|page)(/|$)|(^|/)(page|index)-?\d+$|^(index|blog|news|notes|posts?|articles?)$|^\d{4}(/\d\d){0,2}$"
)
_NO_POST = re.compile(r"([a-z]{2}(-\w+)?/)?(404|search)")
_LINKS, _LINKS_OF_A_LIST_NAME = 0.6, 0.15  # a page is a list if at least this share of its text is in links
_SEPARATORS = "|-–—·:»«•"


@dataclass(frozen=True, slots=True)
class Page:
    """The content of a page.

    Parameters
    ----------
    file, key : str
        See `semblance.blog.posts.Post`.
    title, content, paragraph : str
        Of the post. The first paragraph serves as an excerpt.
    anchors : tuple of (int, str)
    metadata : Metadata
    kind : str
        How the post's part of the page was found; see `semblance.blog.body.Body`.
    no_post : str
        Why the page is no post, as far as the page alone shows; empty if it may be one.
    has_links : bool
        Whether an earlier run wrote links into it.
    """

    file: str
    key: str
    title: str
    content: str
    paragraph: str
    anchors: tuple[tuple[int, str], ...]
    metadata: Metadata
    kind: str
    no_post: str
    has_links: bool


def read_page(file: str, data: bytes) -> Page:
    """Read a page.

    Parameters
    ----------
    file : str
        The page's path relative to the site's root.
    data : bytes

    Raises
    ------
    InputError
        If the page is too large, or no text.
    """
    check_size(file, len(data))
    text = mend(finished(decode(data, where=file, declared=declared_encoding(data))).text)
    tree = LexborHTMLParser(without_links(text))
    metadata, key = read_metadata(tree), key_of(file)
    body = find_body(tree)
    return Page(
        file=file,
        key=key,
        title=_title(metadata, body),
        content=body.page.content,
        paragraph=body.paragraph,
        anchors=body.page.anchors,
        metadata=metadata,
        kind=body.kind,
        no_post=_no_post(key, metadata, body),
        has_links=has_links(text),
    )


def _no_post(key: str, metadata: Metadata, body: Body) -> str:
    if metadata.is_redirect:
        return "a redirect"
    if metadata.is_noindex:
        return "noindex"
    if body.kind == OWN:
        return ""
    if _NO_POST.fullmatch(key):
        return "not a post, by its name"
    if body.several or metadata.is_list:
        return "a list"
    bound = _LINKS_OF_A_LIST_NAME if _LIST_NAME.search(key) else _LINKS
    if (body.links >= bound or body.linked_headings) and not metadata.is_article:
        return "a list"
    return ""


def _title(metadata: Metadata, body: Body) -> str:
    if metadata.title and metadata.title != metadata.site_name:
        return metadata.title
    headings = (
        (tag, " ".join(heading.text().split()).rstrip("¶#§ "))
        for tag in ("h1", "h2")
        for node in body.nodes
        for heading in node.css(f"{tag}:not([hidden])")
    )
    for tag, title in headings:
        # Where the h1 is the site's name, the post's title is an h2 that the document's title contains.
        if title and (tag == "h1" or title in metadata.document_title):
            return title
    return _without_site(metadata.document_title, metadata.site_name)


def _without_site(title: str, site_name: str) -> str:
    """A document's title without the site's name at its end.

    Examples
    --------
    >>> _without_site("Tea | My site", "My site"), _without_site("Tea", "Tea")
    ('Tea', 'Tea')
    """
    stripped = title.removesuffix(site_name).rstrip() if site_name else title
    if stripped == title or not stripped.endswith(tuple(_SEPARATORS)):
        return title
    return stripped.rstrip(_SEPARATORS).rstrip()
