"""The parts of the app's rooms that need no browser: addresses, facts and lists."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from semblance.browser.pages.address import Address
from semblance.browser.pages.facts import date_of, language_of, link_of, short_facts
from semblance.browser.pages.listing import BEYOND, rows_near
from semblance.documents import Document
from semblance.filters import OPERATORS, Condition, Filter

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SOME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
CONDITIONS = st.builds(Condition, SOME, st.sampled_from(OPERATORS), SOME)
FILTERS = st.builds(Filter, st.sampled_from(["", "text", "image"]), st.lists(CONDITIONS).map(tuple))


@given(
    st.builds(
        Address,
        room=st.sampled_from(["related", "search", "map", "compare"]),
        item=TEXT,
        query=TEXT,
        collection=TEXT,
        picture=TEXT,
        filter=FILTERS,
        order=TEXT,
        sort=TEXT,
        colour=TEXT,
    )
)
def test_an_address_is_read_as_it_was_written(address: Address) -> None:
    assert Address.parse(str(address)) == address


@given(TEXT)
def test_any_text_is_an_address(text: str) -> None:
    Address.parse("#" + text)
    Address.parse("#search?" + text)


def test_conditions_that_nobody_wrote_are_left_out() -> None:
    address = Address.parse("#related?in=a&where=price&where=price%20~%203&where=price%20%3C%203&kind=sound")
    assert address.filter == Filter("", (Condition("price", "<", "3"),))


def test_what_a_lab_keeps_is_its_own() -> None:
    text = "#labs/cosine?in=a&q=b&where=c&sort=d"
    assert Address.parse(text).parameters == {"in": "a", "q": "b", "where": "c", "sort": "d"}
    assert str(Address.parse(text)) == text


def test_only_addresses_of_pages_are_links() -> None:
    assert link_of({"Link": " HTTPS://shop.example/a "}) == "HTTPS://shop.example/a"
    assert link_of({"link": "/a", "url": "http://shop.example"}) == "http://shop.example"
    for value in ("javascript:alert(1)", "data:text/html,x", "//shop.example", "", 7, ["https://a.example"]):
        assert link_of({"link": value}) == ""


def test_a_language_is_a_tag() -> None:
    assert language_of({"lang": "zh-Hant"}) == "zh-Hant"
    for value in ("English", "", None, '"><script>', ["de"]):
        assert language_of({"language": value}) == ""


def test_dates_are_read_as_they_are_written() -> None:
    assert date_of({"date": "2026-05-01T10:00:00Z"}) == date_of({"published": "2026-05-01 12:00+02:00"})
    assert date_of({"pubDate": "Fri, 01 May 2026 10:00:00 GMT"}) == date_of({"date": "2026-05-01T10:00:00"})
    assert date_of({"date": "soon", "updated": "2026-05-01"}) == date_of({"date": "2026-05-01"})
    for value in ("", "99999", "0000", None, ["2026"], "9999-99-99"):
        assert date_of({"date": value}) is None


def test_facts_are_short_and_say_nothing_twice() -> None:
    metadata = {
        "id": "7",
        "title": "Tap",
        "text": "long " * 20,
        "nested": {"a": 1},
        "price": "45.00",
        "new": True,
        "url": "https://a.example",
    }
    assert short_facts(Document("7", "", "Tap", metadata), most=8) == "price: 45.00 · new: true"
    assert short_facts(Document("7", "", "Tap", metadata), most=1) == "price: 45.00"


@given(st.floats(-1e6, 1e6), st.floats(0, 5_000), st.floats(10, 100), st.integers(0, 100_000))
def test_the_rows_near_hold_those_in_sight(top: float, height: float, row: float, number: int) -> None:
    near = rows_near(top, height, row, number)
    assert all(0 <= place < number for place in (*near[:1], *near[-1:]))
    assert len(near) <= height / row + 2 * BEYOND + 2
    first, last = max(0, int(top // row)), min(number - 1, int((top + height) // row))
    if first <= last:
        assert first in near
        assert last in near
