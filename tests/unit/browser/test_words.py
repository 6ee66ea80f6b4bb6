"""The words of the app's pages: all in message files, none missing, none left over, none in the code or in the page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from semblance.browser import pages
from semblance.browser.pages.words import CATALOGUE, SUBJECT
from semblance.messages import ENGLISH, LANGUAGES
from semblance.parts.paths import ROOT
from unit.browser.page_words import words_of

FOLDER = Path(pages.__file__).parent
# The labs' pages, which are below too, have words of their own.
PATHS = [*FOLDER.glob("*.py"), *FOLDER.glob("maps/*.py")]
MODULES = {
    path.relative_to(FOLDER).with_suffix("").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in PATHS
}
TEXTS = {
    f"{section}.{key}": text
    for section, texts in CATALOGUE.read(ENGLISH, SUBJECT).items()
    for key, text in texts.items()
}
ASKING = ("words", "counted", "lines")

# What looks like words in the code, but is read by no user.
NOT_SHOWN = {
    # names of settings
    "labs: language",
    "last open collection",
    "keep original pictures",
    "offline copy removed",
    "unfinished addition ",
    "watched folder ",
    "told that folders are not watched",
    "items in the last backup: ",
    "folder of the backup: ",
    "map of ",
    # what a notice is about
    "keeping the site",
    "store closed",
    "backup: ",
    "missing: ",
    "deleted: ",
    "unfinished: ",
    "watched: ",
    "related items",
    "map search",
    # what an address says
    "field ",
    "original pictures",
    "a picture for phrases: ",
    # marks and types that tools read
    "start: the last collection is listed",
    "Arguments",
    # names of keys
    "ArrowDown",
    "ArrowUp",
    "PageDown",
    "PageUp",
    "Home",
    "End",
    # selectors, classes, attributes, styles and drawings
    "input, textarea, select",
    "input, textarea, select, dialog",
    "#items [data-place]",
    ".results .result-title",
    ".results, .detail-head h1",
    "button small",
    "noopener noreferrer",
    "color-mix(in srgb, var(--accent-soft) ",
    "%, transparent)",
    "M",
    " 4V",
    # the app's own name
    "Semblance",
}


@dataclass(frozen=True)
class Request:
    """A call that asks for words."""

    place: str
    function: str
    keys: tuple[str, ...]
    values: frozenset[str]


def requests() -> Iterator[Request]:
    """All calls for words in the pages' code."""
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING:
                place = f"{module}.py:{node.lineno}"
                values = frozenset(str(keyword.arg) for keyword in node.keywords)
                yield Request(place, node.func.id, tuple(keys_of(node.args[0], tree, place)), values)


