"""A page's metadata: meta tags, Open Graph, JSON-LD, and Pagefind's attributes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from semblance.blog.language import label_of
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
_FEEDS = 'link[rel~=alternate][type="application/rss+xml"], link[rel~=alternate][type="application/atom+xml"]'
_DEPTH = 6  # most levels of nested lists and objects of JSON-LD


@dataclass(slots=True)
class Metadata:
    """What a page declares about itself; fields that it does not declare are empty."""

    title: str = ""  # that the page gives for a search, in Pagefind's way
    titles: tuple[str, ...] = ()  # that it gives for previews elsewhere, some of which may be the site's
    document_title: str = ""  # of <title>, which often ends in the site's name
    site_name: str = ""
    dates: tuple[str, ...] = ()  # of publishing, the likeliest first
    image: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    series: str = ""
    canonical: str = ""
    base_href: str = ""
    translations: tuple[str, ...] = ()  # addresses of the page in other languages
    feeds: tuple[str, ...] = ()  # addresses
    language: str = ""
    type: str = ""  # of Open Graph, such as article
    is_article: bool = False
    is_list: bool = False
    is_redirect: bool = False
    is_noindex: bool = False


@dataclass(slots=True)
class _Sources:
    """A page's metadata by source, with names in lower case."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    pagefind: dict[str, str] = field(default_factory=dict)
    json_ld: list[dict[str, Any]] = field(default_factory=list)

    def meta_content(self, *names: str) -> str:
        """The content of the first meta tag that has one of these names."""
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def json_ld_text(self, name: str) -> str:
        """A property of the first object of JSON-LD that has it."""
        return next((text for node in self.json_ld for text in _texts(node.get(name))), "")

    def json_ld_types(self) -> set[str]:
        """The types of all objects of JSON-LD."""
        return {kind for node in self.json_ld for kind in _texts(node.get("@type"))}


def read_metadata(tree: LexborHTMLParser) -> Metadata:
    """Gather a page's metadata."""
    sources = _Sources(_meta(tree), _pagefind(tree), list(_json_ld(tree)))
    types = sources.json_ld_types()
    published = sources.meta_content("article:published_time")
    return Metadata(
        title=sources.pagefind.get("title", ""),
        titles=tuple(
            filter(
                None, (sources.json_ld_text("headline"), sources.meta_content("og:title", "twitter:title"))
            )
        ),
        document_title=_text(tree, "title"),
        site_name=sources.meta_content("og:site_name", "application-name"),
        dates=_dates(sources),
        image=sources.pagefind.get("image")
        or sources.meta_content("og:image", "og:image:url", "twitter:image")
        or sources.json_ld_text("image")
        or _attribute(tree, "link[rel~=image_src]", "href"),
        description=sources.pagefind.get("description")
        or sources.meta_content("description", "og:description", "twitter:description")
        or sources.json_ld_text("description"),
        tags=_tags(tree, sources),
        series=sources.meta_content("semblance:series")
        or sources.pagefind.get("series", "")
        or _series(sources),
        canonical=_attribute(tree, "link[rel~=canonical]", "href"),
        base_href=_attribute(tree, "base[href]", "href"),
        translations=tuple(_attributes(tree, "link[rel~=alternate][hreflang]", "href")),
        feeds=tuple(map(sys.intern, _attributes(tree, _FEEDS, "href"))),
        language=_language(tree, sources),
        type=sources.meta_content("og:type").lower(),
        is_article=bool(types.intersection(_ARTICLES) or published),
        is_list=bool(types.intersection(_LISTS)) and not types.intersection(_ARTICLES),
        is_redirect="url" in _attribute(tree, "meta[http-equiv=refresh i]", "content").lower(),
        is_noindex=any(
            re.search(r"\b(noindex|none)\b", value.lower())
            for name in ("robots", "semblance")
            for value in sources.meta.get(name, ())
        ),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, list[str]]:
    contents: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        names = [node.attributes.get(key) or "" for key in ("name", "property", "itemprop", "http-equiv")]
        content = " ".join((node.attributes.get("content") or "").split())
        for name in {name.strip().lower() for name in names if name.strip()}:
            if content:
                contents.setdefault(name, []).append(content)
    return contents


def _pagefind(tree: LexborHTMLParser) -> dict[str, str]:
    """Pagefind's ``data-pagefind-meta``: ``title``, ``image[src]`` or ``date:2024-05-01``."""
    values: dict[str, str] = {}
    for node in tree.css("[data-pagefind-meta]"):
        for part in (node.attributes.get("data-pagefind-meta") or "").split(","):
            name, colon, value = part.strip().partition(":")
            if match := re.fullmatch(r"([\w-]+)\[([\w-]+)\]", name):
                name, value = match[1], node.attributes.get(match[2]) or ""
            elif not colon:
                value = node.text()
            values.setdefault(name.lower(), " ".join(value.split()))
    return values


def _json_ld(tree: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD, including those of a graph. Broken JSON is skipped."""
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
    """The texts of a value of JSON-LD: a text itself, the texts of a list, an object's address or name."""
    if isinstance(value, str) and value.strip():
        yield mend(" ".join(value.split()))
    elif isinstance(value, list) and depth:
        for part in value:
            yield from _texts(part, depth - 1)
    elif isinstance(value, dict) and depth:
        yield from _texts(value.get("url") or value.get("name"), depth - 1)


def _series(sources: _Sources) -> str:
    for node in sources.json_ld:
        part_of = node.get("isPartOf")
        if isinstance(part_of, dict) and "Series" in str(part_of.get("@type")):
            return next(_texts(part_of.get("name")), "")
    return ""


def _dates(sources: _Sources) -> tuple[str, ...]:
    return (
        sources.pagefind.get("date", ""),
        sources.meta_content("article:published_time", "datepublished"),
        sources.json_ld_text("datePublished"),
        sources.meta_content(
            "date", "dc.date", "dcterms.date", "dc.date.issued", "dcterms.created", "pubdate", "publish_date"
        ),
    )


def _tags(tree: LexborHTMLParser, sources: _Sources) -> tuple[str, ...]:
    texts = list(sources.meta.get("article:tag", ()))
    for node in sources.json_ld:
        for text in _texts(node.get("keywords")):
            texts += text.split(",")
    if not texts:
        texts = [link.text() for link in tree.css("a[rel~=tag], .p-category")]
    if not texts:
        texts = sources.meta_content("keywords").split(",")
    tags: dict[str, str] = {}
    for text in texts:
        if tag := " ".join(text.split()):
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def _language(tree: LexborHTMLParser, sources: _Sources) -> str:
    labels = (
        _attribute(tree, "html", "lang"),
        _attribute(tree, "html", "xml:lang"),
        sources.meta_content("content-language", "og:locale", "language"),
    )
    return next((label for text in labels if (label := label_of(text))), "")


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    return next(iter(_attributes(tree, selector, name)), "")


def _attributes(tree: LexborHTMLParser, selector: str, name: str) -> list[str]:
    return [value.strip() for node in tree.css(selector) if (value := node.attributes.get(name))]


def _text(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text().split()) if node is not None else ""
