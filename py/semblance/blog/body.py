"""The part of a page that is the post: its elements, their text, and where a list of links fits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from semblance.blog.posts import Place
from semblance.ingest import web_page
from semblance.ingest.items import finished

OWN, PAGEFIND = "data-semblance-body", "data-pagefind-body"
LIST = "semblance-related"
"""The class of the lists that an earlier run wrote."""

META = (
    ".meta, .post-meta, .entry-meta, .article-meta, .page-meta, .postmetadata, .post-info, .post-date, .post-byline,"
    " .byline, .md-source-file, .last-updated, .lastmod, .VPDocFooter"
)
"""Lines on a post, such as its dates and its author."""

_MAINS = (
    "main, [role=main]",
    "[itemprop~=articleBody], .h-entry, .post-content, .entry-content, #content",
    "body",
)
_IGNORED = (
    "nav, footer, script, style, form, button, iframe, dialog, select, related-posts, semantic-search, "
    "[role=navigation], [aria-hidden=true], [data-semblance-ignore], [data-pagefind-ignore], "
    f".{LIST}, .toc, #toc, #table-of-contents, #comments, .comments, #disqus_thread, "
    # numbers of lines of code
    ".linenos, .linenodiv, .lineno, .lnt, .ln, td.gutter, .line-numbers-rows, .line-numbers-wrapper, .rouge-gutter, "
    ".hljs-ln-numbers, .blob-num, "
    # a formula's source, which stands beside the formula
    "annotation, annotation-xml"
)
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_SHARE = 0.8  # an article with at least this share of the text of all articles is the page's own
_COLUMN = 0.8  # the column of text has at least this share of the paragraphs' text
_CONTAINERS = ("article", "main", "section", "div", "center", "body")
_FOLLOWING = ("footer", "nav", "aside", "form")  # after the text, in its column
_HIDDEN = ":is([hidden], [style*='display:none' i], [style*='display: none' i])"
_OF_A_POST = "h1, h2, p, article, main"
_UNSEEN = ("script", "style", "link", "template", "noscript")
_OF_HEADINGS = 0.9  # the share of a list's text that is in links to the page's own headings
_LONGEST_LINE = 70  # characters of a line around a date
_LONGEST_META = 200  # characters of a line on a post
_SHORTEST_LEDE = 100  # characters of a paragraph in a post's header that is part of its text


class Link(NamedTuple):
    """A link in a post."""

    href: str
    label: str
    in_heading: bool


@dataclass(frozen=True, slots=True)
class Body:
    """The post's part of a page.

    Parameters
    ----------
    kind : str
        What marks the part: `OWN`, `PAGEFIND`, ``article``, ``main`` or ``body``.
    nodes : list of LexborNode
        The elements, in the order of the page; none is inside another.
    place : Place
        Where a list of links fits: at the end of the column of text.
    page : web_page.Page
        Their text, with the headings' anchors.
    links : tuple of Link
        Those that don't lead to a place in the page itself.
    headings : int
        How many headings they have.
    paragraph : str
        The first paragraph of some length.
    several : bool
        Whether the page is a list of articles.
    """

    kind: str
    nodes: list[LexborNode]
    place: Place
    page: web_page.Page
    links: tuple[Link, ...]
    headings: int
    paragraph: str
    several: bool


def find_body(tree: LexborHTMLParser) -> Body:
    """The post's part of a page. Elements to be ignored are marked as hidden."""
    _show_what_a_script_shows(tree)
    # They are marked, not removed: that is safe with nested elements, and hidden text is left out as well.
    for node in tree.css(_IGNORED):
        _hide(node)
    kind, nodes, several = _choose(tree)
    for node in nodes:
        _hide_lists_of_headings(node)
        _hide_lines_on_the_post(node)
        _prepare_headings(node)
    markup = "".join(node.html or "" for node in nodes)
    # <main> keeps the extraction from preferring an article among the nodes to the other nodes.
    page = finished(web_page.extract(f"<main>{markup}</main>"))
    return Body(
        kind=kind,
        nodes=nodes,
        place=_place(tree, max(nodes, key=lambda node: len(node.text()))) if nodes else Place("body", 0),
        page=page,
        links=tuple(_links(nodes)),
        headings=sum(len(visible(node, _HEADINGS)) for node in nodes),
        paragraph=_paragraph(nodes),
        several=several,
    )


