"""Calendars (``.ics``) and contacts (``.vcf``): an event or a person is an item."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping

from semblance.ingest.items import Breath, File, Item, Steps, lines
from semblance.messages import Message

_FOLD = re.compile(r"\n[ \t]")
_SOFT_BREAK = re.compile(r"=\n")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,:nN])")
_EVENTS = ("VEVENT", "VTODO", "VJOURNAL")
_PERSON_TEXTS = ("FN", "NICKNAME", "ORG", "TITLE", "ROLE", "ADR", "NOTE")


def read_calendar(file: File) -> Steps:
    """One item an event, a task or an entry of a diary."""
    for number, values in _objects(file.text, _EVENTS):
        if not values:
            yield None
            continue
        title = values.get("SUMMARY", "")
        content = "\n\n".join(
            filter(None, [title, values.get("LOCATION", ""), values.get("DESCRIPTION", "")])
        )
        fields = {
            "date": _date(values.get("DTSTART", "") or values.get("DUE", "")),
            "end": _date(values.get("DTEND", "")),
            "location": values.get("LOCATION", ""),
            "link": values.get("URL", ""),
        }
        id = " ".join(
            filter(None, [values.get("UID", "") or str(number), _date(values.get("RECURRENCE-ID", ""))])
        )
        yield Item(
            id, content, _place(file, number), title, {key: value for key, value in fields.items() if value}
        )


def read_contacts(file: File) -> Steps:
    """One item a person."""
    names: set[str] = set()
    for number, values in _objects(_SOFT_BREAK.sub("", file.text), ("VCARD",)):
        if not values:
            yield None
            continue
        name = values.get("FN", "") or " ".join(reversed(values.get("N", "").split(";")[:2])).strip()
        texts = [name, *(" ".join(filter(None, values.get(key, "").split(";"))) for key in _PERSON_TEXTS[1:])]
        fields = {
            "email": values.get("EMAIL", ""),
            "phone": values.get("TEL", ""),
            "birthday": values.get("BDAY", ""),
        }
        id = values.get("UID", "") or name or str(number)
        id = id if id not in names else f"{id} ({number})"
        names.add(id)
        metadata = {key: value for key, value in fields.items() if value}
        yield Item(id, "\n".join(filter(None, texts)), _place(file, number), name, metadata)


def _objects(text: str, kinds: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The values of each object of some kinds, with its number; empty values are a breathing point."""
    breath = Breath()
    number = 0
    values: dict[str, str] | None = None
    inner = ""  # an object in an object, such as an alarm
    for line in lines(_FOLD.sub("", text)):
        name, _, value = line.strip("\n").partition(":")
        parts = name.upper().split(";")
        key = parts[0].rpartition(".")[2]
        value = value.strip()
        if key == "BEGIN" and value.upper() in kinds:
            values, number = {}, number + 1
        elif key == "BEGIN" and values is not None:
            inner = inner or value.upper()
        elif key == "END" and inner:
            inner = "" if value.upper() == inner else inner
        elif key == "END" and values is not None and value.upper() in kinds:
            yield number, values
            values = None
        elif values is not None and not inner and value:
            values.setdefault(key, _plain(value, parts))
        if breath.due(len(line)):
            yield 0, {}


def _plain(value: str, parts: list[str]) -> str:
    if "ENCODING=QUOTED-PRINTABLE" in parts:
        value = quopri.decodestring(value.encode("ascii", "replace")).decode("utf-8", "replace")
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _date(value: str) -> str:
    match = _TIME.match(value)
    if not match:
        return value
    day = f"{match[1]}-{match[2]}-{match[3]}"
    return f"{day}T{match[4]}:{match[5]}:{match[6]}{match[7]}" if match[4] else day


def _place(file: File, number: int) -> str:
    return Message("ingest.nth_item", file=file.where, number=number).said()
