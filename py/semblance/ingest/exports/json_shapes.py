"""JSON as programs export it, turned into objects with an id and a text.

A shape is known by its keys. Its function gives the object that `semblance.ingest.json_data` makes an item of, or None for
what is no item: a photo without words, somebody else's post, somebody who joined.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Shape: TypeAlias = Callable[[dict[str, Any]], dict[str, Any] | None]

_SLACK_LINK = re.compile(r"<([^<>|\s]+)(?:\|([^<>]*))?>")
_SLACK_NOISE = ("channel_join", "channel_leave", "group_join", "group_leave", "bot_add", "bot_remove")


def shape_of_object(keys: Mapping[str, Any]) -> Shape | None:
    """The shape of a file that is one object and one item."""
    is_keep = keys.keys() & {"textContent", "listContent", "textContentHtml"} and "isTrashed" in keys
    return keep if is_keep else None


def shape_of_element(value: Any) -> Shape | None:
    """The shape of a list's elements, told from one of them."""
    if not isinstance(value, dict):
        return None
    if (
        isinstance(value.get("type"), str)
        and "object" in value
        and ("actor" in value or "published" in value)
    ):
        return activity
    if "ts" in value and value.get("type") == "message":
        return slack_message
    if "text_entities" in value or ("date_unixtime" in value and "text" in value):
        return telegram_message
    if "sender_name" in value and "timestamp_ms" in value:
        return meta_message
    if "id" in value and ("date_published" in value or ("url" in value and "summary" in value)):
        return feed_entry
    if isinstance(value.get("mapping"), dict) and "current_node" in value:
        return chat_of_branches
    if isinstance(value.get("chat_messages"), list):
        return chat
    if isinstance(value.get("media"), list) or ("timestamp" in value and isinstance(value.get("data"), list)):
        return meta_post
    return None


def telegram_message(value: dict[str, Any]) -> dict[str, Any] | None:
    """A message of Telegram; who joined or pinned, and a photo without words, is none.

    Examples
    --------
    >>> telegram_message({"id": 7, "type": "service", "action": "pin_message", "text": "", "text_entities": []})
    >>> telegram_message({"id": 8, "type": "message", "from": "Ana", "text": "Rain", "text_entities": []})
    {'id': 8, 'type': 'message', 'from': 'Ana', 'text': 'Rain'}
    """
    if value.get("type") == "service" or not value.get("text"):
        return None
    return {key: part for key, part in value.items() if key != "text_entities"}


def chat(value: dict[str, Any]) -> dict[str, Any] | None:
    """A conversation with Claude; one without words is none.

    Examples
    --------
    >>> chat({"uuid": "c", "name": "Rye", "chat_messages": [{"sender": "human", "text": "How long?"}]})
    {'id': 'c', 'title': 'Rye', 'content': 'human: How long?'}
    """
    turns = [
        (_text(turn.get("sender")), _text(turn.get("text"))) for turn in _objects(value["chat_messages"])
    ]
    return _conversation(value.get("uuid"), value.get("name"), turns, _text(value.get("created_at")))


def chat_of_branches(value: dict[str, Any]) -> dict[str, Any] | None:
    r"""A conversation with ChatGPT: the branch that it ended with, since a question may have been asked again.

    Examples
    --------
    >>> mapping = {
    ...     "b": {"parent": "a", "message": {"author": {"role": "assistant"}, "content": {"parts": ["An hour."]}}},
    ...     "a": {"parent": None, "message": {"author": {"role": "user"}, "content": {"parts": ["How long?"]}}},
    ... }
    >>> chat_of_branches({"id": "c", "title": "Rye", "mapping": mapping, "current_node": "b"})["content"]
    'user: How long?\n\nassistant: An hour.'
    """
    nodes, turns, name, seen = value["mapping"], [], value["current_node"], set[Any]()
    while isinstance(name, str) and isinstance(nodes.get(name), dict) and name not in seen:
        seen.add(name)
        turns.append(_turn(nodes[name].get("message")))
        name = nodes[name].get("parent")
    id = value.get("conversation_id") or value.get("id")
    return _conversation(id, value.get("title"), turns[::-1], _of_seconds(value.get("create_time")))


