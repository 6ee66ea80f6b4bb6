"""<semantic-search> on a static host without cross-origin isolation, under the policy that docs/blog.md gives."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from browser.blog import CSP, GERMAN, POSTS, make_blog, served, write
from browser.watch import Watch

ENGINE_MS = 60_000  # for a busy machine; an idle one needs a few seconds
MOST_BYTES = 45e6  # of a first search, nothing compressed


class SearchPage:
    """A page with the box, as a reader meets it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        page.context.on("request", lambda request: self.requests.append(request))

    def open(self, address: str) -> SearchPage:
        self.page.goto(address)
        expect(self.box).to_be_visible()
        return self

    @property
    def box(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("searchbox")

    @property
    def note(self) -> Locator:
        return self.page.locator("semantic-search [part=note]")

    @property
    def status(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("status")

    @property
    def progress(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("progressbar")

    @property
    def links(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("list").get_by_role("link")

    def enter(self, begins: str = "Searches") -> None:
        """Focus the box and wait until it can answer by words, as its note then says."""
        self.box.focus()
        expect(self.note).to_contain_text(begins)

    def search(self, query: str) -> list[str]:
        """Titles of the results once search by meaning is on."""
        self.box.fill(query)
        expect(self.progress).to_have_count(0, timeout=ENGINE_MS)
        expect(self.note).to_be_empty()
        expect(self.page.locator("semantic-search [part=results]")).to_have_attribute("aria-busy", "false")
        return self.links.all_inner_texts()

    def requested(self) -> str:
        return "\n".join(request.url for request in self.requests)


@pytest.fixture(scope="session")
def blog(text_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_blog(tmp_path_factory.mktemp("blog"), [*POSTS, GERMAN], text_model_folder)


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[Callable[..., SearchPage]]:
    """Opens pages of a site and watches them: their consoles stay empty, and no request leaves the site."""
    watching: list[Watch] = []

    def watch(site: str, path: str = "", *, expected: str = "") -> SearchPage:
        watching.append(Watch(site))
        if expected:
            watching[-1].expect(expected)
        page = context.new_page()
        watching[-1].watch(page)
        return SearchPage(page).open(site + path)

    yield watch
    assert [problem for each in watching for problem in each.problems] == []


@pytest.fixture
def site(blog: Path) -> Iterator[str]:
    with served(blog) as address:
        yield address


@pytest.fixture
def box(watched: Callable[..., SearchPage], site: str) -> SearchPage:
    return watched(site)


@pytest.fixture
def copy(blog: Path, tmp_path: Path) -> Path:
    """A copy of the blog that a test may damage; the engine is linked."""
    folder = tmp_path / "blog"
    shutil.copytree(blog, folder, copy_function=_link)
    return folder


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def change_index(folder: Path, **changes: object) -> None:
    path = folder / "semblance" / "index.json"
    index = json.loads(path.read_text(encoding="utf-8")) | changes
    path.unlink()
    write(path, json.dumps(index))


def test_nothing_is_loaded_before_a_reader_enters_the_box(box: SearchPage) -> None:
    assert not box.page.evaluate("crossOriginIsolated")
    assert [request.url.rpartition("/")[2] for request in box.requests] == ["", "semantic-search.js"]
    box.enter()
    assert "posts-" in box.requested()
    for heavy in ("/py/", "/models/", "pyodide", "vectors-", ".wasm"):
        assert heavy not in box.requested()


def test_a_first_search_tells_its_size_and_loads_only_what_it_needs(box: SearchPage, blog: Path) -> None:
    box.enter()
    index = json.loads((blog / "semblance" / "index.json").read_text(encoding="utf-8"))
    size = index["engineBytes"] + index["languages"]["en"]["bytes"]["vectors"]
    expect(box.note).to_contain_text(f"{size / 1e6:.0f} MB")
    box.search("bread")
    for left_out in ("pyscript", "onnxruntime", "vision", "snapshot"):
        assert left_out not in box.requested()
    sizes = {request.url: request.sizes()["responseBodySize"] for request in box.requests}
    assert 30e6 < sum(sizes.values()) < MOST_BYTES, sizes


def test_words_are_found_while_the_engine_is_loading(box: SearchPage) -> None:
    held: list[Route] = []
    # Once, so that the page is answered when it asks whether the file can be had.
    box.page.context.route("**/*.onnx", lambda route: held.append(route), times=1)
    box.enter()
    with box.page.context.expect_event("request", lambda r: r.url.endswith(".onnx"), timeout=ENGINE_MS):
        box.box.fill("bicyc")
    expect(box.links).to_have_text(["A dripping tap and a bicycle"])
    expect(box.progress).to_be_visible()
    expect(box.status).to_have_text("1 result for “bicyc”")
    box.box.fill("locomotive")
    expect(box.status).to_contain_text("Search by meaning is on its way")
    held[0].continue_()
    expect(box.links.first).to_have_text("A night train to Vienna", timeout=ENGINE_MS)


def test_meaning_finds_what_words_do_not(box: SearchPage) -> None:
    box.enter()
    assert box.search("locomotive")[0] == "A night train to Vienna"
    assert box.search("why is there ebb and flood")[0] == "Why the sea comes and goes"
    found = box.search("bicycle")  # by both
    assert found[0] == "A dripping tap and a bicycle"
    assert len(found) == len(set(found))


def test_a_result_shows_the_passage_that_matched_and_leads_to_its_heading(box: SearchPage, site: str) -> None:
    box.enter()
    box.search("how to make a crisp bread surface")
    result = box.page.get_by_role("listitem").first
    expect(result.locator("[part=context]")).to_have_text("May 1, 2024 · In the oven")
    expect(result.locator("[part=passage]")).to_contain_text("Steam makes the crust crackle")
    expect(box.links.first).to_have_attribute("href", f"{site}posts/sourdough/#oven")
    box.links.first.click()
    expect(box.page.get_by_role("heading", name="In the oven")).to_be_in_viewport()


def test_it_works_from_the_keyboard(box: SearchPage, site: str) -> None:
    keyboard = box.page.keyboard
    keyboard.press("Tab")
    expect(box.box).to_be_focused()
    expect(box.note).to_contain_text("Searches")
    box.search("water")
    assert box.links.count() >= 2
    keyboard.press("ArrowDown")
    expect(box.links.nth(0)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(box.links.nth(1)).to_be_focused()
    keyboard.press("End")
    expect(box.links.last).to_be_focused()
    keyboard.press("ArrowDown")
    expect(box.links.last).to_be_focused()
    keyboard.press("Home")
    keyboard.press("ArrowUp")
    expect(box.box).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("Escape")
    expect(box.box).to_be_focused()
    expect(box.box).to_have_value("water")
    keyboard.press("Enter")
    expect(box.links.first).to_be_focused()
    keyboard.press("Escape")
    keyboard.press("Escape")
    expect(box.box).to_have_value("")
    expect(box.links).to_have_count(0)


def test_a_screen_reader_is_told_how_many_there_are(box: SearchPage) -> None:
    box.enter()
    expect(box.status).to_have_attribute("aria-atomic", "true")
    found = box.search("bicycle")
    expect(box.status).to_have_text(f"{len(found)} result{'s' * (len(found) > 1)} for “bicycle”")
    box.search("qqqq zzzz xxxx")
    expect(box.status).to_have_text("Nothing found for “qqqq zzzz xxxx”")
    expect(box.links).to_have_count(0)
    box.box.fill("")
    expect(box.status).to_be_empty()


def test_an_answer_that_comes_late_is_dropped(box: SearchPage) -> None:
    box.enter()
    box.search("bread")
    for query in ("locomotive", "ebb and flood", "how to mend a faucet"):
        box.box.fill(query)
    expect(box.links.first).to_have_text("A dripping tap and a bicycle")
    expect(box.status).to_contain_text("“how to mend a faucet”")


def test_what_the_author_wrote_is_never_markup(watched: Callable[..., SearchPage], copy: Path) -> None:
    posts = next((copy / "semblance").glob("posts-*.json"))
    data = json.loads(posts.read_text(encoding="utf-8"))
    data["posts"][0] |= {"title": "<img src=x onerror=alert(1)> moonwort", "url": "javascript:alert(1)"}
    posts.unlink()
    write(posts, json.dumps(data))
    with served(copy) as site:
        box = watched(site)
        box.enter()
        box.box.fill("moonwort")
        expect(box.links.first).to_have_text("<img src=x onerror=alert(1)> moonwort")
        expect(box.links.first).to_have_attribute("href", f"{site}javascript:alert(1)#feeding")


def test_a_page_in_another_language_searches_its_own_posts(
    watched: Callable[..., SearchPage], site: str
) -> None:
    box = watched(site, "de.html")
    expect(box.page.get_by_label("Diese Website durchsuchen")).to_be_visible()
    box.box.focus()
    expect(box.note).to_contain_text("Durchsucht einen Beitrag")
    assert box.search("Kruste") == ["Brot backen"]
    expect(box.page.get_by_role("listitem").first).to_have_attribute("lang", "de")
    expect(box.page.locator("semantic-search [part=status]")).to_have_text("1 Ergebnis für „Kruste“")


def test_a_page_s_language_may_be_named_in_another_way(
    watched: Callable[..., SearchPage], copy: Path
) -> None:
    """The index of zh-Hant is that of a page in zh-TW."""
    for file, name, other in (
        ("semblance/index.json", '"de":', '"zh-Hant":'),
        ("de.html", 'lang="de-AT"', 'lang="zh-TW"'),
    ):
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert name in text
        write(path, text.replace(name, other))
    with served(copy) as site:
        box = watched(site, "de.html")
        box.enter("依詞搜尋 1 篇文章")
        assert box.search("Kruste") == ["Brot backen"]


EXCERPT = """async ([engine, passage, query]) => {
    const { excerpt } = await import(`${engine}excerpt.js`);
    const { unaccented, wordsOf } = await import(`${engine}words.js`);
    const pieces = excerpt(passage, new Set(wordsOf(query).map(unaccented)));
    return pieces.map((piece) => (piece.mark ? `<${piece.mark}>` : piece)).join("");
}"""


@pytest.mark.parametrize(
    ("passage", "query", "shown"),
    [
        ("## Oven\n\nSteam it.\n\n## Crust\n\nWait.", "crust", "Steam it. <Crust> Wait."),
        ("See [the *manual*](https://example.org/a) now", "manual", "See the *<manual>* now"),
        ("Café au lait", "cafe", "<Café> au lait"),
        ("今年の振り返りです", "振り返り", "今年の<振り返り>です"),
        ("振り子と振り返り", "振り返り", "振り子と<振り返り>"),
        ("柴犬。犬は走る", "犬", "柴<犬>。<犬>は走る"),
        ("Zug\u200bverbindung nach Linz", "zug", "<Zug\u200bverbindung> nach Linz"),
        ("word " * 100 + "needle " + "word " * 100, "needle", "needle"),
        ("nothing of it " * 40, "needle", "nothing of it"),
        ("x" * 1000, "needle", "x" * 240 + "…"),
        ("[" * 5000, "needle", "[" * 240 + "…"),
    ],
)
def test_an_excerpt_is_the_text_around_what_was_searched_for(
    box: SearchPage, site: str, blog: Path, passage: str, query: str, shown: str
) -> None:
    (engine,) = (blog / "semblance").glob("engine-*")
    modules = f"{site}semblance/{engine.name}/static/js/blog/engine/"
    text = box.page.evaluate(EXCERPT, [modules, passage, query])
    assert shown in text
    assert len(text) <= 245


def test_where_workers_are_forbidden_words_alone_are_searched(
    watched: Callable[..., SearchPage], blog: Path
) -> None:
    with served(blog, CSP.replace("worker-src 'self'", "worker-src 'none'")) as site:
        box = watched(site, expected="Content Security Policy")
        box.enter()
        box.box.fill("bicycle")
        expect(box.note).to_contain_text("Searches by words only")
        expect(box.links).to_have_text(["A dripping tap and a bicycle"])
        expect(box.note.get_by_role("button", name="Try again")).to_be_visible()


def test_without_simd_words_alone_are_searched(context: BrowserContext, box: SearchPage, site: str) -> None:
    context.add_init_script("WebAssembly.validate = () => false")
    box.open(site)
    box.box.focus()
    expect(box.note).to_have_text("Searches by words only: this browser's WebAssembly has no SIMD.")
    box.box.fill("bicycle")
    expect(box.links).to_have_text(["A dripping tap and a bicycle"])
    assert "engine.worker" not in box.requested()


def test_an_engine_that_breaks_off_can_be_tried_again(box: SearchPage) -> None:
    box.page.context.route("**/*.onnx", lambda route: route.fulfill(body=b"damaged"))
    box.enter()
    box.box.fill("locomotive")
    expect(box.note).to_contain_text("Searches by words only: the file is damaged", timeout=ENGINE_MS)
    expect(box.status).to_have_text("No post has these words: “locomotive”")
    box.page.context.unroute("**/*.onnx")
    box.note.get_by_role("button", name="Try again").click()
    expect(box.links.first).to_have_text("A night train to Vienna", timeout=ENGINE_MS)
    expect(box.box).to_be_focused()


def test_an_author_may_have_readers_asked_first(watched: Callable[..., SearchPage], copy: Path) -> None:
    path = copy / "index.html"
    text = path.read_text(encoding="utf-8").replace("<semantic-search>", "<semantic-search ask>")
    path.unlink()
    write(path, text)
    with served(copy) as site:
        box = watched(site)
        box.enter()
        box.box.fill("locomotive")
        expect(box.status).to_have_text("No post has these words: “locomotive”")
        assert "engine.worker" not in box.requested()
        box.note.get_by_role("button", name="Search by meaning too").click()
        expect(box.links.first).to_have_text("A night train to Vienna", timeout=ENGINE_MS)


def test_an_index_of_another_model_is_not_searched_by_meaning(
    watched: Callable[..., SearchPage], copy: Path
) -> None:
    change_index(copy, model={"name": "other", "dims": 384, "fingerprint": "other"})
    with served(copy) as site:
        box = watched(site, expected="another model")
        box.enter()
        box.box.fill("bicycle")
        expect(box.note).to_contain_text("run `semblance site` again", timeout=ENGINE_MS)
        expect(box.links).to_have_text(["A dripping tap and a bicycle"])


def test_a_script_and_an_index_of_two_formats_say_so(watched: Callable[..., SearchPage], copy: Path) -> None:
    change_index(copy, format=2)
    with served(copy) as site:
        box = watched(site)
        box.box.focus()
        expect(box.note).to_contain_text("its index has format 2")
        expect(box.note).to_contain_text("run `semblance site` again")


def test_an_index_without_an_engine_says_so(watched: Callable[..., SearchPage], copy: Path) -> None:
    change_index(copy, engine="")
    with served(copy) as site:
        box = watched(site)
        box.box.focus()
        expect(box.note).to_contain_text("it was left out when this site was made")


def test_an_index_of_another_version_warns(watched: Callable[..., SearchPage], copy: Path) -> None:
    change_index(copy, version="0.0.1")
    with served(copy) as site:
        box = watched(site, expected="the index of 0.0.1")
        warnings: list[str] = []
        box.page.on("console", lambda message: warnings.append(message.text))
        box.enter()
        assert any("run `semblance site` again" in text for text in warnings)


def test_an_index_that_is_not_there_can_be_tried_again(
    watched: Callable[..., SearchPage], copy: Path
) -> None:
    path = copy / "semblance" / "index.json"
    text = path.read_text(encoding="utf-8")
    path.unlink()
    with served(copy) as site:
        box = watched(site, expected="404")
        box.box.focus()
        expect(box.note).to_contain_text("Search can't be used now")
        write(path, text)
        box.note.get_by_role("button", name="Try again").click()
        expect(box.note).to_contain_text("Searches 4 posts")
