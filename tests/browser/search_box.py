"""A blog's search box for tests in all engines, whose drivers have no words in common: a function in the page uses it."""

from __future__ import annotations

import re

STARTED = '<p id="startup" hidden></p>'
"""What all drivers wait for, which the app has."""

SEARCH = """async (query) => {
    const later = () => new Promise((resolve) => setTimeout(resolve, 20));
    const element = document.querySelector("semantic-search");
    while (!element.shadowRoot) await later();
    const part = (name) => element.shadowRoot.querySelector(`[part=${name}]`);
    part("input").dispatchEvent(new FocusEvent("focus"));
    while (!/\\d/.test(part("note").textContent)) await later();
    part("input").value = query;
    part("input").dispatchEvent(new Event("input"));
    const isDone = () => part("status").textContent.includes(query) && part("results").getAttribute("aria-busy") === "false";
    while (!isDone()) await later();
    return [...part("results").querySelectorAll("a")].map((link) => link.textContent);
}"""
"""Types a query and gives the titles of the results."""


def with_box(html: str, root: str) -> str:
    """A page of any site with the search box at its end, and without styles of other hosts.

    `root` is the address of the site's root as the page has it.
    """
    script = f'<script src="{root}semblance/semantic-search.js" async></script>'
    box = f"{STARTED}{script}<semantic-search filters></semantic-search></body>"
    icon = '<link rel="icon" href="data:,">'  # or browsers complain of its absence
    own = re.sub(r'<link rel="stylesheet" href="https:[^>]*>', "", html)
    return box.join(own.replace("</head>", f"{icon}</head>", 1).rsplit("</body>", 1))
