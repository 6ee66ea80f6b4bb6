"""One HTML page, as far as it can be read alone: its content, its metadata, its links."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from semblance.blog.body import Body, Link, find_body, text_of, visible
from semblance.blog.dates import Days, read_days
from semblance.blog.hydration import is_hydrated
from semblance.blog.language import language_of
from semblance.blog.marks import has_links, without_links
from semblance.blog.metadata import Metadata, read_metadata
from semblance.blog.posts import Place, key_of
from semblance.ingest.decoding import declared_encoding, decode
from semblance.ingest.items import finished, mend
from semblance.ingest.limits import check_size

_PARTS_OF_A_PAGE = re.compile(r"<(?:!doctype|html|head|title|body|main|article)\b", re.IGNORECASE)
_SEARCHED = 4_096  # characters from the start of a page
_AROUND_HEADINGS = "¶#§ \t\n"
_WITHOUT_WIDTH = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first or second level, and the address that it leads to, if to another page."""

    text: str
    level: int
    in_body: bool
    href: str


@dataclass(frozen=True, slots=True)
class Page:
    """The content of a page.

    Parameters
    ----------
    file, key : str
        See `semblance.blog.posts.Post`.
    content, paragraph : str
        Of the post. The first paragraph serves as an excerpt.
    anchors : tuple of (int, str)
    metadata : Metadata
    kind : str
        How the post's part of the page was found; see `semblance.blog.body.Body`.
    several : bool
        Whether the page is a list of articles.
    headings : tuple of Heading
        All of the page that readers see, those in the post first.
    number_of_headings : int
        Of all levels, in the post.
    links : tuple of Link
        Those in the post that lead to other pages.
    labels : dict of str to str
        The addresses that any of the page's links lead to, with the text of the longest.
    days : Days
    place : Place
        Where a list of links fits.
    has_links : bool
        Whether an earlier run wrote links into it.
    is_fragment : bool
        Whether the file is only a piece of a page, as for a script, or holds nothing at all.
    is_hydrated : bool
        Whether a script draws the post again.
    """

    file: str
    key: str
    content: str
    paragraph: str
    anchors: tuple[tuple[int, str], ...]
    metadata: Metadata
    kind: str
    several: bool
    headings: tuple[Heading, ...]
    number_of_headings: int
    links: tuple[Link, ...]
    labels: dict[str, str]
    days: Days
    place: Place
    has_links: bool
    is_fragment: bool
    is_hydrated: bool

    @property
    def share_of_links(self) -> float:
        """The share of the post's text that is in links, from 0 to 1."""
        return min(1.0, sum(len(link.label) for link in self.links) / max(1, len(self.content)))

    def language(self, usual: str) -> str:
        """The language of the post; `usual` if the page does not say it."""
        return language_of(self.metadata.language, self.content, usual)


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
    text = (
        mend(finished(decode(data, where=file, declared=declared_encoding(data))).text)
        if data.strip()
        else ""
    )
    tree = LexborHTMLParser(without_links(text))
    metadata = read_metadata(tree)
    labels = _labels(tree)
    body = find_body(tree)
    return Page(
        file=file,
        key=key_of(file),
        content=body.page.content,
        paragraph=body.paragraph,
        anchors=body.page.anchors,
        metadata=metadata,
        kind=body.kind,
        several=body.several,
        headings=_headings(tree, body),
        number_of_headings=body.headings,
        links=body.links,
        labels=labels,
        days=read_days(tree, body.nodes, metadata.dates),
        place=body.place,
        has_links=has_links(text),
        is_fragment=_PARTS_OF_A_PAGE.search(text[:_SEARCHED]) is None,
        is_hydrated=is_hydrated(tree, body.nodes),
    )


def _headings(tree: LexborHTMLParser, body: Body) -> tuple[Heading, ...]:
    inside = [(node, True) for part in body.nodes for node in visible(part, "h1, h2")]
    known = {node.mem_id for node, _ in inside}
    root = tree.root
    around = [(node, False) for node in visible(root, "h1, h2") if node.mem_id not in known] if root else []
    headings = (
        Heading(_plain(node), int((node.tag or "h2")[1]), in_body, _href(node))
        for node, in_body in inside + around
    )
    return tuple(heading for heading in headings if heading.text)


def _plain(heading: LexborNode) -> str:
    return text_of(heading).translate(_WITHOUT_WIDTH).strip(_AROUND_HEADINGS)


def _href(heading: LexborNode) -> str:
    """The address that a heading leads to, or that a link around it does; empty if to a place in the page itself."""
    parent = heading.parent
    links = heading.css("a[href]")
    if parent is not None and parent.tag == "a":
        links.append(parent)
    hrefs = [link.attributes.get("href") or "" for link in links]
    return next((href for href in hrefs if href and not href.startswith("#")), "")


def _labels(tree: LexborHTMLParser) -> dict[str, str]:
    labels: dict[str, str] = {}
    for link in tree.css("a[href]"):
        href = link.attributes.get("href") or ""
        label = text_of(link)
        if href and not href.startswith("#") and len(label) >= len(labels.get(href, "")):
            labels[sys.intern(href)] = sys.intern(label)
    return labels
