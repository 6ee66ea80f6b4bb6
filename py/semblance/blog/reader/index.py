"""Write the reader's index of one language: docs/reader-index.md says what each file holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from semblance.arrays import FloatArray
from semblance.blog.parts.embedding_part import Request
from semblance.blog.parts.encoding_part import EncodedPosts
from semblance.blog.posts import Post
from semblance.blog.reader.centring import SAMPLES, centred, common_part, shared_by
from semblance.blog.reader.chance import QUERIES, least_cosine
from semblance.blog.reader.codes import Group, Grouped, Rows, grouped, rounded
from semblance.blog.reader.cutting import SPACE, Cutting, cut
from semblance.blog.reader.excerpts import Sentences, sentences_in
from semblance.blog.reader.fields import (
    SUFFIX,
    ascending,
    counted,
    framed,
    rounded_length,
    sorted_strings,
    varint,
    varints,
    vectors,
)
from semblance.blog.reader.filters import filters
from semblance.blog.reader.fragments import fragment, text_of
from semblance.blog.reader.kept_vectors import KeptVectors
from semblance.blog.reader.keywords import WordShards, word_shards
from semblance.blog.reader.query_encoder import Ids, fit, prior_rows
from semblance.blog.reader.sentences import some_sentences
from semblance.blog.reader.tokens import NO_TOKENS, Tokens, tokens_of, words_in
from semblance.blog.reader.word_groups import groups_beside, word_groups
from semblance.blog.writing import write
from semblance.ports import PieceTokenizer, TextEncoder
from semblance.ranking.vectors import normalize
from semblance.records import Record

ROWS_A_FILE = 8  # static/js/blog/reader/query-encoder.js has it, too
OTHERS_A_FILE = 16


@dataclass(frozen=True, slots=True, eq=False)
class Teachers:
    """What the query encoder is taught by.

    Parameters
    ----------
    encoder : TextEncoder
        The model's.
    tokenizer : PieceTokenizer
        The model's.
    vocabulary : sequence of str
        The tokens of the tokenizer, by their ids.
    cutting : Cutting
        How it cuts.
    sentences : KeptVectors
        The model's vectors of the site's sentences, as queries.
    tokens : KeptVectors
        Those of single tokens and of groups of words.
    documents : KeptVectors
        Those of some groups of words, as documents.
    """

    encoder: TextEncoder
    tokenizer: PieceTokenizer
    vocabulary: Sequence[str]
    cutting: Cutting
    sentences: KeptVectors
    tokens: KeptVectors
    documents: KeptVectors

    async def prepare(self, lessons: Sequence[Lessons]) -> None:
        """Have all the vectors made that lessons need."""
        for kept, texts in self._needs(lessons):
            await kept.prepare(texts)

    def missing(self, lessons: Sequence[Lessons]) -> list[Request]:
        """The texts whose vectors `prepare` would have made."""
        return [kept.missing(texts) for kept, texts in self._needs(lessons)]

    def _needs(self, lessons: Sequence[Lessons]) -> list[tuple[KeptVectors, list[str]]]:
        return [
            (self.sentences, [text for own in lessons for text in own.sentences]),
            (self.tokens, [text for own in lessons for text in (*own.samples, *own.alone, *own.groups)]),
            (self.documents, [text for own in lessons for text in own.samples]),
        ]

    def keep(self) -> None:
        """Write what the next run may need."""
        self.sentences.write()
        self.tokens.write(all=True)
        self.documents.write(all=True)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What the query encoder of a language learns from: texts that the model is to give vectors for.

    Parameters
    ----------
    teachers : Teachers
    tokens : Tokens
        The rows of the table.
    sentences : sequence of str
        The site's.
    groups : sequence of str
        Groups of words, which teach where the site's sentences are few.
    rows : sequence of ndarray of int
        The rows that each of the sentences, and then of the groups, consists of.
    samples : sequence of str
        Groups of words whose vectors show what all vectors share.
    meaningless : sequence of ndarray of int
        The rows of each of the queries that are words drawn by lot.
    """

    teachers: Teachers
    tokens: Tokens
    sentences: Sequence[str]
    groups: Sequence[str]
    rows: Sequence[Ids]
    samples: Sequence[str]
    meaningless: Sequence[Ids]

    @property
    def alone(self) -> list[str]:
        """The text of each token."""
        return list(map(self.tokens.cutting.text_of, self.tokens.pieces))


