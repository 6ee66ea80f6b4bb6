"""The double-click edition: opened from a ``file://`` address, with no server and no network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Route, expect

from browser.app import START_MS, AppPage, text_file
from browser.watch import Watch
from data.papers import docx, lines, paragraph, pdf
from data.pictures import GOOD, encoded, picture
from semblance_build.precache import FOR_LABS

LOCAL = ("file:", "blob:", "data:")
NOTES = [
    text_file("tides.md", "# Tides\n\nThe moon pulls the sea."),
    text_file("bread.md", "# Bread\n\nLet the dough rise overnight."),
    text_file("trains.md", "# Trains\n\nThe night train leaves at ten."),
]
PICTURE: FilePayload = {"name": "scene.png", "mimeType": "image/png", "buffer": encoded(picture(), "PNG")}
# Each is read by a part of the edition that nothing else loads.
LOADED_WHEN_NEEDED: list[FilePayload] = [
    {"name": "phone.heic", "mimeType": "", "buffer": GOOD["phone.heic"]()},
    {"name": "scan.tiff", "mimeType": "", "buffer": GOOD["profile.tiff"]()},
    {"name": "tea.pdf", "mimeType": "", "buffer": pdf([lines("Green tea wants water below the boil.")])},
    {"name": "letter.docx", "mimeType": "", "buffer": docx(paragraph("The tax office asks for receipts."))},
]
MOST_BYTES = 60e6


def only_local(route: Route) -> None:
    if route.request.url.startswith(LOCAL):
        route.continue_()
    else:
        route.abort()


@pytest.fixture
def watch(double_click_edition: Path) -> Iterator[Watch]:
    watching = Watch(double_click_edition.as_uri())
    yield watching
    assert watching.problems == []


@pytest.fixture
def no_network(context: BrowserContext, watch: Watch) -> BrowserContext:
    context.set_offline(True)
    context.route("**/*", only_local)
    context.on("page", watch.watch)
    return context


def test_texts_and_pictures_are_found_and_kept(
    no_network: BrowserContext, double_click_edition: Path
) -> None:
    app = AppPage(no_network.new_page(), (double_click_edition / "dist-offline" / "index.html").as_uri())
    app.open()
    expect(app.page.get_by_role("heading", name="Find what is alike")).to_be_visible()
    assert app.add_files([*NOTES, PICTURE, *LOADED_WHEN_NEEDED]) == "8 added"
    found = app.search("why the water comes and goes")
    assert found[0][0] == "tides.md"
    assert {id for id, _ in found} == {
        "tides.md",
        "bread.md",
        "trains.md",
        "letter.docx",
        "tea.pdf",
    }  # no photos
    assert {"phone.heic", "scan.tiff"} < {id for id, _ in app.pick("scene.png")}
    app.reload()
    assert app.search("why the water comes and goes") == found
    app.page.get_by_role("link", name="Related", exact=True).click()
    expect(app.page.locator("#item-count")).to_have_text("8 items")
    assert app.page.evaluate("async () => (await semblance.ready).threads") == 1


def test_the_sample_is_there(no_network: BrowserContext, double_click_edition: Path) -> None:
    app = AppPage(no_network.new_page(), (double_click_edition / "dist-offline" / "index.html").as_uri())
    app.open()
    assert app.load_sample().endswith(" added")


def test_one_file_does_it_too(no_network: BrowserContext, double_click_edition: Path) -> None:
    app = AppPage(no_network.new_page(), (double_click_edition / "semblance.html").as_uri())
    app.open()
    assert app.add_files([*NOTES, PICTURE, *LOADED_WHEN_NEEDED]) == "8 added"
    assert app.search("how to bake a loaf")[0][0] == "bread.md"


def test_a_folder_that_is_not_whole_says_so(
    no_network: BrowserContext, double_click_edition: Path, tmp_path: Path, watch: Watch
) -> None:
    folder = tmp_path / "dist-offline"
    shutil.copytree(double_click_edition / "dist-offline", folder, ignore=shutil.ignore_patterns("site.*"))
    watch.expect("a request left the site")  # another folder, that is
    watch.expect("ERR_FILE_NOT_FOUND")
    page = no_network.new_page()
    page.goto((folder / "index.html").as_uri())
    expect(page.locator("#startup")).to_contain_text("Unpack the whole zip into a folder")


@pytest.mark.parametrize(
    "part",
    ["pyodide-lock.json", "pyodide.asm.wasm", "python-stdlib.zip", "core-", "snapshot.gz", "site.tar.gz"],
)
def test_a_part_that_is_missing_is_named_or_not_needed(
    no_network: BrowserContext, double_click_edition: Path, tmp_path: Path, watch: Watch, part: str
) -> None:
    folder = tmp_path / "dist-offline"
    shutil.copytree(double_click_edition / "dist-offline", folder)
    (missing,) = folder.glob(f"parts/*{part}*.0.js")
    missing.unlink()
    watch.expect("")  # all kinds of messages
    page = no_network.new_page()
    page.goto((folder / "index.html").as_uri())
    if part == "snapshot.gz":
        expect(page.locator("#startup")).to_be_hidden(timeout=START_MS)
    else:
        expect(page.get_by_role("alert")).to_contain_text(
            "Unpack the whole zip into a folder", timeout=START_MS
        )


@pytest.mark.parametrize("loader", ["missing", "cut"])
def test_a_page_without_its_loader_says_so(
    no_network: BrowserContext, double_click_edition: Path, tmp_path: Path, watch: Watch, loader: str
) -> None:
    """As where it is opened inside the zip: the page alone is unpacked."""
    shutil.copy(double_click_edition / "dist-offline" / "index.html", tmp_path)
    if loader == "cut":
        whole = (double_click_edition / "dist-offline" / "parts" / "loader.js").read_bytes()
        (tmp_path / "parts").mkdir()
        end = whole.rindex(
            b"{\n", 0, len(whole) // 2
        )  # where a block begins: each cut is told of in the same words
        (tmp_path / "parts" / "loader.js").write_bytes(whole[: end + 2])
    watch.expect("a request left the site")  # another folder, that is
    watch.expect("ERR_FILE_NOT_FOUND")
    watch.expect("Unexpected end of input")
    page = no_network.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    expect(page.get_by_role("alert")).to_contain_text("Unpack the whole zip into a folder")


def test_the_labs_run(no_network: BrowserContext, double_click_edition: Path) -> None:
    app = AppPage(no_network.new_page(), (double_click_edition / "dist-offline" / "index.html").as_uri())
    app.open()
    code = """
