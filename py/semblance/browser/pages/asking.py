"""The dialog on how a file is read: tables, lists in JSON, encodings that are guessed. Loaded with the first such file.

It opens where nothing in the file speaks for the guess, or where the user wants to change how a file was read. Answers are
remembered by the file's shape.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from semblance.browser.pages.dom import View, by_id, element, show
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, words
from semblance.errors import Malformed
from semblance.ingest.dialects import DELIMITERS
from semblance.ingest.encodings import label
from semblance.ingest.items import shorten
from semblance.ingest.questions import (
    ROLES,
    Column,
    EncodingQuestion,
    Layout,
    ListQuestion,
    Question,
    TableQuestion,
)
from semblance.ingest.sheets import BETWEEN_CELLS

SETTING = "layout:"  # names of settings begin with it
SAMPLE = 60  # characters of a column's first value
FIRST = 240  # characters of the first item

_DELIMITERS = {
    ",": "layout.comma",
    ";": "layout.semicolon",
    "\t": "layout.tab",
    "|": "layout.bar",
    BETWEEN_CELLS: "layout.cells",
}
_ROLES = {"id": "layout.id", "title": "layout.title", "date": "layout.date", "link": "layout.link"}
_HEADINGS = {
    TableQuestion: "layout.table",
    ListQuestion: "layout.lists",
    EncodingQuestion: "layout.encoding",
}
_NO_COLUMN = ""


class Asking:
    """Answers readers' questions: from memory, else by asking the user where the guess is not sure."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._remembered: dict[str, Any] = {}
        self._table: TableQuestion | None = None
        self._layout = Layout(",")
        self._closed: asyncio.Future[bool] = asyncio.get_event_loop().create_future()
        session.scope.listen(by_id("layout-form"), "change", self._change)
        session.scope.listen(by_id("layout"), "close", self._close)

    async def answer(self, question: Question, *, again: bool = False) -> None:
        """Answer a question; `again` if the user wants to change an answer, or a guess."""
        setting = SETTING + hashlib.sha256(question.shape.encode()).hexdigest()[:32]
        if kept := await self._recall(setting):
            question.take(kept)
        if question.answer and not again:
            return
        if again or not question.is_sure:
            if await self._ask(question, again=again):
                await self._remember(setting, question.kept)
            elif not again:
                question.is_refused = True

    async def _recall(self, setting: str) -> Any:
        if setting not in self._remembered:
            self._remembered[setting] = json.loads(await self._session.settings.get(setting) or "null")
        return self._remembered[setting]

    async def _remember(self, setting: str, kept: Any) -> None:
        self._remembered[setting] = kept
        await self._session.settings.put(setting, json.dumps(kept))

    # --- the dialog ---

    async def _ask(self, question: Question, *, again: bool) -> bool:
        """Ask the user. Whether there is an answer, which is in the question then."""
        is_table = isinstance(question, TableQuestion)
        by_id("layout-heading").textContent = words(_HEADINGS[type(question)], where=question.where)
        by_id("layout-reason").textContent = words("layout.unsure" if is_table else "layout.several")
        by_id("layout-leave").textContent = words("layout.cancel" if again else "layout.leave")
        by_id("layout-legend").textContent = words("layout.columns") if is_table else ""
        show(by_id("layout-reason"), not question.is_sure)
        show(by_id("layout-table"), is_table)
        show(by_id("layout-first"), is_table)
        if isinstance(question, TableQuestion):
            self._table = question
            self._show_layout(question, question.answer or question.guess)
        else:
            self._table = None
            if isinstance(question, ListQuestion):
                self._show_lists(question)
            else:
                _show_encodings(question)
        if not await self._open():
            return False
        if isinstance(question, TableQuestion):
            question.answer = self._layout
        elif isinstance(question, ListQuestion):
            question.answer = tuple(question.lists[place].key for place in _checked())
        else:
            question.answer = question.encodings[_checked()[0]].codec
        return True

    async def _open(self) -> bool:
        self._closed = asyncio.get_event_loop().create_future()
        by_id("layout").returnValue = ""  # Escape would leave the value of the last time
        by_id("layout").showModal()
        return await self._closed

    def _close(self, event: Any) -> None:
        if not self._closed.done():
            self._closed.set_result(str(event.target.returnValue) == "ok")

    def _change(self, event: Any) -> None:
        """Show what a control changes: all columns, if the table is written otherwise than was thought."""
        if self._table is None:
            _require_a_choice(words("layout.no_list"))
        elif str(event.target.id) in ("layout-delimiter", "layout-lines", "layout-header"):
            self._rewrite(self._table, str(event.target.id))
        else:
            self._show_first(self._table)

    def _rewrite(self, question: TableQuestion, control: str) -> None:
        delimiter = str(by_id("layout-delimiter").value)
        known: dict[str, Any] = {}
        if control != "layout-delimiter":
            known = {"lines": int(by_id("layout-lines").value or 0)}
        if control == "layout-header":
            known["has_header"] = bool(by_id("layout-header").checked)
        try:
            self._show_layout(question, question.guess_for(delimiter, **known))
        except Malformed as error:
            by_id("layout-choices").replaceChildren()
            by_id("layout-first").textContent = ""
            _say_problem(error.said())

    # --- tables ---

    def _show_layout(self, question: TableQuestion, layout: Layout) -> None:
        self._layout = layout
        columns = question.columns_of(layout)
        delimiters = dict.fromkeys((*DELIMITERS, question.guess.delimiter, layout.delimiter))
        _fill_select("layout-delimiter", ((char, _name_of(char)) for char in delimiters), layout.delimiter)
        by_id("layout-lines").value = str(layout.lines)
        by_id("layout-header").checked = layout.has_header
        for role in ROLES:
            place = getattr(layout, role)
            none = words("layout.row_number" if role == "id" else "layout.none")
            options = [(_NO_COLUMN, none), *((str(at), column.name) for at, column in enumerate(columns))]
            _fill_select(f"layout-{role}", options, _NO_COLUMN if place is None else str(place))
        samples = [next(filter(str.strip, column.cells), "") for column in columns]
        choices = [
            (column.name, words("layout.sample", sample=shorten(sample, SAMPLE)) if sample else "")
            for column, sample in zip(columns, samples, strict=True)
        ]
        _show_choices(choices, layout.text)
        self._show_first(question)

    def _show_first(self, question: TableQuestion) -> None:
        """Take the columns that are chosen, and show the item that the first row becomes."""
        layout = replace(self._layout, text=tuple(_checked()))
        for role in ROLES:
            place = str(by_id(f"layout-{role}").value)
            layout = layout.placed(role, int(place) if place else None)
        self._layout = layout
        columns = question.columns_of(self._layout)
        by_id("layout-first").textContent = _first_item(columns, self._layout)
        _require_a_choice(words("layout.no_text"))

    # --- lists ---

    def _show_lists(self, question: ListQuestion) -> None:
        chosen = question.answer or question.guess
        choices = [
            (
                counted("layout.list_size", choice.size, key=choice.key),
                words("layout.sample", sample=choice.sample),
            )
            for choice in question.lists
        ]
        _show_choices(choices, [at for at, choice in enumerate(question.lists) if choice.key in chosen])
        _require_a_choice(words("layout.no_list"))


