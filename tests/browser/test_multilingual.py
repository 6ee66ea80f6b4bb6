"""multilingual-e5-small in the app: a collection in Chinese, with the words that it needs and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from browser.app import START_MS, AppPage, text_file
from browser.host import Host
from browser.test_service_worker import KEPT_MS
from browser.watch import Watch

MODEL = "multilingual-e5-small"
NOTES = {
    "面包.md": "面团要揉到光滑，盖上湿布，放在温暖的地方发酵一夜。",
    "雨燕.md": "雨燕回来了，黄昏时成群掠过屋顶，叫声尖利。",
    "潮汐.md": "月亮的引力让海水每天涨落两次。",
    "数据库.md": "查询很慢，给这一列加上索引以后快了一百倍。",
}


@pytest.fixture
def host(dist: Path) -> Iterator[Host]:
    host = Host([dist])
    yield host
    host.stop()


def test_a_chinese_collection_is_found_and_goes_on_without_a_network(
    context: BrowserContext, host: Host
) -> None:
    watch, page, requests = Watch(host.site), context.new_page(), list[str]()
    watch.watch(page)
    page.on("request", lambda request: requests.append(request.url.removeprefix(f"{host.site}models/")))
    app = AppPage(page, host.site)
    app.open()
    expect(page.locator("#offline-status")).to_have_text("opens without a network", timeout=KEPT_MS)
    assert not [path for path in requests if path.startswith(MODEL)], (
        "nobody pays for a model that no collection uses"
    )

    app.create_collection("中文", MODEL)
    assert app.add_files([text_file(name, text) for name, text in NOTES.items()]) == "4 added"
    found = app.search("为什么海水会上涨")
    assert found[0][0] == "潮汐.md"
    assert app.search("birds in the evening")[0][0] == "雨燕.md"
    blocks = {path for path in requests if "/words/rows/" in path}
    assert 0 < len(blocks) < 120

    host.stop()
    context.set_offline(True)
    app.reload()
    assert app.search("为什么海水会上涨") == found
    watch.expect("net::ERR_")
    page.get_by_role("searchbox", name="Search by meaning").fill("ขนมปัง")
    expect(page.get_by_role("alert")).to_contain_text(
        f"{MODEL}: the words for Thai were never loaded", timeout=20_000
    )
    assert watch.problems == []
