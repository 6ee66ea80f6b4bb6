"""<semantic-search> over the reader's index: by words and meaning, with no model, Python or WebAssembly."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from aio import run
from browser.blog import CHINESE, GERMAN, POSTS, Post, page, served, write
from browser.watch import Watch
from semblance import wiring
from semblance.blog.reader.cutting import cutting_of, vocabulary_of
from semblance.blog.reader.fields import FORMAT, varints
from unit.blog.reader_index import File, ReaderIndex

CSP = "script-src 'self'; worker-src 'none'; connect-src 'self'; style-src 'self'"
"""Stricter than what docs/blog.md gives: no WebAssembly, no worker."""

MOST_BYTES = 250_000


class ReaderPage:
    """A page with the box, whose requests are counted."""

    def __init__(self, opened: Page, address: str) -> None:
        self.page = opened
        self.requests: list[Request] = []
        opened.on("request", lambda request: self.requests.append(request))
        opened.goto(address)
        expect(self.box).to_be_visible()

    @property
    def urls(self) -> list[str]:
        return [request.url for request in self.requests]

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("searchbox")

    @property
    def note(self) -> Locator:
        return self.page.locator("semantic-search [part=note]")

    @property
    def status(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("status")

    @property
    def links(self) -> Locator:
        return self.page.locator("semantic-search").get_by_role("list").get_by_role("link")

    def search(self, query: str) -> list[str]:
        """Titles of the results by words and meaning."""
        self.box.fill(query)
        expect(self.status).to_contain_text(query)
        expect(self.page.locator("semantic-search [part=results]")).to_have_attribute("aria-busy", "false")
        return self.links.all_inner_texts()


TAGS = {"Sourdough for beginners": "kitchen", "A dripping tap and a bicycle": "repairs"}


AFTERNOON = (
    "It took the whole of a wet afternoon and two trips to the shop at the corner, since nothing fitted and they had but"
    " one size of everything. In the end my neighbour lent me hers, older than the house. We drank tea, waited for the"
    " rain to stop and spoke of our mothers. "
)
"""What makes a passage longer than what is shown of it."""


def dated(post: Post) -> str:
    """What tells the date of a post, and its tag if it has one."""
    year = 2021 + len(post.title) % 2
    return (
        f'<meta property="article:published_time" content="{year}-05-01">'
        f'<meta property="article:tag" content="{TAGS.get(post.title, "other")}">'
    )


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as `semblance site` leaves it."""
    folder = tmp_path_factory.mktemp("reader") / "public"
    for post in [*POSTS, GERMAN, *CHINESE]:
        write(
            folder / post.url / "index.html",
            page(
                post.title,
                f"{dated(post)}<article>{post.html.replace('Oil the', AFTERNOON + 'Oil the')}</article>",
                post.language,
            ),
        )
    search = '<script src="semblance/semantic-search.js" async></script><semantic-search></semantic-search>'
    write(folder / "index.html", page("Search", search))
    write(
        folder / "filters.html",
        page("Search", search.replace("<semantic-search>", "<semantic-search filters>")),
    )
    write(folder / "de.html", page("Suche", search, "de-AT"))
    write(folder / "zh.html", page("搜索", search, "zh-CN"))
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--min-words", "5"]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def site(blog: Path) -> Iterator[str]:
    with served(blog, CSP) as address:
        yield address


@pytest.fixture
def box(context: BrowserContext, site: str) -> Iterator[ReaderPage]:
    """The box on a page of its own, with an empty console and no request that leaves the site."""
    watch = Watch(site)
    opened = context.new_page()
    watch.watch(opened)
    yield ReaderPage(opened, site)
    assert watch.problems == []


def test_words_and_meaning_find_posts_in_few_bytes(box: ReaderPage, site: str) -> None:
    assert [url.rpartition("/")[2] for url in box.urls] == ["", "semantic-search.js"]
    box.box.focus()
    expect(box.note).to_have_text("Searches 4 posts by words and meaning.")
    assert box.search("locomotive")[0] == "A night train to Vienna"
    assert sum(request.sizes()["responseBodySize"] for request in box.requests) < MOST_BYTES
    assert not [url for url in box.urls if re.search(r"\.(wasm|onnx|zip|py|gz)$|/py/|/models/", url)]
    assert box.search("why is there ebb and flood")[0] == "Why the sea comes and goes"
    assert box.search("bicyc")[0] == "A dripping tap and a bicycle"  # not typed to its end
    assert box.search("bicicle")[0] == "A dripping tap and a bicycle"  # a slip
    assert box.search("repair")[0] == "A dripping tap and a bicycle"  # another form
    assert box.search('"pulled by the moon"') == ["Why the sea comes and goes"]
    assert box.search('"moon by the pulled"') == []
    for nothing in ("qqqq zzzz xxxx", "asdfghjkl"):
        assert box.search(nothing) == []
        expect(box.status).to_have_text(f"Nothing found for “{nothing}”")


