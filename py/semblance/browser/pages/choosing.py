"""Says which model a collection gets, and when it does not know what is added."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from itertools import islice
from typing import Any

from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import words
from semblance.collection import Collection
from semblance.documents import Document
from semblance.embedding.recipe import text_of
from semblance.models.languages import MOST_FOREIGN

SEEN = 100  # so many texts tell which model is needed

EmbedAgain = Callable[[str, str], Coroutine[Any, Any, None]]


class Choosing:
    """Looks at texts before they are added, and before a model is loaded for them.

    Parameters
    ----------
    session : Session
    embed_again : callable
        Embeds a collection again with another model; both by their names.
    """

    def __init__(self, session: Session, embed_again: EmbedAgain) -> None:
        self._session = session
        self._embed_again = embed_again

    def look_at(self, collection: Collection, documents: Sequence[Document]) -> None:
        """Say which model these texts choose, or that the collection's does not know them."""
        without_pictures = (document for document in documents if document.image is None)
        texts = [text_of(document) for document in islice(without_pictures, SEEN)]
        library, model = self._session.library, collection.info.model
        default, better = library.models[0], library.model_for(texts)
        if not model and collection.count() == len(collection.awaiting):
            if better != default:
                text = words("models.chosen", model=better, size=self._session.size_of(better), other=default)
                self._say(collection, text, default)
        elif library.unknown_share(model, texts) > MOST_FOREIGN:
            text = words(
                "models.unknown", model=model or default, other=better, size=self._session.size_of(better)
            )
            self._say(collection, text, better)

    def _say(self, collection: Collection, text: str, other: str) -> None:
        """Say it in the collection, and offer another model."""

        def change() -> None:
            self._session.run(self._embed_again(collection.name, other), collection)

        action = words("models.embed_again", model=other)
        about = Subject(f"model:{collection.info.key}", collection=collection.info.key)
        self._session.dialogs.notice(text, {action: change}, about)
