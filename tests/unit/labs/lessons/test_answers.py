"""Lab 6: what its text says holds with the real model."""

from __future__ import annotations

import numpy as np

from aio import run
from semblance.labs import running
from semblance.labs.figures import Matrix, Note, Table
from semblance.labs.lessons import answers
from semblance.native.labs import Tools


def test_each_question_finds_its_answer_and_is_far_from_the_others(tools: Tools) -> None:
    matrix, table = run(answers.show_pairs(tools, answers.QUESTIONS, answers.ANSWERS))
    assert isinstance(matrix, Matrix)
    assert isinstance(table, Table)
    cosines = np.array(matrix.values)
    assert cosines.shape == (4, 4)
    assert cosines.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert cosines.diagonal().min() > 0.6
    assert cosines[~np.eye(4, dtype=bool)].max() < 0.2
    assert [row[1] for row in table.rows] == answers.ANSWERS.split("\n")


def test_pairs_may_be_of_different_number(tools: Tools) -> None:
    matrix, table = run(answers.show_pairs(tools, "What is an apple?", "The sky is blue.\n\nA fruit."))
    assert isinstance(matrix, Matrix)
    assert isinstance(table, Table)
    assert np.shape(matrix.values) == (1, 2)
    assert table.rows[0][1] == "A fruit."


def test_without_an_answer_it_asks_for_one(tools: Tools) -> None:
    assert run(answers.show_pairs(tools, "What?", " \n")) == [Note("nothing")]


def test_a_question_is_nearer_to_other_questions_than_to_its_answers(tools: Tools) -> None:
    note, table = run(answers.show_shape(tools, answers.TROUBLE, answers.HELP))
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert note.name == "question_first"
    assert table.marked == [0, 1]
    assert all(str(row[1]).endswith("?") for row in table.rows[:2])


def test_a_statement_may_come_first(tools: Tools) -> None:
    note, table = run(
        answers.show_shape(tools, "Where does the bear live?", "Why?\nBears live in the woods.")
    )
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert note == Note("answer_first", {"text": "Bears live in the woods."})
    assert table.marked == [1]


def test_the_sample_becomes_a_few_hundred_passages_that_fit(tools: Tools) -> None:
    names, passages = run(answers.sample_passages(tools))
    assert 200 < len(passages) < 500
    assert len(names) == len(passages)
    assert len(set(names)) == 72
    assert max(run(tools.text.count_tokens(passages))) <= answers.PASSAGE_TOKENS


def test_the_best_passages_for_the_dripping_tap(tools: Tools) -> None:
    _, table = run(answers.show_passages(tools, "How do I stop a tap from dripping?", 3))
    assert isinstance(table, Table)
    assert len(table.rows) == 3
    assert str(table.rows[0][1]).startswith("The bathroom tap drips: How I stopped the drip")
    scores = [float(str(row[0])) for row in table.rows]
    assert scores == sorted(scores, reverse=True)


def test_something_comes_first_even_where_there_is_no_answer(tools: Tools) -> None:
    _, table = run(answers.show_passages(tools, "Who was the first king of Denmark?", 1))
    assert isinstance(table, Table)
    assert len(table.rows) == 1


def test_prompts_move_the_cosines_of_this_model_without_putting_the_answer_first(tools: Tools) -> None:
    note, table = run(answers.show_prompts(tools, answers.TROUBLE, answers.HELP, "query: ", "passage: "))
    assert isinstance(note, Note)
    assert isinstance(table, Table)
    assert float(str(note.values["largest"])) > 0.05
    assert str(table.rows[0][0]).endswith("?")


def test_no_prompt_changes_nothing(tools: Tools) -> None:
    note, table = run(answers.show_prompts(tools, answers.TROUBLE, answers.HELP, "", ""))
    assert isinstance(table, Table)
    assert note == Note("moved", {"moved": 0, "count": 5, "largest": 0.0})
    assert table.marked == []
    assert all(row[2] == row[3] for row in table.rows)
    assert [row[1] for row in table.rows] == [f"{place}→{place}" for place in range(1, 6)]


def test_the_cell_pairs_questions_and_answers(tools: Tools) -> None:
    outcome = run(running.run(tools, answers.LESSON, answers.LESSON.cell))
    assert outcome.output.splitlines() == [
        "Where is the world cup? -> The world cup is in Qatar.",
        "What color is the sky? -> The sky is blue.",
        "Where does the bear live? -> The bear lives in the woods.",
        "What is an apple? -> An apple is a fruit.",
    ]