def _show_encodings(question: EncodingQuestion) -> None:
    chosen, encodings = question.answer or question.guess, question.encodings
    choices = [(label(codec), words("layout.sample", sample=shorten(sample))) for codec, sample in encodings]
    checked = [place for place, (codec, _) in enumerate(encodings) if codec == chosen]
    _show_choices(choices, checked, "radio")
    _say_problem("")


def described(question: Question) -> str:
    """How a file is read, for the report."""
    between = words("layout.between")
    if isinstance(question, EncodingQuestion):
        return words("layout.encoding_is", encoding=label(question.answer or question.guess))
    if isinstance(question, ListQuestion):
        return between.join(question.answer or question.guess)
    layout = question.answer or question.guess
    columns = question.columns_of(layout)
    facts = [_name_of(layout.delimiter)] + ([] if layout.has_header else [words("layout.no_header")])
    for role in ROLES:
        place = getattr(layout, role)
        if place is not None:
            facts.append(words(_ROLES[role], column=columns[place].name))
        elif role == "id":
            facts.append(words("layout.id", column=words("layout.row_number")))
    text = between.join(columns[place].name for place in layout.text)
    return " · ".join([*facts, words("layout.text", columns=text)])


def _name_of(delimiter: str) -> str:
    return words(_DELIMITERS[delimiter]) if delimiter in _DELIMITERS else delimiter


def _first_item(columns: Sequence[Column], layout: Layout) -> str:
    if not columns[0].cells:
        return ""
    cells = [column.cells[0] for column in columns]
    number = str(layout.lines + layout.has_header + 1)
    name = next(
        (cells[place] for place in (layout.title, layout.id) if place is not None and cells[place].strip()),
        number,
    )
    text = " ".join(cells[place] for place in layout.text)
    return words("layout.first", name=shorten(name), text=shorten(text, FIRST))


def _fill_select(id: str, options: Iterable[tuple[str, str]], value: str) -> None:
    select = by_id(id)
    select.replaceChildren()
    for key, name in options:
        option = element("option", name)
        option.value = key
        select.append(option)
    select.value = value


def _show_choices(choices: Sequence[tuple[str, str]], checked: Sequence[int], kind: str = "checkbox") -> None:
    by_id("layout-choices").replaceChildren()
    for place, (name, sample) in enumerate(choices):
        view = View("t-choice").fill(name=name, sample=sample)
        view["check"].type, view["check"].name = kind, "layout-choice"
        view["check"].checked = place in checked
        by_id("layout-choices").append(view.fragment)


def _checked() -> list[int]:
    """The places of the choices that are ticked."""
    boxes = by_id("layout-choices").querySelectorAll("input")
    return [place for place, box in enumerate(boxes) if box.checked]


def _require_a_choice(problem: str) -> None:
    _say_problem("" if _checked() else problem)


def _say_problem(text: str) -> None:
    by_id("layout-problem").textContent = text
    by_id("layout-read").disabled = bool(text)
