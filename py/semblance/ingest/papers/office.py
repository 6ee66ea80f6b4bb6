"""What Word's and PowerPoint's files have in common."""

from __future__ import annotations

from contextlib import suppress

from semblance.errors import InputError
from semblance.ingest.papers.package import Package, text_of

_PROPERTIES = "docProps/core.xml"
_KEPT = {"title": "title", "creator": "author", "created": "date", "subject": "subject", "language": "lang"}


def main_part(package: Package, usual: str) -> str:
    """The path of the part that all others hang on."""
    related = package.related("").values()
    return next((path for kind, path in related if kind == "officeDocument" and path in package), usual)


def about(package: Package) -> dict[str, str]:
    """Title, author, date and so on; nothing if they can't be read."""
    values: dict[str, str] = {}
    with suppress(InputError):
        for element in package.xml_if_there(_PROPERTIES):
            if name := _KEPT.get(element.tag):
                values[name] = text_of(element)
    if "date" in values:
        values["date"] = values["date"][:10]
    return values
