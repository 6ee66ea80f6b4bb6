"""What readers ask: how a table is read, and which list of a JSON file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from semblance.documents import Document, Failure
from semblance.ingest import read
from semblance.ingest.questions import EncodingQuestion, Layout, ListQuestion, Question, TableQuestion

Answer = Callable[[Any], None]


def answered(
    name: str, text: str | bytes, answer: Answer
) -> tuple[list[Document], list[Failure], list[Question]]:
    """What a file holds, if its questions are answered."""
    documents, failures, questions = list[Document](), list[Failure](), list[Question]()
    data = text.encode() if isinstance(text, str) else text
    for step in read(name, data, asks=True):
        if isinstance(step, Question):
            questions.append(step)
            answer(step)
        elif isinstance(step, Document):
            documents.append(step)
        elif isinstance(step, Failure):
            failures.append(step)
    return documents, failures, questions


def table_question(text: str, name: str = "a.csv") -> TableQuestion:
    _, _, (question,) = answered(name, text, lambda _: None)
    assert isinstance(question, TableQuestion)
    return question


SALES = (
    "Nr;Titel;Datum;Webadresse;Notiz\n"
    "1;Ofen;2026-01-05;https://o.example/1;Er brennt\n"
    "2;Rohr;2026-02-05;https://o.example/2;Es ist lang\n"
)


def test_the_guess_names_the_columns_that_play_a_role() -> None:
    question = table_question(SALES)
    assert question.guess == Layout(";", id=0, title=1, date=2, link=3, text=(1, 2, 3, 4))
    assert question.is_sure
    assert [column.name for column in question.columns_of(question.guess)] == [
        "Nr",
        "Titel",
        "Datum",
        "Webadresse",
        "Notiz",
    ]
    (document, _), _, _ = answered("a.csv", SALES, lambda _: None)
    assert (document.title, document.metadata["date"], document.metadata["link"]) == (
        "Ofen",
        "2026-01-05",
        "https://o.example/1",
    )


@pytest.mark.parametrize(
    ("text", "is_sure"),
    [
        ("id,text\n1,a\n", True),
        ("First Name,Company\nMina,Oak\nOle,Fjord\n", True),
        ("Frage,Antwort\nWarum?,Weil der Ofen brennt und niemand ihn mehr löscht.\n" * 3, True),
        ("Ware,Preis\nOfen,12\nRohr,9\n", True),
        ("1,Buy milk\n2,Call Bo\n", True),
        ("Hund,dog\nKatze,cat\nMaus,mouse\n", False),
        ("Note to self: buy milk,home\nCall Bo on Monday,work\n", False),
        ("Oak's list\n\nHund,dog\nKatze,cat\n", True),
        ("a;b,c\nd;e,f\n", False),
    ],
)
def test_a_guess_is_sure_where_something_speaks_for_it(text: str, is_sure: bool) -> None:
    assert table_question(text).is_sure is is_sure


def test_an_answer_says_where_the_columns_are() -> None:
    def answer(question: TableQuestion) -> None:
        question.answer = Layout(";", id=3, title=4, date=2, text=(4, 1))

    documents, failures, _ = answered("a.csv", SALES, answer)
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("https://o.example/1", "Er brennt", "Er brennt Ofen"),
        ("https://o.example/2", "Es ist lang", "Es ist lang Rohr"),
    ]
    assert documents[0].metadata["date"] == "2026-01-05"
    assert "link" not in documents[0].metadata


def test_an_answer_says_that_the_first_row_is_a_row() -> None:
    def answer(question: TableQuestion) -> None:
        question.answer = question.guess_for(",", has_header=False)

    documents, _, _ = answered("a.csv", "Hund,dog\nKatze,cat\n", answer)
    assert [(doc.id, doc.content) for doc in documents] == [("Hund", "dog"), ("Katze", "cat")]


def test_an_answer_says_where_a_table_begins_and_its_delimiter() -> None:
    def answer(question: TableQuestion) -> None:
        question.answer = question.guess_for("/", lines=1)

    documents, _, _ = answered("a.csv", "a/b,c\nid/text\n1/x, y\n2/z, y\n", answer)
    assert [(doc.id, doc.content) for doc in documents] == [("1", "x, y"), ("2", "z, y")]


def test_a_long_value_that_is_not_in_the_text_is_kept() -> None:
    def answer(question: TableQuestion) -> None:
        question.answer = Layout(",", id=0, text=(1,))

    (document,), _, _ = answered("a.csv", f"id,text,more\n1,x,{'y' * 2_000}\n", answer)
    assert document.content == "x"
    assert document.metadata["more"] == "y" * 2_000


def test_an_answer_holds_for_the_next_table_of_its_shape() -> None:
    question = table_question("Bank of Oak\n\nDatum;Betrag;Text\n2026-01-05;1;a\n2026-01-05;2;b\n")
    question.answer = replace(question.guess, title=2, text=(2,))
    kept = json.loads(json.dumps(question.kept))

    def answer(other: TableQuestion) -> None:
        assert other.shape == question.shape
        other.take(kept)

    documents, _, _ = answered(
        "b.csv", "Bank of Oak\nEaster\n\nDatum;Betrag;Text\n2026-04-05;7;c\n2026-04-05;8;d\n", answer
    )
    assert [(doc.title, doc.content) for doc in documents] == [("c", "c"), ("d", "d")]
    assert table_question("Datum;Betrag\n2026-01-05;1\n").shape != question.shape


def test_tables_without_a_sure_header_have_a_shape_too() -> None:
    assert table_question("Hund,dog\nKatze,cat\n").shape == table_question("Ei,egg\nBrot,bread\n").shape


def test_a_table_that_lacks_a_column_is_named() -> None:
    def answer(question: TableQuestion) -> None:
        question.answer = Layout(",", id=0, text=(7,))

    documents, (failure,), _ = answered("a.csv", "id,text\n1,x\n", answer)
    assert documents == []
    assert "lacks a column" in str(failure.error)


def test_a_file_that_is_left_out_is_named() -> None:
    def answer(question: Question) -> None:
        question.is_refused = True

    documents, (failure,), _ = answered("a.csv", "id,text\n1,x\n", answer)
    assert documents == []
    assert str(failure.error).startswith("a.csv: you left it out")


TWO = json.dumps(
    {"mine": [{"id": 1, "text": "a"}], "yours": [{"id": 1, "text": "b"}, {"id": 2, "text": "c"}]}
)


def test_lists_are_asked_about() -> None:
    documents, _, (question,) = answered("a.json", TWO, lambda _: None)
    assert documents == []
    assert isinstance(question, ListQuestion)
    assert [(choice.key, choice.size) for choice in question.lists] == [("mine", 1), ("yours", 2)]
    assert not question.is_sure


@pytest.mark.parametrize(
    ("keys", "items"),
    [
        (("yours",), [("1", "b"), ("2", "c")]),
        (("mine", "yours"), [("mine/1", "a"), ("yours/1", "b"), ("yours/2", "c")]),
    ],
)
def test_the_lists_that_are_chosen_are_read(keys: tuple[str, ...], items: list[tuple[str, str]]) -> None:
    def answer(question: ListQuestion) -> None:
        question.take(keys)

    documents, failures, _ = answered("a.json", TWO, answer)
    assert failures == []
    assert [(doc.id, doc.content) for doc in documents] == items


def test_a_list_of_a_usual_name_is_read_and_the_others_are_told() -> None:
    text = json.dumps({"posts": [{"id": 1, "text": "a"}], "comments": [{"id": 9, "text": "b"}]})
    (document,), _, (question,) = answered("a.json", text, lambda _: None)
    assert (document.content, question.is_sure) == ("a", False)
    assert document.note == "other lists of its file were not read (“comments”)"


def test_nobody_is_asked_who_did_not_offer_to_answer() -> None:
    steps = list(read("a.csv", b"id,text\n1,x\n"))
    assert not [step for step in steps if isinstance(step, Question)]


# --- encodings ---

CZECH = "Žižkov je čtvrť v Praze."


def test_a_guessed_encoding_can_be_changed() -> None:
    def western(question: EncodingQuestion) -> None:
        assert (question.guess, question.is_sure) == ("cp1250", True)
        assert ("cp1257", "ˇi˛kov je čtvr¯ v Praze.") in question.encodings
        question.answer = "cp1257"

    documents, failures, (question,) = answered("a.txt", CZECH.encode("cp1250"), western)
    assert failures == []
    assert (documents[0].content, documents[0].note) == (
        "ˇi˛kov je čtvr¯ v Praze.",
        "decoded as windows-1257",
    )
    assert question.kept == "cp1257"


def test_an_unanswered_guess_holds() -> None:
    documents, _, _ = answered("a.txt", CZECH.encode("cp1250"), lambda _: None)
    assert (documents[0].content, documents[0].note) == (CZECH, "decoded as windows-1250 (guessed)")


def test_an_earlier_answer_is_not_taken_for_a_text_that_cannot_be_in_it() -> None:
    documents, _, (question,) = answered("a.txt", CZECH.encode("cp1250"), lambda asked: asked.take("euc_jp"))
    assert question.answer is None
    assert documents[0].content == CZECH


def test_nothing_is_asked_of_a_text_in_unicode() -> None:
    assert answered("a.txt", CZECH, lambda _: None)[2] == []
