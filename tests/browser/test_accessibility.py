"""Every room for those who see little, use keys or hear the page: axe finds nothing, and each stop of the Tab key makes
sense.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from browser.accessibility import VIEWS, announced, axe_findings, listen, show_as, tab_stops
from browser.app import EMBED_MS, START_MS, AppPage, go_on, held, shared_app, text_file
from browser.labs import LabPage
from semblance.parts.paths import ROOT

PICTURE = ROOT / "static" / "labs" / "photos" / "cat.jpg"
EMPTY = text_file("empty.md", "")
TABLE = text_file(
    "faucets.csv",
    "title,text,price\nBow,A faucet for the kitchen sink with a bow,12\nArc,A faucet for the kitchen sink with an arc,30\n",
)


@pytest.fixture(scope="module")
def furnished(browser: Browser, site: str) -> Iterator[AppPage]:
    """The app with texts, a picture, metadata to narrow down by, and an empty collection."""
    with shared_app(browser, site) as app:
        app.add_files(
            [
                text_file(PICTURE.name, PICTURE.read_bytes(), "image/jpeg"),
                TABLE,
                text_file("tides.md", "# Tides\n\nThe moon pulls the sea.\n\n" + "It is high. " * 300),
            ]
        )
        app.forget_report()
        app.evaluate("() => semblance.collection('empty')")
        yield app


def room(app: AppPage, name: str) -> None:
    app.page.get_by_role("link", name=name, exact=True).click()
    expect(app.page.locator(f"#room-{name.lower()}")).to_be_visible()


def show_related(app: AppPage) -> None:
    app.pick("Tides")


def show_results(app: AppPage) -> None:
    app.search("what the moon does")


def show_picture_search(app: AppPage) -> None:
    app.page.get_by_label("Search with a picture").first.set_input_files(PICTURE)
    expect(app.page.locator("#search-example-name")).to_have_text(PICTURE.name)
    app.results()


def show_map(app: AppPage) -> None:
    room(app, "Map")
    expect(app.page.locator("#map-status")).to_contain_text("4 items", timeout=START_MS)
    app.page.locator("#map-clusters summary").first.click()


def show_compare(app: AppPage) -> None:
    room(app, "Compare")
    expect(app.page.locator("#compare-result td").first).to_be_visible(timeout=START_MS)


def show_phrases(app: AppPage) -> None:
    app.pick(PICTURE.name)
    app.page.get_by_role("link", name="Compare with phrases").click()
    expect(app.page.locator("#phrase-result td").first).to_be_visible(timeout=START_MS)


def show_collections(app: AppPage) -> None:
    room(app, "Collections")
    expect(app.page.locator("#collections td").first).to_be_visible()


def show_duplicates(app: AppPage) -> None:
    show_collections(app)
    app.page.get_by_role("row", name="notes").get_by_role("button", name="Near-duplicates").click()
    # A key could go elsewhere: the room's heading may get the focus late.
    app.page.get_by_label("Alike by at least").fill("60")
    expect(app.page.locator("#duplicates-pairs li").first).to_be_visible(timeout=START_MS)


def show_handing_out(app: AppPage) -> None:
    show_collections(app)
    app.page.get_by_role("row", name="notes").get_by_role("button", name="Hand out").click()
    expect(app.page.get_by_role("button", name="Save the page")).to_be_enabled(timeout=START_MS)


def show_labs(app: AppPage) -> None:
    app.page.goto(app.site + "?labs#labs")
    app.wait_until_started()
    expect(app.page.locator(".labs-list a").first).to_be_visible(timeout=START_MS)


def show_lab(app: AppPage) -> None:
    app.page.goto(app.site + "?lab#labs/cosine")
    app.wait_until_started()
    lab = LabPage(app)
    lab.wait_for_editors()
    for demo in lab.demos.all():  # what they show moves what stands below
        lab.wait_for_figures(demo)


def show_reader(app: AppPage) -> None:
    app.pick("Tides")
    app.page.locator("#related-item").get_by_role("button", name="Read").first.click()
    expect(app.page.get_by_role("dialog")).to_be_visible()


def show_paste(app: AppPage) -> None:
    app.page.get_by_label("More ways to add").click()
    app.page.locator("#add-menu").get_by_role("button", name="Paste text").click()
    expect(app.page.get_by_role("dialog")).to_be_visible()


def show_question(app: AppPage) -> None:
    room(app, "Collections")
    app.page.locator("#collections").get_by_role("button", name="Rename").first.click()
    expect(app.page.get_by_role("dialog")).to_be_visible()


def show_menu(app: AppPage) -> None:
    app.page.get_by_label("More ways to add").click()
    expect(app.page.get_by_role("button", name="Load the sample")).to_be_visible()


def show_report(app: AppPage) -> None:
    room(app, "Related")
    app.add_files([EMPTY])
    expect(app.report).to_contain_text("empty.md")


def show_notice_and_toast(app: AppPage) -> None:
    show_collections(app)
    app.page.get_by_label("Name of the new collection").fill("notes")
    app.page.get_by_role("button", name="Create").click()
    expect(app.page.locator("#notices")).to_contain_text("of that name already")


def show_nothing_added(app: AppPage) -> None:
    app.page.get_by_role("combobox", name="Collection", exact=True).select_option("empty")
    expect(app.page.get_by_role("heading", name="Find what is alike")).to_be_visible()


PLACES: list[Callable[[AppPage], None]] = [
    show_related,
    show_results,
    show_picture_search,
    show_map,
    show_compare,
    show_phrases,
    show_collections,
    show_duplicates,
    show_handing_out,
    show_labs,
    show_lab,
    show_reader,
    show_paste,
    show_question,
    show_menu,
    show_report,
    show_notice_and_toast,
    show_nothing_added,
]
NAMES = [place.__name__.removeprefix("show_") for place in PLACES]


@pytest.fixture
def start_over(furnished: AppPage) -> AppPage:
    """The furnished app, freshly loaded, with its first collection open."""
    show_as(furnished.page, "light")
    furnished.open("?again")
    furnished.page.get_by_role("combobox", name="Collection", exact=True).select_option("notes")
    return furnished


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_axe_finds_nothing(start_over: AppPage, place: Callable[[AppPage], None]) -> None:
    place(start_over)
    findings = []
    for view in VIEWS:
        show_as(start_over.page, view)
        findings += [f"{view}: {finding}" for finding in axe_findings(start_over.page)]
    assert not findings, "\n".join(findings)


def test_axe_finds_nothing_while_the_page_starts(start_over: AppPage) -> None:
    with held(start_over.page, "**/py/snapshot.gz"):
        start_over.page.goto(start_over.site + "?starting")
        expect(start_over.page.locator("#startup-bytes")).to_contain_text("MB")
        for view in VIEWS:
            show_as(start_over.page, view)
            assert axe_findings(start_over.page) == []


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_each_stop_of_the_tab_key_is_named_in_sight_and_in_order(
    start_over: AppPage, place: Callable[[AppPage], None]
) -> None:
    place(start_over)
    for view in ("light", "phone"):
        show_as(start_over.page, view)
        stops = tab_stops(start_over.page)
        assert stops
        assert [stop for stop in stops if not (stop.name and stop.role not in ("", "generic", "none"))] == []
        assert [stop for stop in stops if not stop.is_visible] == []
        assert [stop for stop in stops if not stop.follows] == []


# --- what is announced ---


def once(texts: list[str], part: str) -> bool:
    return sum(part in text for text in texts) == 1


def test_the_number_of_results_is_announced_once(app: AppPage) -> None:
    app.add_files(
        [text_file("tides.md", "The moon pulls the sea."), text_file("bread.md", "Let the dough rise.")]
    )
    listen(app.page)
    app.search("what the moon does")
    expect(app.page.locator("#announcer")).to_contain_text("2 results for “what the moon does”")
    app.paste("Crust", "Steam in the oven makes the loaf crackle.")
    room(app, "Search")
    expect(app.page.locator("#announcer")).to_contain_text("3 results")
    texts = announced(app.page)
    assert once(texts, "2 results for “what the moon does”")
    assert once(texts, "3 results for “what the moon does”")


def test_a_report_and_an_error_are_announced_once(app: AppPage) -> None:
    listen(app.page)
    app.add_files([text_file("tides.md", "The moon pulls the sea."), EMPTY])
    room(app, "Collections")
    app.page.get_by_label("Name of the new collection").fill("notes")
    app.page.get_by_role("button", name="Create").click()
    expect(app.page.locator("#notices")).to_contain_text("of that name already")
    texts = announced(app.page)
    assert once(texts, "1 added · 1 not added")
    assert once(texts, "of that name already")


def test_what_waits_for_the_first_addition_is_announced_once(app: AppPage) -> None:
    listen(app.page)
    app.pause_writing()
    add = app.page.get_by_label("Add documents")
    add.set_input_files([text_file("tides.md", "The moon pulls the sea.")])
    expect(app.page.locator("#progress-text")).to_contain_text("Embedding", timeout=EMBED_MS)
    add.set_input_files([text_file("bread.md", "Let the dough rise.")])
    expect(app.page.locator("#progress-waiting")).to_have_text("1 addition more to come.")
    app.page.get_by_label("Search with a picture").first.set_input_files(PICTURE)
    expect(app.page.locator("#search-so-far")).to_have_text(
        "The results come as soon as the first items are in."
    )
    for _ in range(2):
        go_on(app)
    expect(app.page.locator("#announcer")).to_contain_text("2 results for “cat.jpg”", timeout=EMBED_MS)
    expect(app.page.locator("#progress-waiting")).to_be_empty()
    texts = announced(app.page)
    for part in (
        "begins when the one before it has ended",
        "Searching with the picture",
        "as soon as the first",
        "2 results",
    ):
        assert once(texts, part), (part, texts)
