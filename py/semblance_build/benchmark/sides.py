"""Semblance and Transformers.js in the same browser, in turns: cold start, documents a second, one query."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any, TypeVar

from playwright.sync_api import Page

from semblance.parts.errors import BuildError
from semblance_build.benchmark import peer, references
from semblance_build.benchmark.bench_setup import BenchSetup
from semblance_build.benchmark.browser import Browser, longest_task, now
from semblance_build.benchmark.figures import Figure
from semblance_build.benchmark.texts import first_tokens

TRANSFORMERS = f"Transformers.js {peer.VERSION}"
BATCH_SIZES = (1, 8, 16, 32)
CHOICES = ("its own choice", "told to take as many")  # of Transformers.js's number of threads
SAME_COSINE = 0.01  # same weights, same tokens: what may remain is rounding

T = TypeVar("T")

_FIRST = "window.first"
# The timeline of our start: when the page is first painted, and its marks, each the first time.
_MARKS = """() => [...performance.getEntriesByType("mark"), ...performance.getEntriesByType("paint")]
  .filter(({ name }) => name.startsWith("start: ") || name === "first-contentful-paint")
  .reverse().reduce((marks, { name, startTime }) => ({ ...marks, [name.replace("start: ", "")]: startTime / 1000 }), {})"""
_PAIR_IN_APP = """() => import("./pair.js").then(({ PAIR }) => semblance.similarity(...PAIR))
  .then((score) => ({ ms: performance.now(), score }))"""


@dataclass(frozen=True, slots=True)
class Side:
    """A page, how to ask it for the cosine of two texts, and its function that embeds items."""

    name: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    first: str = _FIRST
    embed: str = "bench.embed"


def in_app() -> Side:
    """The app's own page."""
    return Side("the app", "index.html", first=_PAIR_IN_APP)


def transformers(setup: BenchSetup, threads: int | None = None, dtype: str = "") -> Side:
    """Transformers.js, with its own number of threads or a given one, and our file or that of a dtype."""
    options = {"threads": threads, "dtype": dtype}
    query = {"model": setup.model} | {name: value for name, value in options.items() if value}
    return Side("Transformers.js", "bench-transformers.html", query)


def place_int8(setup: BenchSetup) -> None:
    """Put the plainly quantised model beside ours, for Transformers.js."""
    target = setup.scratch / "models" / setup.model / references.INT8_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(references.dynamic_int8(setup) / references.INT8_FILE, target)


def cold_start(setup: BenchSetup) -> list[Figure]:
    """Seconds from navigation to the cosine of two texts, with the files in the HTTP cache."""
    ours = Side("Semblance", "bench-semblance.html")
    app = in_app()
    theirs = transformers(setup)
    sides = [ours, theirs, app]
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    marks: dict[str, dict[str, list[float]]] = {ours.name: {}, app.name: {}}
    with setup.browser(with_peer=True) as browser:
        for side in sides * 2:  # the first visit fills the HTTP cache, the second the cache of compiled code
            _first(browser, side)
        for run in range(setup.scale.runs):
            answers = {side.name: _first(browser, side) for side in in_turn(sides, run)}
            _check_same(answers)
            for name, answer in answers.items():
                times[name].append(answer["ms"] / 1000)
            for side_name, timeline in marks.items():
                for name, seconds in answers[side_name]["marks"].items():
                    timeline.setdefault(name, []).append(seconds)
    note = (
        "Not the first visit. Files are in the HTTP cache and revalidated, since the server sends no-cache; "
        "Transformers.js keeps the model and ONNX Runtime in a cache of its own, as it does by default."
    )
    beside = times[theirs.name]
    return [
        Figure(
            "cold",
            "navigation to the cosine of two texts, JavaScript API",
            "s",
            times[ours.name],
            beside,
            TRANSFORMERS,
            note,
        ),
        Figure("cold", "the same on the app's own page", "s", times[app.name], beside, TRANSFORMERS),
        *_timeline("JavaScript API", marks[ours.name]),
        *_timeline("the app", marks[app.name]),
    ]


def _timeline(side: str, marks: Mapping[str, list[float]]) -> list[Figure]:
    """When each mark of a start was reached, the earliest first."""
    return [
        Figure("cold", f"until then, {side}: {name}", "s", seconds, detail=True)
        for name, seconds in sorted(marks.items(), key=lambda mark: median(mark[1]))
    ]