def test_results_mark_the_words_and_obey_the_keys(box: ReaderPage, site: str) -> None:
    box.box.focus()
    box.search("crackle crust")
    first = box.page.get_by_role("listitem").first
    expect(first.locator("mark")).to_have_text(["crust", "crackle"])
    expect(box.links.first).to_have_attribute("href", f"{site}posts/sourdough/")
    box.page.keyboard.press("ArrowDown")
    expect(box.links.first).to_be_focused()
    box.page.keyboard.press("Escape")
    expect(box.box).to_be_focused()
    assert box.search("bicicle")[0] == "A dripping tap and a bicycle"
    expect(first.locator("mark")).to_have_text(["bicycle"])  # what was meant


def test_a_quoted_part_is_shown_where_it_stands(box: ReaderPage) -> None:
    box.box.focus()
    assert box.search('"the rain to stop"') == ["A dripping tap and a bicycle"]
    shown = box.page.locator("semantic-search [part=passage]").first
    expect(shown).to_contain_text("waited for the rain to stop")  # though the tap stops before


def test_a_result_found_by_meaning_shows_the_sentence_that_fits(box: ReaderPage) -> None:
    box.box.focus()
    shown = box.page.locator("semantic-search [part=passage]").first
    assert box.search("bike")[0] == "A dripping tap and a bicycle"
    expect(shown).to_have_text("…Oil the chain of the bicycle once a month.")
    assert box.search("pipes")[0] == "A dripping tap and a bicycle"
    expect(shown).to_have_text(re.compile("^A new washer stops the tap."))
    box.search("washer bike")  # where words decide, the passage is shown around them
    expect(shown.locator("mark")).to_have_text(["washer"])


def test_a_search_is_narrowed_to_a_tag_and_a_year(box: ReaderPage, site: str) -> None:
    box.page.goto(f"{site}filters.html")
    box.box.focus()
    tag, year = box.page.get_by_label("Tag"), box.page.get_by_label("Year")
    expect(tag.get_by_role("option")).to_have_text(["All tags", "kitchen", "other", "repairs"])
    expect(year.get_by_role("option")).to_have_text(["All years", "2022", "2021"])
    words = "crust water bicycle breakfast moon"
    assert len(box.search(words)) == len(POSTS)
    tag.select_option("repairs")
    expect(box.links).to_have_text(["A dripping tap and a bicycle"])
    tag.select_option("")
    expect(box.links).to_have_count(len(POSTS))
    year.select_option("2022")
    expect(box.links).to_have_count(len([post for post in POSTS if len(post.title) % 2]))
    tag.select_option("repairs")
    bicycle = POSTS[3]
    expect(box.links).to_have_count(len(bicycle.title) % 2)


def test_a_page_in_another_language_searches_its_own_posts(box: ReaderPage, site: str) -> None:
    box.page.goto(f"{site}de.html")
    box.box.focus()
    expect(box.note).to_have_text("Durchsucht einen Beitrag nach Wörtern und Bedeutung.")
    assert box.search("Kruste") == ["Brot backen"]
    assert box.search("Bäckerei") == ["Brot backen"]
    assert box.search("qqqq zzzz xxxx") == []


def test_a_chinese_site_is_searched_by_meaning(box: ReaderPage, site: str) -> None:
    box.page.goto(f"{site}zh.html")
    box.box.focus()
    assert box.search("海水")[0] == "大海为什么来了又去"
    assert box.search("火车")[0] == "坐夜间列车去维也纳"  # two words that the site never uses
    assert box.search("旅行")[0] == "坐夜间列车去维也纳"
    assert box.search("怎么修水管")[0] == "滴水的龙头和单车"
    assert box.search("涨潮和退潮")[0] == "大海为什么来了又去"
    assert not [url for url in box.urls if re.search(r"\.(wasm|onnx|zip|py|gz)$|/py/|/models/", url)]


def test_stop_words_are_looked_for_only_where_a_query_has_no_others(box: ReaderPage, blog: Path) -> None:
    index = json.loads((blog / "semblance" / "index.json").read_bytes())
    found = box.page.evaluate(
        """async ([folder, script, queries]) => {
            const { Files, Ranking } = await import(new URL(`semblance/${script}`, document.baseURI));
            const ranking = await Ranking.open(new Files(new URL(`semblance/${folder}`, document.baseURI)));
            const byWords = async (query) => (await ranking.byWords(query)).posts.map(({ post }) => post);
            return Promise.all(queries.map(byWords));
        }""",
        [index["languages"]["en"]["reader"], index["scripts"][0], ["it had pulled", "had"]],
    )
    assert found == [[3], [1, 0]]


