"""Cells: code in PyScript's own editor, which the labs' worker runs; and exercises, whose code is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import Element, View, element, show
from semblance.browser.pages.labs.desk import Desk
from semblance.browser.pages.labs.words import inline, paragraphs
from semblance.browser.pages.pause import Pause
from semblance.errors import NeedsNetwork, SemblanceError, Stopped, TookTooLong
from semblance.labs.advice import advice
from semblance.labs.code import Outcome
from semblance.labs.lesson import Exercise

PAUSE_S = 0.5  # pause in typing before the code is written into the address
LIMIT_S = 20  # limit for a cell's run
# The icon on PyScript's own button. The button is hidden, because ours has its own name and place. PyScript's icons have
# inline styles, which our Content-Security-Policy forbids.
ICON = "<svg></svg>"


class Editor:
    """PyScript's editor, for code that PyScript does not run.

    Parameters
    ----------
    scope : Scope
        Owner of its listeners.
    label : str
        Name for screen readers.
    code : str
        The code at first.
    run : callable
        Called when the user runs the code by a key.
    changed : callable
        Called when the code may have changed.
    """

    def __init__(
        self,
        scope: ffi.Scope,
        label: str,
        code: str,
        run: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._scope, self._label, self._run = scope, label, run
        self._code = code
        self._ready = False
        self._changed = changed
        self._script = element("script", code)
        self._script.type = "py-editor"
        self._script.dataset.run = self._script.dataset.stop = ICON
        self.element = element("div", class_name="lab-editor")
        self.element.inert = True  # PyScript focuses each editor that it makes, but not an inert one
        self.element.append(self._script)
        scope.listen(self._script, "py-editor", self._finish)

    def _finish(self, _: Any) -> None:
        self._ready = True
        self._script.handleEvent = self._scope.function(self._run_by_key)
        self._script.code = self._code
        for labelled in self.element.querySelectorAll("[aria-label]"):  # by PyScript, in English
            labelled.removeAttribute("aria-label")
        content = self.element.querySelector(".py-editor-input > div").shadowRoot.querySelector(".cm-content")
        content.setAttribute("aria-label", self._label)
        self._scope.observe(content, lambda *_: self._changed())
        content.tabIndex = 0  # it can be edited and so has the focus anyway, but not all tools know that
        self.element.inert = False

    def _run_by_key(self, _: Any) -> bool:
        self._run()
        return False  # PyScript must not run it

    @property
    def code(self) -> str:
        """The code now."""
        return str(self._script.code) if self._ready else self._code

    @code.setter
    def code(self, code: str) -> None:
        self._code = code
        if self._ready:
            self._script.code = code


class Cell:
    """Code, the buttons that run it, and its outcome.

    Parameters
    ----------
    desk : Desk
    name : str
        Unique in its lab.
    start : str
        The code to begin with.
    """

    run_key = "cell.run"

    def __init__(self, desk: Desk, name: str, start: str) -> None:
        self._desk, self.name, self._start = desk, name, start.strip()
        self._running = False
        words = desk.words
        self._view = View("t-lab-cell").fill(
            run=words(self.run_key),
            stop=words("cell.stop"),
            reset=words("cell.reset"),
        )
        self.element: Element = self._view.root
        self.element.dataset.cell = name
        self._kept = desk.opened_with.get(name, "")
        self._pause = Pause(PAUSE_S, desk.run, self._write_address)
        code = self._kept or self._start
        self._editor = Editor(desk.scope, words("cell.label"), code, self._ask, self._edited)
        self._view["editor"].append(self._editor.element)
        desk.scope.listen(self._view["run"], "click", lambda _: self._ask())
        desk.scope.listen(self._view["stop"], "click", lambda _: desk.engine.stop())
        desk.scope.listen(self._view["reset"], "click", lambda _: self._reset())

    def changed_code(self) -> str:
        """The learner's code; empty if it is as at first."""
        code = self._editor.code
        return code if code.strip() != self._start else ""

    def _edited(self) -> None:
        code = self.changed_code()
        if code != self._kept:
            self._kept = code
            self._desk.keep_code()
            self._pause.begin()

    async def _write_address(self) -> None:
        if not self._desk.closed:
            self._desk.write_address()

    def _reset(self) -> None:
        self._editor.code = self._start
        self._view["output"].replaceChildren()

    def _ask(self) -> None:
        if not self._running:
            self._set_running(True)
            self._show(element("p", self._desk.words("cell.running"), "quiet"))
            self._desk.run(self._run())

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._view["run"].disabled = running
        show(self._view["stop"], running)

    async def _run(self) -> None:
        try:
            self._show(*self._outcome(await self._execute()))
        except Stopped:
            self._show(element("p", self._desk.words("cell.stopped"), "lab-error"))
        except TookTooLong:
            text = self._desk.words("cell.took_too_long", seconds=LIMIT_S)
            self._show(element("p", text, "lab-error"))
        except NeedsNetwork:
            self._show(element("p", self._desk.words("needs_network"), "lab-error"))
        except SemblanceError as error:
            self._show(element("p", error.said(), "lab-error"))
        finally:
            self._set_running(False)

    async def _execute(self) -> dict[str, Any]:
        arguments = {"lesson": self._desk.lesson, "code": self._editor.code}
        outcome: dict[str, Any] = await self._desk.engine.call("run", arguments, limit=LIMIT_S)
        return outcome

    def _show(self, *shown: Element) -> None:
        self._view["output"].replaceChildren(*shown)

    def _outcome(self, outcome: dict[str, Any]) -> list[Element]:
        """The output, the value and the error of a run, each as text, after advice on what went wrong."""
        words = self._desk.words
        shown = self._advice(outcome)
        for key in ("output", "value", "error"):
            if outcome[key]:
                box = element("pre", outcome[key], f"lab-{key}")
                box.tabIndex = 0
                box.setAttribute("aria-label", words(f"cell.{key}"))
                box.setAttribute("role", "region")
                shown += [element("p", words(f"cell.{key}"), "lab-output-label"), box]
        return shown or [element("p", words("cell.nothing"), "quiet")]

    def _advice(self, outcome: dict[str, Any], problem: str = "") -> list[Element]:
        given = advice(Outcome(**outcome), problem)
        return (
            []
            if given is None
            else [inline("p", self._desk.words(f"cell.advice.{given.name}"), given.values, "lab-advice")]
        )


