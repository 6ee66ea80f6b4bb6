"""Fingerprints, which show that a stored item is stale.

A fingerprint has two halves, ``vectors:document``. The first covers all that the vectors depend on: the encoder (model,
dtype, pooling, prompts), the prompt's name, the way of splitting, the title and the text. The second covers the rest of
the document: metadata, source, note, links. So an item of which only the metadata has changed is saved again, but not
embedded again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from semblance.documents import Document

_BYTES = 16


def vectors_half(settings: Sequence[str], title: str, text: str) -> str:
    """Digest of everything that an item's vectors depend on.

    Parameters
    ----------
    settings : sequence of str
        Fingerprints of the encoder and of the chunking, and the name of the prompt.
    title, text : str
        The text that is embedded.

    Raises
    ------
    UnicodeEncodeError
        If the text holds half of a surrogate pair, which no store can keep.
    """
    # JSON escapes NUL, so no title can imitate the NUL between head and text.
    head = json.dumps([*settings, title], ensure_ascii=False)
    return hashlib.blake2b(f"{head}\0{text}".encode(), digest_size=_BYTES).hexdigest()


def document_half(document: Document) -> str:
    """Digest of a document without its content.

    Raises
    ------
    TypeError, ValueError
        If the metadata is not JSON, or holds half of a surrogate pair.
    """
    fields: list[Any] = [document.id, document.title, dict(document.metadata), document.source, document.note]
    if document.links:
        fields.append(document.links)
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=_BYTES).hexdigest()


def join(vectors: str, document: str) -> str:
    """A fingerprint from its halves.

    Examples
    --------
    >>> vectors_half_of(join("ab", "cd"))
    'ab'
    """
    return f"{vectors}:{document}"


def without_vectors(document: Document) -> str:
    """The fingerprint of a document that is stored before it is embedded. Errors are those of `document_half`.

    Examples
    --------
    >>> lacks_vectors(without_vectors(Document("a", "tea"))), lacks_vectors(join("ab", "cd"))
    (True, False)
    """
    return join("", document_half(document))


def lacks_vectors(fingerprint: str) -> bool:
    """Whether a stored item awaits its vectors."""
    return fingerprint.startswith(":")


def vectors_half_of(fingerprint: str) -> str:
    """The half of a fingerprint that concerns the vectors."""
    return fingerprint.partition(":")[0]
