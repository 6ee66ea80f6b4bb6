"""A site in languages that the model of English does not know: related by another model, searched by words alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes import FakeEncoder
from semblance import wiring
from semblance.parts.paths import ROOT
from semblance.ports import Encoders
from unit.blog.reader_index import ReaderIndex
from unit.blog.support import TEA, TIDES, Site, page

NOTES = json.loads((ROOT / "tests" / "data" / "notes" / "zh-Hant.json").read_text(encoding="utf-8"))


@pytest.fixture
def multilingual(encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The model for what the first does not know."""
    encoder.languages = ["en"]
    fake = FakeEncoder("multilingual", budget=64)

    async def load() -> Encoders:
        return Encoders(fake)

    monkeypatch.setattr(wiring, "load_multilingual", load)
    return fake


def test_each_language_has_the_model_that_knows_it(
    site: Site, encoder: FakeEncoder, multilingual: FakeEncoder
) -> None:
    for name, text in {"tea": TEA, "sea": TIDES}.items():
        site.write(f"posts/{name}/index.html", page(name, text))
    chinese = {
        "moon": "月亮 牽引 海水 所以 每天 漲潮 兩次 這是 引力 讓 海水 動 起來 的 結果",
        "tide": "海水 跟著 月亮 每天 漲落 兩次 這裡 沒有 風浪 也 會 這樣 是 引力 的 結果",
    }
    for name, text in chinese.items():  # whose script says more than the label
        site.write(f"posts/{name}/index.html", page(name, text, lang="en-us"))
    assert site.run("--quiet") == 0
    assert not any("月亮" in text for text in encoder.encoded)
    assert multilingual.encoded
    assert all("月亮" in text for text in multilingual.encoded)
    assert site.related("posts/moon") == ["posts/tide/"]
    languages = site.json("index.json")["languages"]
    (zh,) = set(languages) - {"en"}
    assert "vectors" in languages["en"]
    assert "vectors" not in languages[zh]
    chinese_index = ReaderIndex(site.root / "semblance" / languages[zh]["reader"])
    assert {path.name for path in chinese_index.folder.iterdir()} == {"catalogue.smbr", "words", "posts"}
    assert [chinese_index.post(number)["url"] for number in range(2)] == ["posts/moon/", "posts/tide/"]
    assert chinese_index.having("月亮").keys() == {0, 1}
    assert chinese_index.having("來").keys() == {0}  # the last of its run, so no pair begins with it
    assert set(site.posts()) == {"posts/moon/", "posts/tide/", "posts/tea/", "posts/sea/"}

    encoder.encoded.clear()
    multilingual.encoded.clear()
    assert site.run("--quiet") == 0
    assert encoder.encoded == multilingual.encoded == []


def test_a_site_in_another_language_needs_no_teachers(
    site: Site, multilingual: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forbidden() -> None:
        raise AssertionError("the tokenizer was loaded")

    monkeypatch.setattr(wiring, "load_tokenizer", forbidden)
    for topic, texts in NOTES.items():
        site.write(f"posts/{topic}/index.html", page(topic, "。".join(texts), lang="zh-TW"))
    assert site.run("--quiet", engine=False) == 0
    (about,) = site.json("index.json")["languages"].values()
    assert about["count"] == len(NOTES)
    index = ReaderIndex(site.root / "semblance" / about["reader"])
    assert (index.dims, len(index.centres), index.passages) == (0, 0, [1] * len(NOTES))


def test_a_chinese_site_relates_notes_of_one_topic(tmp_path: Path) -> None:
    """With the real models. The posts have the notes as texts, and titles that say nothing."""
    site = Site(tmp_path / "public")
    topics = {}
    for topic, texts in NOTES.items():
        for number, text in enumerate(texts):
            topics[f"posts/{topic}-{number}/"] = topic
            site.write(f"posts/{topic}-{number}/index.html", page(f"筆記 {len(topics)}", text, lang="zh-TW"))
    assert site.run("--no-search", "--min-words", "3", "--quiet") == 0
    nearest = {post: site.related(post.rstrip("/")) for post in topics}
    same = [post for post, related in nearest.items() if related and topics[related[0]] == topics[post]]
    assert len(same) >= 25
