"""Jupyter notebooks: their text, with the code in blocks; no outputs."""

from __future__ import annotations

import json
from typing import Any

from semblance.errors import Malformed
from semblance.ingest.items import File, Item, Steps
from semblance.ingest.markdown import first_heading, readable, title_of_name
from semblance.nesting import is_too_deep

_MARKDOWN, _CODE = "markdown", "code"


def read(file: File) -> Steps:
    """One item: Markdown cells as they are, code cells as blocks of code."""
    if is_too_deep(file.text, file.limits.depth):
        raise Malformed("ingest.too_deep", limit=file.limits.depth, where=file.where)
    yield None
    try:
        notebook = json.loads(file.text)
    except ValueError as error:
        raise Malformed("ingest.no_notebook", where=file.where, remedy="ingest.copy_again") from error
    yield None
    cells = _cells(notebook)
    if cells is None:
        raise Malformed("ingest.no_notebook", where=file.where, remedy="ingest.copy_again")
    language = _language(notebook)
    parts = []
    for cell in cells:
        text = _source(cell).strip("\n")
        if cell.get("cell_type") == _CODE and text:
            parts.append(f"```{language}\n{text}\n```")
        elif cell.get("cell_type") == _MARKDOWN and text:
            parts.append((yield from readable(text)).text)
    content = "\n\n".join(parts)
    yield Item(
        file.name,
        content,
        file.where,
        first_heading(content) or title_of_name(file.name),
        {"language": language},
    )


def _cells(notebook: Any) -> list[dict[str, Any]] | None:
    """The cells of a notebook; until version 3 they were in worksheets. None if it is no notebook."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets") or [notebook]
    cells: list[dict[str, Any]] = []
    for sheet in sheets:
        of_sheet = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(of_sheet, list):
            return None
        cells += [cell for cell in of_sheet if isinstance(cell, dict)]
    return cells


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _language(notebook: dict[str, Any]) -> str:
    metadata = notebook.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = info.get("name") if isinstance(info, dict) else None
    return name if isinstance(name, str) and name.isalnum() else "python"
