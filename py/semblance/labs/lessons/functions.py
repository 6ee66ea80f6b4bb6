"""Lab 10: searching code by what it does."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

from semblance.labs.figures import Bars, Figure, Note, Plain, Table
from semblance.labs.lesson import Choice, Demo, Exercise, Files, Lesson, Names, Text
from semblance.labs.lessons import functions_example
from semblance.labs.lessons.functions_files import FORMATS, SUFFIXES, read_files, write
from semblance.labs.tools import Tools
from semblance.ranking.vectors import top_k

SHOWN = 5
MOST_FUNCTIONS = 2_000
MOST_ERRORS = 20
PASTED = "pasted.py"

CLEAR = '''\
def fee(loan, today, per_day=0.5, most=10.0):
    """The money that a member owes for keeping a thing past its date."""
    days = max(0, (today - loan.due).days)
    return min(days * per_day, most)'''

BARE = """\
def fee(loan, today, per_day=0.5, most=10.0):
    days = max(0, (today - loan.due).days)
    return min(days * per_day, most)"""

OBSCURE = """\
def f(a, b, c=0.5, m=10.0):
    d = max(0, (b - a.x).y)
    return min(d * c, m)"""

QUESTION = "how much must somebody pay for being late?"

Given = Sequence[tuple[str, bytes]]


async def show_search(
    tools: Tools, question: str, files: Given, pasted: str, format: str
) -> Sequence[Figure]:
    """The functions of files, those that fit a question first, and all of them as symbex would write them."""
    given = [*files, (PASTED, pasted.encode())] if pasted.strip() else list(files)
    functions, errors = read_files(given)
    problems = [[error.said()] for error in errors[:MOST_ERRORS]]
    figures: list[Figure] = [Table("problems", ("problem",), problems)] if problems else []
    if not functions:
        return [Note("nothing"), *figures]
    searched = functions[:MOST_FUNCTIONS]
    (query,) = await tools.encode([question])
    scores = await tools.encode([dedent(function.code) for function in searched]) @ query
    best = top_k(scores, SHOWN)
    rows = [[float(scores[i]), searched[i].id, searched[i].name] for i in best]
    return [
        Note("searched", {"count": len(searched), "all": len(functions), "files": len(given)}),
        *figures,
        Table("found", ("cosine", "id", "function"), rows),
        Plain("best", dedent(searched[best[0]].code)),
        Plain("export", write(functions, format), f"functions.{format}"),
    ]


async def show_names(tools: Tools, question: str, clear: str, bare: str, obscure: str) -> Sequence[Figure]:
    """The cosine of a question with the same function: as it is, without its docstring, and without its names."""
    scores = await tools.encode([clear, bare, obscure]) @ (await tools.encode([question]))[0]
    return [Bars("versions", ("A", "B", "C"), {"cosine": scores.tolist()})]


async def _example(tools: Tools) -> Names:
    return {"source": functions_example.SOURCE}


def _has_methods(names: Names) -> bool:
    return list(names["found"]) == ["Desk.__init__", "Desk.lend", "Desk.take_back", "Desk.reserve"]


def _has_undocumented(names: Names) -> bool:
    return sorted(names["undocumented"]) == ["__init__", "clean_phone", "distance", "title"]


def _finds_fee(names: Names) -> bool:
    functions = names["functions"]
    return len(functions) == 13 and str(functions[int(names["scores"].argmax())]).lstrip().startswith(
        "def fee("
    )


_WALK = """\
import ast

tree = ast.parse(source)  # `source` is the example file
"""

LESSON = Lesson(
    name="functions",
    seeds=("willison-code",),
    demos=(
        Demo(
            "search",
            (
                Text("question", QUESTION),
                Files(
                    "files",
                    ",".join(SUFFIXES),
                    ((functions_example.NAME, functions_example.SOURCE.encode()),),
                ),
                Text("pasted", "", lines=4),
                Choice("format", FORMATS),
            ),
            show_search,
        ),
        Demo(
            "names",
            (
                Text("question", QUESTION),
                Text("clear", CLEAR, lines=4),
                Text("bare", BARE, lines=3),
                Text("obscure", OBSCURE, lines=3),
            ),
            show_names,
        ),
    ),
    cell="""\
import ast

functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
vectors = await encode([ast.get_source_segment(source, node) for node in functions])
(query,) = await encode(["queue up for something that is not available"])

scores = vectors @ query
for i in scores.argsort()[::-1][:3]:
    print(f"{scores[i]:.2f} lending.py:{functions[i].lineno} {functions[i].name}")
len(functions)
""",
    exercises=(
        Exercise(
            "methods",
            start=f"""\
{_WALK}desk = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Desk")
found = [desk.name]  # make it the names of its methods: "Desk.lend" and so on
""",
            solution=f"""\
{_WALK}desk = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Desk")
found = [f"{{desk.name}}.{{node.name}}" for node in desk.body if isinstance(node, ast.FunctionDef)]
""",
            check=_has_methods,
        ),
        Exercise(
            "undocumented",
            start=f"""\
{_WALK}undocumented = []  # the names of all functions that have no docstring
""",
            solution=f"""\
{_WALK}functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
undocumented = [node.name for node in functions if ast.get_docstring(node) is None]
""",
            check=_has_undocumented,
        ),
        Exercise(
            "search",
            start=f"""\
{_WALK}functions = [ast.get_source_segment(source, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
vectors = await encode(functions)
(query,) = await encode(["telephone"])  # search for what `fee` does, without its own words
scores = vectors @ query
print(functions[scores.argmax()])
""",
            solution=f"""\
{_WALK}functions = [ast.get_source_segment(source, node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
vectors = await encode(functions)
(query,) = await encode(["how much must somebody pay for being late?"])
scores = vectors @ query
print(functions[scores.argmax()])
""",
            check=_finds_fee,
        ),
    ),
    names=_example,
)
