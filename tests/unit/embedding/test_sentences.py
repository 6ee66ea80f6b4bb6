from __future__ import annotations

import pytest

from semblance.embedding.sentences import segment


def parts(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text)]


def headings(text: str) -> list[tuple[str, int]]:
    return [(s.heading, s.level) for s in segment(text) if s.level]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The first ends here. The second ends!  The third asks?", 3),
        ("Ask Dr. Smith, e.g. about No. 5 and so on. Then leave now.", 2),
        ("J. S. Bach was born in Eisenach. He wrote a lot of music.", 2),
        ("It costs 3.5 euros at example.com today. Quite cheap really.", 2),
        ("See the notes (in the appendix.) Then come back to this.", 2),
        ("“Quoted to the end.” Said the second person in the room.", 2),
        ("Und so weiter, z.B. hier und heute. Der zweite Satz kommt.", 2),
        ("Wait... really? Yes, it is as I said it would be.", 2),
    ],
)
def test_sentences_end_where_people_end_them(text: str, expected: int) -> None:
    assert len(parts(text)) == expected
    assert "".join(parts(text)).replace(" ", "") == text.replace(" ", "")


def test_cjk_sentences_end_without_a_space() -> None:
    text = "今日はとても良い天気ですね。明日もきっと晴れるでしょう！本当にそうでしょうか？"
    assert [part[-1] for part in parts(text)] == ["。", "！", "？"]


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(
            ["麵團放了一夜。", "早上烤箱還沒熱；", "孩子已經醒了！", "今天吃什麼呢？"], id="zh-Hant"
        ),
        pytest.param(
            ["他说：“明天见。”", "然后就走了。", "雨还一直在下……", "我们等了很久。"], id="zh-Hans, quoted"
        ),
        pytest.param(["他說：「明天見。」", "然後就走了，頭也不回。"], id="zh-Hant, quoted"),
        pytest.param(
            ["「明日は来る。」と彼は言った。", "しかし誰も来なかった。"], id="ja, quoted and gone on"
        ),
        pytest.param(["「もう帰るのですか」", "「ええ、遅いので」"], id="ja, a talk without full stops"),
        pytest.param(
            ["长度是３．１４米左右。", "第二段也差不多长．", "就这样结束了吧．"], id="a point in a number"
        ),
        pytest.param(["今天的天氣很好!", "明天會下雨嗎?", "沒有人知道."], id="zh-Hant, narrow marks"),
        pytest.param(["Pythonは1.5倍速い。", "Node.jsも悪くない。"], id="ja with names and numbers"),
        pytest.param(["แมวนอนอยู่บนโต๊ะในครัว", "ส่วนหมาวิ่งเล่นในสวนหลังบ้าน", "ฝนตกหนักมากเมื่อคืนนี้"], id="th"),
        pytest.param(["ราคา 100 บาทต่าง ๆ กันไปในแต่ละร้าน", "แต่ทุกร้านรับบัตร ฯลฯ ได้เสมอ"], id="th, no gap"),
        pytest.param(["هل وصل القطار في موعده؟", "نعم، وصل قبل قليل؛", "لكن المحطة كانت فارغة."], id="ar"),
        pytest.param(["آج موسم بہت اچھا ہے۔", "کل بارش ہو سکتی ہے۔"], id="ur"),
        pytest.param(["मुझे किताबें पढ़ना पसंद है।", "कल मैं पुस्तकालय गया था।"], id="hi"),
    ],
)
def test_sentences_end_where_readers_of_their_script_end_them(sentences: list[str]) -> None:
    gap = " " if sentences[0].isascii() or not any("\u3000" <= c <= "\uffff" for c in sentences[0]) else ""
    assert parts(gap.join(sentences)) == sentences


def test_a_short_chinese_sentence_stands_alone_where_a_short_english_one_does_not() -> None:
    assert parts("今天很冷嗎？是的，很冷。") == ["今天很冷嗎？", "是的，很冷。"]
    assert parts("Is it? Yes, it is.") == ["Is it? Yes, it is."]


def test_very_short_sentences_go_with_what_follows() -> None:
    assert parts("No. Yes. Well, that is a longer answer. And another one.") == [
        "No. Yes. Well, that is a longer answer.",
        "And another one.",
    ]


def test_list_items_and_paragraphs_are_apart_but_wrapped_lines_are_not() -> None:
    text = "A paragraph that\nis wrapped at\nsome width\n\n- one item of a list\n- another of it\n1. and one"
    assert parts(text) == [
        "A paragraph that\nis wrapped at\nsome width",
        "- one item of a list",
        "- another of it",
        "1. and one",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\n\ntext\n\n## Two ##\n", [("One", 1), ("Two", 2)]),
        ("Title\n=====\n\nSub\n---\ntext", [("Title", 1), ("Sub", 2)]),
        ("# Windows\r\n\r\ntext\r\n\r\nSub\r\n===\r\n", [("Windows", 1), ("Sub", 1)]),
        ("   ### Indented by three\n    # code", [("Indented by three", 3)]),
        ("#\n", [("", 1)]),
        ("#hashtag\n####### seven", []),
        ("a paragraph of\ntwo lines\n---\nand a rule", []),
        ("---\n\n---\n", []),
        ("```\n# a comment\n```\n# Real\n", [("Real", 1)]),
        ("~~~~ py\n# no\n~~~\n```\n# no\n~~~~\n# yes", [("yes", 1)]),
        ("```\n# never closed\n\n# so all is code", []),
    ],
)
def test_headings(text: str, expected: list[tuple[str, int]]) -> None:
    assert headings(text) == expected


def test_what_follows_a_heading_knows_it() -> None:
    text = "before it all\n# One\nin the first\n\n```\ncode in the first\n```\nTwo\n===\nin the second"
    assert [s.heading for s in segment(text)] == ["", "One", "One", "One", "One", "Two", "Two"]


def test_lines_of_code_are_segments() -> None:
    text = "```python\nfirst = function(1)\n\nsecond = function(2. )\n```"
    assert parts(text) == ["```python\nfirst = function(1)", "second = function(2. )", "```"]


def test_a_text_without_any_end_is_cut_at_words() -> None:
    text = "word " * 10_000
    assert all(part.startswith("word") and part.endswith("word") for part in parts(text))
    assert len(parts(text)) > 1
