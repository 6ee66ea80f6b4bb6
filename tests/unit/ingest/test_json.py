from __future__ import annotations

import json

import pytest

from semblance.errors import DuplicateId, EmptyDocument, Malformed
from unit.ingest.support import error_of, read_all, read_one


def test_a_list_of_objects() -> None:
    data = [
        {"id": "a", "title": "Tea", "content": "Boil", "tags": ["x"], "nested": {"n": 1}},
        {"id": 2, "text": "Grind"},
        {"url": "/c", "body": "Pour", "id": "c"},
    ]
    documents, failures = read_all("data.json", json.dumps(data))
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("a", "Tea", "Boil"),
        ("2", "", "Grind"),
        ("c", "", "Pour"),
    ]
    assert documents[0].metadata == {"title": "Tea", "tags": ["x"], "nested": {"n": 1}}


def test_without_an_id_the_first_key_is_it_and_other_strings_are_the_text() -> None:
    document = read_one("a.json", '[{"path": "f.py:1", "code": "def f()", "n": 3, "doc": "doc"}]')
    assert (document.id, document.content) == ("f.py:1", "def f() doc")


def test_an_object_of_texts_or_objects_by_id() -> None:
    documents, failures = read_all(
        "a.json", '{"x": "one", "y": {"content": "two", "title": "T"}, "z/é🦆": "three"}'
    )
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("x", "", "one"),
        ("y", "T", "two"),
        ("z/é🦆", "", "three"),
    ]


def test_a_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Feed",
        "authors": [{"name": "A"}],
        "items": [
            {"id": "1", "url": "u1", "title": "T", "content_html": "<p>Hello <b>you</b></p>"},
            {"id": "2", "url": "u2", "content_text": "Plain"},
        ],
    }
    documents, failures = read_all("feed.json", json.dumps(feed))
    assert failures == []
    assert [(doc.id, doc.content) for doc in documents] == [("1", "Hello you"), ("2", "Plain")]
    assert documents[0].metadata["url"] == "u1"


def test_an_object_with_one_list_in_it() -> None:
    documents, _ = read_all(
        "a.json", '{"count": 2, "whatever": [{"id": 1, "text": "a"}, {"id": 2, "text": "b"}]}'
    )
    assert [doc.id for doc in documents] == ["1", "2"]


def test_several_lists_are_not_guessed_at() -> None:
    error = error_of("a.json", '{"mine": [{"id": 1, "text": "a"}], "yours": [{"id": 1, "text": "a"}]}')
    assert isinstance(error, Malformed)
    assert "“mine”, “yours”" in error.message


def test_a_list_whose_key_stands_twice_is_read_whole() -> None:
    text = '{"items": [{"id": 1, "text": "a"}],\n"next": null,\n"items": [{"id": 2, "text": "b"}, {"id": 1, "text": "c"}]}'
    documents, (failure,) = read_all("a.json", text)
    assert [doc.id for doc in documents] == ["1", "2"]
    assert isinstance(failure.error, DuplicateId)
    assert failure.error.where == "a.json item 2 (line 3)"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"id": "x", "title": "T", "text": "first", "text": "last"}'),
        ("a.json", '[{"id": "x", "text": "first", "text": "last"}]'),
        ("a.json", '{"data": [{"id": "x", "text": "last", "more": {"text": 1, "text": 2}}]}'),
        ("a.json", '{"x": {"text": "first", "text": "last"}}'),
        ("a.jsonl", '{"id": "w", "text": "a"}\n{"id": "x", "text": "first", "text": "last"}\n'),
    ],
)
def test_a_key_that_stands_twice_in_an_item_is_noted(name: str, text: str) -> None:
    documents, failures = read_all(name, text + "\n")
    assert failures == []
    assert documents[-1].content == "last"
    assert documents[-1].note == "it has “text” more than once, and the last value was read"
    assert [doc.note for doc in documents[:-1]] == [""] * (len(documents) - 1)


