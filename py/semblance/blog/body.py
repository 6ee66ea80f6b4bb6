"""The part of a page that is the post: its elements and their text."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from semblance.ingest import web_page
from semblance.ingest.items import finished

OWN, PAGEFIND = "data-semblance-body", "data-pagefind-body"

_MAINS = (
    "main, [role=main]",
    "[itemprop~=articleBody], .h-entry, .post-content, .entry-content, #content",
    "body",
)
_IGNORED = (
    "nav, footer, script, style, form, button, iframe, dialog, select, related-posts, semantic-search, "
    "[role=navigation], [aria-hidden=true], .semblance-related, .linenos, .linenodiv, .lineno, "
    "[data-semblance-ignore], [data-pagefind-ignore]"
)
_HEADINGS = "h1, h2, h3, h4, h5, h6"
_LINKED = 0.6  # the least share of linked headings in a list
_SHARE = 0.8  # an article with at least this share of the text of all articles is the page's own


@dataclass(frozen=True, slots=True)
class Body:
    """The post's part of a page.

    Parameters
    ----------
    kind : str
        What marks the part: `OWN`, `PAGEFIND`, ``article``, ``main`` or ``body``.
    nodes : list of LexborNode
        The elements, in the order of the page; none is inside another.
    page : web_page.Page
        Their text, with the headings' anchors.
    links : float
        The share of the text that is in links, from 0 to 1.
    paragraph : str
        The first paragraph of some length.
    several : bool
        Whether the page is a list of articles.
    linked_headings : bool
        Whether most of the headings, and at least three, lead to other pages, as in a list with summaries.
    """

    kind: str
    nodes: list[LexborNode]
    page: web_page.Page
    links: float
    paragraph: str
    several: bool
    linked_headings: bool


def find_body(tree: LexborHTMLParser) -> Body:
    """The post's part of a page. Elements to be ignored are marked as hidden."""
    # They are marked, not removed: that is safe with nested elements, and hidden text is left out as well.
    for node in tree.css(_IGNORED):
        node.attrs["hidden"] = ""
    kind, nodes, several = _choose(tree)
    for node in nodes:
        _prepare_headings(node)
    markup = "".join(node.html or "" for node in nodes)
    # <main> keeps the extraction from preferring an article among the nodes to the other nodes.
    page = finished(web_page.extract(f"<main>{markup}</main>"))
    links = _share_of_links(nodes, page.content)
    return Body(kind, nodes, page, links, _paragraph(nodes), several, _has_linked_headings(nodes))


def _choose(tree: LexborHTMLParser) -> tuple[str, list[LexborNode], bool]:
    for kind in (OWN, PAGEFIND):
        if marked := _outermost(tree, f"[{kind}]"):
            return kind, marked, False
    mains = next((elements for selector in _MAINS if (elements := _outermost(tree, selector))), [])
    hidden = {node.mem_id for node in tree.css("[hidden] article")}
    articles = [node for node in _outermost(tree, "article") if node.mem_id not in hidden]
    kind = "body" if mains and mains[0].tag == "body" else "main"
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
    inner = {node.mem_id for node in tree.css(f":is({selector}) :is({selector})")}
    return [node for node in tree.css(selector) if node.mem_id not in inner]


def _prepare_headings(body: LexborNode) -> None:
    """Give each heading the id that a link can lead to, and hide the sign that links to the heading itself."""
    for heading in body.css(_HEADINGS):
        for link in heading.css("a[href]"):
            if (link.attributes.get("href") or "").startswith("#") and not any(map(str.isalnum, link.text())):
                link.attrs["hidden"] = ""
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


def _share_of_links(nodes: list[LexborNode], content: str) -> float:
    inside = sum(
        len(link.text(strip=True))
        for node in nodes
        for link in _visible(node, "a[href]")
        if _leads_elsewhere(link)
    )
    return min(1.0, inside / max(1, len(content)))


def _has_linked_headings(nodes: list[LexborNode]) -> bool:
    headings = [heading for node in nodes for tag in _HEADINGS.split(", ") for heading in _visible(node, tag)]
    linked = sum(
        any(map(_leads_elsewhere, heading.css("a[href]")))
        or (heading.parent is not None and heading.parent.tag == "a" and _leads_elsewhere(heading.parent))
        for heading in headings
    )
    return linked >= 3 and linked >= _LINKED * len(headings)


def _leads_elsewhere(link: LexborNode) -> bool:
    return not (link.attributes.get("href") or "#").startswith("#")


def _paragraph(nodes: list[LexborNode]) -> str:
    texts = (
        " ".join(paragraph.text().split())
        for node in nodes
        for paragraph in _visible(node, "p")
        if not paragraph.css_matches("header p")
    )
    return next((text for text in texts if len(text) >= 40), "")


def _visible(node: LexborNode, selector: str) -> list[LexborNode]:
    hidden = {inner.mem_id for inner in node.css(f"[hidden] {selector}, {selector}[hidden]")}
    return [inner for inner in node.css(selector) if inner.mem_id not in hidden]
