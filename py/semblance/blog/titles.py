"""The title of a post: its own among those that its page shows and declares, without the site's name.

What is the site's and what is the post's can only be said with all pages together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from semblance.blog.page import Heading, Page
from semblance.blog.posts import shortened

_SEPARATOR = re.compile(r"\s+[|–—·:»«•‹›/\\-]+\s+|\s*[|»«•｜]\s*|:\s+")
_WITHOUT_WIDTH = str.maketrans("", "", "\u00ad\u200b\u200e\u200f\u2060\ufeff")
_LEAST, _MOST_PAGES = 3, 0.5  # a text that so many pages share, and so great a share of them, is the site's
_FIRST_WORDS = 60  # characters


@dataclass(frozen=True, slots=True)
class Titles:
    """What is a site's own in its pages' titles.

    Parameters
    ----------
    shared : frozenset of str
        Titles and headings that most pages share, in lower case.
    names : frozenset of str
        Beginnings and ends of titles that most pages share, in lower case and without their separators.
    """

    shared: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, pages: Sequence[Page]) -> Titles:
        """What the pages of a site share."""
        whole = Counter(text.casefold() for page in pages for text in _texts(page))
        names = Counter(
            name
            for page in pages
            for name in {_name(end) for title in _declared(page) for end in _ends(title)}
        )
        return cls(_shared(whole, len(pages)), _shared(names, len(pages)))

    def title(self, page: Page, labels: Iterable[str] = ()) -> str:
        """The title of a page; empty if it has none.

        Parameters
        ----------
        page : Page
        labels : iterable of str
            The texts of links that lead to it, the most frequent first.
        """
        if page.metadata.title:
            return cleaned(page.metadata.title)
        declared = [title for text in page.metadata.titles if (title := self._own(text, page))]
        document = self._own(page.metadata.document_title, page)
        headings = [heading for heading in page.headings if heading.text.casefold() not in self.shared]
        candidates = (
            *declared,
            *_named_in(headings, page.metadata.document_title, 1),
            *(heading.text for heading in headings if heading.level == 1 and heading.in_body),
            *(heading.text for heading in headings if heading.text == document),
            document,
            *(heading.text for heading in headings if heading.in_body and not heading.href),
            *labels,
        )
        return next(filter(None, candidates), "") or self._first_words(page)

    def _own(self, text: str, page: Page) -> str:
        """A title without the site's name; empty if nothing remains."""
        text = cleaned(text)
        names = self.names | {page.metadata.site_name.casefold()}
        headings = {heading.text.casefold() for heading in page.headings}
        while text.casefold() not in headings and (
            end := next((end for end in _ends(text) if _name(end) in names), "")
        ):
            text = text.removesuffix(end) if text.endswith(end) else text.removeprefix(end)
        return "" if text.casefold() in self.shared | names else text

    def _first_words(self, page: Page) -> str:
        """What stands for a title that can't be known; empty in a page that does not even have that of its site."""
        if not page.metadata.document_title:
            return ""
        return shortened(page.paragraph, _FIRST_WORDS) or page.metadata.document_title


def cleaned(title: str) -> str:
    r"""A title on one line, without characters that have no width.

    Examples
    --------
    >>> cleaned(" Tea\u200b  time ")
    'Tea time'
    """
    return " ".join(title.translate(_WITHOUT_WIDTH).split())


def _declared(page: Page) -> Iterator[str]:
    for title in (*page.metadata.titles, page.metadata.document_title):
        yield cleaned(title)


def _texts(page: Page) -> set[str]:
    """The titles of a page, each once, and its headings."""
    return {*filter(None, _declared(page)), *(heading.text for heading in page.headings)}


def _ends(title: str) -> Iterator[str]:
    """The beginnings and ends of a title that a separator cuts off, with the separator.

    Examples
    --------
    >>> list(_ends("Tea | Drinks | Site"))
    [' | Drinks | Site', 'Tea | ', ' | Site', 'Tea | Drinks | ']
    """
    for match in _SEPARATOR.finditer(title):
        if match.start() > 0 and match.end() < len(title):
            yield title[match.start() :]
            yield title[: match.end()]


def _name(end: str) -> str:
    return _SEPARATOR.sub(" ", end).strip().casefold()


def _shared(counts: Counter[str], pages: int) -> frozenset[str]:
    return frozenset(text for text, number in counts.items() if number >= max(_LEAST, _MOST_PAGES * pages))


def _named_in(headings: Iterable[Heading], document_title: str, level: int) -> Iterator[str]:
    """The headings that the document's title contains."""
    title = cleaned(document_title).casefold()
    return (
        heading.text for heading in headings if heading.level == level and heading.text.casefold() in title
    )