def _turn(message: Any) -> tuple[str, str]:
    """Who says what; nothing where a program speaks to itself."""
    if not isinstance(message, dict) or not isinstance(message.get("content"), dict):
        return "", ""
    author = message.get("author")
    role = _text(author.get("role")) if isinstance(author, dict) else ""
    parts = message["content"].get("parts")
    words = [part for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
    return role, "\n".join(words).strip() if role in ("user", "assistant") else ""


def _conversation(id: Any, title: Any, turns: Sequence[tuple[str, str]], date: str) -> dict[str, Any] | None:
    content = "\n\n".join(f"{who}: {text}" for who, text in turns if text)
    item = {"id": _text(id), "title": _text(title), "content": content, "date": date}
    return {key: part for key, part in item.items() if part} if content else None


def is_trashed(value: Mapping[str, Any]) -> bool:
    """Whether the user has put a note of Google Keep into its trash."""
    return value.get("isTrashed") is True


def keep(value: dict[str, Any]) -> dict[str, Any]:
    """A note of Google Keep: a text or a checklist, with labels.

    Examples
    --------
    >>> keep({"title": "Camp", "listContent": [{"text": "tent", "isChecked": True}], "labels": [{"name": "trips"}]})
    {'title': 'Camp', 'content': '- [x] tent', 'labels': ['trips']}
    """
    boxes = [
        f"- [{'x' if entry.get('isChecked') else ' '}] {entry.get('text', '')}"
        for entry in _objects(value.get("listContent"))
    ]
    text = _text(value.get("textContent"))
    links = [
        entry["url"] for entry in _objects(value.get("annotations")) if isinstance(entry.get("url"), str)
    ]
    note = {
        "title": _text(value.get("title")),
        "content": "\n".join(filter(None, [text, *boxes])) or _text(value.get("title")),
        "labels": [
            entry["name"] for entry in _objects(value.get("labels")) if isinstance(entry.get("name"), str)
        ],
        "links": links,
        "created": _of_microseconds(value.get("createdTimestampUsec")),
        "date": _of_microseconds(value.get("userEditedTimestampUsec")),
        "archived": value.get("isArchived") is True,
        "pinned": value.get("isPinned") is True,
    }
    return {key: part for key, part in note.items() if part}


def activity(value: dict[str, Any]) -> dict[str, Any] | None:
    """A post of an ActivityPub outbox; None for what is repeated or liked from somebody else."""
    post = value["object"]
    if not isinstance(post, dict):
        return None
    html = _text(post.get("content")) or next(iter(_texts(post.get("contentMap"))), "")
    described = [_text(part.get("name")) for part in _objects(post.get("attachment"))]
    choices = [_text(part.get("name")) for key in ("oneOf", "anyOf") for part in _objects(post.get(key))]
    parts = [_text(post.get("summary")), html, *choices, *described]
    if not any(parts):
        return None
    item = {
        "id": _text(post.get("id")) or _text(value.get("id")),
        "content_html": "".join(f"<p>{part}</p>" for part in parts if part),
        "title": _text(post.get("name")),
        "date": _text(post.get("published")) or _text(value.get("published")),
        "link": _text(post.get("url")),
        "tags": [
            _text(tag.get("name")).lstrip("#")
            for tag in _objects(post.get("tag"))
            if tag.get("type") == "Hashtag"
        ],
    }
    return {key: part for key, part in item.items() if part}


def feed_entry(value: dict[str, Any]) -> dict[str, Any]:
    """An entry of a JSON Feed. Its summary or its title is its text, if it has no other."""
    if any(_text(value.get(key)) for key in ("content_text", "content_html", "content", "text", "body")):
        return value
    return value | {"content": _text(value.get("summary")) or _text(value.get("title"))}


def table_of_lists(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a table of lists below one of names, as Google Sheets and others give it; empty if it is none.

    Examples
    --------
    >>> table_of_lists([["id", "text"], ["a", "Oak"]])
    [{'id': 'a', 'text': 'Oak'}]
    """
    names, *others = rows or [[]]
    are_names = (
        isinstance(names, list) and len(names) > 1 and all(isinstance(name, str) and name for name in names)
    )
    if not are_names or len(set(names)) < len(names) or not others:
        return []
    if not all(isinstance(row, list) and 0 < len(row) <= len(names) for row in others):
        return []
    return [dict(zip(names, row, strict=False)) for row in others]


def slack_message(value: dict[str, Any]) -> dict[str, Any] | None:
    """A message of one day in Slack; its time is its id.

    Examples
    --------
    >>> slack_message({"type": "message", "ts": "1.2", "text": "see <https://a.example|this> &amp; <@U1>"})["content"]
    'see this & @U1'
    """
    text = _text(value.get("text"))
    if not text or value.get("subtype") in _SLACK_NOISE:
        return None
    text = _SLACK_LINK.sub(lambda link: link[2] or link[1], text)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    person = value.get("user_profile")
    name = _text(person.get("real_name")) if isinstance(person, dict) else ""
    rest = {key: part for key, part in value.items() if key in ("user", "thread_ts", "subtype")}
    return {
        "id": str(value["ts"]),
        "content": text,
        "date": _of_seconds(value["ts"]),
        **({"name": name} if name else {}),
        **rest,
    }


def meta_message(value: dict[str, Any]) -> dict[str, Any] | None:
    """A message of Facebook or Instagram; they have no ids of their own."""
    if not _text(value.get("content")):
        return None
    rest = {key: part for key, part in value.items() if not isinstance(part, (list, dict))}
    return rest | {"date": _of_seconds(value["timestamp_ms"], 1_000)}


def meta_post(value: dict[str, Any]) -> dict[str, Any] | None:
    """A post of Facebook or Instagram: its text stands in one of its parts."""
    posts = [_text(part.get("post")) for part in _objects(value.get("data"))]
    captions = [_text(part.get("title")) for part in _objects(value.get("media"))]
    title = _text(value.get("title"))
    texts = list(dict.fromkeys(filter(None, [*posts, *captions]))) or ([title] if title else [])
    if not texts:
        return None
    times = [value.get("timestamp"), value.get("creation_timestamp")]
    times += [part.get("creation_timestamp") for part in _objects(value.get("media"))]
    date = next((_of_seconds(time) for time in times if time), "")
    return {"content": "\n\n".join(texts)} | ({"date": date} if date else {})


def table_of_columns(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that pandas wrote by columns (``orient`` "columns", "list" or "split"); empty if it is none.

    Examples
    --------
    >>> table_of_columns({"id": {"0": "a"}, "text": {"0": "Oak"}})
    [{'id': 'a', 'text': 'Oak'}]
    >>> table_of_columns({"columns": ["id", "text"], "index": [0], "data": [["a", "Oak"]]})
    [{'id': 'a', 'text': 'Oak'}]
    """
    names, rows = values.get("columns"), values.get("data")
    if isinstance(names, list) and isinstance(rows, list) and all(isinstance(row, list) for row in rows):
        return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    columns = list(values.values())
    if _are_columns(values):
        return [dict(zip(values, cells, strict=True)) for cells in zip(*columns, strict=True)]
    if len(columns) < 2 or not all(isinstance(column, dict) and column for column in columns):
        return []
    keys = list(columns[0])
    are_scalars = not any(isinstance(cell, (dict, list)) for column in columns for cell in column.values())
    counts = keys == [str(number) for number in range(len(keys))]
    if not are_scalars or not counts or not all(list(column) == keys for column in columns):
        return []
    return [{name: column[key] for name, column in values.items()} for key in keys]


def _are_columns(values: Mapping[str, Any]) -> bool:
    """Whether lists are the columns of a table: equally long, of plain values, and one has a name that columns have."""
    from semblance.ingest.dialects import role_of

    columns = list(values.values())
    are_lists = len(columns) > 1 and all(isinstance(column, list) and column for column in columns)
    if not are_lists or len({len(column) for column in columns}) > 1:
        return False
    are_plain = not any(isinstance(cell, (dict, list)) for column in columns for cell in column)
    return are_plain and any(role_of(name) not in ("", "other") for name in values)


def _objects(value: Any) -> Sequence[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _texts(value: Any) -> Sequence[str]:
    return [part for part in value.values() if isinstance(part, str)] if isinstance(value, dict) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _of_microseconds(value: Any) -> str:
    return _of_seconds(value, 1_000_000) if value else ""


def _of_seconds(value: Any, divisor: int = 1) -> str:
    """A Unix time as ISO 8601; empty if it is none."""
    try:
        return datetime.datetime.fromtimestamp(float(value) // divisor, datetime.UTC).isoformat()
    except (ValueError, TypeError, OverflowError, OSError):
        return ""
