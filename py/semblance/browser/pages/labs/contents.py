"""The contents page: the labs, and where the lessons of the talks and courses are found."""

from __future__ import annotations

from collections.abc import Sequence

from semblance.browser.pages.address import ROOMS, Address
from semblance.browser.pages.dom import Element, View, element
from semblance.browser.pages.labs.passed import Passed
from semblance.browser.pages.labs.seeds import PLACES, SOURCES
from semblance.browser.pages.labs.words import Words, inline
from semblance.labs.catalogue import NAMES, lesson


def link(lesson: str, text: str, class_name: str = "") -> Element:
    """A link to a lab."""
    anchor = element("a", text, class_name)
    anchor.href = str(Address("labs", lesson))
    return anchor


def contents(language: str, passed: Passed) -> Element:
    """The page."""
    words = Words(language)
    view = View("t-labs-contents").fill(
        title=words("title"),
        labs_title=words("index.labs"),
        seeds_title=words("index.seeds"),
        seeds_intro=words("index.seeds_intro"),
    )
    view["intro"].append(inline("span", words("intro")))
    view["labs"].append(*[_entry(name, words, passed) for name in NAMES])
    for source, seeds in SOURCES.items():
        view["seeds"].append(element("h3", words(f"sources.{source}")), _seeds(seeds, words))
    return view.root


def _entry(name: str, words: Words, passed: Passed) -> Element:
    own = Words(words.language, name)
    view = View("t-labs-entry").fill(number=str(NAMES.index(name) + 1), title=own.lesson("title"))
    view["title"].href = str(Address("labs", name))
    view["summary"].append(inline("span", own.lesson("summary")))
    done = passed.exercises(name)
    if done:
        count = len(lesson(name).exercises)
        view["passed"].textContent = words("done", passed=len(done), count=count)
    return view.root


def _seeds(seeds: Sequence[str], words: Words) -> Element:
    table, body = element("table", class_name="lab-seeds"), element("tbody")
    head = element("tr")
    for key in ("lesson", "where"):
        cell = element("th", words(f"index.{key}"))
        cell.scope = "col"
        head.append(cell)
    for seed in seeds:
        line, where = element("tr"), element("td")
        heading = element("th", words(f"seeds.{seed}"))
        heading.scope = "row"
        for place in PLACES[seed]:
            where.append(*([words("between")] if where.hasChildNodes() else []), _place(place, words))
        line.append(heading, where)
        body.append(line)
    thead = element("thead")
    thead.append(head)
    table.append(thead, body)
    return table


def _place(place: str, words: Words) -> Element:
    if place in ROOMS:
        anchor = element("a", words(f"places.{place}"))
        anchor.href = str(Address(place))
        return anchor
    if place not in NAMES:
        return element("span", words(f"places.{place}"))
    title = Words(words.language, place).lesson("title")
    return link(place, words("lab_title", number=NAMES.index(place) + 1, title=title))
