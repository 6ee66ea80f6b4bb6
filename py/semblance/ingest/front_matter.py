"""The data at the top of a Markdown file: YAML, TOML or JSON, as static site generators read it."""

from __future__ import annotations

import datetime
import json
import math
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from semblance.errors import Malformed
from semblance.ingest.limits import LIMITS, Limits
from semblance.messages import Message
from semblance.nesting import is_too_deep

_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*\n(?P<block>(?:.*\n)*?)(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)"
)
_PLAIN_LINE = re.compile(r"([A-Za-z_][\w-]*+)[ \t]*+[:=](?:[ \t]++(\S.*)|[ \t]*+)$")
_LIST_LINE = re.compile(r"[ \t]*+-[ \t]++(\S.*)$")
_HEADERS = re.compile(r"(?:[A-Za-z][\w -]{0,40}+:[ \t]+\S.*\n)+(?=\n|\Z)")
_FIRST_HEADERS = ("title", "date", "author", "slug", "layout", "category", "tags")
_MOST_BITS = 1_000  # of an integer
_DEPTH = 20  # brackets in brackets: the YAML reader's time grows with their square
_SCALARS = (str, int, float, bool, datetime.date, datetime.time)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The metadata at the top, the text below it, and a note for the user."""

    body: str
    metadata: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def split(text: str, limits: Limits = LIMITS) -> FrontMatter:
    r"""Take the front matter off a Markdown text.

    Only scalars and flat lists of scalars become metadata, dates and numbers as they are written; so an alias in YAML can't
    expand. Where the front matter is broken or very long its plain ``key: value`` lines are used, and the note says so.
    What only looks like front matter (a rule, a text in braces) stays in the body.

    Examples
    --------
    >>> split("---\ndate: 2026-05-01\ntags: [green, hot]\n---\nBoil water.\n")
    FrontMatter(body='Boil water.\n', metadata={'date': '2026-05-01', 'tags': ['green', 'hot']}, note='')
    >>> split("---\ntitle: Tea: a love\n---\nBoil.").metadata
    {'title': 'Tea: a love'}
    >>> split("Title: Tea\nTags: hot\n\nBoil.").metadata
    {'Title': 'Tea', 'Tags': 'hot'}
    """
    if text.startswith("{"):
        return _json(text, limits)
    start = text[: limits.front_matter_chars]
    begun = start.lstrip(" \t\n")
    if not begun.startswith(("---", "+++")):
        return _headers(text, start)
    match = _FENCED.match(text, len(start) - len(begun), 10 * limits.front_matter_chars)
    if match is None:
        return FrontMatter(text)
    block, body = match["block"], text[match.end() :]
    if len(block) > limits.front_matter_chars:
        lines = _plain_lines(block)
        note = Message("ingest.long_front_matter").said()
        return FrontMatter(body, lines, note) if lines else FrontMatter(text)
    parse = _yaml if match["fence"] == "---" else _toml
    try:
        metadata = parse(block)
    except Exception as error:  # parsers raise more than they document
        note = Message("ingest.broken_front_matter", reason=_reason(error)).said()
        return FrontMatter(body, _plain_lines(block), note)
    return FrontMatter(text) if metadata is None else FrontMatter(body, metadata)


def _headers(text: str, start: str) -> FrontMatter:
    """Lines such as ``Title: Tea`` up to a blank one, without fences, as MultiMarkdown and Pelican have them."""
    match = _HEADERS.match(start)
    if match is None:
        return FrontMatter(text)
    pairs = [line.split(":", 1) for line in match[0].removesuffix("\n").split("\n")]
    first = pairs[0][0].lower()
    if first != "title" and (first not in _FIRST_HEADERS or len(pairs) < 2):
        return FrontMatter(text)
    return FrontMatter(text[match.end() :].lstrip("\n"), {key: value.strip() for key, value in pairs})


def _json(text: str, limits: Limits) -> FrontMatter:
    head = text[: limits.front_matter_chars]
    if is_too_deep(head, _DEPTH):
        return FrontMatter(text)
    try:
        metadata, end = json.JSONDecoder().raw_decode(head)
    except ValueError:
        return FrontMatter(text)
    if not re.match(r"[ \t]*(\n|\Z)", text[end : end + 100]):
        return FrontMatter(text)
    return FrontMatter(text[end:].lstrip(" \t\n"), _flat(metadata.items()))


def _plain_lines(block: str) -> dict[str, Any]:
    """The values and lists of values that can be read line by line; a broken line loses itself alone."""
    values: dict[str, Any] = {}
    key = ""
    for line in block.split("\n"):
        if match := _PLAIN_LINE.match(line):
            key = match[1]
            values[key] = _plain_value(match[2].rstrip()) if match[2] else []
        elif key and isinstance(values[key], list) and (match := _LIST_LINE.match(line)):
            values[key].append(_unquoted(match[1].rstrip()))
    return {key: value for key, value in values.items() if value != []}


def _plain_value(value: str) -> str | list[str]:
    if not (value.startswith("[") and value.endswith("]")):
        return _unquoted(value)
    parts = [_unquoted(part.strip().removeprefix("[").removesuffix("]")) for part in value[1:-1].split(",")]
    return list(filter(None, parts))


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1].replace("''" if value[0] == "'" else '\\"', value[0]) if is_quoted else value


def _toml(block: str) -> dict[str, Any]:
    import tomllib

    try:
        return _flat(tomllib.loads(block, parse_float=_as_written).items())
    except tomllib.TOMLDecodeError as error:
        raise Malformed(str(error)) from error


def _yaml(block: str) -> dict[str, Any] | None:
    from ruamel.yaml import YAML  # here, since it takes a while to import
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if _bracket_depth(block) > _DEPTH:
        raise Malformed("ingest.too_deep", limit=_DEPTH)
    yaml = YAML(typ="safe", pure=True)

    def value_of(node: Any) -> Any:
        try:
            value = yaml.constructor.construct_object(node)
        except Exception:  # a tag of somebody's own, a date that there is not, a bool that is none
            return node.value  # as written
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if isinstance(value, (datetime.date, datetime.time)) or (is_number and str(value) != node.value):
            return node.value  # 3.10 is a version, and 007 a name
        return value

    def plain(node: Any) -> Any:
        if isinstance(node, ScalarNode):
            return value_of(node)
        if isinstance(node, SequenceNode) and all(isinstance(part, ScalarNode) for part in node.value):
            return [value_of(part) for part in node.value]
        return None

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Nodes rather than values: merge keys and nested aliases are not followed.
        root = yaml.compose(block)
    if not isinstance(root, MappingNode):
        return None
    return _flat((str(key.value), plain(value)) for key, value in root.value if isinstance(key, ScalarNode))


def _reason(error: Exception) -> Message:
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if problem and mark:  # as YAML's errors have them
        # Lines count from 0, and the fence is the file's first.
        return Message("ingest.line_reason", number=mark.line + 2, reason=problem)
    if isinstance(error, RecursionError):
        return Message("ingest.too_deep", limit=_DEPTH)
    return error.text if isinstance(error, Malformed) else Message("ingest.not_parsed")


def _bracket_depth(block: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", block):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _flat(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The scalars and flat lists of scalars among some values, as JSON has them."""
    flat: dict[str, Any] = {}
    for key, value in items:
        if isinstance(value, _SCALARS):
            flat[key] = _scalar(value)
        elif isinstance(value, list) and all(isinstance(part, _SCALARS) for part in value):
            flat[key] = [_scalar(part) for part in value]
    return flat


def _as_written(number: str) -> float | str:
    return float(number) if str(float(number)) == number else number


def _is_huge(value: Any) -> bool:
    """Whether it is a number that neither JavaScript nor a float can hold, and Python may not print."""
    return isinstance(value, int) and value.bit_length() > _MOST_BITS


def _scalar(value: Any) -> Any:
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if _is_huge(value):
        return hex(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
