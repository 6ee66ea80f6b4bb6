"""What a learner is told about code that can't do here what it does elsewhere."""

from __future__ import annotations

from typing import cast

import pytest

from aio import run as await_
from semblance.labs.advice import Advice, advice
from semblance.labs.lesson import Lesson
from semblance.labs.messages import text
from semblance.labs.running import run
from semblance.labs.tools import Tools
from semblance.messages import LANGUAGES


class NoTools:
    async def encode(self, texts: list[str]) -> list[list[float]]:
        return [[1.0] for _ in texts]


LESSON = Lesson(name="made-up", seeds=(), demos=(), cell="", exercises=())


def advised(code: str) -> Advice | None:
    return advice(await_(run(cast(Tools, NoTools()), LESSON, code)))


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # of what a cell dropped
@pytest.mark.parametrize(
    "code",
    [
        "encode(['a'])",
        "print(encode(['a']))",
        "print('vectors:', [encode(['a'])])",
        "encode(['a'])[0]",
        "encode(['a']).shape",
        "(vector,) = encode(['a'])",
        "for vector in encode(['a']): print(vector)",
        "np.array(encode(['a']))",
        "1 + encode(['a'])",
        "len(encode(['a']))",
    ],
)
def test_a_coroutine_that_was_not_awaited(code: str) -> None:
    assert advised(code) == Advice("await")


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("import requests_of_nobody", "requests_of_nobody"),
        ("from nobodys_module.part import thing", "nobodys_module"),
        ("import nobodys_module.part as part", "nobodys_module"),
    ],
)
def test_a_module_that_is_not_there(code: str, module: str) -> None:
    assert advised(code) == Advice("module", {"module": module})


@pytest.mark.parametrize("code", ["input()", "name = input('Your name? ')", "int(input('How many? '))"])
def test_input_that_nobody_answers(code: str) -> None:
    assert advised(code) == Advice("input")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1 + 1",
        "(await encode(['a']))[0]",
        "1 / 0",
        "raise EOFError('it ends')",
        "'a coroutine'",
        "print('coroutine')",
    ],
)
def test_no_advice_where_there_is_none(code: str) -> None:
    assert advised(code) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_advice_has_its_sentence(language: str) -> None:
    for name, values in (("await", {}), ("module", {"module": "requests"}), ("input", {})):
        sentence = text(language, "frame", f"cell.advice.{name}", **values)
        assert sentence
        assert "{" not in sentence
