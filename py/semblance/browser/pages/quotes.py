"""Results as texts to take along: links in Markdown, and passages with their sources for a chat. No browser."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from semblance.browser.pages.facts import link_of
from semblance.browser.pages.words import words
from semblance.matches import Match

_SPECIAL = re.compile(r"([\\\[\]*_`<>])")


class Prompt(NamedTuple):
    """A prompt, how many passages it holds, and how many tokens it has."""

    text: str
    passages: int
    tokens: int


def as_links(matches: Sequence[Match]) -> str:
    r"""A list in Markdown: the titles, as links where the items have one.

    Examples
    --------
    >>> from semblance.documents import Document, Passage
    >>> tea = Document("n1", "Green.", "Tea [new]", {"link": "https://a.example/(tea)"})
    >>> print(as_links([Match("n1", 0.5, tea, Passage(0, 6)), Match("n2", 0.4, Document("n2", "Black."), Passage(0, 6))]))
    - [Tea \[new\]](<https://a.example/(tea)>)
    - n2
    """
    return "\n".join(f"- {_as_link(match)}" for match in matches)


def _as_link(match: Match) -> str:
    title = _SPECIAL.sub(r"\\\1", " ".join((match.title or match.id).split()))
    link = link_of(match.metadata).replace("<", "%3C").replace(">", "%3E")
    return f"[{title}](<{link}>)" if link else title


async def as_prompt(
    question: str,
    matches: Sequence[Match],
    most: int,
    count_tokens: Callable[[Sequence[str]], Awaitable[list[int]]],
) -> Prompt:
    """The best passages with their sources and the question, for any chat.

    Parameters
    ----------
    question : str
    matches : sequence of Match
        Best first. Pictures have no passages.
    most : int
        So many tokens at most, as `count_tokens` counts. A passage that would be too much ends the list.
    count_tokens : callable
        Counts the tokens of texts. A chat's own model may count others.
    """
    frame = words("quotes.prompt", passages="", question=question)
    texts = [
        f"[{number}] {match.title or match.id} ({link_of(match.metadata) or match.id})\n{match.excerpt.strip()}"
        for number, match in enumerate((m for m in matches if m.picture is None), start=1)
    ]
    room, kept = most, list[str]()
    for text, tokens in zip([frame, *texts], await count_tokens([frame, *texts]), strict=True):
        if tokens > room:
            break
        room -= tokens
        kept.append(text)
    passages = kept[1:]
    text = words("quotes.prompt", passages="\n\n".join(passages), question=question)
    return Prompt(text, len(passages), most - room)