@dataclass(frozen=True, slots=True, eq=False)
class QueryEncoder:
    """The site's tokens, the table of their vectors, and what all vectors of documents share.

    `meaningless` are queries that are words drawn by lot.
    """

    tokens: Tokens
    table: FloatArray
    shared: FloatArray
    tokenizer: PieceTokenizer | None
    meaningless: Sequence[Ids] = ()

    async def rows_of(self, texts: Sequence[str]) -> list[Ids]:
        """The rows of the tokens of texts."""
        assert self.tokenizer
        return list(map(self.tokens.rows, await cut(texts, self.tokenizer, self.tokens.cutting)))

    def vectors_of(self, queries: Sequence[Ids]) -> FloatArray:
        """Unit vectors of queries that are given as rows of their tokens, shape (n, d)."""
        sums = [self.table[rows].sum(axis=0) for rows in queries]
        return normalize(np.array(sums, np.float32).reshape(len(sums), self.table.shape[1]))


NO_ROWS = Rows(np.empty((0, 0), np.uint8), np.empty(0, np.float32))
NO_GROUPS = Grouped(NO_ROWS, [], [])
NO_ENCODER = QueryEncoder(NO_TOKENS, np.empty((0, 0), np.float32), np.empty(0, np.float32), None)
"""What a catalogue says of meaning where words alone are searched: nothing."""


async def write_index(
    folder: Path,
    name: str,
    posts: Sequence[Post],
    records: Sequence[Record],
    words: Sequence[Mapping[str, int]],
    lessons: Lessons | None,
) -> str:
    """Write the index of posts of one language into a folder of its own.

    Parameters
    ----------
    folder : Path
        Gets the folder of the index.
    name : str
        What the folder's name begins with.
    posts, records, words : sequence
        In one order. `words` are those of each post; see `semblance.blog.reader.keywords.counts_of`.
    lessons : Lessons, optional
        None if no model knows the language: it is searched by words alone, without vectors.

    Returns
    -------
    str
        The folder's name, which changes with its contents.
    """
    encoder = await teach(lessons) if lessons else None
    texts = [
        text_of(post, passage)
        for post, record in zip(posts, records, strict=True)
        for passage in record.passages
    ]
    sentences = await sentences_in(texts, encoder.rows_of, encoder.table) if encoder else []
    digest = hashlib.sha256()
    for path, data in _files(posts, records, words, encoder, sentences):
        digest.update(f"{path} {hashlib.sha256(data).hexdigest()}\n".encode())
        write(folder / name / f"{path}{SUFFIX}", data)
    named = f"{name}-{digest.hexdigest()[:16]}"
    (folder / name).rename(folder / named)
    return named


async def lessons_of(parts: Sequence[EncodedPosts], teachers: Teachers) -> Lessons | None:
    """What posts teach; None if the model knows no token of them."""
    tokenizer, vocabulary, cutting = teachers.tokenizer, teachers.vocabulary, teachers.cutting
    sentences = some_sentences(post.sentences for part in parts for post in part.posts)
    encoded = await cut(sentences, tokenizer, cutting)
    frequencies = np.bincount(np.concatenate(encoded), minlength=len(vocabulary))
    for part in parts:
        frequencies[list(part.tokens)] += list(part.tokens.values())
    tokens = tokens_of(frequencies, vocabulary, cutting)
    if not any(len(tokens.rows(ids)) for ids in encoded):
        return None
    groups = word_groups(
        [cutting.text_of(vocabulary[id]) for id in words_in(vocabulary, cutting, tokens.pieces)]
    )
    few = groups[: groups_beside(len(sentences))]
    rows = [tokens.rows(ids) for ids in [*encoded, *await cut(few, tokenizer, cutting)]]
    meaningless = [tokens.rows(ids) for ids in await cut(groups[:QUERIES], tokenizer, cutting)]
    return Lessons(teachers, tokens, sentences, few, rows, groups[:SAMPLES], meaningless)


async def teach(lessons: Lessons) -> QueryEncoder:
    """Fit the table to the sentences of posts, and to groups of words where these are few."""
    teachers, tokens = lessons.teachers, lessons.tokens
    own = await teachers.sentences.encode(lessons.sentences)
    common = common_part(own, shared_by(await teachers.tokens.encode(lessons.samples)))
    table = _taught(
        lessons.rows,
        centred(np.concatenate([own, await teachers.tokens.encode(lessons.groups)]), common),
        centred(await teachers.tokens.encode(lessons.alone), common),
    )
    shared = shared_by(await teachers.documents.encode(lessons.samples))
    return QueryEncoder(tokens, table, shared, teachers.tokenizer, lessons.meaningless)


