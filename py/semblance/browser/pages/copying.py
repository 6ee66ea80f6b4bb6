"""Copies results into the clipboard: as links, or as a prompt for a chat."""

from __future__ import annotations

from collections.abc import Sequence

from semblance.browser import ffi
from semblance.browser.pages.quotes import as_links, as_prompt
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, words
from semblance.collection import Collection
from semblance.matches import Match


async def copy_links(session: Session, matches: Sequence[Match]) -> None:
    """Copy the titles of matches as a list of links, and say so."""
    await _copy(session, as_links(matches), counted("quotes.links_copied", len(matches)))


async def copy_prompt(
    session: Session, collection: Collection, matches: Sequence[Match], question: str, most: int
) -> None:
    """Copy the best passages with their sources and a question, within a number of tokens, and say so."""
    count_tokens = (await collection.encoders.get()).text.count_tokens
    prompt = await as_prompt(question, matches, most, count_tokens)
    if not prompt.passages:
        session.dialogs.toast(words("quotes.too_few"))
        return
    copied = counted("quotes.passages_copied", prompt.passages, tokens=f"{prompt.tokens:,}")
    await _copy(session, prompt.text, copied)


async def _copy(session: Session, text: str, copied: str) -> None:
    session.dialogs.toast(copied if await ffi.copy_text(text) else words("quotes.refused"))
