"""A collection: items with ids, kept in a store, ranked by how alike they are.

The names are those of the ``llm`` tool: `Collection.embed`, `Collection.embed_multi`, `Collection.similar`,
`Collection.similar_by_id`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from semblance.arrays import FloatArray
from semblance.documents import Document, ImageFile, Passage
from semblance.embedding.attribution import Attribution, Text, attribute, text_of_query
from semblance.embedding.batches import OnProgress
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import DOCUMENT_PROMPT, Recipe, embedded_title, item_vector, text_of
from semblance.embedding.report import Report
from semblance.embedding.runs import (
    MIXED,
    UNEMBEDDED,
    add,
    embed_awaiting,
    embed_records,
    reembed,
    shelve,
    take_over,
    texts_to_embed,
    transfer,
)
from semblance.embedding.telling import telling_sentence
from semblance.errors import EmptyDocument, ModelError, StaleCollection, UnknownItem
from semblance.filters import EVERYTHING, Field, Filter, fields
from semblance.matches import Hit, Match
from semblance.messages import Message
from semblance.models.languages import knows
from semblance.pace import Lazy, Pacer, uninterrupted
from semblance.ports import Encoders, TokenEncoder, VectorStore
from semblance.ranking.contrast import AS_THEY_ARE, Contrast
from semblance.ranking.distribution import Distribution, sample
from semblance.ranking.index import Index
from semblance.ranking.merging import exact_titles_first, merge
from semblance.ranking.noise import Noise
from semblance.ranking.vectors import normalize, top_k
from semblance.ranking.words.index import WordIndex, WordScores
from semblance.ranking.words.query import Query
from semblance.records import CollectionInfo, Entry, PictureBytes, Record
from semblance.storage.shelf import Shelf

_MEANS_AT_ONCE = 500  # items whose directions are computed at once
_SPREAD = 1_000  # items whose pairs show how alike items are
_COMPARED_AT_ONCE = 100
_FILTER_BATCH = 100  # items whose metadata is read at once
NO_DEMANDS = Query("")
_FIELD_SAMPLE = 200  # items in which fields are looked for
_MODEL_SAMPLE = 200  # items by whose texts a model is chosen


class Collection:
    """A named set of items in a store, with their vectors in memory.

    Parameters
    ----------
    info : CollectionInfo
        As the store holds it.
    store : VectorStore
    encoders : Encoders, or Lazy of them
        Lazy ones may still be loading. Methods that need them wait; the others work.
    chunking : Chunking
    clock : callable
        Seconds since 1970.
    metrics : mapping of str to Lazy of ndarray, optional
        How items are compared, by the names of models: see `semblance.ranking.contrast`.
    choose : callable, optional
        Chooses the encoders of an empty collection that has no model yet, by the texts that come first.
    """

    def __init__(
        self,
        info: CollectionInfo,
        store: VectorStore,
        encoders: Encoders | Lazy[Encoders],
        *,
        chunking: Chunking | None = None,
        clock: Callable[[], float] = time.time,
        metrics: Mapping[str, Lazy[FloatArray]] = MappingProxyType({}),
        choose: Callable[[Iterable[str]], Lazy[Encoders]] | None = None,
    ) -> None:
        self._shelf = Shelf(info, store)
        self._encoders = encoders if isinstance(encoders, Lazy) else Lazy.ready(encoders)
        self._chunking = chunking or Chunking()
        self._clock = clock
        self._metrics = metrics
        self._choose = choose
        self._contrast: tuple[int, Contrast] | None = None
        self._distributions: dict[bool, tuple[int, Distribution]] = {}  # by whether anything is taken off
        self._fields: tuple[int, dict[str, Field]] | None = None
        self._noise = Noise()
        self._last_query: tuple[tuple[str, str], FloatArray] | None = None
        self._running = asyncio.Lock()  # one embedding run at a time

    # --- what there is ------------------------------------------------------------------------------

    @property
    def info(self) -> CollectionInfo:
        """Name, model, dimensions, count."""
        return self._shelf.info

    @property
    def name(self) -> str:
        return self.info.name

    @property
    def encoders(self) -> Lazy[Encoders]:
        """The encoders of its model."""
        return self._encoders

    @property
    def stale(self) -> bool:
        """Whether the vectors can't be compared with the encoders'; False as long as those are not loaded."""
        encoders = self._encoders.value
        if encoders is None:
            return bool(self.count()) and self.info.encoder_fingerprint == MIXED
        return is_stale(self.info, encoders)

    def ids(self) -> list[str]:
        """All ids, sorted by code point."""
        return list(self._shelf.index.ids)

    def entries(self) -> list[Entry]:
        """The light part of each item, in the order of `ids`."""
        return self._shelf.index.entries

    def count(self) -> int:
        return len(self._shelf.index)

    @property
    def awaiting(self) -> frozenset[str]:
        """Ids of the items that are kept but not embedded yet: see `shelve`."""
        return self._shelf.index.awaiting

    @property
    def version(self) -> int:
        """Changes whenever the items do."""
        return self._shelf.index.version

    async def get(
        self, ids: Sequence[str], *, pictures: PictureBytes = "thumbnails", vectors: bool = True
    ) -> list[Record]:
        """The items asked for, in the order asked; unknown ids are left out.

        `pictures` and `vectors` say how much is read; the rest is left empty.
        """
        return await self._shelf.records(ids, pictures=pictures, vectors=vectors)

    async def load(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Read all vectors from the store; `on_progress` is told how many items there are so far."""
        await self._shelf.load(on_progress)

    # --- finding ------------------------------------------------------------------------------------

    async def similar(
        self, query: str | ImageFile | npt.ArrayLike, number: int = 10, filter: Filter = EVERYTHING
    ) -> list[Match]:
        """Items most like a text or a picture, best first, ranked by their best passage.

        Parameters
        ----------
        query : str, ImageFile or array_like of float, shape (d,)
        number : int
            How many at most.
        filter : Filter
            Which items are looked at.

        Raises
        ------
        EmptyDocument
            If the text is blank.
        NoImageModel, NotAnImage, ImageTooLarge
            If the picture can't be embedded.
        StaleCollection
            If the encoder is not the one that made the vectors.
        """
        if isinstance(query, str | ImageFile):
            query = await self.query_vector(query)
        return await self.similar_by_vector(query, number, filter)

    async def query_vector(self, query: str | ImageFile) -> FloatArray:
        """The unit vector, shape (d,), by which `similar` finds what is like a text or a picture; raises as that does."""
        if isinstance(query, str) and not query.strip():
            raise _no_query()
        recipe = await self._recipe()
        self._require_fresh()
        return await (
            self._vector_of(recipe, query) if isinstance(query, str) else item_vector(recipe, query)
        )

    async def _vector_of(self, recipe: Recipe, query: str) -> FloatArray:
        """The vector of a query. The last one is kept: texts, pictures and sentences are ranked one after the other."""
        key = recipe.encoder.fingerprint, query
        if self._last_query is None or self._last_query[0] != key:
            self._last_query = key, await item_vector(recipe, query)
        return self._last_query[1]

    async def similar_by_vector(
        self, vector: npt.ArrayLike, number: int = 10, filter: Filter = EVERYTHING
    ) -> list[Match]:
        """As `similar`, for a vector of shape (d,)."""
        self._require_fresh()
        query, dims = normalize(vector), self.info.dims
        if dims and self.count() and query.shape != (dims,):
            raise ValueError(f"cannot compare a query of shape {query.shape} with vectors of shape ({dims},)")
        index = await self._ready_index()
        return await self._matches(index.best(query), query, number, filter)

    async def similar_by_id(
        self,
        id: str,
        number: int = 10,
        filter: Filter = EVERYTHING,
        *,
        without: Iterable[str] = (),
        among: Iterable[str] | None = None,
    ) -> list[Match]:
        """Items most like a stored item, best first. The item itself is left out.

        Items are compared as wholes, by the mean direction of their passages. On 577 posts of a programming
        blog 46 % of the nearest five then lie in the same topic folder; with the best pair of passages it
        is 41 %, and with the mean against the best passage 42 %. Where the model puts all of them close together, what they
        have in common is taken off first (see `semblance.ranking.contrast`). An item that awaits its vectors has no
        neighbours yet.

        Parameters
        ----------
        id : str
        number : int
            How many at most.
        filter : Filter
            Which items are looked at.
        without : iterable of str
            Ids that are left out, too.
        among : iterable of str, optional
            Ids to which everything is narrowed down.

        Raises
        ------
        UnknownItem
            If there is no item of that id.
        StaleCollection
            If the encoder is not the one that made the vectors.
        """
        self._require_fresh()
        index, contrast = await self._ready_contrast()
        if id not in index:
            raise UnknownItem("collections.unknown_item", where=id)
        if id in index.awaiting:
            return []
        row = index.row(id)
        (mean,) = index.means(np.array([row]))
        scores = contrast.alike(index, row)
        if among is not None:
            rows = [index.row(other) for other in among if other in index]
            scores[np.setdiff1d(np.arange(len(scores)), rows)] = np.nan
        scores[[row, *(index.row(other) for other in without if other in index)]] = (
            np.nan
        )  # NaN is never ranked
        return await self._matches(scores, mean, number, filter)

    async def ranks_by_id(self, id: str, others: Iterable[str]) -> dict[str, int]:
        """The ranks that some items have among all that are like a stored one, each among those of its own kind."""
        index, contrast = await self._ready_contrast()
        row, images = index.row(id), index.are_pictures
        scores = contrast.alike(index, row)
        scores[row] = -np.inf
        rows = {other: index.row(other) for other in others if other in index}
        return {
            other: 1 + int(((scores > scores[place]) & (images == images[place])).sum())
            for other, place in rows.items()
        }

    async def search(
        self,
        query: str,
        number: int = 10,
        filter: Filter = EVERYTHING,
        *,
        unfinished: bool = False,
        nearest: bool = False,
    ) -> list[Hit]:
        """Items that fit a text by their words or by their meaning, best first.

        Cosines and BM25 scores are merged (see `semblance.ranking.merging`). An item whose title is the query comes first.
        A query in a language that the model does not know is searched by words alone.
        An item must contain what stands between quotation marks, as it is written, and nothing of what follows a minus.

        Parameters
        ----------
        query : str
        number : int
            How many at most.
        filter : Filter
            Which items are looked at.
        unfinished : bool
            Whether the last word may be the beginning of one, because somebody is typing.
        nearest : bool
            Give the nearest items also where nothing fits, whatever the query demands. Otherwise there are no hits if no
            item has a word of the query and none of the filter's kind is nearer to it than made-up strings are (see
            `semblance.ranking.noise`).

        Raises
        ------
        EmptyDocument
            If there is nothing to look for.
        StaleCollection
            If the encoder is not the one that made the vectors.
        """
        asked = Query.prose(query) if nearest else Query.parse(query)
        _require_text(asked)
        recipe = await self._recipe()
        if not nearest and not knows(recipe.encoder.languages, asked.text):
            return await self.search_words(query, number, filter, unfinished=unfinished)
        self._require_fresh()
        vector = await self._vector_of(recipe, asked.text)
        index, words = await self._ready_index(), await self._shelf.words()
        by_words = words.scores(asked.words, index.ids, unfinished=unfinished)
        if not nearest and not by_words.having.any():
            floor = await self._noise.floor(index, recipe, asked.text, vector)
            by_words = words.scores(asked.words, index.ids, unfinished=unfinished)  # items may have come
            cosines, are_pictures = index.best(vector), index.are_pictures
            if filter.kind:
                cosines[are_pictures != (filter.kind == "image")] = np.nan
            is_near = floor.is_exceeded(cosines, are_pictures)
            if not is_near and not by_words.having.any():
                return []
        return await self._hits(asked, merge(index.best(vector), by_words), by_words, vector, number, filter)

    async def search_words(
        self, query: str, number: int = 10, filter: Filter = EVERYTHING, *, unfinished: bool = False
    ) -> list[Hit]:
        """As `search`, but by words alone. It needs no encoder."""
        asked = Query.parse(query)
        _require_text(asked)
        words, index = await self._shelf.words(), self._shelf.index
        by_words = words.scores(asked.words, index.ids, unfinished=unfinished)
        scores = merge(np.zeros(len(index), dtype=np.float32), by_words)
        scores[~by_words.having.any(axis=0)] = np.nan
        return await self._hits(asked, scores, by_words, None, number, filter)

    async def _hits(
        self,
        asked: Query,
        scores: FloatArray,
        by_words: WordScores,
        vector: FloatArray | None,
        number: int,
        filter: Filter,
    ) -> list[Hit]:
        index, ids, pacer = self._shelf.index, self._shelf.index.ids, Pacer()
        scores = exact_titles_first(asked.text, scores, self._title)
        demanded = np.isin(asked.words, asked.words_of_phrases)
        scores[~by_words.having[demanded].all(axis=0)] = np.nan
        scores = await self._filtered(scores, number, filter, asked)
        rows = {ids[row]: row for row in top_k(scores, number)}
        hits = []
        for record in await self.get(list(rows), vectors=False):
            id, row = record.document.id, rows[record.document.id]
            cosines = index.passage_cosines(id, vector) if vector is not None else None
            best = await asked.best_passage(record, cosines, pacer)
            score = float("nan") if cosines is None else float(cosines.max())
            own = tuple(word for word, has in zip(asked.words, by_words.having[:, row], strict=True) if has)
            hits.append(
                Hit(
                    id,
                    score,
                    record.document,
                    record.passages[best],
                    record.picture,
                    float(scores[row]),
                    own,
                )
            )
        return hits

    def _title(self, row: int) -> str:
        index = self._shelf.index
        entry = index.get(index.ids[row])
        return entry.title if entry else ""

    async def telling_sentences(
        self, matches: Sequence[Match], *, query: str = "", id: str = ""
    ) -> AsyncIterator[tuple[str, Passage]]:
        """For each match that is a text, its id and the sentence that is nearest to a query or to a stored item.

        Parameters
        ----------
        matches : sequence of Match
        query, id : str
            One of them: what the matches were found for.
        """
        texts = [match for match in matches if match.picture is None]
        index = await self._ready_index()
        if not texts or (id and (id not in index or id in index.awaiting)):
            return
        recipe = await self._recipe()
        self._require_fresh()
        if id:
            vector = index.means(np.array([index.row(id)]))[0]
        else:
            asked = Query.parse(query)
            _require_text(asked)
            vector = await self._vector_of(recipe, asked.text)
        for match in texts:
            yield match.id, await telling_sentence(recipe, match, vector)

    async def attribute(self, match: Match, *, query: str = "", id: str = "") -> Attribution:
        """How the cosine of a match that is a text is made up: which words of both texts carry it.

        Parameters
        ----------
        match : Match
        query, id : str
            One of them: what the match was found for.

        Raises
        ------
        UnknownItem
            If one of the items is no longer there.
        ModelError
            If the model does not pool the vectors of tokens by their mean.
        """
        recipe = await self._recipe()
        self._require_fresh()
        if not isinstance(recipe.encoder, TokenEncoder):
            raise ModelError("models.kind_of_output", where=recipe.encoder.name)
        if id:
            left, right = await self._text(recipe, id), await self._text(recipe, match.id)
        else:
            left = await text_of_query(recipe, Query.parse(query).text)
            right = await self._text(recipe, match.id, match.passage)
        return await attribute(recipe.encoder, left, right)

    async def _text(self, recipe: Recipe, id: str, passage: Passage | None = None) -> Text:
        """An item, or one passage of it, as it is compared."""
        for record in await self.get([id], pictures="none"):
            title, _ = await embedded_title(recipe, record.document)
            own = [n for n, other in enumerate(record.passages) if passage in (None, other)]
            passages = [record.passages[n] for n in own]
            return Text(record.document.content, passages, record.vectors[own], title, DOCUMENT_PROMPT)
        raise UnknownItem("collections.unknown_item", where=id)

    async def vectors(self) -> FloatArray:
        """The direction of each item as a whole: the mean of its passages'. Shape (n, d), in the order of `ids`.

        Zeros stand for an item that awaits its vectors.

        Raises
        ------
        StaleCollection
            If the encoder is not the one that made the vectors.
        """
        self._require_fresh()
        index = await self._ready_index()
        if not len(index):
            return np.empty((0, self.info.dims), dtype=np.float32)
        return index.means(np.arange(len(index)))

    async def embedded(self) -> tuple[list[str], FloatArray]:
        """The ids of the items that have vectors, and the direction of each, shape (n, d), as `vectors` gives it.

        It works in steps that let a page respond in between.

        Raises
        ------
        StaleCollection
            If the encoder is not the one that made the vectors.
        """
        self._require_fresh()
        pacer = Pacer()
        while True:
            index = await self._ready_index()
            version, rows, ids = index.version, index.embedded_rows, index.ids
            parts = [np.empty((0, self.info.dims), dtype=np.float32)]
            for start in range(0, len(rows), _MEANS_AT_ONCE):
                parts.append(index.means(rows[start : start + _MEANS_AT_ONCE]))
                await pacer.breathe()
                if (self._shelf.index, index.version) != (index, version):
                    break  # items have come or gone: from the beginning
            else:
                return [ids[row] for row in rows], np.concatenate(parts)

    async def words(self) -> WordIndex:
        """The words of all items, for what counts them."""
        return await self._shelf.words()

    async def metadata_fields(self) -> dict[str, Field]:
        """The fields by which items can be narrowed down; from a sample of the items."""
        version = self._shelf.index.version
        if self._fields is None or self._fields[0] != version:
            ids = self.ids()
            some = ids[:: max(1, len(ids) // _FIELD_SAMPLE)]
            records = await self.get(some, pictures="none", vectors=False)
            self._fields = version, fields(record.document for record in records)
        return self._fields[1]

    async def contrast(self) -> Contrast:
        """What `similar_by_id` takes off the items before it compares them."""
        return (await self._ready_contrast())[1]

    async def distribution(self) -> Distribution:
        """How alike this collection's items are to each other; kept until the collection changes."""
        return await self._distribution_by(AS_THEY_ARE)

    async def distribution_of_items(self) -> Distribution:
        """As `distribution`, as `similar_by_id` compares items: less what all have in common, where that is much."""
        self._require_fresh()
        return await self._distribution_by(await self.contrast())

    async def _distribution_by(self, contrast: Contrast) -> Distribution:
        self._require_fresh()
        index = await self._ready_index()
        version, kept = index.version, self._distributions.get(contrast.is_any)
        if kept is None or kept[0] != version:
            rows = index.embedded_rows
            rows = rows[:: max(1, len(rows) // _SPREAD)]
            vectors, pacer = [], Pacer()
            for start in range(0, len(rows), _COMPARED_AT_ONCE):
                vectors.append(contrast.vectors(index, rows[start : start + _COMPARED_AT_ONCE]))
                await pacer.breathe()
            spread = await sample(
                len(rows), np.concatenate(vectors or [np.empty((0, 1), np.float32)]).__getitem__
            )
            is_mapped = contrast.metric is not None
            kept = version, replace(spread, is_contrasted=contrast.is_any, is_mapped=is_mapped)
            self._distributions[contrast.is_any] = kept
        return kept[1]

    async def _ready_index(self) -> Index:
        index = self._shelf.index
        await index.prepare()
        return index

    async def _ready_contrast(self) -> tuple[Index, Contrast]:
        index = await self._ready_index()
        version, kept = index.version, self._contrast
        if kept is None or kept[0] != version:
            kept = self._contrast = version, await Contrast.of(index, self._metric)
        return await self._ready_index(), kept[1]  # items may have come meanwhile

    async def _metric(self) -> FloatArray | None:
        """The metric of its model. One that can't be had is done without: items are compared nearly as well."""
        metric = self._metrics.get(self.info.model)
        try:
            return await metric.get() if metric else None
        except ModelError:
            return None

    async def _matches(
        self, scores: FloatArray, query: FloatArray, number: int, filter: Filter
    ) -> list[Match]:
        index = self._shelf.index
        scores[[index.row(id) for id in index.awaiting]] = np.nan
        scores = await self._filtered(scores, number, filter)
        ids = index.ids
        ranked = {
            ids[row]: (float(scores[row]), index.best_passage(ids[row], query))
            for row in top_k(scores, number)
        }
        matches = []
        for record in await self.get(list(ranked), vectors=False):
            score, best = ranked[record.document.id]
            passage = record.passages[best]
            matches.append(Match(record.document.id, score, record.document, passage, record.picture))
        return matches

    async def _filtered(
        self, scores: FloatArray, number: int, filter: Filter, asked: Query = NO_DEMANDS
    ) -> FloatArray:
        """The scores, shape (n,), with NaN for what filter and query leave out, as far as `number` items need it."""
        index, pacer = self._shelf.index, Pacer()
        if filter.kind:
            scores = np.where(index.are_pictures == (filter.kind == "image"), scores, np.nan)
        if not filter.conditions and asked.is_plain:
            return scores
        # Metadata and texts are in the store. They are read from the best item on, until there are enough items.
        admitted, ids = np.full_like(scores, np.nan), index.ids
        ranked = top_k(scores, len(scores))
        number_admitted = 0
        for start in range(0, len(ranked), _FILTER_BATCH):
            rows = {ids[row]: row for row in ranked[start : start + _FILTER_BATCH]}
            for record in await self.get(list(rows), pictures="none", vectors=False):
                if filter.admits(record.document.metadata) and asked.admits(record.document):
                    row = rows[record.document.id]
                    admitted[row] = scores[row]
                    number_admitted += 1
            await pacer.breathe()
            if number_admitted >= number:
                break
        return admitted

    # --- adding -------------------------------------------------------------------------------------

    async def embed(self, id: str, content: str, metadata: Mapping[str, Any] | None = None) -> None:
        """Add or replace one item; raises what `embed_multi` would report."""
        report = await self.embed_multi([Document(id, content, metadata=metadata or {})])
        if report.failed:
            raise report.failed[0].error

    async def embed_multi(
        self,
        documents: Iterable[Document],
        *,
        on_progress: OnProgress | None = None,
        keep_originals: bool = False,
        report: Report | None = None,
    ) -> Report:
        """Add or replace items. Items that have not changed are left alone.

        Items are written whole, a batch at a time, and what is written stays if the task is cancelled or
        the store fails. An item that can't be used goes to ``Report.failed``; the others are not affected.
        A thumbnail of a picture is kept, and with `keep_originals` the file too. An empty `report` can be
        passed. It is filled and returned, so that a run that is cut short has a report too.

        Raises
        ------
        StaleCollection
            If another encoder made the vectors of the stored items: see `reembed`.
        StoreError
            If the store can't take more.
        """
        documents = list(documents)
        async with self._running:
            self._choose_encoders(documents)
            recipe = await self._recipe()
            self._require_fresh()
            return await add(
                self._shelf,
                documents,
                recipe,
                on_progress,
                self._clock,
                keep_originals=keep_originals,
                report=report,
            )

    async def texts_to_embed(self, documents: Iterable[Document]) -> list[str]:
        """The texts that `embed_multi` would give the model, each once: the passages of items that are new or changed.

        Whoever wants their vectors to be made elsewhere learns here which ones they are.
        """
        return await texts_to_embed(self._shelf, documents, await self._recipe())

    async def shelve(self, documents: Iterable[Document], dims: int) -> None:
        """Keep new texts that are about to be embedded, as long as the model has not come.

        They can be read, and found by their words. `embed_multi` or `embed_awaiting` embeds them.

        Parameters
        ----------
        documents : iterable of Document
            Pictures, and what can't be embedded, are left out.
        dims : int
            Dimensions of the model's vectors.

        Raises
        ------
        StoreError
            If the store can't take more.
        """
        documents = list(documents)
        async with self._running:
            self._choose_encoders(documents)
            await shelve(self._shelf, documents, dims, self._clock)

    async def embed_awaiting(
        self, on_progress: OnProgress | None = None, report: Report | None = None
    ) -> Report:
        """Embed the items that await their vectors. Parameters and errors are those of `embed_multi`."""
        async with self._running:
            if self._choose and self._is_undecided():
                records = await self.get(
                    sorted(self.awaiting)[:_MODEL_SAMPLE], pictures="none", vectors=False
                )
                self._choose_encoders([record.document for record in records])
            recipe = await self._recipe()
            self._require_fresh()
            return await embed_awaiting(self._shelf, recipe, on_progress, self._clock, report)

    def _choose_encoders(self, documents: Iterable[Document]) -> None:
        """Choose the encoders by the first texts, if nothing is embedded yet and no model was named."""
        if self._choose and self._is_undecided():
            self._encoders = self._choose(text_of(document) for document in documents)

    def _is_undecided(self) -> bool:
        return not self.info.model and self.count() == len(self.awaiting)

    async def sync(
        self,
        documents: Iterable[Document],
        source: str,
        *,
        unreadable: Iterable[str] = (),
        on_progress: OnProgress | None = None,
        keep_originals: bool = False,
        report: Report | None = None,
    ) -> Report:
        """`embed_multi` for all of a source, such as a folder; reports which of its items have vanished.

        Vanished items stay until they are deleted.

        Parameters
        ----------
        documents : iterable of Document
            All that the source holds now.
        source : str
            Its name; the documents get it as their ``source``.
        unreadable : iterable of str
            Ids of items that are there but could not be read: they have not vanished.
        on_progress : callable, optional
        keep_originals : bool
            As for `embed_multi`.
        report : Report, optional
            As for `embed_multi`.
        """
        present = [replace(document, source=source) for document in documents]
        report = await self.embed_multi(
            present, on_progress=on_progress, keep_originals=keep_originals, report=report
        )
        ids = {document.id for document in present}.union(unreadable)
        report.vanished = sorted(e.id for e in self._shelf.index if e.source == source and e.id not in ids)
        return report

    def takes_vectors_of(self, source: CollectionInfo) -> bool:
        """Whether the vectors of another collection can stand beside this one's, because the same encoders made them."""
        info, encoders = self.info, self._encoders.value
        if source.encoder_fingerprint == MIXED:
            return False
        if not self.count():
            return info.model == source.model and (encoders is None or not is_stale(source, encoders))
        of_pictures = {info.image_fingerprint, source.image_fingerprint} - {""}
        same = (info.encoder_fingerprint, info.dims) == (source.encoder_fingerprint, source.dims)
        return same and len(of_pictures) < 2

    async def merge(
        self,
        source: CollectionInfo,
        batches: AsyncIterator[Sequence[Record]],
        *,
        on_progress: OnProgress | None = None,
        report: Report | None = None,
    ) -> Report:
        """Add the items of another collection. Where both have an item, the newer stays.

        Vectors are taken over where the same encoders made them: then no model is needed. Otherwise the items are embedded.

        Parameters
        ----------
        source : CollectionInfo
            The other collection's description, as its backup has it.
        batches : async iterator of sequences of Record
            Its items.
        on_progress : callable, optional
        report : Report, optional
            As for `embed_multi`.

        Raises
        ------
        StaleCollection, StoreError
            As `embed_multi` does.
        """
        report = report or Report()
        async with self._running:
            if self.takes_vectors_of(source):
                await take_over(self._shelf, source, batches, report)
                return report
            recipe = await self._recipe()
            self._require_fresh()
            records = [record async for batch in batches for record in batch]
            await embed_records(self._shelf, records, recipe, on_progress, self._clock, report)
        return report

    async def reembed(self, on_progress: OnProgress | None = None) -> Report:
        """Embed all stored items again with the present encoders. Pictures are embedded from their kept files or thumbnails.

        The run may be cancelled or killed; a later run goes on from there. The collection is stale until the
        run is complete. An item that fails keeps its old vectors. It keeps the collection stale until it is
        deleted or a later run succeeds.
        """
        async with self._running:
            return await reembed(self._shelf, await self._recipe(), on_progress, self._clock)

    async def use(self, model: str, encoders: Lazy[Encoders]) -> None:
        """Choose the model of a collection that is empty."""
        async with self._running:
            if not self.count():
                await self._shelf.describe(model=model, encoder_fingerprint=MIXED, image_fingerprint="")
                self._encoders = encoders

    async def give_way(self, successor: Collection, on_progress: OnProgress | None = None) -> Report:
        """Embed all items with the encoders of another collection, and become that one. `Library.embed_again` calls it.

        Until then this one finds by its old vectors. If an item fails, it stays as it was.
        """
        async with self._running:
            recipe = await successor._recipe()
            while True:
                fingerprints = {entry.id: entry.fingerprint for entry in self.entries()}
                report = await transfer(self._shelf, successor._shelf, recipe, on_progress, self._clock)
                if report.failed:
                    return report
                is_done: bool = await uninterrupted(self._replace(successor, fingerprints))
                if is_done:
                    return report
                await self.load()  # something was added or removed meanwhile, perhaps in another tab

    async def _replace(self, successor: Collection, fingerprints: Mapping[str, str]) -> bool:
        is_done = await self._shelf.give_way(successor._shelf, fingerprints)
        if is_done:
            self.become(successor)
        return is_done

    def become(self, other: Collection) -> None:
        """Be another collection from now on: one that has taken the place of this one."""
        self._shelf, self._encoders = other._shelf, other._encoders

    async def delete(self, ids: Iterable[str]) -> list[Record]:
        """Remove items and return them, so that `restore` can put them back. Unknown ids are ignored."""
        return await self._shelf.delete(list(ids))

    async def restore(self, records: Sequence[Record]) -> None:
        """Put back items that `delete` returned, as long as the collection was not embedded again since."""
        await self._shelf.put_back(records)

    async def rename(self, name: str) -> None:
        """Change the name. `Library.rename` ensures that no two collections have the same name."""
        await self._shelf.describe(name=name)

    async def drop(self) -> None:
        """Remove the collection and all its items. A run under way ends with `UnknownCollection`."""
        await self._shelf.drop()

    async def _recipe(self) -> Recipe:
        return Recipe.for_encoders(await self._encoders.get(), self._chunking)

    def _require_fresh(self) -> None:
        if self.stale:
            raise StaleCollection("collections.stale", where=self.name)


def _require_text(asked: Query) -> None:
    if not asked.text:
        raise _no_query()


def _no_query() -> EmptyDocument:
    return EmptyDocument("collections.no_query", where=Message("collections.query").said())


def is_stale(info: CollectionInfo, encoders: Encoders) -> bool:
    """Whether a collection's vectors can't be compared with the vectors of the encoders."""
    if not info.count or info.encoder_fingerprint == UNEMBEDDED:
        return False
    image = encoders.image.fingerprint if encoders.image else info.image_fingerprint
    return info.encoder_fingerprint != encoders.text.fingerprint or info.image_fingerprint not in ("", image)
