"""A site in languages that the model of English does not know: another model relates and teaches it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEncoder
from semblance import wiring
from semblance.arrays import FloatArray
from semblance.parts.paths import ROOT
from semblance.ports import Encoders
from unit.blog.fake_tokenizer import FakeUnigram
from unit.blog.reader_index import ReaderIndex
from unit.blog.support import TEA, TIDES, Site, page

NOTES = json.loads((ROOT / "tests" / "data" / "notes" / "zh-Hant.json").read_text(encoding="utf-8"))


CHINESE = {
    "moon": "月亮 牽引 海水 所以 每天 漲潮 兩次 這是 引力 讓 海水 動 起來 的 結果",
    "tide": "海水 跟著 月亮 每天 漲落 兩次 這裡 沒有 風浪 也 會 這樣 是 引力 的 結果",
}


class PiecesEncoder(FakeEncoder):
    """Texts are alike by the pieces that they share."""

    def __init__(self, tokenizer: FakeUnigram) -> None:
        super().__init__("multilingual", budget=64)
        self._tokenizer = tokenizer

    def _bag(self, text: str) -> FloatArray:
        return super()._bag(" ".join(self._tokenizer.cut(text)))


@pytest.fixture
def multilingual(encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    """The model for what the first does not know, and its tokenizer."""
    encoder.languages = ["en"]
    tokenizer = FakeUnigram(" ".join([*CHINESE.values(), "茶葉 lemonade"]))
    fake = PiecesEncoder(tokenizer)

    async def load(threads: int = 0) -> Encoders:
        return Encoders(fake)

    async def load_tokenizer() -> FakeUnigram:
        return tokenizer

    monkeypatch.setattr(wiring, "load_multilingual", load)
    monkeypatch.setattr(wiring, "load_multilingual_tokenizer", load_tokenizer)
    return fake


def test_each_language_has_the_model_that_knows_it(
    site: Site, encoder: FakeEncoder, multilingual: FakeEncoder
) -> None:
    for name, text in {"tea": TEA, "sea": TIDES}.items():
        site.write(f"posts/{name}/index.html", page(name, text))
    for name, text in CHINESE.items():  # whose script says more than the label
        site.write(f"posts/{name}/index.html", page(name, text, lang="en-us"))
    assert site.run("--quiet") == 0
    assert not any("月亮" in text for text in encoder.encoded)
    assert multilingual.encoded
    assert not any("Green tea" in text for text in multilingual.encoded)
    assert site.related("posts/moon") == ["posts/tide/"]
    languages = site.json("index.json")["languages"]
    (zh,) = set(languages) - {"en"}
    assert "vectors" in languages["en"]
    assert "vectors" not in languages[zh]
    chinese_index = ReaderIndex(site.root / "semblance" / languages[zh]["reader"])
    tokens = ["\u2581", *chinese_index.common, *chinese_index.own]
    scores = dict(zip(tokens, chinese_index.scores, strict=True))
    assert {"海水", "引力", "漲落"} <= scores.keys()
    assert scores["海水"] == pytest.approx(-8, abs=0.05)
    assert "茶葉" not in scores
    assert chinese_index.row("茶葉") is not None
    (query,) = asyncio.run(multilingual.encode(["漲落 風浪"]))
    table = chinese_index.row("漲落") + chinese_index.row("風浪")
    assert table @ query / np.linalg.norm(table) > 0.6
    assert max(chinese_index.similar(table / np.linalg.norm(table)))[1] == 1
    assert [chinese_index.post(number)["url"] for number in range(2)] == ["posts/moon/", "posts/tide/"]
    assert chinese_index.having("月亮").keys() == {0, 1}
    assert chinese_index.having("來").keys() == {0}  # the last of its run, so no pair begins with it
    assert set(site.posts()) == {"posts/moon/", "posts/tide/", "posts/tea/", "posts/sea/"}

    encoder.encoded.clear()
    multilingual.encoded.clear()
    assert site.run("--quiet") == 0
    assert encoder.encoded == multilingual.encoded == []


def test_a_site_in_another_language_needs_no_teachers_of_english(
    site: Site, multilingual: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forbidden() -> None:
        raise AssertionError("the tokenizer was loaded")

    monkeypatch.setattr(wiring, "load_tokenizer", forbidden)
    for name, text in CHINESE.items():
        site.write(f"posts/{name}/index.html", page(name, text, lang="zh-TW"))
    assert site.run("--quiet", engine=False) == 0
    (about,) = site.json("index.json")["languages"].values()
    assert about["count"] == len(CHINESE)


def test_a_language_of_which_the_model_knows_no_token_is_searched_by_words_alone(
    site: Site, multilingual: FakeEncoder
) -> None:
    for topic, texts in NOTES.items():
        thai = "".join(chr(0x0E01 + ord(character) % 40) for character in "".join(texts))
        site.write(f"posts/{topic}/index.html", page("", f"{thai} {thai}", lang="th"))
    assert site.run("--quiet", "--min-words", "1", engine=False) == 0
    (about,) = site.json("index.json")["languages"].values()
    index = ReaderIndex(site.root / "semblance" / about["reader"])
    assert (index.centres.shape, index.passages) == ((0, 0), [1] * len(NOTES))


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
    assert len(same) >= 27