def test_a_word_of_the_site_has_a_meaning_though_its_tokens_only_spell_it(
    box: ReaderPage, blog: Path
) -> None:
    index = json.loads((blog / "semblance" / "index.json").read_bytes())
    have_vectors = box.page.evaluate(
        """async ([folder, script, queries]) => {
            const { Files, Ranking } = await import(new URL(`semblance/${script}`, document.baseURI));
            const ranking = await Ranking.open(new Files(new URL(`semblance/${folder}`, document.baseURI)));
            const vectors = await Promise.all(queries.map((query) => ranking.vectorOf(query)));
            return vectors.map((vector) => vector !== null);
        }""",
        [index["languages"]["en"]["reader"], index["scripts"][0], ["sourdough", "tapwash", "asdfghjkl"]],
    )
    assert have_vectors == [True, False, False]


def test_queries_are_cut_as_the_model_cuts_texts(box: ReaderPage, blog: Path) -> None:
    index_json = json.loads((blog / "semblance" / "index.json").read_bytes())
    index = ReaderIndex(blog / "semblance" / index_json["languages"]["zh-Hans"]["reader"])
    texts = [section.text for post in CHINESE for section in post.sections]
    texts += ["  面包，２次！(水) ", "一天升高两次abc龙头", "Ａ𠀀面", ""]
    ours = box.page.evaluate(
        """async ([script, common, own, scores, texts]) => {
            const { Unigram } = await import(new URL(`semblance/${script}`, document.baseURI));
            const unigram = new Unigram(common, own, scores);
            return texts.map((text) => unigram.words(text).flatMap((word) => unigram.cut(word, new Map())));
        }""",
        [
            index_json["scripts"][0],
            index.common,
            index.own,
            [round(-12 * score) for score in index.scores.tolist()],
            texts,
        ],
    )
    tokenizer = run(wiring.load_multilingual_tokenizer())
    cutting = run(cutting_of(tokenizer, run(vocabulary_of(tokenizer))))
    site_pieces = {*index.common, *index.own}
    for text, pieces in zip(texts, ours, strict=True):
        (ids,) = run(tokenizer.encode_batch([cutting.prepared(text)], add_special_tokens=False))
        theirs = run(tokenizer.tokens(ids.tolist()))
        assert pieces == [piece for piece in theirs if piece in site_pieces], text


def _fulfil(damage: Any, route: Route) -> None:
    route.fulfill(**damage)


def _framed(data: bytes, format: int = FORMAT) -> bytes:
    return gzip.compress(b"SMBR" + bytes([format]) + data)


DAMAGES = {
    "missing": {"status": 404, "body": "no"},
    "garbage": {"body": b"\x1f\x8bgarbage"},
    "a page instead": {"body": "<!doctype html><title>Not found</title>"},
    "cut off": {"body": _framed(b"w\x05")},
    "another kind": {"body": _framed(b"?")},
    "another format": {"body": _framed(b"w", FORMAT - 1)},
}


@pytest.mark.parametrize(
    ("lost", "query", "found"),
    [
        ("words", "locomotive", "A night train to Vienna"),
        ("groups", "bicycle", "A dripping tap and a bicycle"),
        ("rows", "bicycle", "A dripping tap and a bicycle"),
        ("others", "bicycle", "A dripping tap and a bicycle"),
    ],
)
def test_a_damaged_file_loses_its_own_results_only(
    context: BrowserContext, site: str, lost: str, query: str, found: str
) -> None:
    for damage in DAMAGES.values():
        box = ReaderPage(context.new_page(), site)
        box.page.route(f"**/{lost}/*", partial(_fulfil, damage))
        box.box.focus()
        assert box.search(query)[0] == found, damage
        if lost in "".join(box.urls):
            expect(box.note).to_contain_text(f"Some results may be missing: {lost}/")
            box.page.unroute(f"**/{lost}/*")
            box.note.get_by_role("button", name="Try again").click()
            expect(box.note).to_have_text("Searches 4 posts by words and meaning.")
        box.page.close()


def test_a_post_whose_file_is_lost_is_left_out(context: BrowserContext, site: str) -> None:
    box = ReaderPage(context.new_page(), site)
    box.page.route(
        "**/posts/*.smbr",
        lambda route: route.fulfill(status=404) if "/0.smbr" in route.request.url else route.continue_(),
    )
    box.box.focus()
    assert "A night train to Vienna" in box.search("train water moon tap")
    expect(box.note).to_contain_text("Some results may be missing: posts/0")


