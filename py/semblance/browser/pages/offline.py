"""Use of the site without a network: the files that are kept, and the notice of a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dialogs import Subject
from semblance.browser.pages.dom import by_id, element, language_names, show
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import sentences, words
from semblance.messages import Message, current
from semblance.wording import size

REMOVED = "offline copy removed"  # name of a setting
PARTS = {
    "labs": "offline.part_labs",
    "handout": "offline.part_handout",
}  # other parts have names of their own
KEEPING = "keeping the site"  # what a notice is about


class Offline:
    """The section of the Collections room, and the word in the footer."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._site: Any = None
        self._listener = ffi.mapping(
            {
                "onChange": session.scope.function(lambda: session.run(self.show())),
                "onNewVersion": session.scope.function(self._new_version),
            }
        )
        session.scope.listen(by_id("offline-keep"), "click", lambda _: session.run(self._keep()))
        session.scope.listen(
            by_id("offline-keep-language"), "click", lambda _: session.run(self._keep_language())
        )
        session.scope.listen(by_id("offline-remove"), "click", lambda _: session.run(self._remove()))

    async def start(self) -> None:
        """Have the site kept. Call this once the app is ready, so that it does not compete with the start."""
        self._site = await ffi.js_call(ffi.bridge.offlineSite())
        if await self._session.settings.get(REMOVED) != "yes":
            await ffi.js_call(self._site.start(self._listener))
        await self.show()

    async def speak(self) -> None:
        """Say again what is kept."""
        if self._site is not None:
            await self.show()

    async def show(self) -> None:
        """Show which files are kept."""
        state = ffi.plain(await ffi.js_call(self._site.state()))
        show(by_id("offline"), state["supported"])
        by_id("offline-text").textContent = describe(state)
        by_id("offline-status").textContent = words("offline.available") if state["available"] else ""
        by_id("offline-keep").textContent = (
            words("offline.make_all_available", size=size(state["missing"]))
            if state["available"]
            else words("offline.make_available")
        )
        show(
            by_id("offline-keep"),
            not state["preparing"] and not (state["available"] and not state["missing"]),
        )
        show(by_id("offline-remove"), state["kept"] > 0)
        self._offer_languages(state["languages"] if state["available"] else {})

    def _offer_languages(self, sizes: Mapping[str, int]) -> None:
        """Offer the words of single languages; the one that is chosen stays."""
        choice = by_id("offline-language")
        chosen = choice.value or current()
        names = language_names(sizes)
        options = []
        for language in sorted(names, key=names.__getitem__):
            label = words("offline.model", name=names[language], size=size(sizes[language]))
            option = element("option", label)
            option.value, option.selected = language, language == chosen
            options.append(option)
        choice.replaceChildren(*options)
        show(by_id("offline-languages"), bool(sizes))

    async def _keep(self) -> None:
        await self._have_kept(self._site.keepAll)

    async def _keep_language(self) -> None:
        await self._have_kept(self._site.keepLanguage, by_id("offline-language").value)

    async def _have_kept(self, keep: Any, *which: str) -> None:
        """Have files kept; show how far it is, and then what was not kept and why."""
        await self._session.settings.put(REMOVED, "no")
        progress = by_id("offline-progress")

        def report(loaded: int, total: int) -> None:
            progress.value, progress.max = loaded, total

        show(progress)
        buttons = by_id("offline-keep"), by_id("offline-keep-language")
        for button in buttons:
            button.disabled = True
        with ffi.Scope() as scope:
            problem = await ffi.js_call(keep(self._listener, *which, scope.function(report)))
        for button in buttons:
            button.disabled = False
        show(progress, False)
        self._session.dialogs.settle(KEEPING)
        if ffi.or_none(problem) is not None:
            text = words("offline.not_all_kept", problem=reason(ffi.plain(problem)))
            self._session.dialogs.notice(text, about=Subject(KEEPING))
        await self.show()

    async def _remove(self) -> None:
        await self._session.settings.put(REMOVED, "yes")
        await ffi.js_call(self._site.remove())
        await self.show()

    def _new_version(self) -> None:
        self._session.dialogs.notice(
            words("offline.new_version"), {words("offline.reload"): lambda: ffi.window.location.reload()}
        )


def reason(problem: Mapping[str, Any]) -> str:
    """Why not all is kept, as ``static/js/sw-client.js`` tells it.

    Examples
    --------
    >>> reason({"key": "no_room", "values": {}}), reason({"message": "it is on fire"})
    ('there is not enough room for it in this browser', 'it is on fire')
    """
    if "key" not in problem:
        return str(problem["message"])
    return Message(f"scripts.{problem['key']}", **problem["values"]).said()


def describe(state: dict[str, Any]) -> str:
    """A text about the files that are kept.

    Examples
    --------
    >>> describe({"available": False, "preparing": True, "problem": None})
    'The site is being made ready for use without a network…'
    """
    if state["problem"]:
        return words("offline.problem", problem=reason(state["problem"]))
    if state["preparing"]:
        return words("offline.preparing")
    if not state["available"]:
        return words("offline.nothing_kept")
    lacking = [
        words("offline.model", name=_name(model["name"]), size=size(model["missing"]))
        for model in state["models"]
        if model["missing"]
    ]
    facts = [words("offline.kept", size=size(state["kept"]))]
    if lacking:
        facts.append(words("offline.not_kept", models=words("offline.between").join(lacking)))
    if state["threads"]:
        facts.append(words("offline.threads_after_reload"))
    return sentences(*facts)


def _name(part: str) -> str:
    """What users call a part of the site that is kept when it is first used: see `semblance_build.precache`."""
    return words(PARTS[part]) if part in PARTS else part
