"""Questions, notices and undo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import View, by_id, closest, element, on_action, show

UNDO_SECONDS = 12

Actions = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notice is about. It says how long the notice is on screen.

    A notice about all that is stored, or about the page, has neither room nor collection: it stays until it is dismissed.

    Parameters
    ----------
    matter : str
        A kind of work, or an event. A later notice of the same matter takes the notice's place.
    room : str
        The notice goes when the user leaves this room.
    collection : str
        Key of a collection. The notice is on screen only while this one is open.
    """

    matter: str = ""
    room: str = ""
    collection: str = ""


EVERYTHING = Subject()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in the page. ``say`` gives its text in the page's language, where that is known in several."""

    say: Callable[[], str]
    about: Subject
    message: Any  # its element


class Dialogs:
    """The page's dialogs and messages."""

    def __init__(self, scope: ffi.Scope) -> None:
        self._answer: asyncio.Future[str] | None = None
        self._actions: dict[str, Actions] = {}
        self._notices: list[Notice] = []
        self._open_collection = ""  # its key
        self._last = 0
        for name in ("ask", "reader"):
            scope.listen(by_id(name), "close", self._closed)
        scope.listen(by_id("reader"), "click", self._close_reader)
        for name in ("notices", "toasts"):
            on_action(scope, by_id(name), {"dismiss": self._dismiss, "action": self._act})

    async def confirm(self, text: str, ok: str, danger: bool = False) -> bool:
        """Ask a yes-or-no question. Returns whether the answer was yes."""
        return await self._ask(text, ok, danger, value=None) is not None

    async def ask_text(self, text: str, value: str, ok: str, problem: str = "") -> str | None:
        """Ask for a line of text, perhaps again and with what is wrong with it; None if that was cancelled."""
        return await self._ask(text, ok, danger=False, value=value, problem=problem)

    def notice(
        self, text: str | Callable[[], str], actions: Actions | None = None, about: Subject = EVERYTHING
    ) -> None:
        """Show a message until the user dismisses it, chooses an action or has left what it is about.

        A text may be a function that gives it in the page's language. Actions are named by their buttons' words. The notice
        takes the place of earlier ones that say the same or are about the same matter.
        """
        self.settle(about.matter)
        say = text if callable(text) else lambda: text
        self._forget_notices(lambda notice: notice.say() == say() and not actions)
        message = self._message("notices", say(), actions or {})
        show(message, about.collection in ("", self._open_collection))
        self._notices.append(Notice(say, about, message))

    def speak(self) -> None:
        """Say the notices again, in the page's language."""
        for notice in self._notices:
            notice.message.querySelector("[data-field=text]").textContent = notice.say()

    def settle(self, matter: str) -> None:
        """Remove the notice about a matter, because it no longer holds."""
        if matter:
            self._forget_notices(lambda notice: notice.about.matter == matter)

    def show_for(self, room: str, collection: str) -> None:
        """Keep the notices that belong in a room, and of those show the ones that belong to a collection (by its key)."""
        self._open_collection = collection
        self._forget_notices(lambda notice: notice.about.room not in ("", room))
        for notice in self._notices:
            show(notice.message, notice.about.collection in ("", collection))

    def toast(self, text: str, action: str = "", then: Callable[[], Any] | None = None) -> None:
        """Show a message for some seconds, perhaps with a way to undo."""
        message = self._message("toasts", text, {action: then} if then else {})
        asyncio.get_event_loop().call_later(UNDO_SECONDS, self._forget, message)

    def announce(self, text: str) -> None:
        """Let screen readers say what others see change. Notices and toasts are announced anyway."""
        by_id("announcer").textContent = text

    async def _ask(
        self, text: str, ok: str, danger: bool, value: str | None, problem: str = ""
    ) -> str | None:
        by_id("ask-text").textContent = text
        by_id("ask-problem").textContent = problem
        by_id("ask-ok").textContent = ok
        by_id("ask-ok").classList.toggle("danger", danger)
        by_id("ask-ok").classList.toggle("primary", not danger)
        show(by_id("ask-label"), value is not None)
        by_id("ask-value").value = value or ""
        if await self._open("ask") != "ok":
            return None
        return str(by_id("ask-value").value).strip() if value is not None else ""

    async def _open(self, name: str) -> str:
        dialog = by_id(name)
        dialog.returnValue = ""
        dialog.showModal()
        self._answer = asyncio.get_event_loop().create_future()
        return await self._answer

    def _closed(self, event: Any) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(str(event.target.returnValue))

    def _close_reader(self, event: Any) -> None:
        on_backdrop = event.target.id == "reader"
        if on_backdrop or closest(event.target, "[data-close]") is not None:
            by_id("reader").close()

    def _message(self, region: str, text: str, actions: Actions) -> Any:
        view = View("t-notice").fill(text=text)
        self._last += 1
        view.root.dataset.message = str(self._last)
        for name in actions:
            button = element("button", name, "button small")
            button.type, button.dataset.do = "button", "action"
            view["dismiss"].before(button)
        self._actions[view.root.dataset.message] = actions
        by_id(region).append(view.fragment)
        return view.root

    def _forget_notices(self, is_over: Callable[[Notice], bool]) -> None:
        for notice in filter(is_over, list(self._notices)):
            self._forget(notice.message)

    def _forget(self, message: Any) -> None:
        self._notices = [notice for notice in self._notices if notice.message != message]
        self._actions.pop(message.dataset.message, None)
        message.remove()

    def _dismiss(self, target: Any) -> None:
        self._forget(target.closest(".notice"))

    def _act(self, target: Any) -> None:
        message = target.closest(".notice")
        then = self._actions[message.dataset.message][str(target.textContent)]
        self._forget(message)
        then()
