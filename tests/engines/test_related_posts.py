"""A post of a blog with <related-posts>, in Firefox and WebKitGTK."""

from __future__ import annotations

from pathlib import Path

from browser.search_box import STARTED
from browser.small_blog import BASE, CSP, SmallBlog, post
from engines.conftest import Engine
from semblance_build.server import serving

SHOWN = """async () => {
    const element = document.querySelector("related-posts");
    while (!element.shadowRoot) await new Promise(requestAnimationFrame);
    const list = element.shadowRoot.querySelector("nav[aria-label='Related posts'] > [role=list]");
    const links = [...list.querySelectorAll("a")];
    return [getComputedStyle(list).display, ...links.map((link) => `${link.textContent} ${link.getAttribute("href")}`)];
}"""


def test_related_posts_are_shown_under_a_strict_policy(engine: Engine, tmp_path: Path) -> None:
    blog = SmallBlog(tmp_path)
    blog.data(
        "posts/a", post("posts/b.html", "Tides", date="2024-05-01", image="icon.svg"), post("c/", "Fog")
    )
    address = blog.page("posts/a/index.html", inside=STARTED)
    before = engine.problems()
    with serving([blog.folder], base=BASE, headers={"Content-Security-Policy": CSP}) as site:
        app = engine.app(site)
        app.open(address)
        assert app.evaluate(SHOWN) == ["grid", f"Tides {site}posts/b.html", f"Fog {site}c/"]
        assert engine.problems() == before
