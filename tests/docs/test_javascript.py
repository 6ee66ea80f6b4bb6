"""The examples of the JavaScript API run in a browser, one after another in one module, and print what they say."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext

from browser.watch import Watch
from docs.pages import blocks

BLOCKS = blocks("js")
RUN = """() => new Promise((resolve, reject) => {
    globalThis.finish = resolve;
    addEventListener("error", ({ message }) => reject(new Error(message)));
    addEventListener("unhandledrejection", ({ reason }) => reject(reason));
    const script = Object.assign(document.createElement("script"), { type: "module", src: "./example.js" });
    document.head.append(script);
})"""


@pytest.mark.parametrize("page_name", sorted({block.page for block in BLOCKS}))
def test_the_examples_print_what_they_say(
    context: BrowserContext, site: str, watch: Watch, page_name: str
) -> None:
    code = "\n".join(block.code for block in BLOCKS if block.page == page_name)
    promised = re.findall(r"// prints: (.*)", code)
    assert promised
    assert len(promised) == code.count("console.log(")
    page = context.new_page()
    watch.watch(page)
    page.route(
        "**/example.js",
        lambda route: route.fulfill(body=f"{code}\nglobalThis.finish();", content_type="text/javascript"),
    )
    printed: list[str] = []
    page.on("console", lambda message: printed.append(message.text))
    page.goto(site + "blank.html")
    page.evaluate(RUN)
    assert [line for line in printed if not line.startswith("[pyscript")] == promised
