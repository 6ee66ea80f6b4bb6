"""The arrows between the rooms: who may import whom, which one module touches JavaScript, and that there is no circle."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import grimp
import pytest

PACKAGES = ("semblance", "semblance_build")

# What may know everything: the roots that wire adapters to the core, and the workshop.
ROOTS = (
    "semblance.cli",
    "semblance.commands",
    "semblance.ecosystem",
    "semblance.sql",
    "semblance.wiring",
    "semblance_build",
)
WINGS = ("semblance.browser", "semblance.native", "semblance.blog", "semblance.labs", "semblance.parts")
# A room that is no wing is the core. A wing knows the core and itself, and beside that:
ALSO = {
    "semblance.blog": ("semblance.parts",),  # which fetches and makes what a reader loads
    "semblance.native": ("semblance.parts",),
    # Adapters may know the one wing that they serve.
    "semblance.browser.blog": ("semblance.blog",),
    "semblance.browser.labs": ("semblance.labs",),
    "semblance.browser.pages.labs": ("semblance.labs",),
    "semblance.native.labs": ("semblance.labs",),
}
JAVASCRIPT = ("js", "pyodide", "pyodide_js", "pyscript")
DOOR = "semblance.browser.ffi"
FACE = "semblance"  # the package itself: names for programs, imported when they are asked for
# Other programs, each known to one module alone, which nothing else imports.
FRAMEWORKS = {
    "datasette": "semblance.ecosystem.datasette_plugin",
    "distributed": "semblance.ecosystem.dask_cluster",
    "langchain_core": "semblance.ecosystem.langchain",
    "llm": "semblance.ecosystem.llm_plugin",
    "mcp": "semblance.ecosystem.mcp_server",
    "mkdocs": "semblance.ecosystem.mkdocs_plugin",
    "pelican": "semblance.ecosystem.pelican_plugin",
    "pyarrow": "semblance.ecosystem.parquet",
}
# Commands that import such a module when they are called, and not before.
CALLERS = {
    "semblance.ecosystem.dask_cluster": {"semblance.commands.site"},
    "semblance.ecosystem.mcp_server": {"semblance.commands.agents"},
    "semblance.ecosystem.parquet": {"semblance.commands.writers"},
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """All imports of our packages, those inside functions and under ``TYPE_CHECKING`` too."""
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def arrows(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    """Pairs of modules, the first of which imports the second."""
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            yield module, imported


def place(graph: grimp.ImportGraph, importer: str, imported: str) -> str:
    """Where an import stands, for whoever has to mend it."""
    (details, *_) = graph.get_import_details(importer=importer, imported=imported)
    return f"py/{importer.replace('.', '/')}.py:{details['line_number']}: {details['line_contents']}"


def lies_in(module: str, rooms: tuple[str, ...]) -> str | None:
    """The room of these in which a module lies."""
    return next((room for room in rooms if module == room or module.startswith(f"{room}.")), None)


def allows(importer: str, imported: str) -> bool:
    """Whether an arrow from one of our modules to another goes the right way."""
    if lies_in(importer, ROOTS) or importer == FACE:
        return True
    if lies_in(imported, ROOTS) or imported == FACE:
        return False
    wing = lies_in(imported, WINGS)
    if wing is None or wing == lies_in(importer, WINGS):
        return True
    return any(wing in known for room, known in ALSO.items() if lies_in(importer, (room,)))


def test_imports_go_one_way(graph: grimp.ImportGraph) -> None:
    ours = [(a, b) for a, b in arrows(graph) if b.partition(".")[0] in PACKAGES]
    assert len(ours) > 500
    assert [place(graph, a, b) for a, b in ours if not allows(a, b)] == []


def test_only_one_module_touches_javascript(graph: grimp.ImportGraph) -> None:
    touching = [(a, b) for a, b in arrows(graph) if b.partition(".")[0] in JAVASCRIPT]
    assert {a for a, _ in touching} == {DOOR}, [place(graph, a, b) for a, b in touching if a != DOOR]


def test_only_one_module_knows_each_framework(graph: grimp.ImportGraph) -> None:
    for framework, module in FRAMEWORKS.items():
        importers = [(a, b) for a, b in arrows(graph) if b.partition(".")[0] == framework]
        assert {a for a, _ in importers} == {module}, [place(graph, a, b) for a, b in importers]
        assert graph.find_modules_that_directly_import(module) == CALLERS.get(module, set())


def test_the_command_line_starts_without_other_programs() -> None:
    script = f"import sys; sys.modules.update(dict.fromkeys({list(FRAMEWORKS)})); import semblance.cli, semblance.sql"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_there_is_no_circle(graph: grimp.ImportGraph, capsys: pytest.CaptureFixture[str]) -> None:
    ours = {module for module in graph.modules if module.partition(".")[0] in PACKAGES}
    imports = {module: graph.find_modules_directly_imported_by(module) & ours for module in ours}
    try:
        levels = count_levels(imports)
    except CycleError as error:
        circle = [place(graph, a, b) for a, b in pairwise(reversed(error.args[1]))]
        pytest.fail("\n".join(["a circle of imports:", *circle]))
    with capsys.disabled():
        number = sum(map(len, imports.values()))
        sys.stdout.write(f"\n{len(ours)} modules, {number} arrows, {levels} levels, no circle\n")


def count_levels(imports: Mapping[str, set[str]]) -> int:
    """How many levels the modules lie on: each imports lower ones only."""
    sorter = TopologicalSorter(imports)
    sorter.prepare()
    levels = 0
    while ready := sorter.get_ready():
        sorter.done(*ready)
        levels += 1
    return levels


@pytest.mark.parametrize(
    ("importer", "imported", "right"),
    [
        ("semblance.collection", "semblance.ranking.index", True),
        ("semblance.collection", "semblance.native.store", False),
        ("semblance.collection", "semblance.parts.fetch", False),
        ("semblance.blog.engine", "semblance.parts.fetch", True),
        ("semblance.blog.pipeline", "semblance.native.models", False),
        ("semblance.browser.blog.service", "semblance.blog.ranking", True),
        ("semblance.browser.api", "semblance.blog.ranking", False),
        ("semblance.browser.pages.labs.room", "semblance.labs.messages", True),
        ("semblance.browser.pages.related", "semblance.labs.messages", False),
        ("semblance.wiring", "semblance.native.models", True),
        ("semblance.commands.embed", "semblance.wiring", True),
        ("semblance.library", "semblance.wiring", False),
        ("semblance", "semblance.wiring", True),
        ("semblance.library", "semblance", False),
        ("semblance.native.models", "semblance.ecosystem.spaces", False),
        ("semblance.native.store", "semblance.commands.places", False),
        ("semblance.parts.fetch", "semblance_build.server", False),
    ],
)
def test_the_rules_tell_right_from_wrong(importer: str, imported: str, right: bool) -> None:
    assert allows(importer, imported) is right


def test_levels_are_counted_and_circles_found() -> None:
    assert count_levels({"a": {"b"}, "b": {"c"}, "c": set(), "d": {"c"}}) == 3
    with pytest.raises(CycleError):
        count_levels({"a": {"b"}, "b": {"a"}})