def test_one_object_is_one_item() -> None:
    document = read_one("notes/tea.json", '{"title": "Tea", "content": "Boil", "tags": ["a"]}')
    assert (document.id, document.title, document.content) == ("notes/tea.json", "Tea", "Boil")
    assert document.metadata == {"title": "Tea", "tags": ["a"]}


def test_malformed_json_names_its_line_and_keeps_what_was_before() -> None:
    text = '[\n{"id": 1,\n "text": "a"},\n{"id": 2,\n "text": "b"},\n{"id": 3,\n "text" "c"},\n{"id": 4}\n]'
    documents, failures = read_all("data.json", text)
    assert [doc.id for doc in documents] == ["1", "2"]
    (failure,) = failures
    assert failure.id == "data.json"
    assert isinstance(failure.error, Malformed)
    assert failure.error.where == "data.json line 7"


@pytest.mark.parametrize(
    ("text", "kept", "line"),
    [
        ('[{"id": 1, "text": "a"}\n{"id": 2}]', 1, 2),
        ('[{"id": 1, "text": "a"}\n', 1, 2),
        ('[{"id": 1, "text": "a"}]\n\nmore', 1, 3),
        ('{"a": "x",\n"b": }', 1, 2),
        ('{"a": "x",\nb: 1}', 1, 2),
        ('{"a": "x"\n', 1, 2),
        ('{"items": [\n{"id": 1, "text": "a"},\n{"id": 2,,}]}', 1, 3),
        ("[\n" + "[" * 100_000, 0, 2),
        ('[{"id": 1, "text": "a"},\n{"id": 2, "deep": ' + "[" * 101 + "]" * 101 + "}]", 1, 2),
        ('{"title": "x",\n"items": [\n{,}]}', 0, 3),
        ('{"a": ' * 100_000, 0, 1),
        ("nonsense", 0, 1),
        ('"text"', 0, 1),
        ("[1", 0, 1),
    ],
)
def test_errors_and_their_lines(text: str, kept: int, line: int) -> None:
    documents, failures = read_all("d.json", text)
    assert len(documents) == kept
    assert isinstance(failures[-1].error, Malformed)
    assert failures[-1].error.where == f"d.json line {line}"


def test_elements_that_are_no_items_are_named() -> None:
    bad = ["7", '{"id": "", "text": "a"}', '{"id": null, "text": "a"}', '{"id": [1]}', "{}"]
    text = "[" + ",\n".join([*bad, '{"id": 1, "text": "ok"}, {"id": 2}]'])
    documents, failures = read_all("d.json", text)
    assert [doc.id for doc in documents] == ["1"]
    assert [failure.error.where for failure in failures] == [
        "d.json item 1 (line 1)",
        "d.json item 2 (line 2)",
        "d.json item 3 (line 3)",
        "d.json item 4 (line 4)",
        "d.json item 5 (line 5)",
        "d.json item 7 (line 6)",
    ]
    assert isinstance(failures[-1].error, EmptyDocument)
    assert failures[-1].id == "2"


def test_brackets_in_strings_do_not_nest() -> None:
    assert read_one("d.json", json.dumps([{"id": 1, "text": '[{"' * 1_000}])).content == '[{"' * 1_000


def test_lists_and_objects_may_nest_a_hundred_deep() -> None:
    text = '[{"id": 1, "text": "a", "deep": %s}]' % ("[" * 97 + "]" * 97)
    assert read_one("d.json", text).metadata["deep"][0][0]


def test_duplicates_name_both() -> None:
    _, failures = read_all("d.json", '[{"id": 1, "text": "a"},\n{"id": "1", "text": "b"}]')
    assert isinstance(failures[0].error, DuplicateId)
    assert failures[0].error.where == "d.json item 2 (line 2)"
    assert "d.json item 1 (line 1)" in failures[0].error.message


