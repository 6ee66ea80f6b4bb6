"""What the labs' page needs of its markup and tables."""

from __future__ import annotations

import pytest

from semblance.browser.pages.address import ROOMS, Address
from semblance.browser.pages.labs.seeds import PLACES, SOURCES
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.messages import messages
from semblance.messages import LANGUAGES
from semblance.parts.paths import ROOT
from semblance_build.offline.page import EDITOR_STYLE, digest


def test_each_lesson_of_the_courses_has_a_place_and_a_title() -> None:
    listed = [seed for seeds in SOURCES.values() for seed in seeds]
    assert sorted(listed) == sorted(PLACES) == sorted(set(messages("en")["seeds"]))
    assert set(SOURCES) == set(messages("en")["sources"])
    for places in PLACES.values():
        assert places
        assert all(place in NAMES or place in messages("en")["places"] for place in places)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_lab_teaches_of_the_courses_is_found_in_the_contents(name: str) -> None:
    assert all(name in PLACES[seed] for seed in lesson(name).seeds)


def test_the_policy_allows_the_style_that_the_editor_writes() -> None:
    assert f"'{digest(EDITOR_STYLE)}'" in (ROOT / "index.html").read_text(encoding="utf-8")


def test_an_address_of_the_labs_survives() -> None:
    given = Address(
        "labs", "cosine", parameters={"lang": "zh-Hant", "texts.texts": "50 % & more?\nnext", "a.b": ""}
    )
    assert Address.parse(str(given)) == given
    assert given.item_of_collection == ""
    assert "labs" in ROOMS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_name_each_source(language: str) -> None:
    assert all(messages(language)["sources"][source] for source in SOURCES)
