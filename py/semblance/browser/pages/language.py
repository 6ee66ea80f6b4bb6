"""The language that the page speaks: ``static/js/language.js`` chooses it, Python follows and remembers it.

The script keeps a user's choice where it can read it before Python runs. The store keeps it too, for a browser that forgets
the other place.
"""

from __future__ import annotations

from semblance.browser import ffi
from semblance.browser.pages.settings import Settings
from semblance.messages import LANGUAGES, use

CHANGED = "semblance:language"  # the event of a page that has another language
LANGUAGE = "language"  # name of a setting
OF_LABS = "labs: language"  # name of the setting when only the labs had languages


def shown() -> str:
    """The page's language."""
    return str(ffi.document.documentElement.lang)


def follow() -> None:
    """Say what Python says in the page's language."""
    use(shown())


async def keep(settings: Settings) -> None:
    """Remember the language, if the user has chosen it."""
    if ffi.bridge.isLanguageChosen():
        await settings.put(LANGUAGE, shown())


async def remember(settings: Settings) -> None:
    """Show the language that the user chose at an earlier visit, if the script does not know of it."""
    if ffi.bridge.isLanguageChosen():
        return
    language = await settings.get(LANGUAGE) or await settings.get(OF_LABS)
    if language in LANGUAGES and language != shown():
        await ffi.js_call(ffi.bridge.chooseLanguage(language, True))
