"""Each file of the site, in turn, is missing, cut, altered, slow or refused: a page works, or says what is wrong in time."""

from __future__ import annotations

import base64
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote

from playwright.sync_api import BrowserContext, Page, Route, TimeoutError

from semblance.parts.errors import BuildError
from semblance_build.soak.browsing import NO_SERVICE_WORKER, site_and_browser
from semblance_build.soak.outcome import Outcome
from semblance_build.soak.specimens import specimen

USUAL = 600
IN_TIME_MS = 10_000
"""Within this time, beside twice what an untroubled visit takes, the page says what is wrong."""
SILENT_MS = 25_000
"""The same for a file that never comes: the page waits ten seconds for any, then ten for the one that it asks for again."""
_AT_ONCE = 2  # pages
_HOW_OFTEN_MS = 100
_SLOW_SECONDS = 4

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


# --- what becomes of a file -----------------------------------------------------------------------------


def _missing(route: Route) -> None:
    route.fulfill(status=404, content_type="text/html", body="<h1>Not found</h1>")


def _another(route: Route) -> None:
    """What some hosts say instead."""
    route.fulfill(status=200, content_type="text/html", body="<h1>Not found</h1>")


def _refused(route: Route) -> None:
    route.fulfill(status=500, body="")


def _cut(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


def _altered(route: Route) -> None:
    answer = route.fetch()
    data = bytearray(answer.body())
    data[len(data) // 2] ^= 1
    route.fulfill(response=answer, body=bytes(data))


def _slow(route: Route) -> None:
    time.sleep(_SLOW_SECONDS)
    route.continue_()


def _silent(route: Route) -> None:
    """The connection stays open, and nothing comes."""


WAYS: dict[str, Callable[[Route], None]] = {
    "missing": _missing,
    "another in its place": _another,
    "refused": _refused,
    "cut": _cut,
    "altered": _altered,
    "slow": _slow,
    "silent": _silent,
}


class Fault(NamedTuple):
    """A file, what becomes of it, and the visit that asks for it."""

    path: str
    way: str
    visit: str


class _Trial:
    """A page that is opened while a file is at fault."""

    def __init__(self, context: BrowserContext, site: str, fault: Fault, usual_ms: float) -> None:
        self._page, self._fault = context.new_page(), fault
        self._limit = 2 * usual_ms + (SILENT_MS if fault.way == "silent" else IN_TIME_MS)
        self._page.route(lambda url: unquote(url) == site + fault.path, WAYS[fault.way])
        self._page.goto(site + VISITS[fault.visit].address, wait_until="commit")

    def end(self) -> tuple[str, bool]:
        """What is wrong with what the page says, or nothing; and whether it says something."""
        try:
            says, at = _outcome(self._page, VISITS[self._fault.visit], 4 * self._limit, self._fault.path)
        except TimeoutError:
            return self._named(
                f"nothing is said after {4 * self._limit / 1000:.0f} s: {_shown(self._page)}"
            ), False
        finally:
            self._page.unroute_all(behavior="ignoreErrors")
            self._page.close()
        name = self._fault.path.rpartition("/")[2]
        if at > self._limit:
            return self._named(f"said after {at / 1000:.1f} s: {says}"), bool(says)
        # Of modules that a worker imports, a page knows but the worker.
        if says and name.partition(".")[0] not in says and not (name.endswith("js") and ".worker.js" in says):
            return self._named(f"the file is not named: {says}"), True
        return "", bool(says)

    def _named(self, problem: str) -> str:
        return f"{self._fault.path} {self._fault.way} ({self._fault.visit}): {problem}"


def _outcome(page: Page, visit: Visit, timeout: float, path: str = "") -> tuple[str, float]:
    outcome = page.wait_for_function(
        visit.outcome, arg=path, timeout=timeout, polling=_HOW_OFTEN_MS
    ).json_value()
    return outcome["says"], outcome["at"]


def _shown(page: Page) -> str:
    return " ".join(page.locator("body").inner_text().split())[:200]


def soak(number: int, seed: int, visits: Mapping[str, Visit] = VISITS) -> Outcome:
    """Try so many faults of files, drawn from all files that some visit asks for, in all ways."""
    with site_and_browser() as (site, browser), browser.new_context() as context:
        context.add_init_script(NO_SERVICE_WORKER)
        asked = {name: _untroubled(context, site, visit) for name, visit in visits.items()}
        faults = _drawn(asked, number, seed)
        usual = {name: ms for name, (_, ms) in asked.items()}
        results = list(_tried(context, site, faults, usual))
    return Outcome(
        "assets",
        tried=len(faults),
        faults=[problem for problem, _ in results if problem],
        figures={
            "files": len({fault.path for fault in faults}),
            "said": sum(is_said for _, is_said in results),
            "worked all the same": sum(not problem and not is_said for problem, is_said in results),
            **{f"usual visit of {name}, s": round(ms / 1000, 1) for name, ms in usual.items()},
        },
    )


def _untroubled(context: BrowserContext, site: str, visit: Visit) -> tuple[list[str], float]:
    """The files that a visit asks for, and its milliseconds."""
    page, urls = context.new_page(), list[str]()
    page.on("request", lambda request: urls.append(unquote(request.url)))
    page.goto(site + visit.address, wait_until="commit")
    says, at = _outcome(page, visit, 120_000)
    if says:
        raise BuildError(f"An untroubled visit fails already: {says}")
    page.close()
    return [url.removeprefix(site) for url in urls if url.startswith(site) and url != site], at


def _drawn(asked: Mapping[str, tuple[list[str], float]], number: int, seed: int) -> list[Fault]:
    """So many faults, or all; each file with the first visit that asks for it."""
    visit_of: dict[str, str] = {}
    for name, (paths, _) in asked.items():
        for path in paths:
            visit_of.setdefault(path.partition("#")[0], name)
    every = [Fault(path, way, visit) for path, visit in sorted(visit_of.items()) if path for way in WAYS]
    random.Random(seed).shuffle(every)
    return every[:number]


def _tried(
    context: BrowserContext, site: str, faults: list[Fault], usual: Mapping[str, float]
) -> Iterator[tuple[str, bool]]:
    for start in range(0, len(faults), _AT_ONCE):
        trials = [
            _Trial(context, site, fault, usual[fault.visit]) for fault in faults[start : start + _AT_ONCE]
        ]
        for trial in trials:
            yield trial.end()
