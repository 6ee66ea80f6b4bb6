"""What the service worker answers, on a small site: whole builds, nothing damaged, and its neighbours left alone."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.host import BASE, MODEL, Host, damaged, small_site
from browser.watch import Watch
from semblance.parts.fetch import sha256_of
from semblance_build.server import make_server

WORKER_READS = """async (path) => {
    globalThis.worker ??= new Worker("static/worker.js");
    const answer = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    worker.postMessage(new URL(path, location).href);
    return answer;
}"""
NEWS_MS = 30_000
PAGE_READS = """async (path) => {
    try {
        const response = await fetch(path);
        return response.ok ? await response.text() : null;
    } catch {
        return null;
    }
}"""
UPDATE = "async () => (await navigator.serviceWorker.getRegistration()).update().then(() => {})"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    host = Host([small_site(tmp_path / "one", "one")])
    yield host
    host.stop()


@pytest.fixture
def watch(host: Host) -> Iterator[Watch]:
    watching = Watch(host.origin)
    yield watching
    assert watching.problems == []


def visit(context: BrowserContext, watch: Watch, address: str) -> Page:
    """A tab on which the worker has kept what it keeps."""
    page = context.new_page()
    watch.watch(page)
    page.goto(address)
    settle(page)
    return page


def settle(page: Page) -> None:
    page.evaluate("() => started")


@pytest.fixture
def page(context: BrowserContext, watch: Watch, host: Host) -> Page:
    return visit(context, watch, host.site)


def state(page: Page) -> dict[str, Any]:
    return dict(page.evaluate("() => site.state()"))


def caches_of(page: Page) -> set[str]:
    return set(page.evaluate("() => caches.keys()"))


def cache(folder: Path) -> str:
    return f"semblance:{BASE}:{sha256_of(folder / 'precache.json')}"


def reads(page: Page, path: str) -> str | None:
    text: str | None = page.evaluate(PAGE_READS, path)
    return text


def wait_for_news(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-news", "new version", timeout=NEWS_MS)


def expect_no_news(page: Page) -> None:
    expect(page.locator("body")).not_to_have_attribute("data-news", "new version")


def test_everything_but_models_is_kept_and_opens_without_a_network(
    context: BrowserContext, host: Host, page: Page
) -> None:
    found = state(page)
    assert found["available"]
    assert found["models"] == [{"name": "small", "missing": 1_600_000}]
    assert found["missing"] == 1_600_000
    host.stop()
    context.set_offline(True)
    page.goto(host.site + "index.html?utm=1#room")
    expect(page.locator("h1")).to_have_text("one")
    page.goto(host.site)
    settle(page)
    assert reads(page, "py/main.py") == "print('one')"
    assert page.evaluate("() => crossOriginIsolated")


def test_a_model_is_kept_once_it_was_read(context: BrowserContext, host: Host, page: Page) -> None:
    whole = reads(page, MODEL)
    assert not state(page)["models"][0]["missing"]
    host.stop()
    context.set_offline(True)
    assert reads(page, MODEL) == whole


def test_everything_is_kept_on_request_with_progress(host: Host, page: Page) -> None:
    page.evaluate(
        "async () => { globalThis.steps = []; await site.keepAll(listener, (...step) => steps.push(step)) }"
    )
    assert state(page)["missing"] == 0
    assert page.evaluate("() => steps.at(-1)") == [1_600_000, 1_600_000]


def test_what_is_kept_can_be_removed_and_had_again(host: Host, page: Page) -> None:
    page.evaluate("() => site.remove()")
    assert caches_of(page) == set()
    assert reads(page, "static/late.txt") == "one"
    assert caches_of(page) == set(), "what was removed does not come back unasked"
    assert page.evaluate("() => site.keepAll(listener)") is None
    found = state(page)
    assert found["available"]
    assert found["missing"] == 0


def test_a_cache_that_the_browser_cleared_is_filled_again(page: Page) -> None:
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name) }")
    page.reload()
    settle(page)
    assert state(page)["available"]


def test_a_page_gets_all_of_one_build(
    context: BrowserContext, host: Host, watch: Watch, page: Page, tmp_path: Path
) -> None:
    """Two tabs are open when a new build comes, one reloads; the other, its workers too, stays with the old build."""
    first = tmp_path / "one"
    second = small_site(tmp_path / "two", "two")
    other = visit(context, watch, host.site)
    host.folders[:] = [second]
    page.evaluate(UPDATE)
    wait_for_news(page)
    wait_for_news(other)
    assert {cache(first), cache(second)} <= caches_of(page)
    page.reload()
    settle(page)
    expect(page.locator("h1")).to_have_text("two")
    assert page.evaluate(WORKER_READS, "static/late.txt") == "two"
    assert reads(page, "py/main.py") == "print('two')"
    expect_no_news(page)
    for _ in range(2):
        assert reads(other, "static/late.txt") == "one"
        assert other.evaluate(WORKER_READS, "static/late.txt") == "one"
        assert other.evaluate(WORKER_READS, "py/main.py") == "print('one')"
    assert reads(other, MODEL) == reads(page, MODEL)


def test_an_old_build_goes_when_no_page_needs_it(host: Host, page: Page, tmp_path: Path) -> None:
    """Builds two and three come while the page stays open; only what pages need is left a minute later."""
    builds = [tmp_path / "one", *(small_site(tmp_path / word, word) for word in ("two", "three"))]
    for build in builds[1:]:
        host.folders[:] = [build]
        page.evaluate("() => { delete document.body.dataset.news }")
        page.evaluate(UPDATE)
        wait_for_news(page)
    assert reads(page, "static/late.txt") == "one"
    state(page)  # asked for at each start, and then what nobody needs is removed
    kept = caches_of(page)
    assert {cache(builds[0]), cache(builds[2])} <= kept
    assert cache(builds[1]) not in kept
    page.reload()
    settle(page)
    age_pins(page)
    state(page)
    assert caches_of(page) == {cache(builds[2]), f"semblance:{BASE}:pages"}


def age_pins(page: Page) -> None:
    """Let an hour pass for what the worker noted about pages."""
    page.evaluate(
        """async (name) => {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
                const text = await (await cache.match(request)).text();
                if (!text.startsWith("{")) continue;
                const pin = JSON.parse(text);
                await cache.put(request, new Response(JSON.stringify({ ...pin, time: pin.time - 3_600_000 })));
            }
        }""",
        f"semblance:{BASE}:pages",
    )


def move_on(page: Page, host: Host, second: Path) -> None:
    """The host gets the second build, and the page goes on with it."""
    host.folders[:] = [second]
    page.evaluate(UPDATE)
    wait_for_news(page)
    page.reload()
    settle(page)
    expect(page.locator("h1")).to_have_text("two")


def test_unchanged_files_are_copied_and_models_stay_kept(host: Host, page: Page, tmp_path: Path) -> None:
    reads(page, MODEL)
    second = small_site(tmp_path / "two", "two")
    for path in (MODEL, "static/same.txt", "static/worker.js"):
        (second / path).unlink()  # whoever asks for them fails
    shutil.rmtree(second / "static" / "js")
    move_on(page, host, second)
    assert state(page)["missing"] == 0


def test_a_damaged_file_is_not_kept_nor_is_its_build(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    host.folders.insert(0, damaged(tmp_path / "one", tmp_path / "damaged", "static/same.txt"))
    page = visit(context, watch, host.site)
    found = state(page)
    assert not found["available"]
    assert found["problem"] == {"key": "file_damaged", "values": {"file": "static/same.txt"}}
    del host.folders[0]
    page.reload()
    settle(page)
    found = state(page)
    assert found["available"]
    assert found["problem"] is None


def test_a_new_build_that_is_damaged_leaves_the_old_one(host: Host, page: Page, tmp_path: Path) -> None:
    second = small_site(tmp_path / "two", "two")
    host.folders[:] = [damaged(second, tmp_path / "damaged", "static/late.txt"), second]
    page.evaluate(UPDATE)
    page.evaluate(
        "async () => { while ((await navigator.serviceWorker.getRegistration()).installing) await site.state() }"
    )
    expect_no_news(page)
    page.reload()
    settle(page)
    expect(page.locator("h1")).to_have_text("one")
    assert reads(page, "static/late.txt") == "one"


def test_a_damaged_model_never_reaches_a_page_whole(host: Host, page: Page, tmp_path: Path) -> None:
    host.folders.insert(0, damaged(tmp_path / "one", tmp_path / "damaged", MODEL))
    assert reads(page, MODEL) is None
    assert page.evaluate("() => site.keepAll(listener)")["key"] == "file_not_loaded"
    assert state(page)["models"][0]["missing"]
    del host.folders[0]
    assert reads(page, MODEL) == (tmp_path / "one" / MODEL).read_text()
    assert not state(page)["models"][0]["missing"]


def test_a_list_of_another_build_is_not_believed(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    """A host in the middle of an upload: the worker is of one build already, the list still of another."""
    listed = json.loads((tmp_path / "one" / "precache.json").read_text())
    listed["files"]["static/late.txt"]["bytes"] += 1
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "precache.json").write_text(json.dumps(listed))
    host.folders.insert(0, tmp_path / "half")
    page = visit(context, watch, host.site)
    assert not state(page)["available"]
    assert state(page)["problem"] == {"key": "file_damaged", "values": {"file": "precache.json"}}


WORDS = "models/words"
ROWS = f"{WORDS}/words/rows"
LIST_OF_ROWS = f"{ROWS}.json"
TABLE = {f"{WORDS}/manifest.json": "{}", f"{ROWS}/0000.bin": "a" * 10, f"{ROWS}/0001.bin": "b" * 20}


def missing_of(page: Page, model: str) -> int:
    sizes = {model["name"]: model["missing"] for model in state(page)["models"]}
    return int(sizes[model])


def test_the_rows_of_a_word_table_are_listed_when_one_is_read(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    site = small_site(tmp_path / "tables", "one", TABLE)
    list_bytes = (site / LIST_OF_ROWS).stat().st_size
    host.folders[:] = [site]
    page = visit(context, watch, host.site)
    assert missing_of(page, "words") == 2 + list_bytes + 30
    kept = "async (path) => Boolean(await caches.match(new URL(path, location).href))"
    assert not page.evaluate(kept, LIST_OF_ROWS)
    assert reads(page, f"{ROWS}/0001.bin") == "b" * 20
    assert page.evaluate(kept, LIST_OF_ROWS)
    assert missing_of(page, "words") == 2 + 10
    host.stop()
    context.set_offline(True)
    assert reads(page, f"{ROWS}/0001.bin") == "b" * 20
    watch.expect("net::ERR_")
    assert reads(page, f"{ROWS}/0000.bin") is None


def test_a_new_build_keeps_the_rows_that_were_read(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    host.folders[:] = [small_site(tmp_path / "tables", "one", TABLE)]
    page = visit(context, watch, host.site)
    reads(page, f"{ROWS}/0001.bin")
    second = small_site(tmp_path / "second", "two", TABLE)
    for name in ("0000.bin", "0001.bin"):
        (second / ROWS / name).unlink()  # whoever asks for them fails
    move_on(page, host, second)
    assert reads(page, f"{ROWS}/0001.bin") == "b" * 20
    assert missing_of(page, "words") == 2 + 10


def test_all_rows_are_kept_on_request(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    host.folders[:] = [small_site(tmp_path / "tables", "one", TABLE)]
    page = visit(context, watch, host.site)
    assert page.evaluate("() => site.keepAll(listener)") is None
    assert state(page)["missing"] == 0
    host.stop()
    context.set_offline(True)
    assert reads(page, f"{ROWS}/0000.bin") == "a" * 10


def test_a_damaged_row_is_not_kept(context: BrowserContext, host: Host, watch: Watch, tmp_path: Path) -> None:
    site = small_site(tmp_path / "tables", "one", TABLE)
    host.folders[:] = [damaged(site, tmp_path / "damaged", f"{ROWS}/0000.bin"), site]
    page = visit(context, watch, host.site)
    watch.expect("status of 502")  # by the worker: the page can say then that the file is damaged
    assert reads(page, f"{ROWS}/0000.bin") is None
    assert missing_of(page, "words") == 2 + 30


def test_other_workers_and_caches_of_the_host_are_left_alone(
    context: BrowserContext, host: Host, watch: Watch, tmp_path: Path
) -> None:
    """A blog at /blog/ has a worker of its own, which also controls our page at first."""
    root = tmp_path / "root"
    (root / "blog").mkdir(parents=True)
    icon = '<link rel="icon" href="data:,">'
    (root / "blog/index.html").write_text(
        f"<!doctype html><title>Blog</title>{icon}<p>A blog", encoding="utf-8"
    )
    (root / "blog/worker.js").write_text("addEventListener('fetch', () => {});", encoding="utf-8")
    shutil.copytree(tmp_path / "one", root / "blog" / "semblance")
    server = make_server([root], headers={})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    watch.expect("a request left the site")  # another port than the other host's
    page = context.new_page()
    watch.watch(page)
    page.goto(f"{origin}/blog/")
    page.evaluate(
        """async () => {
            await navigator.serviceWorker.register("worker.js");
            await navigator.serviceWorker.ready;
            await (await caches.open("blog")).put("/blog/post", new Response("a post"));
            await (await caches.open("semblance:/blog/:pages")).put("/x", new Response("another copy"));
        }"""
    )
    foreign = {"blog", "semblance:/blog/:pages"}
    page.goto(f"{origin}/blog/semblance/")
    settle(page)
    controller = "() => navigator.serviceWorker.controller.scriptURL"
    assert page.evaluate(controller) == f"{origin}/blog/semblance/sw.js"
    expect_no_news(page)  # the first of our workers is no new version
    assert state(page)["available"]
    page.goto(f"{origin}/blog/")
    assert page.evaluate(controller) == f"{origin}/blog/worker.js"
    assert not page.evaluate("() => crossOriginIsolated")
    page.goto(f"{origin}/blog/semblance/")
    settle(page)
    page.evaluate("() => site.remove()")
    assert caches_of(page) == foreign
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope)"
    assert page.evaluate(scopes) == [f"{origin}/blog/"]
    server.shutdown()
    server.server_close()


def test_pages_beside_the_app_come_as_the_host_sends_them(host: Host, page: Page, tmp_path: Path) -> None:
    own = tmp_path / "beside" / "own.html"
    own.parent.mkdir()
    host.folders.append(own.parent)
    for time, text in enumerate(("first", "second")):
        own.write_text(
            f'<!doctype html><title>Own</title><link rel="icon" href="data:,"><p>{text}', encoding="utf-8"
        )
        os.utime(own, (time, time))
        page.goto(host.site + "own.html")
        expect(page.locator("p")).to_have_text(text)
        assert not page.evaluate("() => crossOriginIsolated")


def test_a_site_that_was_taken_away_removes_its_copy(host: Host, page: Page, tmp_path: Path) -> None:
    """Else its worker would stand in the way of what comes to the same address."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text(
        '<!doctype html><title>Other</title><link rel="icon" href="data:,"><p>other'
    )
    host.folders[:] = [other]
    page.reload()
    settle(page)
    assert not state(page)["available"]
    page.goto(host.site)
    expect(page.locator("p")).to_have_text("other")
    assert caches_of(page) == set()
