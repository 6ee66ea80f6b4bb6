"""The room: which lab is open."""

from __future__ import annotations

from collections.abc import Sequence

from semblance.browser import ffi
from semblance.browser.pages import language
from semblance.browser.pages.address import Address
from semblance.browser.pages.dom import by_id
from semblance.browser.pages.labs.codes import Codes
from semblance.browser.pages.labs.contents import contents
from semblance.browser.pages.labs.desk import Desk
from semblance.browser.pages.labs.engine import Engine
from semblance.browser.pages.labs.lab import CODE, Lab, part_of
from semblance.browser.pages.labs.passed import PASSED, Passed
from semblance.browser.pages.labs.words import Words
from semblance.browser.pages.session import Session
from semblance.labs.catalogue import NAMES
from semblance.labs.messages import messages
from semblance.messages import LANGUAGES, current
from semblance.pace import Pacer
from semblance.records import CollectionInfo


class Labs:
    """The contents, or one lab."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._engine = Engine()
        self._passed = Passed(session.settings.put)
        self._lab: Lab | None = None
        self._latest = Address("labs")
        self._codes = Codes()
        self._written = (
            ""  # the address that tells the state of the lab, or told it until the code was changed
        )

    async def load(self) -> None:
        """Read what the browser remembers."""
        self._passed.load(await self._session.settings.get(PASSED))

    def refresh(self) -> None:
        """Do nothing: a lab reads the collections when it is opened."""

    async def open(self, address: Address) -> None:
        """Show the contents, or the lab of an address in its language. Of several addresses the last counts."""
        self._latest = latest = address
        linked = address.parameters.get("lang", "")
        if linked in LANGUAGES and linked != language.shown():
            await ffi.js_call(ffi.bridge.chooseLanguage(linked, False))  # for this visit
        collections = await self._session.library.collections() if address.item else []
        if not address.item:
            await self._read_words()
        if self._latest is not latest:
            return
        words = Words(current())
        by_id("labs-contents").textContent = words("contents")
        if address.item and address.item not in NAMES:
            self._session.dialogs.toast(words("no_lab", name=address.item))
            address = Address("labs")
        by_id("labs-contents").hidden = not address.item
        self._leave()
        if address.item:
            self._lab = Lab(self._desk(address, collections), address.parameters)
            self._written = str(address)
            by_id("labs-page").replaceChildren(self._lab.element)
            self._lab.focus()
            ffi.window.scrollTo(0, 0)
            await self._lab.start()
        else:
            by_id("labs-page").replaceChildren(contents(current(), self._passed))

    def _desk(self, address: Address, collections: Sequence[CollectionInfo]) -> Desk:
        lesson, linked = address.item, part_of(CODE, address.parameters)
        return Desk(
            lesson,
            Words(current(), lesson),
            self._engine,
            self._session.run,
            self._write_address,
            collections,
            self._keep_code,
            self._codes.at_opening(lesson, str(address), linked),
            self._passed,
        )

    def _leave(self) -> None:
        if self._lab is not None:
            self._lab.close()
            self._lab = None

    # --- language ---

    async def speak(self) -> None:
        """Show the lab again as it is, in the page's language, unless an address that names the language does."""
        if self._session.address.parameters.get("lang") == current():
            return
        address = self._address(self._lab)
        self._session.mark(address)
        await self.open(address)

    async def _read_words(self) -> None:
        """Read the words of all labs for the contents, without blocking the page."""
        pacer = Pacer()
        for name in NAMES:
            messages(current(), name)
            await pacer.breathe()

    # --- what is kept ---

    def _address(self, lab: Lab | None) -> Address:
        parameters = {"lang": current()} | (lab.state() if lab else {})
        return Address("labs", lab.name if lab else "", parameters=parameters)

    def _write_address(self) -> None:
        """Write the inputs and the code of the lab into the address, if the lab is shown."""
        address = self._session.address
        if self._lab and (address.room, address.item) == ("labs", self._lab.name):
            written = self._address(self._lab)
            self._session.mark(written)
            self._written = str(written)
            self._keep_code()

    def _keep_code(self) -> None:
        if self._lab:
            self._codes.keep(self._lab.name, self._written, self._lab.codes())
