"""``python build.py docs``: the tables in the pages for people that the code knows.

A page says where a table goes by two comments, ``<!-- NAME:start -->`` and ``<!-- NAME:end -->``. Whatever stands between
them is written here, so nobody edits it by hand; a test fails while a table is out of date.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from semblance import cli, picture_file
from semblance.ingest import archives, formats, plain_text
from semblance.ingest.limits import LIMITS, human_size
from semblance.ingest.papers import service
from semblance.ingest.reading import EXPORTS, MAIL, READERS, export_reader
from semblance.labs.catalogue import NAMES
from semblance.labs.messages import messages
from semblance.parts import sbom
from semblance.parts.errors import BuildError
from semblance.parts.models import MULTILINGUAL, TEXT_MODEL
from semblance.parts.paths import ROOT
from semblance.parts.vendor import read_lock

BENCH = "bench"
SITE = "site"  # the command that has a page of its own
MEASUREMENTS = ROOT / "docs" / "measurements.md"

# The README's eight figures, by what begins their row and what stands beside it: those that are worse, too.
CHOSEN = (
    ("navigation to the cosine of two texts, JavaScript API", "Transformers.js"),
    ("embedding 60 documents of til", "Transformers.js, 2 threads, plain dynamic int8"),
    ("longest task on the page while embedding 60 documents", "Transformers.js, 1 thread"),
    ("one query among them, warm", "Transformers.js, 2 threads, plain dynamic int8"),
    ("exact top 10 of 100,000 x 384", "Orama"),
    ("share of the top 10 that fp32 finds", "plain dynamic int8"),
    ("a first visit loads", "Transformers.js"),
    ("a reader's first search by meaning loads", "Pagefind"),
)

_TITLES = {
    formats.MARKDOWN: "Markdown",
    formats.HTML: "HTML",
    formats.TABLES: "table",
    formats.JSON: "JSON",
    formats.JSON_LINES: "JSON lines",
    (*formats.FEEDS, *formats.XML_EXPORTS): "RSS, Atom, WordPress, Evernote, OPML",
    formats.NOTEBOOKS: "Jupyter notebook",
    formats.SUBTITLES: "subtitles",
    formats.CALENDARS: "calendar",
    formats.CONTACTS: "contacts",
    formats.ORG: "Org",
    formats.RST: "reStructuredText",
    formats.TEX: "LaTeX",
    formats.MAIL: "e-mail",
    formats.MAILBOXES: "mailbox",
    formats.PDF: "PDF",
    formats.WORD: "Word",
    formats.EPUB: "EPUB",
    formats.SLIDES: "PowerPoint",
    formats.OPEN_DOCUMENT: "OpenDocument",
    formats.EXCEL: "Excel",
    formats.OPEN_SHEETS: "OpenDocument's sheets",
}
_SECTION = re.compile(r"<!-- (?P<name>[\w-]+):start -->\n(?P<table>.*?)<!-- (?P=name):end -->", re.S)
_MACHINE = re.compile(r"\d{4}-\d\d-\d\d, ")
_VERSION = re.compile(r" [\d.]+(?=[,)])")

Tables = dict[str, Callable[[], str]]


def pages(root: Path = ROOT) -> list[Path]:
    """The pages for people: those at the root, and those in ``docs/``."""
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]


def write(parser: argparse.ArgumentParser) -> list[Path]:
    """Write all tables and the wheel's bill of materials anew; gives the files that changed.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        That of ``python build.py``.
    """
    changed = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if (fresh := refreshed(text, tables(parser))) != text:
            page.write_text(fresh, encoding="utf-8")
            changed.append(page)
    bill, fresh_bill = ROOT / "static" / sbom.NAME, bill_of_wheel()
    if not bill.exists() or bill.read_bytes() != fresh_bill:
        bill.write_bytes(fresh_bill)
        changed.append(bill)
    return changed


def write_bench(table: str, page: Path = MEASUREMENTS) -> None:
    """Put the bench's table into its page.

    Raises
    ------
    BuildError
        The page does not have each marker once, in their order.
    """
    text = page.read_text(encoding="utf-8")
    if [section["name"] for section in _SECTION.finditer(text)].count(BENCH) != 1:
        raise BuildError(
            f"{page.name} must have <!-- {BENCH}:start --> and <!-- {BENCH}:end -->, each once, "
            "where the bench's table belongs."
        )
    page.write_text(refreshed(text, {BENCH: lambda: table}), encoding="utf-8")


def bill_of_wheel(root: Path = ROOT) -> bytes:
    """The wheel's bill of materials: what it holds the pins of, and the packages that it asks for.

    It stands in the tree, since the wheel is built without our code.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    versions = dict(line.split("==") for line in pins if "==" in line)
    fetched = [
        sbom.of_model(
            name, json.loads((root / "models" / name / "manifest.json").read_text(encoding="utf-8"))
        )
        for name in (TEXT_MODEL, MULTILINGUAL)
    ]
    parts = [*sbom.of_vendored(read_lock()), *sbom.of_wheel(project["dependencies"], versions), *fetched]
    return sbom.bill(parts)


