"""The app under its service worker: after one visit it needs no network. What the worker does is tested on a small site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from browser.app import START_MS, AppPage, text_file
from browser.host import Host, damaged
from browser.labs import LAB_MS, LabPage
from browser.watch import Watch
from semblance.parts.paths import ROOT

KEPT_MS = 120_000
BIRD, BREAD = "swifts.md", "bread.md"
NOTES = [
    text_file(BIRD, "# Swifts\n\nSwifts are back above the roofs and scream at dusk.", "text/markdown"),
    text_file(BREAD, "# Bread\n\nKnead the dough and let it rise overnight.", "text/markdown"),
]
SENDER = """<form method="post" enctype="multipart/form-data">
<input type="file" name="files" multiple><button>Share</button></form>"""
PNG = ROOT / "static" / "icons" / "icon-192.png"


def picture() -> FilePayload:
    return {"name": PNG.name, "mimeType": "image/png", "buffer": PNG.read_bytes()}


@pytest.fixture
def host(dist: Path) -> Iterator[Host]:
    host = Host([dist])
    yield host
    host.stop()


@pytest.fixture
def watch(host: Host) -> Iterator[Watch]:
    """As for all tests, on this host."""
    watching = Watch(host.site)
    yield watching
    assert watching.problems == []


@pytest.fixture
def visit(context: BrowserContext, host: Host, watch: Watch) -> AppPage:
    """The app on its first visit."""
    return open_tab(context, host, watch)


def open_tab(context: BrowserContext, host: Host, watch: Watch) -> AppPage:
    page = context.new_page()
    watch.watch(page)
    app = AppPage(page, host.site)
    app.open()
    return app


def wait_until_kept(app: AppPage) -> None:
    """The footer says it once the worker's cache is complete and the page's models are in it."""
    expect(app.page.locator("#offline-status")).to_have_text("opens without a network", timeout=KEPT_MS)


def test_shared_files_are_held_until_the_user_says_so(visit: AppPage, host: Host) -> None:
    """A phone sends what is shared as a form, as any other site may do."""
    wait_until_kept(visit)
    page = visit.page
    page.route("**/sender", lambda route: route.fulfill(content_type="text/html", body=SENDER))
    page.goto(f"{host.site}sender")
    page.locator("form").evaluate("(form, site) => { form.action = `${site}?shared`; }", host.site)
    page.locator("input").set_input_files([*NOTES])
    page.locator("button").click()
    visit.wait_until_started()
    dialog = page.get_by_role("dialog", name="Another program shares these files")
    expect(dialog.get_by_role("listitem")).to_have_text([BIRD, BREAD])
    expect(page.locator("#collection-picker option:checked")).to_have_text("notes (0)")
    dialog.get_by_role("button", name="Add", exact=True).click()
    assert visit.wait_for_report() == "2 added"
    assert "shared" not in page.url
    visit.open("?shared")
    expect(dialog).to_be_hidden()


def test_after_one_visit_the_site_works_without_a_network(
    context: BrowserContext, host: Host, visit: AppPage
) -> None:
    visit.add_files(NOTES)
    before = visit.search("birds in the evening")
    wait_until_kept(visit)
    host.stop()
    context.set_offline(True)
    visit.reload()
    assert visit.search("birds in the evening") == before
    assert visit.search("baking")[0][0] == BREAD
    assert visit.add_files([text_file("tide.txt", "The moon pulls the sea.")]) == "1 added"
    expect(visit.page.locator("#model-status")).to_contain_text("thread")


def test_pictures_work_without_a_network_once_their_model_is_kept(
    context: BrowserContext, host: Host, visit: AppPage
) -> None:
    wait_until_kept(visit)
    visit.page.get_by_role("link", name="Collections").click()
    expect(visit.page.locator("#offline-text")).to_contain_text("semblance-vision-lite0 (")
    visit.page.get_by_role("button", name="Make all of it available").click()
    expect(visit.page.locator("#offline-keep")).to_be_hidden(timeout=KEPT_MS)
    expect(visit.page.locator("#offline-text")).not_to_contain_text("semblance-vision-lite0")
    host.stop()
    context.set_offline(True)
    visit.open("#related")
    visit.reload()
    assert visit.add_files([picture()]) == "1 added"


def go_offline(context: BrowserContext, host: Host, watch: Watch) -> None:
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("ERR_CONNECTION_REFUSED")
    watch.expect("ERR_FAILED")
    host.stop()
    context.set_offline(True)


def test_without_a_network_a_lab_that_was_never_loaded_names_what_loads_it(
    context: BrowserContext, host: Host, visit: AppPage, watch: Watch
) -> None:
    wait_until_kept(visit)
    go_offline(context, host, watch)
    visit.page.evaluate("() => { location.hash = 'labs/embedding'; }")
    room = visit.page.locator("#room-labs")
    expect(room).to_contain_text("“Make all of it available” under Collections", timeout=START_MS)
    expect(room).not_to_contain_text("build.py")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "“Make all of it available” under Collections"), ("zh-Hant", "「全部準備好離線使用」")],
)
def test_without_a_network_a_part_of_a_lab_that_was_never_loaded_names_what_loads_it(
    context: BrowserContext, host: Host, visit: AppPage, watch: Watch, language: str, words: str
) -> None:
    wait_until_kept(visit)
    visit.reload()  # now under the worker, which keeps what is used
    labs = LabPage(visit)
    labs.open("cosine", language)
    go_offline(context, host, watch)
    labs.open("clusters", language, wait=False)  # needs scikit-learn, which was never loaded
    alert = labs.demo("clusters").get_by_role("alert")
    expect(alert).to_contain_text(words, timeout=LAB_MS)
    labs.cell().get_by_role("button", name=labs.words("cell.run"), exact=True).click()
    expect(labs.cell()).to_contain_text(words, timeout=LAB_MS)
    expect(labs.room).not_to_contain_text("build.py")


def test_a_file_that_the_worker_refuses_is_said_to_be_damaged(
    host: Host, visit: AppPage, watch: Watch, dist: Path, tmp_path: Path
) -> None:
    wait_until_kept(visit)
    visit.reload()  # now under the worker
    host.folders.insert(0, damaged(dist, tmp_path, "static/labs/photos/cat.jpg"))
    watch.expect("502")
    labs = LabPage(visit)
    labs.open("pictures", wait=False)
    alert = labs.room.get_by_role("alert").filter(visible=True).first
    expect(alert).to_contain_text("static/labs/photos/cat.jpg: the file is damaged", timeout=LAB_MS)


def test_a_model_that_a_page_under_the_worker_uses_is_kept(visit: AppPage) -> None:
    wait_until_kept(visit)
    visit.add_files([picture()])
    visit.page.get_by_role("link", name="Collections").click()
    visit.reload()
    expect(visit.page.locator("#offline-text")).to_contain_text("opens without a network")
    expect(visit.page.locator("#offline-text")).not_to_contain_text("semblance-vision-lite0")


ALTERED = """async (paths) => {
    const [name] = (await caches.keys()).filter((key) => /[0-9a-f]{64}$/.test(key));
    const cache = await caches.open(name);
    for (const path of paths) {
        const address = new URL(path, location.href).href;
        const file = await cache.match(address);
        await cache.put(address, new Response(`${await file.text()}\n`, { headers: file.headers }));
    }
}"""
KEPT = """async (path) => (await (await caches.match(new URL(path, location.href).href))?.text())?.length"""


def test_what_a_neighbour_altered_is_had_again(visit: AppPage) -> None:
    """Another page of the same origin can alter what is kept."""
    wait_until_kept(visit)
    paths = ["static/css/app.css", "precache.json"]
    lengths = [visit.page.evaluate(KEPT, path) for path in paths]
    visit.page.evaluate(ALTERED, paths)
    assert [visit.page.evaluate(KEPT, path) for path in paths] == [length + 1 for length in lengths]
    visit.reload()
    for path, length in zip(paths, lengths, strict=True):
        visit.page.wait_for_function(
            f"async ([path, length]) => (await ({KEPT})(path)) === length", arg=[path, length]
        )


def test_what_is_kept_can_be_removed_and_had_again(visit: AppPage) -> None:
    wait_until_kept(visit)
    visit.page.get_by_role("link", name="Collections").click()
    visit.page.get_by_role("button", name="Remove what is kept").click()
    expect(visit.page.locator("#offline-text")).to_contain_text("needs the network")
    assert visit.page.evaluate("() => caches.keys()") == []
    visit.reload()
    expect(visit.page.locator("#model-status")).to_contain_text("thread", timeout=START_MS)
    expect(visit.page.locator("#offline-text")).to_contain_text("needs the network")
    assert visit.page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    visit.page.get_by_role("button", name="Make it available").click()
    expect(visit.page.locator("#offline-text")).to_contain_text("opens without a network", timeout=KEPT_MS)
    expect(visit.page.locator("#offline-keep")).to_be_hidden(timeout=KEPT_MS)


def test_threads_where_the_host_sends_no_headers(visit: AppPage) -> None:
    assert visit.page.evaluate("() => crossOriginIsolated") is False
    expect(visit.page.locator("#model-status")).to_contain_text("1 thread", timeout=START_MS)
    wait_until_kept(visit)
    assert visit.page.evaluate("() => crossOriginIsolated") is False, "nobody's page is reloaded unasked"
    visit.reload()
    assert visit.page.evaluate("() => crossOriginIsolated") is True
    cores = visit.page.evaluate("() => Math.min(navigator.hardwareConcurrency, 8)")
    expect(visit.page.locator("#model-status")).to_contain_text(f"{cores} thread", timeout=START_MS)
    visit.add_files([*NOTES, picture()])
    assert visit.search("baking")[0][0] == BREAD


def test_without_service_workers_nothing_is_said(context: BrowserContext, host: Host, watch: Watch) -> None:
    context.add_init_script("delete Navigator.prototype.serviceWorker")
    app = open_tab(context, host, watch)
    app.add_files(NOTES)
    assert app.search("baking")[0][0] == BREAD
    app.page.get_by_role("link", name="Collections").click()
    expect(app.page.locator("#offline")).to_be_hidden()
    assert app.page.evaluate("() => caches.keys()") == []


def test_a_worker_that_may_not_be_registered_is_done_without(
    context: BrowserContext, host: Host, watch: Watch
) -> None:
    refusal = "ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'))"
    context.add_init_script(refusal)
    app = open_tab(context, host, watch)
    expect(app.page.locator("#model-status")).to_contain_text("thread", timeout=START_MS)
    app.page.get_by_role("link", name="Collections").click()
    expect(app.page.locator("#offline")).to_be_hidden()


def test_what_keeps_the_site_from_being_kept_is_said_and_mended(
    host: Host, visit: AppPage, dist: Path, tmp_path: Path
) -> None:
    host.folders.insert(0, damaged(dist, tmp_path, "static/sample.zip"))
    visit.page.get_by_role("link", name="Collections").click()
    said = visit.page.locator("#offline-text")
    expect(said).to_contain_text("static/sample.zip: it is damaged", timeout=KEPT_MS)
    expect(visit.page.locator("#offline-status")).to_have_text("")
    del host.folders[0]
    visit.page.get_by_role("button", name="Make it available").click()
    expect(said).to_contain_text("opens without a network", timeout=KEPT_MS)


def test_the_manifest_can_be_installed(context: BrowserContext, visit: AppPage) -> None:
    errors = context.new_cdp_session(visit.page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []
    manifest = context.new_cdp_session(visit.page).send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == visit.site + "static/app.en.webmanifest"
