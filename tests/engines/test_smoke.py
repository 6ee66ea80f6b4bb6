"""The ways through the app that everybody takes, in Firefox and WebKitGTK; Chromium takes part in all other tests."""

from __future__ import annotations

import base64
from pathlib import Path

from data import photos
from engines.conftest import NOTES, Filled

MULTILINGUAL = """async ([code]) => {
    const { interpreter } = await import("./static/js/interpreter.js");
    return JSON.parse(await (await interpreter).runPythonAsync(code));
}"""
CHINESE = """
import json
from semblance.browser.start import running
from semblance.documents import Document
texts = {
    "面包": "面团要揉到光滑，盖上湿布，放在温暖的地方发酵一夜。",
    "雨燕": "雨燕回来了，黄昏时成群掠过屋顶，叫声尖利。",
    "潮汐": "月亮的引力让海水每天涨落两次。",
}
collection = await running().collection("中文", model="multilingual-e5-small")
report = await collection.embed_multi([Document(name, text) for name, text in texts.items()])
queries = ["烤箱里的点心", "birds in the evening"]
found = [(await collection.similar(query, number=1))[0].id for query in queries]
await running().drop("中文")
json.dumps([report.added, found])
"""


# What is drawn of the map: its summary, how many colours its canvas has, and how many places UMAP finds in its worker.
MAP = """async () => {
    const { umap } = await import("./static/js/maps/maps.js");
    const until = async (isSo) => {
        while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    location.hash = "map";
    const status = document.getElementById("map-status");
    await until(() => /clusters\\.$/.test(status.textContent));
    const canvas = document.getElementById("map-canvas");
    const colours = () => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    };
    await until(() => colours() > 10);
    const vectors = Float32Array.from({ length: 40 * 8 }, (_, i) => Math.sin(i * i));
    const clusters = document.querySelectorAll("#map-clusters li").length;
    return [status.textContent, clusters, (await umap(vectors, 40, 8, 10)).length];
}"""


def names(results: list[tuple[str, float]]) -> list[str]:
    return [Path(id).name for id, _ in results]


def texts(results: list[tuple[str, float]]) -> list[str]:
    """Those in the list of texts, which stands below the row of photos."""
    return [name for name in names(results) if not name.endswith(".jpg")]


def test_files_photos_and_pasted_texts_are_embedded(filled: Filled) -> None:
    assert filled.reports == ["3 added", "2 added", "1 added"]


def test_documents_are_found_by_meaning(filled: Filled) -> None:
    assert texts(filled.app.search("why the ocean rises and falls"))[0] == "tides.md"
    assert texts(filled.app.search("baking"))[0] == "bread.txt"
    assert texts(filled.app.search("insects"))[0] == "Bees"


def test_photos_are_found_by_words(filled: Filled) -> None:
    found = names(filled.app.search("a photo of a dog"))
    assert found.index(filled.photos["dog"]) < found.index(filled.photos["beach"])
    found = names(filled.app.search("a sandy beach by the sea"))
    assert found.index(filled.photos["beach"]) < found.index(filled.photos["dog"])


def test_neighbours_of_an_item(filled: Filled) -> None:
    found = names(filled.app.pick("Trains"))
    assert "trains.html" not in found
    assert len(found) == len(NOTES) + 2


def test_everything_is_there_after_a_reload(filled: Filled) -> None:
    before = filled.app.search("why the ocean rises and falls")
    filled.app.reload()
    assert filled.app.search("why the ocean rises and falls") == before
    shown = """async () => {
        const pictures = [...document.querySelectorAll(".results img")];
        await Promise.all(pictures.map((one) => one.decode()));
        return pictures.length;
    }"""
    assert filled.app.evaluate(shown) == 2


def test_the_javascript_api(filled: Filled) -> None:
    dogs = photos.some(2, photos.clear("dog"))
    answer = filled.app.evaluate(
        """async (photos) => {
            const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            const blobs = photos.map((text) => new Blob([bytes(text)], { type: "image/jpeg" }));
            const { threads, imageModel } = await semblance.ready;
            const c = await semblance.collection("from JavaScript");
            const items = [
                { id: "tides", content: "The moon pulls the sea." },
                { id: "dog", blob: blobs[0], metadata: { price: 3 } },
                { id: "bad", blob: new Blob(["no"], { type: "image/png" }) },
            ];
            const { added, failed } = await c.embedMulti(items);
            const [byText] = await c.similar("water", { number: 1 });
            const [byPhoto] = await c.similar(blobs[1], { number: 1 });
            await c.drop();
            const firefox = navigator.userAgent.includes("Firefox/");
            return { firefox, threads, imageModel, added, failed, byText, byPhoto };
        }""",
        [base64.b64encode(photos.data_of(row)).decode() for row in dogs],
    )
    assert (answer["threads"] > 1) is not answer["firefox"]
    assert (answer["added"], [failure["id"] for failure in answer["failed"]]) == (2, ["bad"])
    assert answer["byText"]["id"] == "tides"
    assert answer["byPhoto"]["id"] == "dog"
    assert answer["byPhoto"]["metadata"] == {"price": 3}


def test_a_chinese_collection_is_embedded_and_searched(filled: Filled) -> None:
    """With the multilingual model, whose words are loaded by need."""
    assert filled.app.evaluate(MULTILINGUAL, [CHINESE]) == [3, ["面包", "雨燕"]]


def test_the_map_is_drawn(filled: Filled) -> None:
    assert filled.app.evaluate(MAP) == ["6 items in 2 clusters.", 2, 80]