def embedding(setup: BenchSetup) -> list[Figure]:
    """Documents a second, the longest task that this was for the page, and the latency of one query."""
    posts = first_tokens(setup.corpus.evenly(setup.scale.posts).posts, setup.model_folder / "tokenizer.json")
    place_int8(setup)
    with setup.browser(with_peer=True) as browser, ExitStack() as pages:
        ours = open_bench(pages, browser, Side("Semblance", "bench-semblance.html"))
        theirs = [open_bench(pages, browser, transformers(setup))]
        if theirs[0].threads != ours.threads:
            theirs.append(open_bench(pages, browser, transformers(setup, threads=ours.threads)))
        theirs.append(open_bench(pages, browser, transformers(setup, ours.threads, "int8")))
        for bench in theirs:
            bench.choose_batch(posts[: max(BATCH_SIZES)])
        ours.embed(posts[:8])  # as warm as the others
        for run in range(setup.scale.runs):
            queries = _queries(setup, run)
            for bench in in_turn([ours, *theirs], run):
                bench.measure(posts, queries)
        text = f"{len(posts)} documents of {setup.corpus.name}, at most 256 tokens"
        return _embedding_figures(ours, theirs, text)


def _embedding_figures(ours: Bench, theirs: list[Bench], text: str) -> list[Figure]:
    rates = [
        Figure(
            "embed",
            f"embedding {text}",
            "docs/s",
            ours.rates,
            other.rates,
            other.label,
            how(ours, other, CHOICES[other.side.query.get("threads", 0) > 0]),
        )
        for other in theirs
    ]
    latencies = [
        Figure(
            "embed",
            "one query among them, warm",
            "ms",
            ours.latencies,
            other.latencies,
            f"{other.label} and a loop",
        )
        for other in theirs
    ]
    name = f"longest task on the page while embedding {text}"
    note = (
        "Transformers.js runs on the page's own thread unless its user moves it to a worker; here it gives way "
        "after each batch. Browsers tell of no task below 50 ms: 50 means that none was longer."
    )
    blocked = Figure("embed", name, "ms", ours.longest, theirs[0].longest, theirs[0].label, note)
    return [*rates, *latencies, blocked]


def how(ours: Bench, other: Bench, chosen: str) -> str:
    """Threads and batches of both, for a note."""
    sizes = ", ".join(map(str, BATCH_SIZES))
    return (
        f"Semblance on {thread_count(ours.threads)}, storing in IndexedDB too; Transformers.js on "
        f"{thread_count(other.threads)}, {chosen}, in batches of {other.batch}, its best of {sizes}."
    )


def thread_count(count: int) -> str:
    """A number of threads, in words."""
    return f"{count} thread{'s' if count > 1 else ''}"


# --- one side ---------------------------------------------------------------------------------------


@dataclass
class Bench:
    """An open page of one side, and what it measured: one value a run."""

    page: Page
    side: Side
    threads: int
    batch: int = 0
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)

    @property
    def label(self) -> str:
        form = f", {references.DYNAMIC_INT8}" if "dtype" in self.side.query else ""
        return f"{TRANSFORMERS}, {thread_count(self.threads)}{form}"

    def embed(self, items: Sequence[str]) -> float:
        """Milliseconds to embed texts, or the photos at these addresses."""
        call = f"([items, batch]) => inTask(() => {self.side.embed}(items, batch))"
        return float(self.page.evaluate(call, [items, self.batch]))

    def choose_batch(self, items: Sequence[str]) -> None:
        """Settle on the batch size that is fastest on these items."""
        times = {}
        for self.batch in BATCH_SIZES:
            times[self.batch] = self.embed(items)
        self.batch = min(times, key=times.__getitem__)

    def measure(self, texts: Sequence[str], queries: Sequence[str]) -> None:
        """One run."""
        self.page.bring_to_front()
        since = now(self.page)
        self.rates.append(1000 * len(texts) / self.embed(texts))
        self.longest.append(longest_task(self.page, since))
        self.latencies.append(
            median(self.page.evaluate("(queries) => inTask(() => bench.search(queries))", queries))
        )


def open_bench(pages: ExitStack, browser: Browser, side: Side) -> Bench:
    """Open a side's page, until `pages` closes, and wait until it can embed."""
    page = pages.enter_context(browser.page(side.path, side.query))
    page.evaluate(side.first)
    return Bench(page, side, page.evaluate("bench.info()")["threads"])


def _first(browser: Browser, side: Side) -> dict[str, Any]:
    with browser.page(side.path, side.query) as page:
        answer: dict[str, Any] = page.evaluate(side.first)
        return answer | {"marks": page.evaluate(_MARKS)}


def _check_same(answers: Mapping[str, Mapping[str, Any]]) -> None:
    scores = {name: answer["score"] for name, answer in answers.items()}
    if max(scores.values()) - min(scores.values()) > SAME_COSINE:
        raise BuildError(f"The sides do not compute the same, so their times can't be compared: {scores}")


def in_turn(sides: Sequence[T], run: int) -> list[T]:
    """The sides, in the other order every other run, so that none always comes first."""
    return list(sides if run % 2 == 0 else reversed(sides))


def _queries(setup: BenchSetup, run: int) -> list[str]:
    """Other queries in each run, so that none is remembered."""
    titles, count = setup.corpus.titles(), setup.scale.queries
    return [titles[i % len(titles)] for i in range(run * count, (run + 1) * count)]
