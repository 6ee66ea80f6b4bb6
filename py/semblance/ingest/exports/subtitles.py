"""Subtitles (``.srt``, ``.vtt``): what is said, without the times."""

from __future__ import annotations

import re

from semblance.ingest.items import Breath, File, Item, Steps, lines, without_entities
from semblance.ingest.markdown import title_of_name

_TIMES = re.compile(r"\s*+(?:\d+:)?\d\d?:\d\d[.,]\d{1,3}\s*+-->")
_TAG = re.compile(r"<v(?:\.[\w.]++)?\s++([^<>\s][^<>]*+)>|</?[a-zA-Z\d.:][^<>]*+>|\{\\[^{}]*+\}")
_BLOCKS_WITHOUT_WORDS = ("WEBVTT", "NOTE", "STYLE", "REGION")


def read(file: File) -> Steps:
    """One item. A line that repeats the one before it, as rolling captions do, stands once."""
    breath = Breath()
    said: list[str] = []
    block: list[str] = []
    for line in lines(file.text + "\n\n"):
        if line.strip():
            block.append(line.strip())
        else:
            _add(block, said)
            block = []
        if breath.due(len(line)):
            yield None
    yield Item(file.name, "\n".join(said), file.where, title_of_name(file.name))


def _add(block: list[str], said: list[str]) -> None:
    at = next((number for number, line in enumerate(block[:2]) if _TIMES.match(line)), None)
    if at is None and (not block or block[0].startswith(_BLOCKS_WITHOUT_WORDS)):
        return
    for line in block[0 if at is None else at + 1 :]:
        words = without_entities(_TAG.sub(lambda tag: f"{tag[1]}: " if tag[1] else "", line)).strip()
        if words and (not said or said[-1] != words):
            said.append(words)
