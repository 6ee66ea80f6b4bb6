"""Names of clusters: the words that tell a cluster from the others, by the word rule of the search."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.maps.clusters import Clusters
from semblance.pace import Pacer
from semblance.ranking.words.counts import texts_of
from semblance.ranking.words.index import Occurrences, WordIndex
from semblance.ranking.words.languages import is_stop_word, language_of
from semblance.ranking.words.terms import is_dense, located_words, term, words_of
from semblance.records import Record

ReadRecords = Callable[[list[str]], Awaitable[list[Record]]]

_READ = 12  # items of a cluster, the most typical ones, whose words may name it
_READ_CHARS = 6_000  # of each of them
_WORDS = 3  # of a name, at most
_LONGEST_RUN = 6  # characters of a word of a script without spaces
_MOSTLY = 0.6  # share of a word's places in which the same character stands beside it
_TELLING = 2  # times as frequent as elsewhere is a word that tells something
_PHRASES = 2  # of the name of pictures, at most
_LEAST = 0.5  # of a name's first word, which its other words weigh
_SHORTEST = 3  # letters of a word, in scripts with spaces
_ADDRESS = re.compile(r"\w+://[^\s)>\]]+")
# Words of English that are about nothing, beside the stop words, which a query may well hold.
_ABOUT_NOTHING = frozenset(
    re.findall(
        r"\w+",
        "again almost along already always another around away back because become before behind being below"
        " best better between beyond both bring came come comes doing done down during each early either else"
        " enough even ever every few find first five four full get gets getting give given gives goes going"
        " gone good got half here however instead just keep kept large last late later least leave left less"
        " let little long look made make makes making many may maybe might most much must near need needs"
        " never new next nothing now off often old once one ones only other others over own part per put quite"
        " rather ready really right same second see seem seen several shall should side since small something"
        " soon still take taken takes ten thing things though three through till time times today together too"
        " took toward towards turn twice two under until upon use used uses using very want wants way ways"
        " well went whether while whole without work works yet",
    )
)
# What cameras and formats leave in the names of photos' files: where there are no other words, phrases name a cluster.
_OF_FILES = frozenset(
    re.findall(r"\w+", "avif bmp dsc dscn gif heic heif img jpeg jpg png pxl tif tiff webp"),
)
# What is written without spaces has no stop words. No word of a name has these: of Chinese, then of Japanese.
_PARTICLES = re.compile(
    "[的了是在有和也都就不这這那我你他她它们們个個与與及或等之其而为為于於被把从從到对對会會能可以上下中来來去很更最"
    "一二三四五六七八九十]|[はがをにのへとでもやかねよだでしたますいるう]"
)


@dataclass(slots=True, eq=False)
class ClassFrequencies:
    """In how many items of each of k classes each term stands.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        The class of each item.

    Examples
    --------
    >>> frequencies = ClassFrequencies(np.array([0, 0, 1]))
    >>> frequencies.add(Occurrences(np.array([7, 7, 8, 9], dtype=np.uint64), np.array([0, 1, 2, 0])))
    >>> frequencies.weights(np.array([7, 8, 9], dtype=np.uint64)).round(2)
    array([[0.69, 0.  ],
           [0.  , 1.1 ],
           [0.55, 0.  ]])
    """

    labels: npt.NDArray[np.intp]
    _parts: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]] = field(default_factory=list)

    def add(self, occurrences: Occurrences) -> None:
        """Count a part of the occurrences."""
        terms, rows = occurrences.terms, occurrences.rows
        if not len(terms):
            return
        is_first = np.concatenate([[True], terms[1:] != terms[:-1]])
        places = np.cumsum(is_first) - 1
        number = int(self.labels.max()) + 1
        counts = np.bincount(places * number + self.labels[rows], minlength=number * (int(places[-1]) + 1))
        self._parts.append((terms[is_first], counts.reshape(-1, number).astype(np.int32)))

    def weights(self, terms: npt.NDArray[np.uint64]) -> FloatArray:
        """How much each term tells of each class, shape (t, k): class-based TF-IDF (Grootendorst 2022, BERTopic).

        Its rarity goes by how often it stands anywhere, against how many terms a class has on average. Its frequency is
        the share of the class's items in which it stands, so that no long text names its class alone. A term that is
        about as frequent in all other items tells nothing.
        """
        sizes = np.bincount(self.labels)
        counts = np.zeros((len(terms), len(sizes)))
        for known, own in self._parts:
            places = np.minimum(np.searchsorted(known, terms), len(known) - 1)
            is_known = known[places] == terms
            counts[is_known] += own[places[is_known]]
        totals = counts.sum(axis=1, keepdims=True)
        average = sum(int(own.sum()) for _, own in self._parts) / len(sizes)
        shares = counts / sizes
        elsewhere = (totals - counts) / np.maximum(len(self.labels) - sizes, 1)
        return np.where(
            shares > _TELLING * elsewhere, shares * np.log(1 + average / np.maximum(totals, 1)), 0
        )


async def name_clusters(
    clusters: Clusters, ids: Sequence[str], index: WordIndex, read: ReadRecords, pacer: Pacer
) -> list[list[str]]:
    """The words that tell each cluster from the others, the most telling first, as its texts write them.

    Parameters
    ----------
    clusters : Clusters
    ids : sequence of str
        Of the n items.
    index : WordIndex
        Their words.
    read : callable
        Gives the items of some ids.
    pacer : Pacer

    Returns
    -------
    list of list of str
        For each cluster up to three words; none where no word stands in more than one of its items.
    """
    frequencies = ClassFrequencies(clusters.labels)
    for occurrences in index.occurrences(ids):
        frequencies.add(occurrences)
        await pacer.breathe()
    names = []
    for label in range(len(clusters.centres)):
        members = clusters.members(label)
        forms = _Forms()
        for record in await read([ids[row] for row in members[:_READ]]):
            await forms.add(record, pacer)
        terms = np.array(list(forms.written), dtype=np.uint64)
        weights = frequencies.weights(terms)[:, label] if len(terms) else np.empty(0)
        await pacer.breathe()
        names.append(forms.best(dict(zip(forms.written, weights.tolist(), strict=True))))
        await pacer.breathe()
    return names


def nameless_pictures(
    clusters: Clusters, names: Sequence[Sequence[str]], is_image: npt.NDArray[np.bool_]
) -> list[int]:
    """The clusters that have no name because most of their items are pictures, which have no words.

    Examples
    --------
    >>> clusters = Clusters(np.array([0, 0, 1]), np.ones(3, np.float32), np.eye(2, dtype=np.float32))
    >>> nameless_pictures(clusters, [[], []], np.array([True, True, False]))
    [0]
    """
    nameless = [label for label, name in enumerate(names) if not name]
    return [label for label in nameless if 2 * is_image[rows := clusters.members(label)].sum() > len(rows)]


def nearest_phrases(centres: FloatArray, phrases: Sequence[str], vectors: FloatArray) -> list[list[str]]:
    """For each cluster of pictures the phrases that come nearest to it, the nearest first.

    All pictures are nearer to some phrases than to others. So of several clusters each is named by what comes nearer to it
    than to them all.

    Parameters
    ----------
    centres : ndarray of float32, shape (k, d)
        Unit rows.
    phrases : sequence of str, m
    vectors : ndarray of float32, shape (m, d)
        Those of the phrases.

    Examples
    --------
    >>> centres = np.array([[0.8, 0.6, 0], [0.8, 0, 0.6]], dtype=np.float32)
    >>> nearest_phrases(centres, ["a photo", "a dog", "the sea"], np.eye(3, dtype=np.float32))
    [['a dog'], ['the sea']]
    """
    nearness = centres @ vectors.T
    if len(centres) > 1:
        nearness = nearness - nearness.mean(axis=0)
    best = np.argsort(-nearness, axis=1, kind="stable")[:, :_PHRASES]
    return [
        [phrases[n] for n in order if row[n] > _LEAST * row[order[0]]]
        for order, row in zip(best.tolist(), nearness, strict=True)
    ]


class _Forms:
    """The words of some texts, by their terms, as the texts write them."""

    def __init__(self) -> None:
        self.written: dict[int, Counter[str]] = {}
        self._items: Counter[int] = Counter()  # in how many texts each term stands
        self._runs: list[str] = []  # of scripts without spaces

    async def add(self, record: Record, pacer: Pacer) -> None:
        """Look at an item's title, the beginning of its text, and what its metadata says in words."""
        document = record.document
        text = "\n".join([document.title, document.content[:_READ_CHARS], *texts_of(document.metadata)])
        language = language_of(f"{document.title}\n{document.content}")
        text = _ADDRESS.sub(" ", text)  # whose parts say little
        terms = set()
        for number, word in _written_words(text, language, self._runs):
            self.written.setdefault(number, Counter())[word] += 1
            terms.add(number)
            await pacer.breathe()  # stems take long
        self._items.update(terms)

    def best(self, weights: dict[int, float]) -> list[str]:
        """The words of the greatest weights, without those that say the same again."""
        ranked = sorted(
            (-weight, self._form(number)) for number, weight in weights.items() if self._items[number] > 1
        )
        words: list[str] = []
        least = _LEAST * -ranked[0][0] if ranked else 0
        for weight, form in ranked:
            if len(words) == _WORDS or -weight < least:
                break
            word = self._grown(form) if is_dense(form) else form
            if not any(_repeats(word, other) for other in words):
                words.append(word)
        return words

    def _form(self, number: int) -> str:
        """The way in which a term is written most often; small letters go before capitals."""
        return max(self.written[number].items(), key=lambda item: (item[1], item[0]))[0]

    def _grown(self, word: str) -> str:
        """A pair of characters with those that mostly stand before and behind it: 潮汐 may be a part of 潮汐表."""
        while len(word) < _LONGEST_RUN:
            longer = Counter[str]()
            places = 0
            for run in self._runs:
                for match in re.finditer(re.escape(word), run):
                    start, end = match.span()
                    longer.update({run[start - 1 : start] + word, word + run[end : end + 1]} - {word})
                    places += 1
            (best, count), *_ = [*longer.most_common(1), (word, 0)]
            if count < 2 or count <= _MOSTLY * places or _PARTICLES.search(best):
                break
            word = best
        return word


def _written_words(text: str, language: str, runs: list[str]) -> Iterator[tuple[int, str]]:
    """The words of a text that may name a cluster: their terms, and how they are written. Runs without spaces are noted."""
    for plain, start, end in located_words(text):
        if is_dense(plain):
            runs.append(plain)
            for pair in words_of(plain):
                if len(pair) > 1 and not _PARTICLES.search(pair):
                    yield term(pair), pair
        elif len(plain) >= _SHORTEST and plain.isalpha() and not _is_about_nothing(plain):
            yield term(plain, language), text[start:end]


def _is_about_nothing(word: str) -> bool:
    return word in _ABOUT_NOTHING or word in _OF_FILES or is_stop_word(word)


def _repeats(word: str, other: str) -> bool:
    """Whether a word says no more than another one of the name."""
    small, others = word.casefold(), other.casefold()
    return small in others or others in small