def test_nothing_in_it() -> None:
    for text in ("[]", "{}", " [ ] ", "{ }\n", '{"version": "1", "items": []}'):
        assert isinstance(error_of("d.json", text), EmptyDocument)


def test_lone_surrogates_and_huge_or_odd_numbers() -> None:
    text = r'[{"id": "\ud800x", "text": "a\udc00b", "n": NaN, "big": %s, "k\ud800": 1, "inf": 1e999}]' % (
        "9" * 6_000
    )
    document = read_one("d.json", text)
    assert (document.id, document.content) == ("\ufffdx", "a\ufffdb")
    assert document.metadata["n"] is None
    assert document.metadata["big"] == "9" * 6_000
    json.dumps(document.metadata, allow_nan=False, ensure_ascii=False).encode()
    assert "inf" in document.note


def test_metadata_is_capped() -> None:
    data = [{"id": 1, "text": "a", "large": "x" * 50_000, "small": 1, "list": list(range(10_000))}]
    document = read_one("d.json", json.dumps(data))
    assert document.metadata == {"small": 1}
    assert document.note == "left out of its metadata: large, list"


def test_json_lines() -> None:
    text = (
        '{"id": "a", "text": "one"}\n\n{"id": "b", "text": "two\\u2028x"}\r\n  \n{"id": "c", "text": "three"}'
    )
    documents, failures = read_all("data.jsonl", text)
    assert failures == []
    assert [doc.id for doc in documents] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "bad", ['{"id": 3,', "nonsense", '{"id": 1} x', "[" * 100_000, "[1]", "3", '{"id": {}}']
)
def test_a_bad_line_is_named_and_the_rest_kept(bad: str) -> None:
    good = [f'{{"id": {number}, "text": "x"}}' for number in range(10)]
    documents, failures = read_all("data.ndjson", "\n".join([*good[:6], bad, *good[6:]]))
    assert len(documents) == 10
    (failure,) = failures
    assert isinstance(failure.error, Malformed)
    assert failure.error.where == failure.id == "data.ndjson line 7"


def test_json_lines_under_the_name_of_json() -> None:
    documents, failures = read_all("data.json", '{"id": 1, "text": "a"}\n{"id": 2, "text": "b"}\n')
    assert failures == []
    assert [doc.id for doc in documents] == ["1", "2"]


def test_a_million_characters_on_a_line() -> None:
    line = json.dumps({"id": "a", "text": "word " * 200_000})
    assert len(read_one("a.jsonl", line).content) == 1_000_000
    assert len(read_one("a.json", f"[{line}]").content) == 1_000_000


def items(name: str, value: object) -> list[tuple[str, str, str]]:
    documents, failures = read_all(name, value if isinstance(value, str) else json.dumps(value))
    assert failures == []
    return [(document.id, document.title, document.content) for document in documents]


def test_a_list_of_texts_is_numbered() -> None:
    assert items("a.json", ["one", "two"]) == [("1", "", "one"), ("2", "", "two")]
    assert items("a.json", {"items": ["one"], "quotes": [{"text": "a"}]}) == [("1", "", "a")]


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ([{"kind": "a", "note": "x"}, {"kind": "a", "note": "y"}], ["1", "2"]),
        ([{"text": "x", "label": 1}, {"text": "y", "label": 1}], ["1", "2"]),
        ([{"score": 0.5, "note": "x"}, {"score": 0.7, "note": "y"}], ["1", "2"]),
        ([{"path": "p", "note": "x"}, {"path": "q", "note": "y"}], ["p", "q"]),
        ([{"url": "u", "note": "x"}, {"id": 7, "note": "y"}], ["u", "7"]),
    ],
)
def test_the_first_key_is_an_id_if_it_tells_all_apart(rows: list[dict[str, object]], ids: list[str]) -> None:
    assert [id for id, _, _ in items("a.json", rows)] == ids
    assert [id for id, _, _ in items("a.jsonl", "\n".join(map(json.dumps, rows)))] == ids


