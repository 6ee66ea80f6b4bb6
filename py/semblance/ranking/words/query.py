"""What was typed, as a search by words reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from semblance.arrays import FloatArray
from semblance.documents import Document
from semblance.pace import Pacer
from semblance.ranking.words.counts import texts_of
from semblance.ranking.words.languages import without_stop_words
from semblance.ranking.words.terms import is_single, plain, words_of
from semblance.records import Record

_MOST_WORDS = 12
"""In a longer text, quotation marks and a minus are what they are in prose."""

_PHRASE = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|(?<=-)([^\W\d_]\w\S*))')


@dataclass(frozen=True)
class Query:
    """A query for words and meaning.

    Parameters
    ----------
    text : str
        What is meant: the query without what is excluded and without quotation marks.
    phrases : tuple of str
        What an item must contain as it is written: what stood between quotation marks.
    excluded : tuple of str
        What an item must not contain: what followed a minus.
    """

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @classmethod
    def parse(cls, typed: str) -> Query:
        """Read what was typed. A minus before a number or before one letter excludes nothing: it may be a sign or an option.

        Examples
        --------
        >>> Query.parse('tides "spring tide" -moon -"new moon" semi-diurnal')
        Query(text='tides spring tide semi-diurnal', phrases=('spring tide',), excluded=('moon', 'new moon'))
        >>> Query.parse('git commit -m "')
        Query(text='git commit -m "', phrases=(), excluded=())
        """
        if len(typed.split()) > _MOST_WORDS:
            return cls.prose(typed)
        phrases, excluded = list[str](), list[str]()

        def read(match: re.Match[str]) -> str:
            minus, *alternatives = match.groups()
            phrase = next((text for text in alternatives if text), "").strip()
            if not phrase:
                return match[0]
            (excluded if minus else phrases).append(phrase)
            return "" if minus else phrase

        text = _PHRASE.sub(read, typed)
        return cls(" ".join(text.split()), tuple(phrases), tuple(excluded))

    @classmethod
    def prose(cls, typed: str) -> Query:
        """A query that demands and excludes nothing."""
        return cls(" ".join(typed.split()))

    @property
    def is_plain(self) -> bool:
        """Whether nothing is demanded or excluded."""
        return not self.phrases and not self.excluded

    @cached_property
    def words(self) -> list[str]:
        """The words that are looked for, each once, in order."""
        return list(dict.fromkeys(without_stop_words(words_of(self.text))))

    @cached_property
    def words_of_phrases(self) -> list[str]:
        """Those of `words` that each item must have."""
        demanded = {word for phrase in self.phrases for word in words_of(phrase)}
        return [word for word in self.words if word in demanded]

    def admits(self, document: Document) -> bool:
        r"""Whether a document has what is demanded and nothing of what is excluded, in whole words.

        Examples
        --------
        >>> query = Query.parse('"spring tide" -moon')
        >>> query.admits(Document("a", "A Spring\ntide.")), query.admits(Document("b", "spring tides"))
        (True, False)
        >>> query.admits(Document("c", "spring tide", "Moon"))
        False
        """
        if self.is_plain:
            return True
        texts = [document.title, document.content, *texts_of(document.metadata)]
        words = f" {'  '.join(' '.join(words_of(text)) for text in texts)} "
        return all(_within(phrase, words) for phrase in self.phrases) and not any(
            _within(phrase, words) for phrase in self.excluded
        )

    async def best_passage(self, record: Record, cosines: FloatArray | None, pacer: Pacer) -> int:
        """Number of the passage to show of an item: one with as many of the words as possible, among these the nearest."""
        best, highest = 0, (-1, -1.0)
        for number, passage in enumerate(record.passages):
            text = plain(record.document.content[passage.start : passage.end])
            words = sum(word in text for word in self.words)
            cosine = 0.0 if cosines is None else float(cosines[number])
            if (words, cosine) > highest:
                best, highest = number, (words, cosine)
            await pacer.breathe()
        return best


def _within(phrase: str, words: str) -> bool:
    looked_for = list(words_of(phrase))
    if len(looked_for) == 1 and is_single(looked_for[0]):
        return looked_for[0] in words
    return f" {' '.join(looked_for)} " in words