def keys_of(node: ast.expr, tree: ast.Module, place: str) -> Iterator[str]:
    """The keys that a call may ask for: written in it, chosen by a condition, or from a table of its module."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from keys_of(node.body, tree, place)
        yield from keys_of(node.orelse, tree, place)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        yield from table(node.value.id, tree)
    else:
        pytest.fail(f"{place}: write the key out, so that it can be looked for")


def table(name: str, tree: ast.Module) -> list[str]:
    """The keys in a table of a module, or of the module that it is imported from."""
    for other in [tree, *MODULES.values()]:
        for node in other.body:
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]:
                assert isinstance(node.value, ast.Dict), f"{name} is no table"
                return [ast.literal_eval(value) for value in node.value.values]
    raise AssertionError(f"there is no table {name}")


def keys_in_file(request: Request) -> set[str]:
    """The keys of the file that answer a call."""
    plural = request.function == "counted"
    return {*request.keys, *(f"{key}_one" for key in request.keys if plural)}


def placeholders(text: str | list[str]) -> set[str]:
    return {name for line in lines_of(text) for _, name, _, _ in Formatter().parse(line) if name is not None}


def lines_of(text: str | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else text


def shown_literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Literals that may be words: with a letter, and a space or a capital at their beginning."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = node.value
            has_letter = any(character.isalpha() for character in text)
            if has_letter and (" " in text or text.lstrip("“(")[:1].isupper()):
                yield node.lineno, text


def test_every_text_that_is_asked_for_is_there_and_no_other() -> None:
    asked = {key for request in requests() for key in keys_in_file(request)}
    assert len(asked) > 100
    assert asked - TEXTS.keys() == set(), "missing in the file"
    assert TEXTS.keys() - asked == set(), "asked for nowhere"


def test_lists_are_asked_for_as_lists() -> None:
    for request in requests():
        for key in keys_in_file(request):
            assert isinstance(TEXTS[key], list) is (request.function == "lines"), f"{request.place}: {key}"


def test_code_fills_the_placeholders_that_a_text_has() -> None:
    for request in requests():
        counts = {"count"} if request.function == "counted" else set()
        for key in keys_in_file(request):
            assert placeholders(TEXTS[key]) == request.values | counts, f"{request.place}: {key}"


def test_no_text_is_empty() -> None:
    for key, text in TEXTS.items():
        assert all(line.strip() for line in lines_of(text)), key


@pytest.mark.parametrize("name", MODULES)
def test_no_words_are_in_the_code(name: str) -> None:
    shown = [(line, text) for line, text in shown_literals(MODULES[name]) if text not in NOT_SHOWN]
    assert shown == [], "put them into messages/en/app.toml"


def test_what_is_said_to_be_no_words_is_in_the_code() -> None:
    literals = {text for tree in MODULES.values() for _, text in shown_literals(tree)}
    assert NOT_SHOWN - literals == set()


@pytest.mark.parametrize("code", ['say("It is gone.")', 'say(f"“{name}” is gone.")', 'button("Undo")'])
def test_words_in_code_are_seen(code: str) -> None:
    assert len(list(shown_literals(ast.parse(code)))) == 1


def test_other_literals_are_no_words() -> None:
    code = '"""Docstring of a module."""\nby_id("search-note")\nset(f"{width}px", "·")'
    assert list(shown_literals(ast.parse(code))) == []


# --- index.html ---

PAGE = (ROOT / "index.html").read_text(encoding="utf-8")
PAGE_TEXTS = {
    f"{section}.{key}": text
    for section, texts in CATALOGUE.read(ENGLISH, "page").items()
    for key, text in texts.items()
}
NAMES = {"Semblance", *LANGUAGES.values()}  # the same in all languages


def test_every_word_of_the_page_is_that_of_its_message() -> None:
    words = [word for word in words_of(PAGE) if word.text not in NAMES]
    assert len(words) > 100
    for word in words:
        assert word.key, f"index.html:{word.line}: “{word.text}” has no key"
        assert PAGE_TEXTS.get(word.key) == word.text, f"index.html:{word.line}: {word.key}"


def test_every_message_of_the_page_has_its_place() -> None:
    assert PAGE_TEXTS.keys() - {word.key for word in words_of(PAGE)} == set()


def test_a_page_without_scripts_says_so_in_all_languages() -> None:
    translated = dict(re.findall(r'<p lang="([^"]+)">([^<]+)</p>', PAGE))
    texts = {language: CATALOGUE.read(language, "page")["start"]["unread"] for language in LANGUAGES}
    assert translated | {ENGLISH: texts[ENGLISH]} == texts


def test_the_page_offers_its_languages_by_their_own_names() -> None:
    options = re.findall(r'<option value="([^"]+)" lang="([^"]+)"[^>]*>([^<]+)</option>', PAGE)
    assert options[:3] == [(code, code, name) for code, name in LANGUAGES.items()]


@pytest.mark.parametrize(
    ("html", "key", "text"),
    [
        ('<p data-words="a.b">Some <strong>words</strong></p>', "a.b", "Some **words**"),
        ('<p data-words="a.b">So <b data-place="name"></b>!</p>', "a.b", "So {name}!"),
        ("<p>Words\n  without a key</p>", "", "Words without a key"),
        ('<input aria-label="Words" data-words-aria-label="a.b">', "a.b", "Words"),
        ('<p>Words <i data-place="name">x</i></p>', "", "Words {name}"),
    ],
)
def test_words_of_a_page_are_seen(html: str, key: str, text: str) -> None:
    assert [(word.key, word.text) for word in words_of(html)] == [(key, text)]