@pytest.mark.parametrize(
    "text",
    [
        '[\n{"id": "a", "text": "One"},\n{"id": "b", "text": "Two"}\n]\n',
        '[{"id": "a", "text": "One"},\n{"id": "b", "text": "Two"},\n]',
        '[{"id": "a", "text": "One"}, {"id": "b", "text": "Two"}]',
        '{"id": "a", "text": "One"},\n{"id": "b", "text": "Two"},\n',
        '{\n  "id": "a",\n  "text": "One"\n}\n{\n  "id": "b",\n  "text": "Two"\n}\n',
        '{"id": "a", "text": "One",}\n{"id": "b", "text": "Two"}\n',
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.ndjson"])
def test_json_lines_and_lists_under_each_others_names(name: str, text: str) -> None:
    assert items(name, text) == [("a", "", "One"), ("b", "", "Two")]


def test_commas_in_texts_stay() -> None:
    text = r'[{"id": "a", "text": "x,] \",} \\",}, {"id": "b", "text": "y", "tags": ["p", ], },]'
    documents, failures = read_all("a.json", text)
    assert failures == []
    assert [document.content for document in documents] == ['x,] ",} \\', "y"]
    assert documents[1].metadata == {"tags": ["p"]}


def test_an_object_with_one_list_of_texts() -> None:
    assert items("a.json", {"title": "Quotes", "quotes": ["one", "two"]}) == [
        ("1", "", "one"),
        ("2", "", "two"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        {"title": ["A", "B"], "text": ["one", "two"]},
        {"text": ["one", "two"], "year": [1999, None]},
    ],
)
def test_a_table_of_lists_is_read_by_its_rows(table: object) -> None:
    assert [content for _, _, content in items("a.json", table)] == ["one", "two"]


def test_several_lists_of_texts_are_not_guessed_at() -> None:
    error = error_of("a.json", '{"animals": ["dog", "cat"], "food": ["bread"]}')
    assert "several lists" in error.message


def test_a_note_of_google_keep_with_only_a_title() -> None:
    note = {
        "isTrashed": False,
        "textContent": "",
        "title": "Call Bo",
        "userEditedTimestampUsec": 1_700_000_000_000_000,
    }
    assert [content for _, _, content in items("a.json", note)] == ["Call Bo"]


def test_a_list_among_texts_by_id_takes_nothing_from_them() -> None:
    documents, failures = read_all("a.json", '{"x": "one", "y": ["a", "b"]}')
    assert [document.content for document in documents] == ["one"]
    assert len(failures) == 1


def test_entries_of_a_json_feed_without_a_text() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "u", "content_html": "<p>One</p>", "date_published": "2026-01-05"},
            {"id": "2", "url": "u", "title": "Two", "summary": "Short", "date_published": "2026-01-05"},
            {"id": "3", "url": "u", "title": "Three", "date_published": "2026-01-05"},
        ],
    }
    assert items("feed.json", feed) == [("1", "", "One"), ("2", "Two", "Short"), ("3", "Three", "Three")]


@pytest.mark.parametrize(
    "table",
    [
        [["id", "text"], ["a", "Oak"], ["b", "Pine"]],
        {"range": "A1:B3", "values": [["id", "text"], ["a", "Oak"], ["b", "Pine"]]},
        {"columns": ["id", "text"], "index": [0, 1], "data": [["a", "Oak"], ["b", "Pine"]]},
        {"id": {"0": "a", "1": "b"}, "text": {"0": "Oak", "1": "Pine"}},
        {
            "schema": {"fields": [{"name": "id"}]},
            "data": [{"id": "a", "text": "Oak"}, {"id": "b", "text": "Pine"}],
        },
        {"a": {"text": "Oak"}, "b": {"text": "Pine"}},
    ],
)
def test_tables_of_pandas(table: object) -> None:
    assert items("a.json", table) == [("a", "", "Oak"), ("b", "", "Pine")]


