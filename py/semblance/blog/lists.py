"""Which pages are lists of other pages: of all posts, of a tag, an author, a year.

A list may have one entry only, and that may be a whole post. So a page is weighed together with the pages that it leads to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from semblance.blog.links import Links
from semblance.blog.page import Heading, Page
from semblance.blog.shingles import Shingles, containment, shingles
from semblance.blog.titles import cleaned

# Names that generators give to lists. A post may have such a name too, so a name alone tells nothing.
_NAME = re.compile(
    r"(^|/)(tags?|categor(y|ies)|authors?|archives?|topics?|labels?|keywords?|series|sections?|years?)(/|$)"
    r"|(^|/)(kategorien?|schlagworte?|autore?n?|archiv|étiquettes?|etiquetas?|catégories?|categorías?|categorias?|auteurs?|autor(es)?)(/|$)"
    r"|(^|/)(page|p|seite|index)[/-]?\d+$|^(index|blog|news|notes|posts?|articles?)$|^\d{4}(/\d\d){0,2}$",
    re.IGNORECASE,
)
_LINKS, _LINKS_OF_A_LIST_NAME = 0.6, 0.15  # a page is a list if at least this share of its text is in links
_LINKED, _LEAST_LINKED = 0.6, 3  # headings that lead to pages of the site: their least share, and number
_CONTAINED = 0.8  # the share of a text that stands in another, from which on it is taken from there
_FROM_ENTRIES = (
    0.6  # the same for a page with several entries, between which it has headings and dates of its own
)
_LONGER = 1.2  # times a text is longer than one that is its beginning
_ENOUGH = 2  # signs that a page is a list, none of which tells it alone
_MOST = 0.5  # of the pages


class Lists:
    """Tells the lists among the pages of a site.

    Parameters
    ----------
    pages : sequence of Page
    links : Links
    """

    def __init__(self, pages: Sequence[Page], links: Links) -> None:
        self._links = links
        self._pages = {page.key: page for page in pages}
        self._shingles: dict[str, Shingles] = {}
        self._with_heading: defaultdict[str, list[Page]] = defaultdict(list)
        for page in pages:
            if heading := _heading(page):
                self._with_heading[heading.text].append(page)
        self._with_feed = _pages_with_a_feed(pages, links)
        articles = sum(page.metadata.type == "article" for page in pages)
        websites = [page.key for page in pages if page.metadata.type == "website"]
        self._websites = (
            set(websites) if articles and len(websites) <= max(articles, _MOST * len(pages)) else set()
        )

    def has(self, page: Page) -> bool:
        """Whether a page is a list."""
        metadata = page.metadata
        if page.several or metadata.is_list or self._is_entry(page) or self._holds_entries(page):
            return True
        name = _NAME.search(page.key) is not None
        if not metadata.is_article and (
            page.share_of_links >= (_LINKS_OF_A_LIST_NAME if name else _LINKS)
            or self._has_linked_headings(page)
        ):
            return True
        return self._signs(page) >= _ENOUGH or self._is_taken_from_a_post(page) or self._is_excerpt(page)

    def _has_linked_headings(self, page: Page) -> bool:
        linked = {
            link.href
            for link in page.links
            if link.in_heading and self._links.key(page, link.href) not in ("", page.key)
        }
        return len(linked) >= _LEAST_LINKED and len(linked) >= _LINKED * page.number_of_headings

    def _is_entry(self, page: Page) -> bool:
        """Whether what looks like the page's post is the entry of another page's."""
        heading = _heading(page)
        if heading is None:
            return False
        other = self._other(page, heading.href) if heading.href else None
        if other is not None and _names(other, heading.text):
            return True
        if _names(page, heading.text):
            return False
        return any(_names(other, heading.text) for other in self._sources(page))

    def _holds_entries(self, page: Page) -> bool:
        """Whether most of the page's text comes from the pages that its headings lead to."""
        entries = [
            other
            for heading in page.headings
            if heading.in_body
            and heading.href
            and (other := self._other(page, heading.href))
            and _names(other, heading.text)
        ]
        if not entries:
            return False
        texts = np.unique(np.concatenate([self._text(other) for other in entries]))
        return containment(self._text(page), texts) >= _FROM_ENTRIES

    def _is_taken_from_a_post(self, page: Page) -> bool:
        signs = self._signs(page)
        return signs > 0 and any(self._signs(other) < signs for other in self._sources(page))

    def _is_excerpt(self, page: Page) -> bool:
        """Whether the page's only links lead to the page that its text is the beginning of."""
        leads_to = {self._links.target(page, link.href) for link in page.links} - {"", page.key}
        return len(leads_to) == 1 and any(
            other.key in leads_to
            and not other.several
            and len(self._text(other)) > _LONGER * len(self._text(page))
            for other in self._sources(page)
        )

    def _signs(self, page: Page) -> int:
        """How many signs there are that a page is a list, apart from its text."""
        return (
            (_NAME.search(page.key) is not None)
            + (page.key in self._with_feed)
            + (page.key in self._websites)
        )

    def _sources(self, page: Page) -> Iterator[Page]:
        """The pages that hold nearly all of a page's text, among those that it leads to or shares its heading with."""
        heading = _heading(page)
        same = self._with_heading[heading.text] if heading else []
        candidates = {other.key: other for link in page.links if (other := self._other(page, link.href))}
        candidates |= {other.key: other for other in same if other.key != page.key}
        for other in candidates.values():
            if containment(self._text(page), self._text(other)) >= _CONTAINED:
                yield other

    def _text(self, page: Page) -> Shingles:
        if page.key not in self._shingles:
            self._shingles[page.key] = shingles(page.content)
        return self._shingles[page.key]

    def _other(self, page: Page, href: str) -> Page | None:
        """The other page of the site that a link leads to."""
        key = self._links.target(page, href)
        return self._pages[key] if key and key != page.key else None


def _heading(page: Page) -> Heading | None:
    """The heading of what looks like a page's post: that of the first level, or else the first one."""
    inside = [heading for heading in page.headings if heading.in_body]
    return next((heading for heading in inside if heading.level == 1), inside[0] if inside else None)


def _names(page: Page, title: str) -> bool:
    """Whether a page itself says that this is its title."""
    titles = [page.metadata.title, *page.metadata.titles, page.metadata.document_title]
    return any(title.casefold() in cleaned(text).casefold() for text in titles)


def _pages_with_a_feed(pages: Iterable[Page], links: Links) -> set[str]:
    """The keys of pages that have a feed of their own, if most have none."""
    pages = list(pages)
    of_feed: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        for href in page.metadata.feeds:
            of_feed[links.key(page, href) or href].add(page.key)
    own = {key for keys in of_feed.values() if len(keys) == 1 for key in keys}
    return own if len(own) <= _MOST * len(pages) else set()
