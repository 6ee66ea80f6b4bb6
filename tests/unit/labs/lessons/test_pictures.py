"""Lab 12 says what is so, of what the model gets right and of what it gets wrong."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from aio import run
from semblance.labs.lessons import pictures
from semblance.native.labs import Tools
from unit.labs.cells import run_cell
from unit.labs.shown import Shown


def best(tools: Tools, photo: str, **inputs: str) -> str:
    return str(Shown(tools, "pictures", "labels", photo=photo, **inputs)["scores"].labels[0])


def address_of(tools: Tools, name: str) -> str:
    """A photo of the labs, as the page gets it."""
    (data,) = (photo.data for photo in run(tools.photos()) if photo.name == name)
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def test_the_cat_is_a_cat_by_cosine_and_by_share(tools: Tools) -> None:
    shown = Shown(tools, "pictures", "labels")
    cosines, shares = (np.array(shown["scores"].series[name]) for name in ("cosine", "share"))
    assert shown["picture"].pictures == [address_of(tools, "cat")]
    assert shown["scores"].labels[0] == "cat"
    assert 0.35 < cosines[0] < 0.5
    assert shares[0] > 0.98
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert shown.note("best")["label"] == "cat"


def test_without_its_label_another_one_gets_the_share(tools: Tools) -> None:
    shares = Shown(tools, "pictures", "labels", labels="galaxy\nrocket\ntemple")["scores"].series["share"]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert shares[0] > 0.6


def test_eight_photos_of_ten_get_their_label(tools: Tools) -> None:
    shown = Shown(tools, "pictures", "all")
    assert shown.note("right") == {"right": 8, "asked": 10}
    rows = shown["best"].rows
    assert [rows[row][:2] for row in shown["best"].marked] == [["astronaut", "clock"], ["galaxy", "rocket"]]
    right = [row[2] for i, row in enumerate(rows) if i not in shown["best"].marked]
    assert all(0.19 < cosine < 0.5 for cosine in right)


def test_a_phrase_finds_the_rocket_and_the_bare_word_does_not(tools: Tools) -> None:
    assert best(tools, "rocket") == "rocket"
    assert best(tools, "rocket", template="{}") != "rocket"


def test_only_photos_whose_label_is_there_can_be_right(tools: Tools) -> None:
    assert Shown(tools, "pictures", "all", labels="cat\nflower").note("right") == {"right": 2, "asked": 2}


@pytest.mark.parametrize(
    ("query", "photo"),
    [
        ("something to drink", "coffee"),
        ("a place to pray", "temple"),
        ("a man taking photos", "photographer"),
    ],
)
def test_words_find_photos(tools: Tools, query: str, photo: str) -> None:
    gallery = Shown(tools, "pictures", "search", query=query)["found"]
    assert gallery.pictures[0] == address_of(tools, photo)
    assert len(gallery.pictures) == len(gallery.captions) == len(gallery.alternatives) == 10
    scores = [float(caption.rsplit(" ", 1)[1]) for caption in gallery.captions]
    assert scores == sorted(scores, reverse=True)


def test_a_picture_of_ones_own_is_shown_and_labelled(tools: Tools) -> None:
    flower = next(photo.data for photo in run(tools.photos()) if photo.name == "flower")
    shown = Shown(tools, "pictures", "labels", own=[("mine.jpg", flower)])
    assert shown["picture"].captions == ["mine.jpg"]
    assert shown["picture"].pictures[0].startswith("data:image/jpeg;base64,")
    assert shown["scores"].labels[0] == "flower"


@pytest.mark.parametrize("demo", ["labels", "all"])
def test_without_labels_or_a_place_for_them_there_is_a_hint(tools: Tools, demo: str) -> None:
    assert [note.name for note in Shown(tools, "pictures", demo, labels="\n").all] == ["no_labels"]
    assert [note.name for note in Shown(tools, "pictures", demo, template="a photo").all] == ["no_place"]


def test_each_photo_has_a_label_and_comes_with_source_and_licence(tools: Tools) -> None:
    assert [photo.name for photo in run(tools.photos())] == list(pictures.LABELS)


def test_a_pony_finds_the_flower_as_the_hint_says(tools: Tools) -> None:
    exercise = next(exercise for exercise in pictures.LESSON.exercises if exercise.name == "query")
    _, names = run_cell(tools, pictures.LESSON, exercise.start.replace("something to drink", "a pony"))
    assert names["found"] == "flower"


def test_the_word_itself_does_not_count(tools: Tools) -> None:
    exercise = next(exercise for exercise in pictures.LESSON.exercises if exercise.name == "query")
    assert not exercise.check({"query": "a black Horse", "found": "horse"})
