"""The labs' own Python: it starts, computes with the page's models, and survives whatever a learner writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.app import AppPage
from browser.watch import SharedPage, Watch, shared_page

LESSON = "embedding"


class Labs:
    """The page's end of the worker."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page = page
        self.watch = watch

    def call(self, method: str, limit: float = 0, **arguments: Any) -> Any:
        """What the worker answers, or the error as ``{type, message, where}``."""
        answer = self.page.evaluate(
            """async ([method, args, limit]) => {
                const labs = await (globalThis.labs ??= import("./static/js/labs/labs.js").then((m) => m.startLabs()));
                try {
                    return await labs.call(method, args, { limit });
                } catch ({ type, message, where }) {
                    return { type, message, where };
                }
            }""",
            [method, {"lesson": LESSON, **arguments}, limit],
        )
        return json.loads(answer) if isinstance(answer, str) else answer

    def run(self, code: str, limit: float = 0) -> Any:
        """The outcome of a cell."""
        return self.call("run", limit, code=code)


@pytest.fixture(scope="module")
def labs_page(browser: Browser, site: str) -> Iterator[SharedPage]:
    """A page of somebody else's, with the labs' worker; it is shared, since a worker takes seconds to start."""
    with shared_page(browser, site) as shared:
        yield shared


@pytest.fixture
def labs(labs_page: SharedPage) -> Labs:
    return Labs(labs_page.page, labs_page.watching)


def test_a_lesson_is_demonstrated(labs: Labs) -> None:
    note, strip, table = labs.call("demonstrate", demo="vector", inputs={"text": "a dog"})
    assert note["values"] == {"characters": 5, "tokens": 2, "numbers": 384, "length": 1.0}
    assert len(strip["rows"][0]) == 384
    assert [row[1] for row in table["rows"]] == strip["rows"][0][:10]


def test_a_cell_prints_and_ends_with_a_value(labs: Labs) -> None:
    outcome = labs.run(
        '(vector,) = await encode(["a dog"])\nprint(vector.shape)\nfloat(np.linalg.norm(vector).round(3))'
    )
    assert outcome == {"output": "(384,)\n", "value": "1.0", "error": ""}


def test_a_cell_begins_afresh(labs: Labs) -> None:
    assert labs.run("left = 1")["error"] == ""
    assert labs.run("left")["error"].endswith("NameError: name 'left' is not defined")


def test_an_exercise_is_checked(labs: Labs) -> None:
    right = labs.call("check", exercise="count", code="numbers = 2 * 384")
    assert (right["passed"], right["problem"]) == (True, "")
    wrong = labs.call("check", exercise="count", code="print('hm')\nnumbers = 0")
    assert (wrong["passed"], wrong["outcome"]["output"]) == (False, "hm\n")
    missing = labs.call("check", exercise="count", code="")
    assert (missing["passed"], missing["problem"]) == (False, "NameError: 'numbers' is not there")


def test_what_is_not_there_is_said(labs: Labs) -> None:
    assert labs.call("open", lesson="alchemy")["where"] == "alchemy"
    assert labs.call("demonstrate", demo="gold", inputs={})["type"] == "UnknownItem"


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "sum(range(10**14))",  # one call into C, which nothing inside Python could interrupt
        "while True:\n    try:\n        await encode(['again'])\n    except BaseException:\n        pass",
    ],
)
def test_a_loop_without_end_is_ended(labs: Labs, code: str) -> None:
    labs.call("open")
    error = labs.run(code, limit=0.5)
    assert error == {
        "type": "TookTooLong",
        "message": "it took longer than 0.5 seconds and was stopped",
        "where": "",
    }
    assert labs.run("1 + 1")["value"] == "2"


def test_the_clock_stands_still_while_the_page_works_for_the_code(labs: Labs) -> None:
    labs.call("open")
    texts = "[f'{n} dogs ' * 60 for n in range(20)]"
    code = f"import time\nstart = time.time()\nawait encode({texts})\ntime.time() - start"
    outcome = labs.run(code, limit=0.5)
    assert float(outcome["value"]) > 0.5


