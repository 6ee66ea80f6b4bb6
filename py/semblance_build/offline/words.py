"""Which words the edition has of a model whose word table is loaded by need: those of the languages that are asked for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from semblance.models.vocabulary import block_files, read_vocabulary
from semblance.parts.errors import BuildError

INDEX = "models/index.json"


def with_words(contents: Mapping[str, bytes], languages: Collection[str]) -> dict[str, bytes]:
    """The files of a site with such models, and of their rows only those that the languages are likely to need.

    Without a language there are no such models: each adds 15 MB before its first word.

    Raises
    ------
    BuildError
        If a language is not known.
    """
    left_out: set[str] = set()
    models = list(_models_with_tables(contents))
    for folder, table in models:
        if languages:
            left_out |= _other_rows(contents, folder, table, languages)
        else:
            left_out |= {name for name in contents if name.startswith(folder)}
    kept = {name: data for name, data in contents.items() if name not in left_out}
    return kept if languages or not models else kept | {INDEX: _index_of(kept)}


def _models_with_tables(contents: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each such model's folder, which ends in a slash, and what its manifest says of the table."""
    for name, data in contents.items():
        if name.startswith("models/") and name.endswith("/manifest.json"):
            manifest = json.loads(data)
            if "word_table" in manifest:
                yield name.removesuffix("manifest.json"), manifest["word_table"]


def _other_rows(
    contents: Mapping[str, bytes], folder: str, table: Mapping[str, Any], languages: Iterable[str]
) -> set[str]:
    """The files of the rows that none of the languages is likely to need. Every text needs the rows of special tokens."""
    vocabulary = read_vocabulary(gzip.decompress(contents[folder + table["vocabulary"]]))
    files = block_files(folder + table["rows"], len(vocabulary.digests))
    unknown = sorted(set(languages) - set(vocabulary.languages))
    if unknown:
        known = ", ".join(
            f"{language} ({sum(len(contents[files[block]]) for block in blocks) / 1e6:.1f} MB)"
            for language, blocks in vocabulary.languages.items()
        )
        raise BuildError(f"There is no list of words for {', '.join(unknown)}; there are {known}.")
    wanted = set(vocabulary.blocks[list(vocabulary.special)].tolist())
    wanted.update(block for language in languages for block in vocabulary.languages[language])
    return {file for number, file in enumerate(files) if number not in wanted}


def _index_of(contents: Mapping[str, bytes]) -> bytes:
    """``models/index.json`` with the models that are there."""
    index = json.loads(contents[INDEX])
    index["models"] = [
        entry for entry in index["models"] if f"models/{entry['text']}/manifest.json" in contents
    ]
    return json.dumps(index).encode()