def test_of_several_lists_the_only_one_with_texts_is_read() -> None:
    value = {"authors": [{"name": "A"}], "notes": [{"id": "n", "text": "one"}], "tags": [{"name": "t"}]}
    assert items("a.json", value) == [("n", "", "one")]


@pytest.mark.parametrize(
    "value",
    [
        {"data": {"items": [{"id": "a", "text": "Oak"}, {"id": "b", "text": "Elm"}], "total": 2}},
        {
            "status": "ok",
            "response": {"posts": {"nodes": [{"id": "a", "text": "Oak"}, {"id": "b", "text": "Elm"}]}},
        },
        {"data": {"trees": [{"id": "a", "text": "Oak"}, {"id": "b", "text": "Elm"}]}, "meta": {"page": 1}},
    ],
)
def test_a_list_inside_the_answer_of_a_web_service(value: object) -> None:
    assert items("a.json", value) == [("a", "", "Oak"), ("b", "", "Elm")]


def test_a_chat_of_telegram_without_its_events() -> None:
    chat = {
        "name": "Garden",
        "type": "private_group",
        "id": 9,
        "messages": [
            {
                "id": 1,
                "type": "service",
                "date_unixtime": "1",
                "action": "pin_message",
                "text": "",
                "text_entities": [],
            },
            {
                "id": 2,
                "type": "message",
                "date_unixtime": "2",
                "from": "Ana",
                "text": ["Plant ", {"type": "bold", "text": "peas"}],
            },
            {"id": 3, "type": "message", "date_unixtime": "3", "from": "Bo", "photo": "a.jpg", "text": ""},
        ],
    }
    assert items("result.json", chat) == [("2", "", "Plant peas")]


def test_objects_by_id_that_hold_lists_stay_items() -> None:
    value = {"a": {"text": "Oak", "rings": [{"year": 1}]}, "b": {"text": "Elm", "rings": [{"year": 2}]}}
    assert items("a.json", value) == [("a", "", "Oak"), ("b", "", "Elm")]
    one = {"a": {"title": "Oak", "text": "It is tall", "rings": [{"year": 1}]}}
    assert items("a.json", one) == [("a", "Oak", "It is tall")]


def test_a_day_of_slack() -> None:
    day = [
        {"type": "message", "subtype": "channel_join", "ts": "1.0", "user": "U1", "text": "<@U1> has joined"},
        {
            "user": "U1",
            "type": "message",
            "ts": "1767603600.5",
            "text": "See <https://a.example/x|the plan> &amp; more",
        },
        {"type": "message", "ts": "1767603601.5", "user": "U2", "text": "", "files": [{}]},
        {"type": "message", "ts": "1767603602.5", "user": "U2", "text": "Fine"},
    ]
    assert items("general/2026-01-05.json", day) == [
        ("1767603600.5", "", "See the plan & more"),
        ("1767603602.5", "", "Fine"),
    ]


def test_a_note_of_google_keep_in_the_trash() -> None:
    error = error_of("a.json", '{"isTrashed": true, "textContent": "old", "title": ""}')
    assert str(error) == "a.json: it is in the trash. Take it out of the trash there, and export it again."


def test_messages_without_words_are_left_out() -> None:
    chat = {
        "participants": [{"name": "A"}],
        "messages": [
            {"sender_name": "A", "timestamp_ms": 1767603600000, "photos": [{"uri": "a.jpg"}]},
            {
                "sender_name": "A",
                "timestamp_ms": 1767603601000,
                "content": "Caf\u00c3\u00a9 \u00e2\u0080\u0093 now",
            },
        ],
    }
    documents, failures = read_all("message_1.json", json.dumps(chat))
    assert failures == []
    assert [(document.id, document.content) for document in documents] == [("2", "Café – now")]
    assert documents[0].metadata["date"] == "2026-01-05T09:00:01+00:00"
    assert documents[0].note == "letters that the export of message_1.json had garbled were mended"


