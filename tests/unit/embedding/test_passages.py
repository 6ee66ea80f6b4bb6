from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semblance.documents import Passage
from semblance.embedding.passages import MAX_PASSAGES, Chunking, CountTokens, split


async def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


async def characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def run(text: str, budget: int, overlap: int = 0, count: CountTokens = words) -> tuple[Passage, ...]:
    passages, cut = asyncio.run(split(text, count, budget, overlap))
    assert cut == 0
    return passages


def texts(text: str, budget: int, overlap: int = 0, count: CountTokens = words) -> list[str]:
    return [text[p.start : p.end] for p in run(text, budget, overlap, count)]


pieces = st.sampled_from(
    ["# Head\n", "## Sub\n", "Title\n===\n", "```\n", "\n", "\n\n", " ", "One two. ", "Three? ", "字字。",
     "- item\n", "supercalifragilistic", "x", "😀", "\t", "\r\n", "Dr. ", "...", "| a | b |\n", "> quoted\n",
     "\u00a0", "e\u0301"]
)  # fmt: skip
documents = st.lists(pieces, max_size=60).map("".join) | st.text(max_size=200)


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(1, 30), st.integers(0, 40), st.sampled_from([words, characters]))
def test_passages_cover_the_text_in_order_and_fit(
    text: str, budget: int, overlap: int, count: CountTokens
) -> None:
    passages = run(text, budget, min(overlap, budget // 2), count)
    covered = bytearray(len(text))
    for passage in passages:
        assert text[passage.start : passage.end].strip() == text[passage.start : passage.end] != ""
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    assert all(covered[n] or text[n].isspace() for n in range(len(text)))
    assert all(a.start < b.start and a.end < b.end for a, b in pairwise(passages))
    sizes = asyncio.run(count([text[p.start : p.end] for p in passages])) if count is words else []
    assert all(size <= budget for size in sizes)


def test_a_text_that_fits_is_one_passage() -> None:
    text = "# One\n\nA short note.\n\n# Two\n\nIts end.\n"
    assert run(text, 20) == (Passage(0, len(text) - 1, "One"),)
    assert run(" \n\t\n", 20) == ()
    assert run("", 20) == ()


def test_passages_overlap_by_whole_sentences() -> None:
    text = " ".join(f"Sentence number {n} here." for n in range(8))
    assert texts(text, budget=12, overlap=4) == [
        "Sentence number 0 here. Sentence number 1 here. Sentence number 2 here.",
        "Sentence number 2 here. Sentence number 3 here. Sentence number 4 here.",
        "Sentence number 4 here. Sentence number 5 here. Sentence number 6 here.",
        "Sentence number 6 here. Sentence number 7 here.",
    ]


def test_no_overlap_where_none_fits() -> None:
    text = "Only three words. Then nine of them that leave not any room. The end of it."
    assert texts(text, budget=9, overlap=4)[1].startswith("Then nine")


def test_headings_start_passages_and_name_them() -> None:
    text = "\n\n".join(f"# Part {n}\n\n" + "Five words in this sentence. " * 4 for n in range(3))
    passages = run(text, 23, 5)
    assert [p.heading for p in passages] == ["Part 0", "Part 1", "Part 2"]
    assert all(text[p.start : p.end].startswith(f"# {p.heading}") for p in passages)


def test_tiny_sections_share_a_passage_unless_they_are_chapters() -> None:
    body = "Five words in this sentence. " * 8
    text = f"# Book\n\n{body}\n\n## Tiny\n\nAlmost nothing.\n\n## Also tiny\n\nAlmost nothing.\n\n{body}"
    assert [p.heading for p in run(text, 50)] == ["Book", "Also tiny"]
    chapters = text.replace("## ", "# ")
    assert [p.heading for p in run(chapters, 50)] == ["Book", "Tiny", "Also tiny"]


def test_there_is_no_overlap_over_a_heading() -> None:
    text = "# One\n\n" + "Four words stand here. " * 5 + "\n\n# Two\n\n" + "Four words stand there. " * 5
    passages = run(text, 22, overlap=8)
    assert [p.heading for p in passages] == ["One", "Two"]
    assert passages[0].end < passages[1].start


def test_a_tiny_end_reaches_back() -> None:
    text = "Four words in it. " * 10 + "The end comes."
    last = texts(text, budget=20)[-1]
    assert last == "Four words in it. The end comes."


def test_a_sentence_that_is_too_long_is_split_at_words() -> None:
    text = " ".join(f"word{n}" for n in range(100))
    *passages, last = texts(text, budget=10)
    assert text.startswith(" ".join(passages))
    assert text.endswith(last)
    assert len(passages) < 15


CHINESE = "潮水漲起來的時候，岸邊的小船跟著搖晃，船上的人卻不在意，他們知道退潮還要很久，" * 10
JAPANESE = "ブラウザのなかでサーバーを使わずに、ちょっとした計算をしたいときがあって、" * 10
THAI = "ดวงจันทร์ดึงดูดน้ำทะเลให้สูงขึ้น2ครั้งในแต่ละวันเพราะโลกหมุนรอบตัวเอง" * 10


def test_a_chinese_sentence_that_is_too_long_is_split_after_a_comma() -> None:
    passages = texts(CHINESE, budget=100, count=characters)
    assert "".join(passages) == CHINESE
    assert {passage[-1] for passage in passages} == {"，"}


def test_a_few_spaces_in_a_chinese_text_do_not_make_its_passages_short() -> None:
    text = "用 Python 寫的 " + CHINESE.replace("，", "")
    assert len(texts(text, budget=100, count=characters)) <= len(text) / 80


@pytest.mark.parametrize("budget", range(60, 100))
def test_no_passage_begins_where_no_line_may_begin(budget: int) -> None:
    for text in (JAPANESE, THAI):
        passages = texts(text, budget, count=characters)
        assert not {passage[0] for passage in passages}.intersection("ぁっょーッ、。ะาิีึืุูัำๅๆ็่้๊๋์")


def test_a_word_without_end_is_split_at_characters() -> None:
    text = "ab" * 500
    passages = texts(text, budget=100, count=characters)
    assert "".join(passages) == text
    assert len(passages) < 16


def test_a_word_that_the_tokenizer_gives_up_on_does_not_become_one_passage() -> None:
    async def one_each(texts: Sequence[str]) -> list[int]:
        return [1 for _ in texts]

    assert len(texts("x" * 100_000, budget=254, count=one_each)) > 5


def test_what_is_beyond_the_most_passages_is_reported() -> None:
    text = "Four words stand here. " * (MAX_PASSAGES + 500)
    passages, cut = asyncio.run(split(text, words, 4))
    assert len(passages) == MAX_PASSAGES
    assert passages[-1].end + cut == len(text.rstrip())
    assert cut == 500 * len("Four words stand here. ")


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "\n" * 1_000_000, "a " * 500_000, "A. " * 200_000, "# a\n" * 100_000, "字。" * 200_000,
     "```\n" * 100_000, "." * 1_000_000 + "x", '."' * 300_000, "\n " * 500_000, " " * 1_000_000 + "x",
     "=" * 1_000_000, "y\n---\n" * 100_000, "- a\n" * 100_000, "#" * 1_000_000,
     "\t" * 1_000_000 + "\n" + "`" * 100_000],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_the_time_grows_with_the_length_only(text: str) -> None:
    """Ten times the text takes about ten times as long; anything quadratic takes a hundred times."""

    def seconds(text: str) -> float:
        started = time.process_time()
        asyncio.run(split(text, words, 254, 32))
        return time.process_time() - started

    short = min(seconds(text[: len(text) // 10]) for _ in range(3))
    assert any(seconds(text) < 40 * max(short, 0.01) for _ in range(3))  # other work may have made one slow


def test_splitting_gives_way_to_other_tasks() -> None:
    async def race() -> int:
        turns = 0
        task = asyncio.ensure_future(split("Some words here, and more. " * 40_000, words, 254))
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    assert asyncio.run(race()) > 5


def test_chunking_stays_within_the_encoder() -> None:
    assert Chunking(254, 32).within(126) == Chunking(126, 32)
    assert Chunking(254, 32).within(10) == Chunking(10, 5)
    assert Chunking(254, 32).within(512) == Chunking(254, 32)
    assert Chunking(100, 8).fingerprint != Chunking(100, 9).fingerprint
