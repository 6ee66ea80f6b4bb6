"""Scripts with the words that they say: the build puts message files into them.

A script that speaks has a line ``const MESSAGES = {};``. It becomes an object of the texts of some languages, each by its
key. So no text is kept twice, and a script needs no other file to speak.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from semblance.messages import CORE, ENGLISH, LANGUAGES, Catalogue
from semblance.parts.errors import BuildError
from semblance.parts.paths import PACKAGE, ROOT

PLACE = "const MESSAGES = {};"
PAGES = Catalogue(PACKAGE / "browser" / "pages" / "messages")
JAVASCRIPT = Path("static", "js")
OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a script: the files of a subject in some languages, or a section of them."""

    catalogue: Catalogue
    subject: str
    section: str
    languages: tuple[str, ...]

    def read(self) -> dict[str, dict[str, str]]:
        """The texts of each language, by key."""
        texts = {language: self.catalogue.read(language, self.subject) for language in self.languages}
        return {language: text[self.section] if self.section else text for language, text in texts.items()}


ELEMENTS = Catalogue(PACKAGE / "blog" / "messages")
OF_ELEMENTS = tuple(
    sorted(path.parent.name for path in (PACKAGE / "blog" / "messages").glob("*/elements.toml"))
)
"""The languages of a blog's elements."""

SPEAKING = {
    "errors.js": Words(CORE, "scripts", "", (ENGLISH,)),  # Python says them in other languages
    "startup.js": Words(PAGES, "start", "startup", tuple(LANGUAGES)),
    "intake.js": Words(PAGES, "start", "intake", tuple(LANGUAGES)),
    "offline/page.js": Words(PAGES, "start", "startup", tuple(LANGUAGES)),
    "offline/guard.js": Words(PAGES, "start", "startup", tuple(LANGUAGES)),
    "blog/related-posts.js": Words(ELEMENTS, "elements", "related", OF_ELEMENTS),
    "blog/semantic-search.js": Words(ELEMENTS, "elements", "search", OF_ELEMENTS),
    "blog/reader/search.js": Words(ELEMENTS, "elements", "reader", OF_ELEMENTS),
    "blog/engine/search.js": Words(ELEMENTS, "elements", "panel", OF_ELEMENTS),
    "blog/engine/feed-posts.js": Words(ELEMENTS, "elements", "feed", OF_ELEMENTS),
}
"""The scripts that speak, by their paths in ``static/js``."""


def read_script(script: Path) -> bytes:
    """A script of ours as it is published.

    Parameters
    ----------
    script : Path
        From the root, such as ``static/js/startup.js``.

    Raises
    ------
    BuildError
        If the script has no place for its texts.
    """
    source = (ROOT / script).read_text(encoding="utf-8")
    words = SPEAKING.get(script.relative_to(JAVASCRIPT).as_posix())
    if source.count(PLACE) != (words is not None):
        raise BuildError(
            f"{script} must say “{PLACE}” once if SPEAKING in parts/scripts.py names it, or else never"
        )
    if words is None:
        return source.encode()
    # The double-click edition has its scripts inside a page that is in ASCII.
    texts = json.dumps(words.read(), ensure_ascii=OFFLINE in script.parts, separators=(",", ":"))
    return source.replace(PLACE, f"const MESSAGES = {texts};").encode()


def page_messages(language: str) -> bytes:
    """A module with the words of ``index.html`` in a language, by key."""
    texts = {
        f"{section}.{key}": text
        for section, messages in PAGES.read(language, "page").items()
        for key, text in messages.items()
    }
    return f"export default {json.dumps(texts, ensure_ascii=False, indent=0)};\n".encode()


def manifest(language: str) -> bytes:
    """The app's manifest in a language."""
    described = json.loads((ROOT / "static" / "app.webmanifest").read_text(encoding="utf-8"))
    described["lang"] = language
    described["description"] = PAGES.text(language, "page", "frame.description")
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()
