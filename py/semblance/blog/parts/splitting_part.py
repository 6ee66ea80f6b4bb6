"""Posts that are split into passages together, before their passages are embedded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from semblance.blog.parts.part import MOST_CHARS, Tools, divided, dumped, key_of, loaded
from semblance.documents import Document, Passage
from semblance.embedding.passages import Chunking
from semblance.embedding.recipe import Recipe, embedded_title, title_of
from semblance.errors import Malformed
from semblance.ports import Encoders, TextEncoder
from semblance.version import __version__


class Split(NamedTuple):
    """How a post is split.

    Parameters
    ----------
    title_tokens : int
        Tokens of its title.
    budget : int
        Most tokens of a passage, which has the title above it.
    cut : int
        See `semblance.embedding.passages.split`.
    passages : tuple of Passage
    """

    title_tokens: int
    budget: int
    cut: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class SplittingPart:
    """Posts that are split together, by the tokenizer of one model.

    Parameters
    ----------
    model : str
        The model's name.
    fingerprint : str
        That of its encoder.
    posts : tuple of (str, str)
        Titles and texts.
    """

    model: str
    fingerprint: str
    posts: tuple[tuple[str, str], ...]

    is_kept = True

    @cached_property
    def key(self) -> str:
        """The SHA-256 of the posts, of the model, of the way of splitting, and of the version that splits."""
        return key_of("splitting", __version__, self.fingerprint, Chunking().fingerprint, self.posts)

    @property
    def count(self) -> int:
        """The number of posts."""
        return len(self.posts)

    @property
    def size(self) -> int:
        """Characters."""
        return sum(len(content) for _, content in self.posts)

    async def computed(self, tools: Tools) -> bytes:
        """How each post is split, in JSON; null for one that can't be. Whoever asked then learns why."""
        assert tools.encoder
        recipe = Recipe.for_encoders(Encoders(tools.encoder), Chunking())
        documents = [Document("", content, title) for title, content in self.posts]
        return dumped([await _split(document, recipe) for document in documents])

    def result(self, content: bytes) -> list[Split | None]:
        """How each post is split, in their order; None for one that can't be."""
        values = loaded(content, len(self.posts))
        try:
            return [None if value is None else _known(*value) for value in values]
        except (TypeError, ValueError) as error:
            raise Malformed("it holds something else than passages") from error


def splitting_parts(documents: Iterable[Document], encoder: TextEncoder) -> Iterator[SplittingPart]:
    """The parts that hold all documents, in their order. A document's id decides where a part ends."""
    for group in divided(
        documents, lambda document: document.id, lambda document: len(document.content), MOST_CHARS
    ):
        posts = tuple((document.title, document.content) for document in group)
        yield SplittingPart(encoder.name, encoder.fingerprint, posts)


async def _split(document: Document, recipe: Recipe) -> list[Any] | None:
    count_tokens = recipe.encoder.count_tokens
    try:
        (title_tokens,) = await count_tokens([title_of(document)])
        _, budget = await embedded_title(recipe, document)
        passages, cut = await recipe.chunking.split(document.content, count_tokens, budget)
    except Exception:  # any error of a tokenizer concerns this text only
        return None
    return [title_tokens, budget, cut, [(p.start, p.end, p.heading) for p in passages]]


def _known(title_tokens: int, budget: int, cut: int, passages: Sequence[tuple[int, int, str]]) -> Split:
    return Split(title_tokens, budget, cut, tuple(Passage(*passage) for passage in passages))
