"""Malformed files and bombs of the soak in the page's own Python, which recursion could end for good."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

from browser.interpreter import python
from semblance_build.soak.bombs import BOMBS
from semblance_build.soak.malformed import sample
from semblance_build.soak.specimens import BACKUP

FILES = 100
READ = """
import base64
from semblance.documents import Failure
from semblance.errors import InputError, ReaderFailed
from semblance.ingest import read
from semblance.ingest.items import Apart
wrong = []
for name, data in files:
    for step in read(name, base64.b64decode(data)):
        if isinstance(step, Apart):
            step.answer = []  # what is read in a second Python has tests of its own
        elif isinstance(step, Failure) and (isinstance(step.error, ReaderFailed) or not isinstance(step.error, InputError)):
            wrong.append(f"{name}: {step.error} {step.error.__cause__!r}")
wrong
"""


def test_malformed_files_and_bombs_do_no_harm_to_the_page(interpreter_page: Page) -> None:
    files = [(made.name, made.data) for made in (sample(7, number) for number in range(FILES))]
    files += [(bomb.name, bomb.make()) for bomb in BOMBS]
    packed = [[name, base64.b64encode(data).decode()] for name, data in files if not name.endswith(BACKUP)]
    assert python(interpreter_page, READ, files=packed) == []
    assert python(interpreter_page, "1 + 1") == 2
