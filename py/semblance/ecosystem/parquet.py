"""A collection as a Parquet table, by pyarrow: for Embedding Atlas, and for data frames."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow
from pyarrow import parquet

from semblance.arrays import FloatArray
from semblance.records import Record


def write(file: Path, records: Sequence[Record], vectors: FloatArray) -> None:
    """Write a row an item: ``id``, ``title``, ``content``, ``metadata`` (JSON) and ``embedding`` (d numbers).

    Parameters
    ----------
    file : Path
    records : sequence of Record, length n
    vectors : ndarray of float32, shape (n, d)
    """
    documents = [record.document for record in records]
    flat = pyarrow.array(vectors.reshape(-1), pyarrow.float32())
    columns = {
        "id": [document.id for document in documents],
        "title": [document.title for document in documents],
        "content": [document.content for document in documents],
        "metadata": [json.dumps(dict(document.metadata), ensure_ascii=False) for document in documents],
        "embedding": pyarrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1]),
    }
    parquet.write_table(pyarrow.table(columns), file)
