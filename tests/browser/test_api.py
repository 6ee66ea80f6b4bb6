"""The public JavaScript API: every method, and the same ids and scores as CPython gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from aio import run
from browser.app import AppPage
from browser.watch import Watch
from fakes import make_library
from semblance.collection import Collection
from semblance.documents import Document
from semblance.storage.memory import MemoryStore

NOTES = {
    "tides": "The moon pulls the sea, and twice a day the water comes in.",
    "bread": "Let the dough rise overnight in a cool place.",
    "trains": "The night train leaves at ten and arrives before breakfast.",
    "long": "\n\n".join(
        f"# Part {n}\n\n" + "A long walk along the coast, past rocks and gulls. " * 30 for n in range(4)
    ),
}


@pytest.fixture
def blank(context: BrowserContext, site: str, watch: Watch) -> Page:
    """A page of somebody else on the same site, without the app."""
    page = context.new_page()
    watch.watch(page)
    page.goto(site + "blank.html")
    return page


def test_every_method_of_the_api(blank: Page) -> None:
    answer = blank.evaluate(
        """async (notes) => {
            const { semblance } = await import("./static/js/semblance.js");
            const ready = await semblance.ready;
            const c = await semblance.collection("notes");
            const item = ([id, content]) => ({ id, content, metadata: { of: id, nothing: null } });
            const items = Object.entries(notes).map(item);
            const seen = [];
            const first = await c.embedMulti(items, { onProgress: (p) => seen.push(p.done) });
            items[0].content += " And out.";
            const blob = new File(["# A file\\n\\nFrom a blob."], "file.md");
            const second = await c.embedMulti([...items, { id: "file", blob }, { id: "empty", content: " " }]);
            const similar = await c.similar("moon and sea", { number: 2 });
            const byId = await c.similarById("tides", { number: 10 });
            const ids = await c.ids();
            await c.delete(["bread"]);
            const count = await c.count();
            const listed = await semblance.collections();
            const similarity = await semblance.similarity("a dog", "a puppy");
            await c.drop();
            const after = await semblance.collections();
            return { ready, first, second, seen, similar, byId, ids, count, listed, similarity, after };
        }""",
        NOTES,
    )
    assert answer["ready"]["textModel"] == "all-MiniLM-L6-v2"
    assert answer["ready"]["imageModel"] == "semblance-vision-lite0"
    assert answer["first"] == {"added": 4, "changed": 0, "unchanged": 0, "failed": []}
    assert answer["seen"][-1] == 4
    second = answer["second"]
    assert (second["added"], second["changed"], second["unchanged"]) == (1, 1, 3)
    assert [failure["id"] for failure in second["failed"]] == ["empty"]
    assert second["failed"][0]["error"]["type"] == "EmptyDocument"
    assert set(answer["similar"][0]) == {"id", "score", "content", "metadata"}
    assert answer["similar"][0]["id"] == "tides"
    assert answer["similar"][0]["metadata"] == {"of": "tides", "nothing": None}
    assert len(answer["similar"]) == 2
    assert "tides" not in [match["id"] for match in answer["byId"]]
    assert answer["ids"] == sorted([*NOTES, "file"])
    assert answer["count"] == 4
    (listed,) = answer["listed"]
    assert listed == {"name": "notes", "model": "all-MiniLM-L6-v2", "count": 4, "dims": 384}
    assert 0.5 < answer["similarity"] < 1
    assert answer["after"] == []


def test_errors_have_a_type_a_message_and_a_place(blank: Page) -> None:
    error = blank.evaluate(
        """async () => {
            const { semblance } = await import("./static/js/semblance.js");
            const c = await semblance.collection("notes");
            return c.similarById("nobody").catch(({ type, message, where }) => ({ type, message, where }));
        }"""
    )
    assert error["type"] == "UnknownItem"
    assert error["where"] == "nobody"
    assert "nobody" in error["message"]


def test_a_wrong_argument_is_named(blank: Page) -> None:
    wrong = {
        "semblance.collection(undefined)": "`name` must be a text that is not blank",
        "semblance.collection('  ')": "`name` must be a text that is not blank",
        "c.embedMulti([{ id: 'a', content: 'b' }, null])": "`items[1]` must be an object",
        "c.embedMulti('a text')": "`items` must be a list",
        "c.embedMulti([], { onProgress: 5 })": "`onProgress` must be a function",
        "c.similar('a', { number: -1 })": "`number` must be a whole number",
        "c.search('a', { number: '10' })": "`number` must be a whole number",
        "c.similarById(7)": "`id` must be a text",
        "c.delete(['a', null])": "`ids[1]` must be a text",
    }
    for call, expected in wrong.items():
        message = blank.evaluate(
            f"""async () => {{
                const {{ semblance }} = await import("./static/js/semblance.js");
                const c = await semblance.collection("notes");
                return {call}.then(() => "no error", (error) => `${{error.type}}: ${{error.message}}`);
            }}"""
        )
        assert message.startswith(f"BadArgument: {expected}"), call


def test_a_run_can_be_aborted(blank: Page) -> None:
    name, count, again = blank.evaluate(
        """async () => {
            const { semblance } = await import("./static/js/semblance.js");
            const c = await semblance.collection("notes");
            const item = (_, i) => ({ id: String(i), content: `Note ${i} about the sea. `.repeat(30) });
            const items = Array.from({ length: 300 }, item);
            const controller = new AbortController();
            const onProgress = ({ done }) => done > 0 && controller.abort();
            const error = await c.embedMulti(items, { onProgress, signal: controller.signal }).catch((error) => error);
            const count = await c.count();
            return [error.name, count, await c.embedMulti(items.slice(0, 1))];
        }"""
    )
    assert name == "AbortError"
    assert 0 < count < 300
    assert again["unchanged"] == 1


def test_the_app_shows_what_the_api_adds(app: AppPage) -> None:
    app.page.evaluate(
        "async () => { const c = await window.semblance.collection('notes');"
        " await c.embedMulti([{ id: 'x', content: 'A note about the tides' }]); }"
    )
    expect(app.page.get_by_role("list", name="Items")).to_contain_text("x")


def test_ids_and_scores_are_those_of_cpython(blank: Page, text_model_folder: Path) -> None:
    from semblance.native.models import load_text_encoder

    queries = ["moon and sea", "baking", "a seaside hike"]
    in_browser = blank.evaluate(
        """async ([notes, queries]) => {
            const { semblance } = await import("./static/js/semblance.js");
            const c = await semblance.collection("parity");
            await c.embedMulti(Object.entries(notes).map(([id, content]) => ({ id, content })));
            const short = (matches) => matches.map(({ id, score }) => [id, score]);
            const found = await Promise.all(queries.map(async (query) => short(await c.similar(query))));
            return [...found, short(await c.similarById("long"))];
        }""",
        [NOTES, queries],
    )

    async def natively() -> list[list[tuple[str, float]]]:
        encoder = await load_text_encoder(text_model_folder)
        collection: Collection = await make_library(MemoryStore(), encoder).collection("parity")
        await collection.embed_multi([Document(id, content) for id, content in NOTES.items()])
        found = [await collection.similar(query) for query in queries]
        return [
            [(m.id, m.score) for m in matches] for matches in [*found, await collection.similar_by_id("long")]
        ]

    for theirs, ours in zip(in_browser, run(natively()), strict=True):
        assert [id for id, _ in theirs] == [id for id, _ in ours]
        assert [score for _, score in theirs] == pytest.approx([score for _, score in ours], abs=2e-3)


def test_items_without_an_id_never_take_each_others_place(blank: Page) -> None:
    reports, ids, again = blank.evaluate(
        """async () => {
            const { semblance } = await import("./static/js/semblance.js");
            const notes = await semblance.collection("nameless");
            const add = (content) => notes.embedMulti([{ content }]);
            const picture = new Blob(["a text, in a file without a name"], { type: "text/plain" });
            const reports = [await add("The moon pulls the sea."), await add("Let the dough rise.")];
            reports.push(await notes.embedMulti([{ blob: picture }]));
            const ids = await notes.ids();
            return [reports, ids, await add("The moon pulls the sea.")];
        }"""
    )
    assert [(report["added"], report["failed"]) for report in reports] == [(1, [])] * 3
    assert len(set(ids)) == 3
    assert again["unchanged"] == 1
