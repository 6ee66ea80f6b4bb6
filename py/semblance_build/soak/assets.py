"""Each file of the site, in turn, is missing, cut, altered, slow or refused: a page works, or says what is wrong in time."""

from __future__ import annotations

import base64
import random
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from typing import NamedTuple
from urllib.parse import unquote

from playwright.sync_api import BrowserContext, Page, TimeoutError

from semblance.parts.errors import BuildError
from semblance_build.soak.browsing import NO_SERVICE_WORKER, site_and_browser
from semblance_build.soak.faulty import WAYS, faulty_site
from semblance_build.soak.outcome import Outcome
from semblance_build.soak.specimens import specimen

USUAL = 600
IN_TIME_MS = 10_000
"""Within this time, beside twice what an untroubled visit takes, the page says what is wrong."""
_AT_ONCE = 2  # pages

# A page watches itself, from its beginning, however long others are waited for. Its outcome is what it says is wrong, or
# nothing if all went well, and when. A start that fails says that at once, and looks for the file at fault then.
_OUTCOME = """(path) => {
    if (globalThis.outcome) return outcome;
    const says = document.querySelector("#startup [role=alert]")?.textContent;
    globalThis.alerted ??= says ? performance.now() : undefined;
    const isFinal = says && (says.includes(path) || performance.now() - alerted > LOOKING);
    if (isFinal) return { says, at: performance.now() };
    if (says) return null;
    if (!document.querySelector("#startup")?.hidden) return null;
    globalThis.visiting ??= (async () => USE)().then(
        () => ({ says: "" }),
        ({ message, where }) => ({ says: `${where ?? ""}: ${message}` }),
    ).then((outcome) => { globalThis.outcome = { ...outcome, at: performance.now() }; });
    return null;
}"""
_WATCH = """(path) => {
    const look = OUTCOME;
    const looking = setInterval(() => {
        globalThis.final = look(path);
        if (globalThis.final) clearInterval(looking);
    }, 100);
}""".replace("OUTCOME", _OUTCOME.replace("LOOKING", str(IN_TIME_MS)))
_ADD = """{
    await semblance.ready;
    const collection = await semblance.collection("soak");
    const { failed } = await collection.embedMulti([{ id: "tea", content: "Boil water for tea." }, ITEM]);
    if (failed.length) throw failed[0].error;
    if (!(await collection.similar("a hot drink")).length) throw new Error("nothing is found");
}"""
_LAB = """new Promise((resolve, reject) => {
    const look = () => {
        const alerts = [...document.querySelectorAll("#room-labs [role=alert], #notices .notice")];
        const alert = alerts.find((one) => one.checkVisibility());
        if (alert?.textContent) reject({ message: alert.textContent });
        else if (document.querySelector("#room-labs .lab-demo [data-figure]")) resolve();
        else setTimeout(look, 100);
    };
    look();
})"""
_FILE = (
    '{{ id: "{name}", blob: new File([Uint8Array.from(atob("{data}"), (c) => c.charCodeAt(0))], "{name}") }}'
)


class Visit(NamedTuple):
    """A page, and JavaScript that has it watch what is done on it once it has started."""

    address: str
    watch: str


def _adding(item: str) -> Visit:
    return Visit("", _WATCH.replace("USE", _ADD.replace("ITEM", item)))


def _file(name: str, data: bytes) -> str:
    return _FILE.format(name=name, data=base64.b64encode(data).decode())


def _lab(name: str) -> Visit:
    return Visit(f"#labs/{name}?lang=en", _WATCH.replace("USE", _LAB))


VISITS = {
    "texts": _adding('{ id: "more", content: "Wait two minutes." }'),
    "papers": _adding(_file("a.docx", specimen(".docx"))),
    "analogies": _lab("analogies"),
    "clusters": _lab("clusters"),
    "pictures": _lab("pictures"),
}


class Fault(NamedTuple):
    """A file, what becomes of it, and the visit that asks for it."""

    path: str
    way: str
    visit: str


class Result(NamedTuple):
    """What is wrong with what a page says of a fault, or nothing; whether it says something; and when it did or worked."""

    fault: Fault
    problem: str
    is_said: bool = False
    seconds: float = 0.0
    is_late: bool = False


class _Trial:
    """A page that is opened while a file is at fault, on a site of its own."""

    def __init__(self, context: BrowserContext, fault: Fault, usual_ms: float) -> None:
        self._fault = fault
        self._limit = 2 * usual_ms + IN_TIME_MS
        self._site = ExitStack()
        address = self._site.enter_context(faulty_site(fault.path, fault.way))
        self._page = opened(context, address, VISITS[fault.visit], fault.path)

    def end(self) -> Result:
        """What became of the page."""
        timeout = 4 * self._limit
        try:
            says, at = outcome(self._page, timeout)
        except TimeoutError:
            return self._result(f"nothing is said after {timeout / 1000:.0f} s: {_shown(self._page)}")
        finally:
            self._page.close()
            self._site.close()
        is_late = at > self._limit
        return self._result(self._problem(says, at, is_late), says, at, is_late)

    def _problem(self, says: str, at: float, is_late: bool) -> str:
        """What is wrong with what a page says; a page that works is sound, however late."""
        if not says:
            return ""
        if "{" in says:
            return f"a place is not filled: {says}"
        if self._fault.path.rpartition("/")[2] not in says:
            return f"the file is not named: {says}"
        return f"said after {at / 1000:.1f} s: {says}" if is_late else ""

    def _result(self, problem: str, says: str = "", at: float = 0.0, is_late: bool = False) -> Result:
        path, way, visit = self._fault
        named = f"{path} {way} ({visit}): {problem}" if problem else ""
        return Result(self._fault, named, bool(says), at / 1000, is_late)


