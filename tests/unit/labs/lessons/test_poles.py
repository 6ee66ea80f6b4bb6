"""Lab 9: scales between poles, and the classifier."""

from __future__ import annotations

import numpy as np

from aio import run
from semblance.labs import running
from semblance.labs.figures import Matrix, Note, Sentences, Table
from semblance.labs.lessons import poles
from semblance.labs.lessons.poles_classifier import Scale, centroids, confusion, leave_one_out
from semblance.native.labs import Tools


def test_the_text_is_coloured_from_abstract_to_concrete(tools: Tools) -> None:
    sentences, table, note = run(poles.show_poles(tools, poles.ABSTRACT, poles.CONCRETE, poles.TEXT))
    assert isinstance(sentences, Sentences)
    assert isinstance(table, Table)
    score = dict(zip(sentences.texts, sentences.scores, strict=True))
    assert len(score) == 7
    assert score["The old clock hung beside the kitchen door."] > 0.5
    assert score["Memory is a strange kind of loyalty."] < 0
    assert score["Perhaps precision matters less than continuity."] < -0.3
    assert [row[1] for row in table.rows] == sorted(score, key=lambda text: score[text])
    assert note == Note("unseen", {"right": 12, "count": 12})


def test_new_sentences_without_shared_words_fall_on_the_right_side(tools: Tools) -> None:
    new = [
        "A spoon lies in the sink.",
        "They painted the door blue.",
        "Knowledge grows through doubt.",
        "Power corrupts.",
    ]
    examples = [run(tools.encode(text.split("\n"))) for text in (poles.ABSTRACT, poles.CONCRETE)]
    scores = Scale.between(*examples).scores(run(tools.encode(new)))
    assert (scores > 0).tolist() == [True, True, False, False]


def test_any_two_poles_will_do(tools: Tools) -> None:
    casual = "hey, what's up?\nno way, that's so cool!\nsee ya later, buddy"
    formal = "I hereby confirm receipt of your letter.\nPlease find the contract enclosed.\nYours faithfully"
    text = "lol that was awesome dude. We kindly request payment within thirty days."
    sentences, *_ = run(poles.show_poles(tools, casual, formal, text))
    assert isinstance(sentences, Sentences)
    assert sentences.scores[0] < 0 < sentences.scores[1]


def test_without_examples_or_text_it_asks_for_them(tools: Tools) -> None:
    assert run(poles.show_poles(tools, " ", "One.", "A text.")) == [Note("nothing")]
    assert run(poles.show_poles(tools, "One.", "Two.", " \n")) == [Note("nothing")]


def test_one_example_each_is_too_few_for_a_test_of_the_scale(tools: Tools) -> None:
    *_, note = run(poles.show_poles(tools, "One.", "A cup.", "A text."))
    assert note == Note("unseen", {"right": 0, "count": 2})


def test_the_classifier_does_better_than_guessing_and_shows_its_mistakes(tools: Tools) -> None:
    answer, _, accuracy, matrix, wrong = run(
        poles.show_classifier(tools, poles.EXAMPLES, "I waited an hour and nobody cared.")
    )
    assert isinstance(accuracy, Note)
    assert isinstance(matrix, Matrix)
    assert isinstance(wrong, Table)
    assert answer == Note("said", {"label": "complaint"})
    assert accuracy.values["count"] == 12
    assert 6 < int(str(accuracy.values["right"])) < 12
    counts = np.array(matrix.values)
    assert counts.trace() == accuracy.values["right"]
    assert counts.sum(axis=1).tolist() == [4, 4, 4]
    assert len(wrong.rows) == 12 - int(str(accuracy.values["right"]))


def test_labels_need_two_examples_each(tools: Tools) -> None:
    assert run(poles.show_classifier(tools, "one: a\none: b", "c")) == [Note("too_few")]
    assert run(poles.show_classifier(tools, "one: a\none: b\ntwo: c", "d")) == [Note("too_few")]
    assert run(poles.show_classifier(tools, "no label at all", "d")) == [Note("too_few")]


def test_leaving_one_out_does_not_look_at_it() -> None:
    # The last point lies among those of the other label: only itself would call it right.
    vectors = np.array([[1, 0], [1, 0.1], [1, -0.1], [0, 1], [0, 1.1], [1, 0.01]], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    predicted = leave_one_out(vectors, [0, 0, 0, 1, 1, 1], 2)
    assert predicted.tolist() == [0, 0, 0, 1, 1, 0]
    assert confusion([0, 0, 0, 1, 1, 1], predicted, 2).tolist() == [[3, 0], [1, 2]]


def test_a_label_without_examples_has_no_direction() -> None:
    assert centroids(np.eye(2, dtype=np.float32), [0, 0], 2)[1].tolist() == [0, 0]


def test_poles_at_the_same_place_score_nothing() -> None:
    same = np.ones((2, 3), dtype=np.float32)
    assert Scale.between(same, same).scores(same).tolist() == [0, 0]


def test_the_cell_tells_concrete_from_abstract(tools: Tools) -> None:
    outcome = run(running.run(tools, poles.LESSON, poles.LESSON.cell))
    spoon, hope = (float(line.split()[0]) for line in outcome.output.splitlines())
    assert spoon > 0 > hope