def test_files_that_come_late_do_not_keep_words_waiting(context: BrowserContext, site: str) -> None:
    box = ReaderPage(context.new_page(), site)
    held: list[Route] = []
    box.page.route("**/groups/*", lambda route: held.append(route))
    box.box.focus()
    box.box.fill("bicycle")
    expect(box.links.first).to_have_text("A dripping tap and a bicycle")
    expect(box.status).to_have_text("1 result for “bicycle”")
    held[0].continue_()
    expect(box.page.locator("semantic-search [part=results]")).to_have_attribute("aria-busy", "false")


AREAS = "codes.FEWEST_A_GROUP = codes.MOST_CENTRES = 1"
"""What gives few passages as many groups as a large site has beside its number of centres in the catalogue."""


@pytest.fixture
def large(blog: Path, tmp_path: Path) -> Path:
    """The same site with areas."""
    folder = shutil.copytree(blog, tmp_path / "public")
    shutil.copytree(blog.parent / ".semblance-cache", tmp_path / ".semblance-cache")
    command = f"from semblance.blog.reader import codes; from semblance.cli import main; {AREAS}; raise SystemExit(main())"
    subprocess.run(
        [sys.executable, "-c", command, "site", str(folder), "--min-words", "5"],
        check=True,
        capture_output=True,
    )
    return folder


def test_a_large_index_reads_the_groups_of_the_nearest_areas(context: BrowserContext, large: Path) -> None:
    with served(large, CSP) as address:
        box = ReaderPage(context.new_page(), address)
        box.box.focus()
        assert box.search("locomotive")[0] == "A night train to Vienna"
        assert box.search("why is there ebb and flood")[0] == "Why the sea comes and goes"
        assert [url for url in box.urls if "/areas/" in url]


def test_of_groups_that_say_they_are_large_the_nearest_alone_is_read(
    context: BrowserContext, large: Path
) -> None:
    for path in large.glob("semblance/index-en-*/areas/*"):
        area = File(path.parents[1], f"areas/{path.stem}")
        groups, end = len(area.vectors()), area.tell()
        data = gzip.decompress(path.read_bytes())[:end] + varints([900_000] * groups)
        path.write_bytes(gzip.compress(data))
    with served(large, CSP) as address:
        box = ReaderPage(context.new_page(), address)
        box.box.focus()
        assert box.search("locomotive")[0] == "A night train to Vienna"
        assert len([url for url in box.urls if "/groups/" in url]) == 1


def test_what_a_query_means_is_loaded_beside_its_words(box: ReaderPage) -> None:
    held: list[Route] = []
    box.page.route("**/words/*", lambda route: held.append(route))
    box.box.focus()
    expect(box.note).to_have_text("Searches 4 posts by words and meaning.")
    with box.page.expect_request(re.compile(r"/others/\d+\.smbr$")):
        box.box.fill("locomotive bicycle")  # the site never uses the first
    expect(box.links).to_have_count(0)
    for route in held:
        route.continue_()
    expect(box.links.first).to_be_visible()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_framed(b"c", FORMAT - 1), "run `semblance site` again"),
        (b"<!doctype html>", "catalogue is not what it should be"),
    ],
    ids=["another format", "a page"],  # what is packed holds the time
)
def test_what_is_wrong_with_the_catalogue_is_said(
    context: BrowserContext, site: str, body: bytes, told: str
) -> None:
    box = ReaderPage(context.new_page(), site)
    box.page.route("**/catalogue.smbr", lambda route: route.fulfill(body=body))
    box.box.focus()
    expect(box.note).to_contain_text("Search can't be used now")
    expect(box.note).to_contain_text(told)
    box.page.unroute("**/catalogue.smbr")
    box.note.get_by_role("button", name="Try again").click()
    expect(box.note).to_have_text("Searches 4 posts by words and meaning.")


def test_the_full_model_is_loaded_at_the_press_of_a_button(
    context: BrowserContext, text_model_folder: Path, blog: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    shutil.copytree(blog, folder, ignore=shutil.ignore_patterns("semblance"))
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--engine", "--min-words", "5"]
    subprocess.run(command, check=True, capture_output=True)
    with served(folder) as site:
        watch, opened = Watch(site), context.new_page()
        watch.watch(opened)
        box = ReaderPage(opened, site)
        box.box.focus()
        assert box.search("locomotive")[0] == "A night train to Vienna"
        assert not [url for url in box.urls if "/engine-" in url]
        box.note.get_by_role("button", name="Search more thoroughly (32 MB)").click()
        expect(box.note).to_be_empty(timeout=60_000)
        expect(box.links.first).to_have_text("A night train to Vienna")
        assert [url for url in box.urls if url.endswith(".onnx")]
        box.page.keyboard.press("ArrowDown")
        expect(box.links.first).to_be_focused()
        assert watch.problems == []
