"""The words of the labs: none missing. For what holds for all message files see `unit.test_message_files`."""

from __future__ import annotations

from typing import Any

import pytest

from aio import run
from semblance.labs.catalogue import NAMES, lesson
from semblance.labs.figures import Bars, Figure, Note, Table
from semblance.labs.lesson import Choice
from semblance.labs.messages import FRAME, messages
from semblance.messages import LANGUAGES
from semblance.native.labs import Tools
from unit.labs.page_only import needs_the_page
from unit.message_files import placeholders, texts


@pytest.mark.parametrize("name", [FRAME, *NAMES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_marks_are_closed(name: str, language: str) -> None:
    for way, text in texts(messages(language, name)):
        assert text.count("`") % 2 == 0, way
        assert text.count("**") % 2 == 0, way


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_all_its_texts(name: str) -> None:
    taught, catalogue = lesson(name), messages("en", name)
    for key in ("title", "summary", "intro"):
        assert isinstance(catalogue[key], str)
    assert len(catalogue["notice"]) >= 2
    assert catalogue["cell"]["text"]
    assert set(catalogue["demos"]) == {demo.name for demo in taught.demos}
    for demo in taught.demos:
        section = catalogue["demos"][demo.name]
        assert {"title", "text"} <= set(section)
        assert set(section.get("inputs", {})) == {given.name for given in demo.inputs}
        choices = {given.name: set(given.options) for given in demo.inputs if isinstance(given, Choice)}
        assert {given: set(options) for given, options in section.get("options", {}).items()} == choices
    assert set(catalogue["exercises"]) == {exercise.name for exercise in taught.exercises}
    for section in catalogue["exercises"].values():
        assert set(section) == {"task", "hint"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_taught_is_listed(name: str) -> None:
    assert set(lesson(name).seeds) <= set(messages("en")["seeds"])


@pytest.mark.parametrize("name", NAMES)
def test_what_demonstrations_show_has_its_texts(tools: Tools, name: str) -> None:
    catalogue = messages("en", name)
    for demo in lesson(name).demos:
        if needs_the_page(demo):
            continue
        for figure in run(demo.show(tools, **{given.name: given.default for given in demo.inputs})):
            check_figure(figure, catalogue, catalogue["demos"][demo.name])


def check_figure(figure: Figure, catalogue: dict[str, Any], section: dict[str, Any]) -> None:
    if isinstance(figure, Note):
        assert placeholders(section["notes"][figure.name]) <= set(figure.values)
        return
    assert section["figures"][figure.name]
    if isinstance(figure, Table):
        assert set(figure.columns) <= set(catalogue["columns"])
    if isinstance(figure, Bars):
        assert set(figure.series) <= set(catalogue["series"])