def _taught(sentences: Sequence[Ids], vectors: FloatArray, alone: FloatArray) -> FloatArray:
    """The table, from sentences as rows of it, their vectors, and the vector of each token alone."""
    taught = np.array([number for number, own in enumerate(sentences) if len(own)])
    lessons = [sentences[number] for number in taught]
    frequencies = np.bincount(np.concatenate(list(map(np.unique, lessons))), minlength=len(alone))
    return fit(lessons, vectors[taught], prior_rows(alone, frequencies, len(lessons)))


def _files(
    posts: Sequence[Post],
    records: Sequence[Record],
    counts: Sequence[Mapping[str, int]],
    encoder: QueryEncoder | None,
    sentences: Sequence[Sentences],
) -> Iterator[tuple[str, bytes]]:
    """The files by their paths, without the suffix."""
    groups, least = NO_GROUPS, 0.0
    if encoder:
        own = np.concatenate([record.vectors for record in records])
        passages = centred(own, common_part(own, encoder.shared))
        groups, least = grouped(passages), least_cosine(encoder.vectors_of(encoder.meaningless), passages)
    words = word_shards(counts, posts[0].language)
    lengths = [sum(own.values()) for own in counts]
    sizes = [len(record.passages) for record in records]
    rows = rounded(encoder.table) if encoder else NO_ROWS
    yield "catalogue", catalogue((encoder or NO_ENCODER).tokens, rows, groups, least, words, lengths, sizes)
    if encoder:
        yield from _rows(encoder.tokens, rows)
    yield from files_of_groups(groups)
    for number, data in enumerate(words.files):
        yield f"words/{number}", data
    yield "filters", filters(posts)
    first = 0
    for number, (post, record) in enumerate(zip(posts, records, strict=True)):
        yield f"posts/{number}", fragment(post, record, sentences[first : first + sizes[number]])
        first += sizes[number]


def catalogue(
    tokens: Tokens,
    rows: Rows,
    groups: Grouped,
    least: float,
    words: WordShards,
    lengths: Sequence[int],
    sizes: Sequence[int],
) -> bytes:
    """What is in which file."""
    fields = [
        counted(bytes(map(rounded_length, lengths))),
        varints(sizes),
        sorted_strings(tokens.common),
        sorted_strings(tokens.own),
        counted(tokens.cutting.scores([SPACE, *tokens.common, *tokens.own])),
        sorted_strings(tokens.other[OTHERS_A_FILE::OTHERS_A_FILE]),
        sorted_strings(words.firsts),
        sorted_strings(words.stop_words),
        varint(round(100 * least)),
        vectors(rows[: len(tokens.common)]),
        varints(list(map(len, groups.areas))),
        vectors(groups.centres),
    ]
    return framed(b"c", b"".join(fields))


def _rows(tokens: Tokens, rows: Rows) -> Iterator[tuple[str, bytes]]:
    """The files of all tokens but the common ones, whose vectors are in the catalogue."""
    own, others = len(tokens.common), len(tokens.common) + len(tokens.own)
    for number, first in enumerate(range(own, others, ROWS_A_FILE)):
        yield f"rows/{number}", framed(b"r", vectors(rows[first : min(first + ROWS_A_FILE, others)]))
    for number, first in enumerate(range(0, max(1, len(tokens.other)), OTHERS_A_FILE)):
        some = tokens.other[first : first + OTHERS_A_FILE]
        fields = [
            sorted_strings(some),
            vectors(rows[others + first : others + first + len(some)]),
            counted(tokens.cutting.scores(some)),
        ]
        yield f"others/{number}", framed(b"o", b"".join(fields))


def files_of_groups(groups: Grouped) -> Iterator[tuple[str, bytes]]:
    """The files of passages by their groups. Where groups are many, those of areas come before: their centres and sizes."""
    files = list(map(_file_of, groups.groups))
    sizes = map(len, files)
    for number, area in enumerate(groups.areas):
        own = list(islice(sizes, len(area)))
        yield f"areas/{number}", framed(b"a", vectors(area) + varints(own))
    for number, data in enumerate(files):
        yield f"groups/{number}", data


def _file_of(group: Group) -> bytes:
    fields = [ascending(group.passages), counted(group.steps.tobytes()), counted(group.signs.tobytes())]
    return framed(b"g", b"".join(fields))