def refreshed(text: str, tables: Tables) -> str:
    r"""A page with its tables written anew; sections of other names stay as they are.

    Examples
    --------
    >>> refreshed("<!-- a:start -->\nold\n<!-- a:end -->", {"a": lambda: "new"})
    '<!-- a:start -->\nnew\n<!-- a:end -->'
    """

    def replace(section: re.Match[str]) -> str:
        name = section["name"]
        if name not in tables:
            return section[0]
        return f"<!-- {name}:start -->\n{tables[name]()}\n<!-- {name}:end -->"

    return _SECTION.sub(replace, text)


def tables(parser: argparse.ArgumentParser) -> Tables:
    """All tables that this module makes, by the name of their section."""
    return {
        "commands": lambda: _commands(parser),
        "options": lambda: _options(parser),
        "collection-commands": _collection_commands,
        "collection-options": lambda: _options(cli.parser(), without=(SITE,)),
        "site-options": _site_options,
        "formats": _formats,
        "limits": _limits,
        "labs": _labs,
        "figures": lambda: _figures(MEASUREMENTS.read_text(encoding="utf-8")),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


# --- commands and their options ---------------------------------------------------------------------


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _commands(parser: argparse.ArgumentParser) -> str:
    (action,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    rows = ((f"`python build.py {entry.dest}`", _prose(entry.help)) for entry in action._choices_actions)
    return _table(("command", "what it does"), rows)


def _options(parser: argparse.ArgumentParser, without: Sequence[str] = ()) -> str:
    """Each option once, with all the commands that take it."""
    takers: dict[tuple[str, str], list[str]] = {}
    for name, command in _all_commands(parser).items():
        for row in _arguments(command) if name not in without else ():
            takers.setdefault(row, []).append(f"`{name}`")
    rows = ((option, ", ".join(names), meaning) for (option, meaning), names in takers.items())
    return _table(("option", "of", "what it does"), rows)


def _all_commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser, and those inside others by both names, such as ``collections list``."""
    commands: dict[str, argparse.ArgumentParser] = {}
    for name, command in subparsers(parser).items():
        inside = {f"{name} {action}": inner for action, inner in subparsers(command).items()}
        commands |= inside or {name: command}
    return commands


def _collection_commands() -> str:
    commands = {name: command for name, command in _all_commands(cli.parser()).items() if name != SITE}
    rows = ((f"`semblance {name}`", _prose(command.description or "")) for name, command in commands.items())
    return _table(("command", "what it does"), rows)


def _site_options() -> str:
    command = subparsers(cli.parser())[SITE]
    return _table(("option", "what it does"), _arguments(command))


def _arguments(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    formatter = parser._get_formatter()
    for action in parser._actions:
        if action.help and not isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            yield f"`{_usage(action)}`", _prose(formatter._expand_help(action))


def _usage(action: argparse.Action) -> str:
    """An argument as it is written: ``--port N``."""
    metavar = action.metavar or action.dest.upper()
    names = metavar if isinstance(metavar, tuple) else (str(metavar),)
    value = "" if action.nargs == 0 else " ".join(names)
    return " ".join(filter(None, [*action.option_strings[-1:], value]))


def _prose(text: str | None) -> str:
    """Help as a cell of a table: no full stop, reStructuredText's code as Markdown's."""
    return (text or "").removesuffix(".").replace("``", "`").replace("|", r"\|")


# --- formats and limits -----------------------------------------------------------------------------


def _formats() -> str:
    suffixes: dict[Callable[..., Any], list[str]] = {}
    exports = {suffix: export_reader(path) for suffix, path in (EXPORTS | MAIL).items()}
    for suffix, reader in (READERS | service.READERS | exports).items():
        suffixes.setdefault(reader, []).append(suffix)
    rows = [(_title(names), _names(names), _summary(reader)) for reader, names in suffixes.items()]
    rows += [
        ("zip", _names(formats.ARCHIVES), _summary(archives.read)),
        ("picture", _names(formats.PICTURES), "One item: the picture"),
        ("other text", "every other name", _summary(plain_text.read)),
    ]
    return _table(("format", "names end in", "what becomes of a file"), rows)


def _title(suffixes: list[str]) -> str:
    if title := _TITLES.get(tuple(suffixes)):
        return title
    raise BuildError(f"The format of {', '.join(suffixes)} needs a title in py/semblance_build/docs.py.")


def _names(suffixes: Iterable[str]) -> str:
    return ", ".join(f"`{suffix}`" for suffix in suffixes)


def _summary(function: Callable[..., Any]) -> str:
    """The first sentences of a docstring, in one line."""
    first, _, _ = (inspect.getdoc(function) or "").partition("\n\n")
    return _prose(" ".join(first.split()))


def _limits() -> str:
    meanings = _parameters(type(LIMITS))
    rows = [
        (meanings[field.name], _amount(field.name, getattr(LIMITS, field.name))) for field in fields(LIMITS)
    ]
    rows += [
        ("A picture's file", human_size(picture_file.MAX_BYTES)),
        ("A picture, decoded", f"{picture_file.MAX_PIXELS // 1_000_000} megapixels"),
        (
            "A JPEG, which is scaled as it is decoded",
            f"{picture_file.MAX_PIXELS_SCALED // 1_000_000} megapixels",
        ),
    ]
    return _table(("what", "limit"), rows)


def _amount(name: str, value: int) -> str:
    if name.endswith("_bytes"):
        return human_size(value)
    if name.endswith("_seconds"):
        return f"{value} s"
    return f"{value:,} characters" if name.endswith("_chars") else f"{value:,}"


def _parameters(described: type) -> dict[str, str]:
    """What a numpydoc docstring says of each parameter, in one line."""
    _, _, section = (inspect.getdoc(described) or "").partition("Parameters\n----------\n")
    found = re.findall(r"^(\w+) : .*\n((?:    .*\n?)+)", section, re.M)
    return {name: _prose(" ".join(text.split())) for name, text in found}


# --- labs and figures -------------------------------------------------------------------------------


def _labs() -> str:
    texts = [messages("en", name) for name in NAMES]
    rows = ((str(number), text["title"], _prose(text["summary"])) for number, text in enumerate(texts, 1))
    return _table(("lab", "title", "what it shows"), rows)


def _figures(measurements: str) -> str:
    """The README's figures, out of the page of all, and the day and the machine that they are from.

    Raises
    ------
    BuildError
        One of them is not there.
    """
    lines = measurements.splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    table = _table(("what", "Semblance", "beside it", "ratio"), [_figure(rows, *chosen) for chosen in CHOSEN])
    (machine,) = (line for line in lines if _MACHINE.match(line))
    return f"{table}\n\n{machine}"


def _figure(rows: list[list[str]], what: str, beside: str) -> list[str]:
    for row in rows:
        if len(row) == 4 and row[0].startswith(what) and f"({beside}" in _VERSION.sub("", row[2]):
            return row
    raise BuildError(
        f"docs/measurements.md has no figure “{what}” beside {beside}, which the README shows. "
        "Run `python build.py bench --docs` with all parts."
    )