vectors = await encode(["a dog", "a cat", "a bank", "a loan", "a river"])
words = await tools.words()
(await tools.umap(vectors, 2)).shape, words.codes.shape, len(await tools.photos()) > 5
"""
    outcomes = app.page.evaluate(
        """async (codes) => {
            const { startLabs } = await semblanceFiles.import("static/js/labs/labs.js");
            const labs = await startLabs();
            const run = (code) => labs.call("run", { lesson: "embedding", code }, { limit: 5 });
            return Promise.all(codes.map((code) => run(code).then(JSON.parse, ({ type }) => type)));
        }""",
        [code, "while True: pass", "1 + 1"],
    )
    assert outcomes[0] == {"output": "", "value": "((5, 2), (20000, 100), True)", "error": ""}
    assert outcomes[1] == "TookTooLong"
    assert outcomes[2]["value"] == "2"


def test_it_is_small_but_for_what_is_read_on_demand(double_click_edition: Path) -> None:
    folder = double_click_edition / "dist-offline"
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    for_labs = tuple(re.sub(r"[^A-Za-z0-9.-]+", "-", path) for path in FOR_LABS)
    on_demand = sum(size for path, size in sizes.items() if path.name.startswith(for_labs))
    assert on_demand > 15e6
    assert sum(sizes.values()) - on_demand < MOST_BYTES
    assert (double_click_edition / "semblance.html").stat().st_size - on_demand < MOST_BYTES
