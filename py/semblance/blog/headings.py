"""The heading over a list of related posts, in the language of its page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from semblance.messages import ENGLISH, Catalogue

CATALOGUE = Catalogue(Path(__file__).with_name("messages"))
_OF_A_LANGUAGE = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)=(.+)", re.DOTALL)
_TRADITIONAL = ("hant", "tw", "hk", "mo")


@dataclass(frozen=True, slots=True)
class Headings:
    """What stands over the lists.

    Parameters
    ----------
    wanted : str
        For all pages whose language has none of its own here; empty for the words that come with Semblance.
    of_languages : mapping of str to str
        By the tags of languages, in lower case.
    """

    wanted: str = ""
    of_languages: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, options: Sequence[str]) -> Headings:
        """The headings that a command line asks for: ``TEXT``, or ``LANGUAGE=TEXT``.

        Examples
        --------
        >>> headings = Headings.parse(["See also", "de=Mehr davon"])
        >>> headings.over("de-AT"), headings.over("fr")
        ('Mehr davon', 'See also')
        """
        matches = [(text, _OF_A_LANGUAGE.fullmatch(text)) for text in options]
        wanted = [text for text, match in matches if match is None]
        return cls(
            wanted[-1] if wanted else "", {match[1].lower(): match[2] for _, match in matches if match}
        )

    def over(self, language: str) -> str:
        """The heading in the language of a page.

        Examples
        --------
        >>> [Headings().over(language) for language in ("de", "zh-TW", "zh", "en-GB", "tlh")]
        ['Ähnliche Beiträge', '相關文章', '相关文章', 'Related posts', 'Related posts']
        """
        tag = language.lower().replace("_", "-")
        for name in (tag, tag.split("-")[0]):
            if name in self.of_languages:
                return self.of_languages[name]
        return self.wanted or CATALOGUE.text(_spoken(tag), "elements", "related.heading")


def _spoken(tag: str) -> str:
    """The language of messages that fits a tag; it may be one that there are none in."""
    language, *parts = tag.split("-")
    if language != "zh":
        return language or ENGLISH
    is_traditional = "hans" not in parts and any(part in _TRADITIONAL for part in parts)
    return "zh-Hant" if is_traditional else "zh-Hans"
