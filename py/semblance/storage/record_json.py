"""The fields of a record that stores keep as JSON, because they never look anything up by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from semblance.arrays import Codes
from semblance.documents import Document, Passage, Picture
from semblance.errors import DamagedItem
from semblance.messages import Message
from semblance.records import CollectionInfo, Record
from semblance.wording import free_name

_NUMBERS: dict[str, Any] = {"dims": int, "created": int | float, "count": int}
_DERIVED = ("damage",)  # fields that no store keeps


def lesser_fields(record: Record) -> dict[str, Any]:
    """The fields that a store need not know, as plain data, without the bytes of a picture."""
    picture = record.picture
    fields = {
        "metadata": dict(record.document.metadata),
        "note": record.document.note,
        "passages": [[passage.start, passage.end, passage.heading] for passage in record.passages],
        "cut": record.cut,
        "updated": record.updated,
    }
    if record.document.links:
        fields["links"] = list(record.document.links)
    if picture:
        fields["picture"] = {"digest": picture.digest, "width": picture.width, "height": picture.height}
    return fields


def pack(record: Record) -> str:
    """`lesser_fields` as JSON."""
    return json.dumps(lesser_fields(record))


def unpack(
    id: str,
    title: str,
    source: str,
    fingerprint: str,
    codes: Codes,
    content: str,
    packed: str,
    thumbnail: bytes = b"",
    original: bytes = b"",
) -> Record:
    """The record whose lesser fields `pack` wrote.

    Raises
    ------
    DamagedItem
        If it did not write them.
    """
    try:
        rest = json.loads(packed)
        return _unpack(id, title, source, fingerprint, codes, content, rest, thumbnail, original)
    except (LookupError, TypeError, ValueError) as error:
        raise DamagedItem("collections.damaged_item", where=id) from error


def _unpack(
    id: str,
    title: str,
    source: str,
    fingerprint: str,
    codes: Codes,
    content: str,
    rest: dict[str, Any],
    thumbnail: bytes,
    original: bytes,
) -> Record:
    links = tuple(rest.get("links", ()))
    document = Document(id, content, title, rest["metadata"], source, rest["note"], links=links)
    passages = tuple(Passage(*passage) for passage in rest["passages"])
    picture = (
        Picture(**rest["picture"], thumbnail=thumbnail, original=original) if "picture" in rest else None
    )
    return Record(document, fingerprint, passages, codes, rest["cut"], rest["updated"], picture)


def described(records: Iterable[Mapping[str, Any]]) -> list[CollectionInfo]:
    """Collections as a store's plain records describe them, in order of creation.

    A record that is not one of this version's makes a damaged collection, with a name that no other has.

    Examples
    --------
    >>> fields = {"key": "k", "model": "m", "encoder_fingerprint": "f", "dims": 2, "created": 1.5}
    >>> [info.damage for info in described([fields | {"name": "notes"}, fields | {"key": "l", "name": 7}])]
    [None, Message('its description is damaged (name)')]
    """
    records = list(records)
    infos = [CollectionInfo(**record) for record in records if not _damage(record)]
    names = {info.name for info in infos}
    for record in records:
        if damage := _damage(record):
            info = _damaged(record, damage, names)
            names.add(info.name)
            infos.append(info)
    return sorted(infos, key=lambda info: info.created)


def _damage(record: Mapping[str, Any]) -> Message | None:
    """What is wrong with the description of a collection; None if nothing is."""
    known = {field.name: field for field in fields(CollectionInfo) if field.name not in _DERIVED}
    if unknown := sorted(map(str, record.keys() - known.keys())):
        return Message("collections.unknown_fields", fields=", ".join(unknown))
    wrong = [name for name, field in known.items() if not _is_sound(name, record.get(name, field.default))]
    return Message("collections.damaged_fields", fields=", ".join(wrong)) if wrong else None


def _is_sound(field: str, value: Any) -> bool:
    if kind := _NUMBERS.get(field):
        return isinstance(value, kind) and not isinstance(value, bool) and 0 <= value < float("inf")
    if field == "name":
        return isinstance(value, str) and bool(value) and value == " ".join(value.split())
    return isinstance(value, str)


def _damaged(record: Mapping[str, Any], damage: Message, taken: set[str]) -> CollectionInfo:
    """A collection whose description is damaged, with the fields that are sound."""
    name = free_name(
        " ".join(str(record.get("name") or "").split()) or Message("collections.unnamed").said(), taken
    )
    info = CollectionInfo(record["key"], name, "", "", 0, 0.0, damage=damage)
    sound: dict[str, Any] = {
        field: record[field] for field in ("model", *_NUMBERS) if _is_sound(field, record.get(field))
    }
    return replace(info, **sound)
