"""The map of the tree names what is there, and every room of the package."""

from __future__ import annotations

import pytest

from docs.pages import Block, blocks
from semblance.parts.paths import PACKAGE, ROOT

TOP = ("py/semblance/", "py/semblance_build/", "static/", "models/", "tests/", "docs/")


def places(block: Block) -> list[str]:
    """The paths that the map names; what is indented lies in the package, modules by their names alone."""
    found = []
    for line in block.code.splitlines():
        names = line.strip().split("  ")[0].split() if line.startswith("  ") and "/" in line[:22] else []
        if not line.startswith(" "):
            found.append(line.split()[0])
        elif names:
            found.append(f"py/semblance/{names[0]}")
        else:
            head = (
                line.strip().split("     ")[0]
                if "     " in line.strip()
                else line.strip().split("        ")[0]
            )
            found += [f"py/semblance/{module}.py" for module in head.split()]
    return found


@pytest.mark.parametrize("block", blocks("text"), ids=str)
def test_the_map_is_true(block: Block) -> None:
    named = places(block)
    missing = [place for place in named if not (ROOT / place).exists()]
    assert missing == []
    rooms = {f"py/semblance/{init.parent.name}/" for init in PACKAGE.glob("*/__init__.py")}
    assert rooms <= set(named)
    assert set(TOP) - {"static/"} <= set(named)