def test_what_runs_can_be_stopped(labs: Labs) -> None:
    labs.call("open")
    ended = labs.page.evaluate(
        """async () => {
            const labs = await globalThis.labs;
            const calls = ["while True: pass", "1"].map((code) => labs.call("run", { lesson: "embedding", code }));
            labs.stop();
            calls.push(labs.call("run", { lesson: "embedding", code: "2 + 2" }).then((json) => JSON.parse(json).value));
            return Promise.all(calls.map((call) => call.catch(({ type }) => type)));
        }"""
    )
    assert ended == ["Stopped", "Stopped", "4"]


FORGOTTEN_TIMER = """
import asyncio, js
from pyodide.ffi import create_once_callable
failed = asyncio.Future()
js.addEventListener("error", create_once_callable(failed.set_result))
js.setTimeout("throw new Error()", 0)
await failed
"still here"
"""


def test_a_forgotten_timer_that_fails_ends_nothing(labs: Labs) -> None:
    assert labs.run(FORGOTTEN_TIMER)["value"] == "'still here'"


def test_code_that_breaks_python_down_costs_only_what_it_did(labs: Labs) -> None:
    labs.call("open")
    assert labs.watch.problems == []
    assert labs.run("import ctypes\nctypes.string_at(2**32 - 2, 1000)")["type"] == "BrokeDown"
    assert labs.run("3 + 3")["value"] == "6"
    assert "fatal error" in labs.watch.problems[0]  # which Pyodide tells the console, in several messages
    labs.watch.problems.clear()


def test_umap_gives_places_in_the_plane(labs: Labs) -> None:
    code = """
rng = np.random.default_rng(0)
vectors = np.concatenate([rng.normal(centre, 0.1, (40, 20)) for centre in (-1, 1)]).astype("float32")
places = await tools.umap(vectors)
again = await tools.umap(vectors)
left, right = places[:40].mean(axis=0), places[40:].mean(axis=0)
apart = np.linalg.norm(left - right) > 3 * places[:40].std()
places.shape, str(places.dtype), bool(apart), bool((places == again).all())
"""
    assert labs.run(code)["value"] == "((80, 2), 'float32', True, True)"


def test_pictures_and_words_are_at_hand(labs: Labs) -> None:
    code = """
from semblance.documents import ImageBytes
images = await tools.images()
photo = (await tools.photos())[0]
(text,) = await encode([photo.description])
found = await images.encode(ImageBytes(photo.data))
words = await tools.words()
float(found.vector @ text) > 0.2, words.codes.shape
"""
    assert labs.run(code)["value"] == "(True, (20000, 100))"


def test_nothing_of_the_labs_is_loaded_before_one_is_opened(app: AppPage) -> None:
    app.wait_until_started()
    loaded = app.page.evaluate(
        """async () => {
            const { files } = await (await fetch("precache.json")).json();
            const names = performance.getEntriesByType("resource").map(({ name }) => decodeURI(name));
            const labs = Object.keys(files).filter((path) => files[path].model === "labs");
            return { all: labs.length, loaded: labs.filter((path) => names.some((name) => name.endsWith(`/${path}`))) };
        }"""
    )
    assert loaded["all"] > 20
    assert loaded["loaded"] == []


def test_scikit_learn_comes_when_it_is_needed(labs: Labs) -> None:
    code = """
from semblance.browser import ffi
await ffi.bridge.addPackage("scikit-learn")
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.feature_extraction.text import TfidfVectorizer
x = np.concatenate([np.zeros((5, 3)), np.ones((5, 3))]) + np.arange(10)[:, None] / 100
labels = KMeans(2, random_state=0, n_init=1).fit_predict(x)
len(set(labels[:5])), silhouette_score(x, labels) > 0.9, TfidfVectorizer().fit_transform(["a dog", "two dogs"]).shape
"""
    outcome = labs.run(code)
    assert (outcome["error"], outcome["output"]) == ("", "")
    assert outcome["value"] == "(1, True, (2, 3))"
