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
_PLAIN_LINE = re.compile(r"^([A-Za-z_][\w-]*+)[ \t]*+[:=][ \t]++(\S.*)$", re.MULTILINE)
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

    Only scalars and flat lists of scalars become metadata, dates as ISO 8601 text; so an alias in YAML can't
    expand. Where the front matter is broken its plain ``key: value`` lines are used, and the note says so.
    What only looks like front matter (a rule, a text in braces) stays in the body.

    Examples
    --------
    >>> split("---\ndate: 2026-05-01\ntags: [green, hot]\n---\nBoil water.\n")
    FrontMatter(body='Boil water.\n', metadata={'date': '2026-05-01', 'tags': ['green', 'hot']}, note='')
    >>> split("---\ntitle: Tea: a love\n---\nBoil.").metadata
    {'title': 'Tea: a love'}
    """
    if text.startswith("{"):
        return _json(text, limits)
    head = text[: limits.front_matter_chars]
    if not head.startswith(("---", "+++")):
        return FrontMatter(text)
    match = _FENCED.match(head)
    if match is None:
        too_long = len(text) > len(head) and _PLAIN_LINE.match(head, 4)
        note = Message("ingest.long_front_matter").said() if too_long else ""
        return FrontMatter(text, note=note)
    block, body = match["block"], text[match.end() :]
    parse = _yaml if match["fence"] == "---" else _toml
    try:
        metadata = parse(block)
    except Exception as error:  # parsers raise more than they document
        note = Message("ingest.broken_front_matter", reason=_reason(error)).said()
        return FrontMatter(body, _plain_lines(block), note)
    return FrontMatter(text) if metadata is None else FrontMatter(body, metadata)


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
    return {key: value.rstrip(" \t") for key, value in _PLAIN_LINE.findall(block)}


def _toml(block: str) -> dict[str, Any]:
    import tomllib

    try:
        return _flat(tomllib.loads(block).items())
    except tomllib.TOMLDecodeError as error:
        raise Malformed(str(error)) from error


def _yaml(block: str) -> dict[str, Any] | None:
    from ruamel.yaml import YAML  # here, since it takes a while to import
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if _bracket_depth(block) > _DEPTH:
        raise Malformed("ingest.too_deep")
    yaml = YAML(typ="safe", pure=True)

    def value_of(node: Any) -> Any:
        try:
            value = yaml.constructor.construct_object(node)
        except Exception:  # a tag of somebody's own, a date that there is not, a bool that is none
            return node.value  # as written
        return node.value if _is_huge(value) else value

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
        return Message("ingest.too_deep")
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
