"""Items whose collection no longer exists. The page finds them at the start and offers them to the user."""

from __future__ import annotations

from semblance.browser.pages.adding import Adding
from semblance.browser.pages.session import Session
from semblance.browser.pages.words import counted, words
from semblance.errors import UnknownCollection


class Orphans:
    """Asks what to do with them. They may be the user's only copy, so no text is removed without asking."""

    def __init__(self, session: Session, adding: Adding) -> None:
        self._session, self._adding = session, adding

    async def offer(self) -> None:
        """Tell the user what there is and what can be done. Remains without an item are removed at once."""
        for key, number in (await self._session.library.orphans()).items():
            if number:
                self._ask(key, number)
            else:
                await self._session.library.remove_orphans(key)
                self._session.dialogs.notice(words("orphans.empty"))

    def _ask(self, key: str, number: int) -> None:
        actions = {
            words("orphans.recover"): lambda: self._session.run(self._recover(key)),
            words("orphans.remove"): lambda: self._session.run(self._remove(key, number)),
        }
        self._session.dialogs.notice(counted("orphans.found", number), actions)

    async def _recover(self, key: str) -> None:
        try:
            info = await self._session.library.recover(key)
        except UnknownCollection:
            self._tell_gone()
        else:
            await self._adding.reembed(info.name)  # keeps the vectors that are good

    async def _remove(self, key: str, number: int) -> None:
        text = counted("orphans.confirm_remove", number)
        if not await self._session.dialogs.confirm(text, words("orphans.remove"), danger=True):
            self._ask(key, number)
            return
        try:
            await self._session.library.remove_orphans(key)
        except UnknownCollection:
            self._tell_gone()
        else:
            await self._session.changed()
            self._session.dialogs.toast(counted("orphans.removed", number))

    def _tell_gone(self) -> None:
        self._session.dialogs.toast(words("orphans.gone"))