class ExerciseView(Cell):
    """An exercise: a task, a hint, code, and whether the code does the task."""

    run_key = "cell.check"

    def __init__(self, desk: Desk, number: int, exercise: Exercise) -> None:
        super().__init__(desk, exercise.name, exercise.start)
        words, key = desk.words, f"exercises.{exercise.name}"
        view = View("t-lab-exercise").fill(
            title=words("exercises.number", number=number),
            passed=words("exercises.done"),
            hint_label=words("exercises.hint"),
        )
        view["task"].append(*paragraphs(words.lesson(f"{key}.task")))
        view["hint"].append(inline("p", words.lesson(f"{key}.hint")))
        view["cell"].append(self.element)
        self._passed = view["passed"]
        show(self._passed, desk.has_passed(exercise.name))
        solution = self._view["solution"]
        solution.textContent = words("exercises.solution")
        show(solution)
        desk.scope.listen(solution, "click", lambda _: self._show_solution(exercise))
        self.element = view.root
        self.element.id = f"exercise-{exercise.name}"

    def _show_solution(self, exercise: Exercise) -> None:
        self._editor.code = exercise.solution.strip()

    async def _execute(self) -> dict[str, Any]:
        arguments = {"lesson": self._desk.lesson, "exercise": self.name, "code": self._editor.code}
        outcome: dict[str, Any] = await self._desk.engine.call("check", arguments, limit=LIMIT_S)
        if outcome["passed"]:
            show(self._passed)
            await self._desk.remember_passed(self.name)
        return outcome

    def _outcome(self, outcome: dict[str, Any]) -> list[Element]:
        passed, ran = bool(outcome["passed"]), outcome["outcome"]
        text = self._desk.words("exercises.passed" if passed else "exercises.failed")
        verdict = element("p", text, "lab-passed" if passed else "lab-failed")
        printed = super()._outcome(ran) if any(ran.values()) else []
        problem = [element("p", outcome["problem"], "lab-error")] if outcome["problem"] else []
        # Advice on what it printed stands with that.
        told = [] if any(ran.values()) else self._advice(ran, outcome["problem"])
        return [verdict, *told, *problem, *printed]
