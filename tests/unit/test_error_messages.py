"""Errors say what they say by key: in Python and in the page's scripts, with the values that the text has places for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from semblance import errors
from semblance.messages import CORE, ENGLISH
from semblance.parts.paths import PACKAGE, ROOT
from unit.message_files import files, placeholders, sentences_of, texts

FOLDER = "messages"
TEXTS = {
    f"{subject}.{way}": text for subject in files(FOLDER) for way, text in texts(CORE.read(ENGLISH, subject))
}
CLASSES = {name for name, value in vars(errors).items() if isinstance(value, type)}
# What only runs on a command line speaks English.
COMMAND_LINE = ("blog", "native", "parts", "cli.py", "commands", "ecosystem", "sql.py", "wiring.py")
MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in COMMAND_LINE
}
SCRIPTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "static" / "js").rglob("*.js")
    if "blog" not in path.parts
}
FOR_ERRORS = {"where", "remedy"}
KEY = re.compile(r"[a-z]+\.[a-zA-Z0-9_.]+")


@dataclass(frozen=True)
class Said:
    """A call that makes a message or an error."""

    place: str
    first: ast.expr
    values: frozenset[str] | None  # None where they are not written out


def calls() -> Iterator[Said]:
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                is_error = node.func.id in CLASSES and node.func.id != "Message"
                if is_error or node.func.id == "Message":
                    named = [keyword.arg for keyword in node.keywords]
                    values = (
                        None
                        if None in named
                        else frozenset(map(str, named)) - (FOR_ERRORS if is_error else set())
                    )
                    yield Said(f"{module}:{node.lineno}", node.args[0], values)


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may give, as far as they are written in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield ast.unparse(node)


def in_file(key: str) -> list[str]:
    """The texts of a key: one, or two where a number decides."""
    return [TEXTS[name] for name in (key, f"{key}_one") if name in TEXTS]


def test_errors_are_made_of_keys() -> None:
    made = [(said, text) for said in calls() for text in constants(said.first)]
    assert len(made) > 150
    assert [(said.place, text) for said, text in made if not in_file(text) and text not in BY_PARTS] == []


# Keys that are put together.
BY_PARTS = {"f'kinds.{self.key}.name'", "f'kinds.{self.key}.remedy'", "f'errors.remedies.{name}'"} | {
    "f\"scripts.{problem['key']}\""
}


def test_errors_fill_the_places_that_their_texts_have() -> None:
    for said in calls():
        for key in constants(said.first):
            for text in in_file(key) if said.values is not None else ():
                assert placeholders(text) <= (said.values or set()), f"{said.place}: {key}"
            if said.values is not None and key in TEXTS:
                assert placeholders(TEXTS[key]) == said.values, f"{said.place}: {key}"


def test_every_text_is_asked_for() -> None:
    literals = {
        node.value
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    by_parts = re.compile(r"(kinds\..+\.(name|remedy)|errors\.remedies\.\w+|scripts\.\w+)")
    left = {key for key in TEXTS if key.removesuffix("_one") not in literals and not by_parts.fullmatch(key)}
    assert left == set()
    assert {key.split(".")[2] for key in TEXTS if key.startswith("errors.remedies.")} <= CLASSES


def test_every_kind_of_file_has_its_texts() -> None:
    from semblance.ingest.kinds import KINDS

    assert {key.split(".")[1] for key in TEXTS if key.startswith("kinds.")} == {*KINDS, "readable"}


# Sentences that users read would be among these: three words, one of them short.
_WORDS = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,} [A-Za-z']{2,}")
_SHORT = re.compile(r"\b(?:is|are|be|the|it|its|not|no|of|can't|has|to)\b", re.IGNORECASE)
# Texts to learn from, lists of words and of elements of HTML, patterns, SQL; the pages have a test of their own.
OTHER_TEXTS = (
    "browser/pages/",
    "embedding/sentences.py",
    "ingest/tags.py",
    "ingest/web_page.py",
    "labs/advice.py",
    "labs/code.py",
    "labs/lessons/",
    "ranking/words/languages.py",
    "storage/llm_database.py",
)
FOR_PROGRAMMERS_IN_PYTHON = {" is not there"}  # in the output of learners' code


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Literals that are sentences, but for docstrings and what is said of a mistake in a program."""
    mistakes = ("ValueError", "TypeError", "KeyError", "RuntimeError", "AssertionError")
    left_out = {
        id(below)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in mistakes)
        for below in ast.walk(node)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in left_out else None
        if isinstance(text, str) and _WORDS.search(text) and _SHORT.search(text):
            yield text


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(OTHER_TEXTS)])
def test_no_sentence_is_in_the_core(module: str) -> None:
    assert set(_sentences(MODULES[module])) - FOR_PROGRAMMERS_IN_PYTHON == set()


# --- scripts ---

OF_SCRIPTS = {key.removeprefix("scripts."): text for key, text in TEXTS.items() if key.startswith("scripts.")}
# new SemblanceError("Class", "key" ...), and the functions that make one, or a problem, of a key
_ERRORS = re.compile(r'new SemblanceError\(\s*"(\w+)",\s*"([^"]+)"')
_TABLE = re.compile(r'\["(\w+)", "(\w+)"\]')
_KEYS = re.compile(r'"([a-z_]+)"')


def test_errors_of_scripts_are_made_of_classes_and_keys() -> None:
    made = [match for source in SCRIPTS.values() for match in _ERRORS.findall(source)]
    assert len(made) > 15
    assert {cls for cls, _ in made} <= CLASSES
    assert {key for _, key in made} <= OF_SCRIPTS.keys()


def test_every_text_of_the_scripts_is_asked_for() -> None:
    literals = {key for source in SCRIPTS.values() for key in _KEYS.findall(source)}
    python = {key.removeprefix("scripts.") for key in re.findall(r'"(scripts\.\w+)"', _python_sources())}
    assert OF_SCRIPTS.keys() - literals - python == set()


def _python_sources() -> str:
    return "\n".join((PACKAGE / module).read_text(encoding="utf-8") for module in MODULES)


NO_SENTENCES = ("start: ", "\n")  # marks of the time, and programs
# Sentences that no user reads.
FOR_PROGRAMMERS = {
    "static/js/python.js": {"the snapshot is of another layout"},
    "static/js/sw.js": {"the file is damaged"},
    "static/js/workers/onnx-file.js": {"this is no ONNX file"},
    "static/js/offline/files.js": {"there is no file ${path}"},
    "static/js/offline/page.js": {"a part is missing (${part})"},
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_sentence_is_in_a_script(script: str) -> None:
    sentences = {text for text in sentences_of(SCRIPTS[script]) if not text.startswith(NO_SENTENCES)}
    assert sentences - FOR_PROGRAMMERS.get(script, set()) == set()


def test_sentences_in_scripts_are_seen(tmp_path: Path) -> None:
    source = 'say("It is gone now."); // this is no sentence\n/* nor is this one */ a = `so it is ${x}`;'
    assert list(sentences_of(source)) == ["It is gone now.", "so it is ${x}"]