def test_posts_of_facebook_and_instagram() -> None:
    posts = [
        {"timestamp": 1767603600, "data": [{"post": "A day out"}], "title": "Ana updated her status."},
        {"media": [{"uri": "a.jpg", "creation_timestamp": 1767603600, "title": "Sunset"}]},
        {"media": [{"uri": "b.jpg", "creation_timestamp": 1767603600, "title": ""}]},
    ]
    assert items("posts_1.json", posts) == [("1", "", "A day out"), ("2", "", "Sunset")]


def test_letters_that_only_look_garbled_stay() -> None:
    text = r'[{"id": 1, "text": "\\u00c3\\u00a9 \u00e9\u00e8 \u00c3"}]'
    assert items("a.json", text) == [("1", "", r"\u00c3\u00a9 éè Ã")]


def test_an_outbox_holds_what_others_wrote_too() -> None:
    outbox = {
        "type": "OrderedCollection",
        "orderedItems": [
            {"type": "Announce", "actor": "u", "object": "https://else.example/1"},
            {
                "id": "a",
                "type": "Create",
                "actor": "u",
                "object": {
                    "id": "p",
                    "type": "Note",
                    "summary": "food",
                    "content": "<p>Bread</p>",
                    "attachment": [{"name": "A loaf"}],
                    "tag": [{"type": "Hashtag", "name": "#baking"}],
                },
            },
        ],
    }
    documents, failures = read_all("outbox.json", json.dumps(outbox))
    assert failures == []
    assert [(document.id, document.content) for document in documents] == [("p", "food\n\nBread\n\nA loaf")]
    assert documents[0].metadata["tags"] == ["baking"]


def test_a_chat_of_telegram() -> None:
    chat = {
        "name": "Trip",
        "id": 9,
        "messages": [
            {"id": 1, "type": "message", "text": ["see ", {"type": "link", "text": "a.example"}, "!"]},
            {"id": 2, "type": "message", "text": "ok"},
        ],
    }
    assert items("result.json", chat) == [("1", "", "see a.example!"), ("2", "", "ok")]


def test_conversations_with_chatgpt_and_claude() -> None:
    def node(parent: str | None, role: str, text: str) -> dict[str, object]:
        return {"parent": parent, "message": {"author": {"role": role}, "content": {"parts": [text]}}}

    branches = {
        "root": {"parent": None, "message": None},
        "told": node("root", "system", "Be kind."),
        "asked": node("told", "user", "How long does dough rest?"),
        "first": node("asked", "assistant", "An hour."),
        "again": node("asked", "assistant", "Two hours."),
        "loop": node("loop", "user", "Still there?"),
    }
    common = {"create_time": 1_700_000_000.5, "mapping": branches}
    conversations = [
        {"title": "Rye", "conversation_id": "c1", "current_node": "again", **common},
        {"title": "Empty", "conversation_id": "c2", "current_node": "root", **common},
        {"title": "Loop", "conversation_id": "c3", "current_node": "loop", **common},
    ]
    rye, loop = read_all("conversations.json", json.dumps(conversations))[0]
    assert (rye.id, rye.title) == ("c1", "Rye")
    assert rye.content == "user: How long does dough rest?\n\nassistant: Two hours."
    assert loop.content == "user: Still there?"
    messages = [{"sender": "human", "text": "Spelt?"}, {"sender": "assistant", "text": "Yes."}]
    claude = read_one(
        "conversations.json", json.dumps([{"uuid": "u", "name": "Spelt", "chat_messages": messages}])
    )
    assert (claude.id, claude.title, claude.content) == ("u", "Spelt", "human: Spelt?\n\nassistant: Yes.")