def visible(node: LexborNode, selector: str) -> list[LexborNode]:
    """The elements in a node that match and are not hidden."""
    hidden = {inner.mem_id for inner in node.css(f"[hidden] :is({selector}), :is({selector})[hidden]")}
    return [inner for inner in node.css(selector) if inner.mem_id not in hidden]


def text_of(node: LexborNode) -> str:
    """The text of a node on one line."""
    return " ".join(node.text().split())


def _show_what_a_script_shows(tree: LexborHTMLParser) -> None:
    """Show what a page hides until its script runs, if that is all the page has."""
    hidden = f"{_HIDDEN} :is({_OF_A_POST}), :is({_OF_A_POST}):is({_HIDDEN})"
    parts = tree.css(_OF_A_POST)
    if parts and len(tree.css(hidden)) == len(parts):
        for node in tree.css(_HIDDEN):
            for name in {"hidden", "style"} & set(node.attributes):
                del node.attrs[name]


def _hide(node: LexborNode) -> None:
    node.attrs["hidden"] = ""


def _choose(tree: LexborHTMLParser) -> tuple[str, list[LexborNode], bool]:
    for kind in (OWN, PAGEFIND):
        if marked := _outermost(tree, f"[{kind}]"):
            return kind, marked, False
    mains = next((elements for selector in _MAINS if (elements := _outermost(tree, selector))), [])
    hidden = {node.mem_id for node in tree.css("[hidden] article")}
    articles = [node for node in _outermost(tree, "article") if node.mem_id not in hidden]
    kind = "body" if mains and mains[0].tag == "body" else "main"
    if kind == "body":
        mains = [_column(mains[0])]
    if not articles:
        return kind, mains, False
    sizes = [len(node.text()) for node in articles]
    if kind == "main" and sum(sizes) < sum(len(node.text()) for node in mains) / 2:
        return kind, mains, False  # the articles only accompany the page, such as cards of other posts
    headed = [node for node in articles if (heading := node.css_first("h1")) and not heading.css("a[href]")]
    if len(headed) == 1:
        return "article", headed, False
    largest = articles[sizes.index(max(sizes))]
    return "article", [largest], len(articles) > 1 and max(sizes) < _SHARE * sum(sizes)


