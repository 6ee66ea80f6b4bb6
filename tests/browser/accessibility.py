"""What people get who hear the page or use its keys: axe's findings, the stops of the Tab key, what is announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from semblance.parts.fetch import fetch

AXE_VERSION = "4.14.1"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
FIND = """(rules) => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(({ violations }) =>
    violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}\\n  ${html}\\n  ${failureSummary}`)))"""

VIEWS = {
    "light": {"width": 1280, "height": 800, "scale": 1, "scheme": "light"},
    "dark": {"width": 1280, "height": 800, "scale": 1, "scheme": "dark"},
    "phone": {"width": 390, "height": 800, "scale": 1, "scheme": "light"},
    "dark phone": {"width": 390, "height": 800, "scale": 1, "scheme": "dark"},
    "200 %": {"width": 640, "height": 400, "scale": 2, "scheme": "light"},
}


def axe_findings(page: Page) -> list[str]:
    """Every violation of the rules, with the element and what is wrong with it."""
    if not page.evaluate("'axe' in globalThis"):
        source = fetch(f"axe-core {AXE_VERSION}", AXE_SHA256, [f"npm:axe-core@{AXE_VERSION}!axe.min.js"])
        page.evaluate(source.read_text(encoding="utf-8"))
    findings: list[str] = page.evaluate(FIND, list(RULES))
    return findings


def show_as(page: Page, view: str) -> None:
    """Give the page the size and the colours of a view."""
    setting: dict[str, Any] = VIEWS[view]
    page.emulate_media(color_scheme=setting["scheme"], reduced_motion="reduce")
    devtools = page.context.new_cdp_session(page)
    devtools.send(
        "Emulation.setDeviceMetricsOverride",
        {
            "width": setting["width"],
            "height": setting["height"],
            "deviceScaleFactor": setting["scale"],
            "mobile": False,
        },
    )
    page.wait_for_function("width => innerWidth === width", arg=setting["width"])


# --- the Tab key ---


@dataclass(frozen=True, slots=True)
class Stop:
    """An element that the Tab key stops at."""

    html: str
    role: str
    name: str
    is_visible: bool
    follows: bool
    """Whether it stands after the stop before it, for who reads."""


# A file is chosen in a field without a size, whose label is the button that is seen. `before` is the stop before.
LOOK = """() => {
    const element = document.activeElement.shadowRoot?.activeElement ?? document.activeElement;
    globalThis.firstStop ??= element;
    const seen = element.matches("input[type=file]") ? element.labels[0] : element;
    const before = globalThis.stopBefore;
    // A menu lies over what comes after it. What is drawn in a picture stands where its value puts it.
    globalThis.stopBefore = seen.closest(".menu, svg") ?? seen;
    const { left, top, right, bottom, width, height } = (seen.closest("svg") ?? seen).getBoundingClientRect();
    const inView = top < innerHeight && bottom > 0 && left < innerWidth && right > 0;
    const shown = seen.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    let follows = true;
    if (before?.isConnected && before !== seen.closest("svg")) {
        const other = before.getBoundingClientRect();
        const above = bottom <= other.top && left < other.right;
        const toTheLeft = right <= other.left && top < other.bottom && bottom > other.top;
        follows = !above && !toTheLeft;
    }
    const is_visible = shown && inView && width > 8 && height > 8;
    return { html: element.outerHTML.slice(0, 160), is_first: element === firstStop, is_visible, follows };
}"""
FOCUSED = "document.activeElement.shadowRoot?.activeElement ?? document.activeElement"
BEGIN = """() => {
    globalThis.stopBefore = globalThis.firstStop = null;
    const place = document.querySelector("dialog[open]") ?? document.body;
    place.tabIndex = -1; // the next Tab goes on from here
    place.focus();
    place.removeAttribute("tabindex");
}"""
IN_EDITOR = "() => Boolean(document.activeElement.shadowRoot?.querySelector('.cm-content:focus'))"
MOST_STOPS = 300


def tab_stops(page: Page) -> list[Stop]:
    """All stops from the top of the page until the Tab key leaves it."""
    page.evaluate(BEGIN)
    devtools = page.context.new_cdp_session(page)
    stops: list[Stop] = []
    for _ in range(MOST_STOPS):
        if page.evaluate(IN_EDITOR):
            page.keyboard.press("Escape")  # the Tab key indents code, and after Escape it goes on
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            return stops
        handle = devtools.send("Runtime.evaluate", {"expression": FOCUSED})["result"]
        nodes = devtools.send(
            "Accessibility.getPartialAXTree", {"objectId": handle["objectId"], "fetchRelatives": False}
        )["nodes"]
        look = page.evaluate(LOOK)
        if look.pop("is_first") and stops:
            return stops  # some browsers begin again at the top
        stops.append(Stop(role=_value(nodes[0], "role"), name=_value(nodes[0], "name"), **look))
    raise AssertionError(f"the Tab key has not left the page after {MOST_STOPS} stops")


def _value(node: Any, key: str) -> str:
    return str(node.get(key, {}).get("value", "")).strip()


# --- what is announced ---

LISTEN = """() => {
    globalThis.announced = [];
    const live = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
    const said = new Map();
    new MutationObserver((changes) => {
        const regions = new Set(changes.map(({ target }) => (target.closest ?? (() => null)).call(target, live)
            ?? target.parentElement?.closest(live)));
        for (const region of regions) {
            if (!region || !region.checkVisibility()) continue;
            const text = region.innerText.trim();
            if (text && text !== said.get(region)) announced.push(text);
            said.set(region, text);
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
}"""


def listen(page: Page) -> None:
    """Begin to write down what the page's live regions say."""
    page.evaluate(LISTEN)


def announced(page: Page) -> list[str]:
    """What the live regions have said since `listen`."""
    texts: list[str] = page.evaluate("announced")
    return texts
