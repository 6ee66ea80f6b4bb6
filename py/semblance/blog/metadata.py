"""What a page says about itself: meta tags, Open Graph, JSON-LD, and Pagefind's attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from semblance.blog.posts import iso_date
from semblance.ingest.items import mend

_ARTICLES = (
    "Article",
    "BlogPosting",
    "NewsArticle",
    "TechArticle",
    "ScholarlyArticle",
    "Report",
    "Recipe",
    "HowTo",
)
_LISTS = ("CollectionPage", "SearchResultsPage", "ProfilePage", "ItemList", "Blog")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?![a-zA-Z])")
_DEPTH = 6  # lists and objects of JSON-LD inside one another


@dataclass(slots=True)
class Metadata:
    """What a page says about itself; what it does not say is empty."""

    title: str = ""
    document_title: str = ""  # of <title>, which often ends in the site's name
    site_name: str = ""
    date: str = ""
    image: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    series: str = ""
    canonical: str = ""
    language: str = ""
    is_article: bool = False
    is_list: bool = False
    is_redirect: bool = False
    is_noindex: bool = False


@dataclass(slots=True)
class _Said:
    """All of a page's metadata by where it stands, names in lower case."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    pagefind: dict[str, str] = field(default_factory=dict)
    things: list[dict[str, Any]] = field(default_factory=list)

    def first(self, *names: str) -> str:
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def thing(self, name: str) -> str:
        """A property of the first thing of JSON-LD that has it."""
        return next((text for thing in self.things for text in _texts(thing.get(name))), "")

    def types(self) -> set[str]:
        return {kind for thing in self.things for kind in _texts(thing.get("@type"))}


def read_metadata(tree: LexborHTMLParser) -> Metadata:
    """Gather what a page says about itself."""
    said = _Said(_meta(tree), _pagefind(tree), list(_things(tree)))
    types = said.types()
    published = said.first("article:published_time")
    found = Metadata(
        title=said.pagefind.get("title") or said.thing("headline") or said.first("og:title", "twitter:title"),
        document_title=_text(tree, "title"),
        site_name=said.first("og:site_name", "application-name"),
        date=iso_date(said.pagefind.get("date", "")) or _date(tree, said),
        image=said.pagefind.get("image")
        or said.first("og:image", "og:image:url", "twitter:image")
        or said.thing("image")
        or _attribute(tree, "link[rel~=image_src]", "href"),
        description=said.pagefind.get("description")
        or said.first("description", "og:description", "twitter:description")
        or said.thing("description"),
        tags=_tags(tree, said),
        series=said.first("semblance:series") or said.pagefind.get("series", "") or _series(said),
        canonical=_attribute(tree, "link[rel~=canonical]", "href"),
        language=_language(tree, said),
        is_article=bool(types.intersection(_ARTICLES) or published),
        is_list=bool(types.intersection(_LISTS)) and not types.intersection(_ARTICLES),
        is_redirect="url" in _attribute(tree, "meta[http-equiv=refresh i]", "content").lower(),
        is_noindex=any(
            re.search(r"\b(noindex|none)\b", value.lower())
            for name in ("robots", "semblance")
            for value in said.meta.get(name, ())
        ),
    )
    return found


def _meta(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        names = [node.attributes.get(key) or "" for key in ("name", "property", "itemprop", "http-equiv")]
        content = " ".join((node.attributes.get("content") or "").split())
        for name in {name.strip().lower() for name in names if name.strip()}:
            if content:
                found.setdefault(name, []).append(content)
    return found


def _pagefind(tree: LexborHTMLParser) -> dict[str, str]:
    """Pagefind's ``data-pagefind-meta``: ``title``, ``image[src]`` or ``date:2024-05-01``."""
    found: dict[str, str] = {}
    for node in tree.css("[data-pagefind-meta]"):
        for part in (node.attributes.get("data-pagefind-meta") or "").split(","):
            name, colon, value = part.strip().partition(":")
            if match := re.fullmatch(r"([\w-]+)\[([\w-]+)\]", name):
                name, value = match[1], node.attributes.get(match[2]) or ""
            elif not colon:
                value = node.text()
            found.setdefault(name.lower(), " ".join(value.split()))
    return found


def _things(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD, those of a graph included; what is broken is passed over."""
    for script in tree.css('script[type="application/ld+json" i]'):
        try:
            yield from _objects(json.loads(script.text(), strict=False))
        except (ValueError, RecursionError):
            continue


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _objects(part)
    elif isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"))


def _texts(value: Any, depth: int = _DEPTH) -> Iterator[str]:
    """Texts in a value of JSON-LD: itself, those of a list, an object's address or name."""
    if isinstance(value, str) and value.strip():
        yield mend(" ".join(value.split()))
    elif isinstance(value, list) and depth:
        for part in value:
            yield from _texts(part, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _texts(value.get("url") or value.get("name"), depth - 1)


def _series(said: _Said) -> str:
    for thing in said.things:
        part_of = thing.get("isPartOf")
        if isinstance(part_of, dict) and "Series" in str(part_of.get("@type")):
            return next(_texts(part_of.get("name")), "")
    return ""


def _date(tree: LexborHTMLParser, said: _Said) -> str:
    candidates = [
        said.first("article:published_time", "datepublished"),
        said.thing("datePublished"),
        said.first(
            "date", "dc.date", "dcterms.date", "dc.date.issued", "dcterms.created", "pubdate", "publish_date"
        ),
        _attribute(tree, "[itemprop~=datePublished]", "datetime"),
        _attribute(tree, "time.dt-published, time[pubdate]", "datetime"),
        _attribute(tree, "article time[datetime]", "datetime"),
        _attribute(tree, "main time[datetime]", "datetime"),
    ]
    return next((date for text in candidates if (date := iso_date(text))), "")


def _tags(tree: LexborHTMLParser, said: _Said) -> tuple[str, ...]:
    found = list(said.meta.get("article:tag", ()))
    for thing in said.things:
        for text in _texts(thing.get("keywords")):
            found += text.split(",")
    if not found:
        found = [node.text() for node in tree.css("a[rel~=tag], .p-category")]
    if not found:
        found = said.first("keywords").split(",")
    named: dict[str, str] = {}
    for each in found:
        if tag := " ".join(each.split()):
            named.setdefault(tag.casefold(), tag)
    return tuple(named.values())


def _language(tree: LexborHTMLParser, said: _Said) -> str:
    for text in (_attribute(tree, "html", "lang"), said.first("content-language", "og:locale", "language")):
        if match := _LANGUAGE.match(text):
            return match[0].lower()
    return ""


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    return next((value.strip() for node in tree.css(selector) if (value := node.attributes.get(name))), "")


def _text(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text().split()) if node is not None else ""