def _outermost(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """The elements that match and are inside no other match."""
    outermost: list[LexborNode] = []
    inside: set[int] = set()
    for node in tree.css(selector):
        if node.mem_id not in inside:
            outermost.append(node)
            inside.update(inner.mem_id for inner in node.css(selector))
    return outermost


def _column(node: LexborNode) -> LexborNode:
    """The innermost element that holds nearly all paragraphs of a node: it is as wide as the text, whatever the theme."""
    while True:
        needed = _COLUMN * _prose(node)
        inner = next(
            (
                child
                for child in node.iter()
                if child.tag in _CONTAINERS and "hidden" not in child.attributes and _prose(child) >= needed
            ),
            None,
        )
        if inner is None or not needed or not _holds_several(inner):
            return node
        node = inner


def _prose(node: LexborNode) -> int:
    """Characters of a node's paragraphs."""
    return sum(len(paragraph.text()) for paragraph in visible(node, "p"))


def _holds_several(node: LexborNode) -> bool:
    return node.tag not in ("div", "center") or sum(1 for _ in node.iter()) > 1


def _place(tree: LexborHTMLParser, node: LexborNode) -> Place:
    """The end of a node's column of text, before what follows the text there, such as a footer."""
    while node.tag not in _CONTAINERS and node.parent is not None:
        node = node.parent
    node = _column(node)
    before: LexborNode | None = None
    for child in reversed(list(node.iter())):
        if child.tag in _FOLLOWING or (child.tag in _CONTAINERS and "hidden" in child.attributes):
            before = child
        elif child.tag not in _UNSEEN and "hidden" not in child.attributes:
            break
    last = node if before is None else before
    number = next((at for at, other in enumerate(tree.css(last.tag or "")) if other.mem_id == last.mem_id), 0)
    return Place(last.tag or "", number, before is not None)


def _hide_lists_of_headings(body: LexborNode) -> None:
    """Hide lists of links to places in the page itself."""
    for node in body.css("ul, ol"):
        labels = [len(link.text(strip=True)) for link in node.css("a[href^='#']")]
        if len(labels) > 1 and sum(labels) >= _OF_HEADINGS * len(node.text(strip=True)):
            _hide(node)


def _hide_lines_on_the_post(body: LexborNode) -> None:
    """Hide what tells of the post's date, author and tags, which a build may change."""
    for header in body.css("article > header, main > header, .post-header, .entry-header"):
        _hide_all_but_headings(header)
    for header in body.iter():
        if header.tag == "header":
            _hide_all_but_headings(header)
    for line in body.css(META):
        if line.css_first(_HEADINGS) is None and len(text_of(line)) <= _LONGEST_META:
            _hide(line)
    for node in body.traverse():
        if node.tag == "time":
            _hide(_line_around(node, body))
        elif node.tag == "p" and len(text_of(node)) > _LONGEST_LINE:
            break


def _line_around(time: LexborNode, body: LexborNode) -> LexborNode:
    """The short line that a time stands in, or the time alone."""
    line = time.parent
    if line is None or line.mem_id == body.mem_id or line.css_first(_HEADINGS) is not None:
        return time
    return line if len(text_of(line)) <= _LONGEST_LINE else time


def _hide_all_but_headings(header: LexborNode) -> None:
    for child in header.iter():
        if child.css_first(_HEADINGS) is not None and not child.css_matches(_HEADINGS):
            _hide_all_but_headings(child)
        elif not child.css_matches(_HEADINGS) and not (
            child.tag == "p" and len(text_of(child)) >= _SHORTEST_LEDE
        ):
            _hide(child)


def _prepare_headings(body: LexborNode) -> None:
    """Give each heading the id that a link can lead to, and hide the sign that links to the heading itself."""
    for heading in body.css(_HEADINGS):
        for link in heading.css("a[href]"):
            if (link.attributes.get("href") or "").startswith("#") and not any(map(str.isalnum, link.text())):
                _hide(link)
        if heading.attributes.get("id"):
            continue
        inner = heading.css_first("[id], a[name]")
        parent = heading.parent
        if inner is not None:
            heading.attrs["id"] = inner.attributes.get("id") or inner.attributes.get("name") or ""
        elif parent is not None and parent.tag in ("section", "div") and _is_first(heading, parent):
            heading.attrs["id"] = parent.attributes.get("id") or ""


def _is_first(heading: LexborNode, parent: LexborNode) -> bool:
    first = parent.css_first(_HEADINGS)
    return first is not None and first.mem_id == heading.mem_id


def _paragraph(nodes: list[LexborNode]) -> str:
    texts = (
        text_of(paragraph)
        for node in nodes
        for paragraph in visible(node, "p")
        if not paragraph.css_matches("header p")
    )
    return next((text for text in texts if len(text) >= 40), "")


def _links(nodes: list[LexborNode]) -> Iterator[Link]:
    in_headings = {
        link.mem_id
        for node in nodes
        for link in node.css(", ".join(f"{tag} a[href]" for tag in _HEADINGS.split(", ")))
    }
    for node in nodes:
        for link in visible(node, "a[href]"):
            href = link.attributes.get("href") or ""
            if href and not href.startswith("#"):
                heading = link.mem_id in in_headings or link.css_first(_HEADINGS) is not None
                yield Link(sys.intern(href), text_of(link), heading)