def opened(
    context: BrowserContext,
    site: str,
    visit: Visit,
    path: str = "",
    watch: Callable[[Page], None] = lambda page: None,
) -> Page:
    """A page of a site that watches itself while a file is at fault, and is watched from its beginning."""
    page = context.new_page()
    watch(page)
    page.goto(site + visit.address, wait_until="commit")
    page.evaluate(visit.watch, path)
    return page


def outcome(page: Page, timeout: float) -> tuple[str, float]:
    """What a page says is wrong, or nothing if it works, and after how many milliseconds."""
    final = page.wait_for_function("() => globalThis.final", timeout=timeout).json_value()
    return final["says"], final["at"]


def _shown(page: Page) -> str:
    return " ".join(page.locator("body").inner_text().split())[:200]


def soak(
    number: int,
    seed: int,
    visits: Mapping[str, Visit] = VISITS,
    ways: Collection[str] = tuple(WAYS),
    only: Sequence[str] = ("*",),
    engine: str = "chromium",
) -> Outcome:
    """Try so many faults of files, drawn from all files that some visit asks for, in all ways.

    A page that says something late is tried again without another beside it, since pages take time from each other here.

    Parameters
    ----------
    number, seed : int
    visits : mapping of str to Visit
    ways : collection of str
        Of `WAYS`.
    only : sequence of str
        Patterns, one of which a fault's path and way must match, such as ``static/labs/* cut``.
    engine : str
        Of `ENGINES`.
    """
    with site_and_browser(engine) as (site, browser), browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        asked = {name: _untroubled(context, site, visit) for name, visit in visits.items()}
        faults = _drawn(asked, ways, only, number, seed)
        usual = {name: ms for name, (_, ms) in asked.items()}
        first = list(_tried(context, faults, usual))
        results = [
            _Trial(context, result.fault, usual[result.fault.visit]).end()
            if result.problem and result.is_late
            else result
            for result in first
        ]
    return Outcome(
        "assets",
        tried=len(faults),
        faults=[result.problem for result in results if result.problem],
        figures={
            "files": len({fault.path for fault in faults}),
            "said": sum(result.is_said for result in results),
            "worked all the same": sum(not result.problem and not result.is_said for result in results),
            "of these late": sum(result.is_late and not result.is_said for result in results),
            "said late, and tried again alone": sum(bool(r.problem) and r.is_late for r in first),
            "longest until it was said, s": round(
                max((r.seconds for r in results if r.is_said), default=0), 1
            ),
            **{f"usual visit of {name}, s": round(ms / 1000, 1) for name, ms in usual.items()},
        },
    )


def _untroubled(context: BrowserContext, site: str, visit: Visit) -> tuple[list[str], float]:
    """The files that a visit asks for, and its milliseconds."""
    urls: list[str] = []
    context.on("request", lambda request: urls.append(unquote(request.url)))  # those of workers, too
    page = opened(context, site, visit)
    says, at = outcome(page, 120_000)
    if says:
        raise BuildError(f"An untroubled visit fails already: {says}")
    page.close()
    return [url.removeprefix(site) for url in urls if url.startswith(site) and url != site], at


def _drawn(
    asked: Mapping[str, tuple[list[str], float]],
    ways: Collection[str],
    only: Sequence[str],
    number: int,
    seed: int,
) -> list[Fault]:
    """So many faults that match, or all; each file with the first visit that asks for it."""
    visit_of: dict[str, str] = {}
    for name, (paths, _) in asked.items():
        for path in paths:
            visit_of.setdefault(path.partition("#")[0], name)
    every = [
        Fault(path, way, visit)
        for path, visit in sorted(visit_of.items())
        for way in ways
        if path and any(fnmatchcase(f"{path} {way}", pattern) for pattern in only)
    ]
    random.Random(seed).shuffle(every)
    return every[:number]


def _tried(context: BrowserContext, faults: Sequence[Fault], usual: Mapping[str, float]) -> Iterator[Result]:
    """Try faults, a few at once, because most pages wait."""
    under_way: deque[_Trial] = deque()
    for fault in faults:
        under_way.append(_Trial(context, fault, usual[fault.visit]))
        if len(under_way) == _AT_ONCE:
            yield under_way.popleft().end()
    yield from (trial.end() for trial in under_way)
