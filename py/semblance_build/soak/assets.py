"""Each file of the site, in turn, is missing, cut, altered, slow or refused: a page works, or says what is wrong in time."""

from __future__ import annotations

import base64
import random
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
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
_AT_ONCE = 4  # pages
_HOW_OFTEN_MS = 100

# A page's outcome: null at first; then what it says is wrong, or nothing if all went well, and when. A start that fails says
# that at once, and looks for the file at fault then.
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
_WATCH = _OUTCOME.replace("LOOKING", str(IN_TIME_MS))
_ADD = """{
    await semblance.ready;
    const collection = await semblance.collection("soak");
    const { failed } = await collection.embedMulti([{ id: "tea", content: "Boil water for tea." }, ITEM]);
    if (failed.length) throw failed[0].error;
    if (!(await collection.similar("a hot drink")).length) throw new Error("nothing is found");
}"""
_LAB = """new Promise((resolve, reject) => {
    const look = () => {
        const alert = [...document.querySelectorAll("#room-labs [role=alert]")].find((one) => one.checkVisibility());
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
    """A page, and what is done on it once it has started."""

    address: str
    outcome: str


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


class _Trial:
    """A page that is opened while a file is at fault, on a site of its own."""

    def __init__(self, context: BrowserContext, fault: Fault, usual_ms: float) -> None:
        self._fault = fault
        self._limit = 2 * usual_ms + IN_TIME_MS
        self._site = ExitStack()
        address = self._site.enter_context(faulty_site(fault.path, fault.way))
        self._page = context.new_page()
        self._page.goto(address + VISITS[fault.visit].address, wait_until="commit")

    def end(self) -> Result:
        """What became of the page."""
        timeout = 4 * self._limit
        try:
            says, at = _outcome(self._page, VISITS[self._fault.visit], timeout, self._fault.path)
        except TimeoutError:
            return self._result(f"nothing is said after {timeout / 1000:.0f} s: {_shown(self._page)}", "")
        finally:
            self._page.close()
            self._site.close()
        name = self._fault.path.rpartition("/")[2]
        if at > self._limit:
            return self._result(f"said after {at / 1000:.1f} s: {says}", says, at)
        if "{" in says:
            return self._result(f"a place is not filled: {says}", says, at)
        # Of modules that a worker imports, a page knows but the worker.
        if says and name.partition(".")[0] not in says and not (name.endswith("js") and ".worker.js" in says):
            return self._result(f"the file is not named: {says}", says, at)
        return self._result("", says, at)

    def _result(self, problem: str, says: str, at: float = 0.0) -> Result:
        fault = self._fault
        named = f"{fault.path} {fault.way} ({fault.visit}): {problem}" if problem else ""
        return Result(named, bool(says), at / 1000)


class Result(NamedTuple):
    """What is wrong with what a page says, or nothing; whether it says something; and after how many seconds."""

    problem: str
    is_said: bool
    seconds: float


def _outcome(page: Page, visit: Visit, timeout: float, path: str = "") -> tuple[str, float]:
    outcome = page.wait_for_function(
        visit.outcome, arg=path, timeout=timeout, polling=_HOW_OFTEN_MS
    ).json_value()
    return outcome["says"], outcome["at"]


def _shown(page: Page) -> str:
    return " ".join(page.locator("body").inner_text().split())[:200]


def soak(
    number: int, seed: int, visits: Mapping[str, Visit] = VISITS, ways: Collection[str] = tuple(WAYS)
) -> Outcome:
    """Try so many faults of files, drawn from all files that some visit asks for, in all ways."""
    with site_and_browser() as (site, browser), browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        asked = {name: _untroubled(context, site, visit) for name, visit in visits.items()}
        faults = _drawn(asked, ways, number, seed)
        usual = {name: ms for name, (_, ms) in asked.items()}
        results = list(_tried(context, faults, usual))
    return Outcome(
        "assets",
        tried=len(faults),
        faults=[result.problem for result in results if result.problem],
        figures={
            "files": len({fault.path for fault in faults}),
            "said": sum(result.is_said for result in results),
            "worked all the same": sum(not result.problem and not result.is_said for result in results),
            "longest until it was said, s": round(
                max((r.seconds for r in results if r.is_said), default=0), 1
            ),
            **{f"usual visit of {name}, s": round(ms / 1000, 1) for name, ms in usual.items()},
        },
    )


def _untroubled(context: BrowserContext, site: str, visit: Visit) -> tuple[list[str], float]:
    """The files that a visit asks for, and its milliseconds."""
    page, urls = context.new_page(), list[str]()
    context.on("request", lambda request: urls.append(unquote(request.url)))  # those of workers, too
    page.goto(site + visit.address, wait_until="commit")
    says, at = _outcome(page, visit, 120_000)
    if says:
        raise BuildError(f"An untroubled visit fails already: {says}")
    page.close()
    return [url.removeprefix(site) for url in urls if url.startswith(site) and url != site], at


def _drawn(
    asked: Mapping[str, tuple[list[str], float]], ways: Collection[str], number: int, seed: int
) -> list[Fault]:
    """So many faults, or all; each file with the first visit that asks for it."""
    visit_of: dict[str, str] = {}
    for name, (paths, _) in asked.items():
        for path in paths:
            visit_of.setdefault(path.partition("#")[0], name)
    every = [Fault(path, way, visit) for path, visit in sorted(visit_of.items()) if path for way in ways]
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
