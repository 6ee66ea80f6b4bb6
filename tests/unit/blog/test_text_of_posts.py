"""What of a post is text: not what stands around it, and nothing twice."""

from __future__ import annotations

import json

import pytest

from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, page


def text(site: Site) -> str:
    (language,) = site.json("index.json")["languages"].values()
    return "\n".join(passage for *_, passage in site.json(language["posts"])["passages"])


@pytest.mark.parametrize(
    "extra",
    [
        "<header><span>By Kim</span><time datetime=2024-05-01>1 May</time></header>",
        "<header><div><span>Posted on 2016-05-08</span> <span>Edited on 2026-11-28</span></div></header>",
        "<div class=post-meta>Posted on 2016-05-08</div>",
        "<p><time datetime=2024-05-01>1 May</time> in <a href=/tags/x/>x</a></p>",
        "<div class=toc><h2>Contents</h2><ul><li><a href=#a>A</a><li><a href=#b>B</a></ul></div>",
        "<ul><li><a href=#a>First part</a><ul><li><a href=#b>Second part</a></ul></ul>",
        "<template><p>Hidden</p></template><div hidden><p>Hidden</p></div>",
        "<p class=last-updated>Last updated on 28 November 2026</p>",
        "<section id=comments><p>What a nice text that is, thank you very much for it, Kim!</p></section>",
    ],
)
def test_what_is_no_text(site: Site, extra: str) -> None:
    site.write("a.html", page("A", body=f"<article><h1>A</h1>{extra}<p>{TEA}</p></article>"))
    assert site.run() == 0
    assert text(site) == f"# A\n\n{TEA}"
    assert site.posts()["a.html"]["excerpt"] == TEA


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ruby>京都<rp>(</rp><rt>きょうと</rt><rp>)</rp></ruby>へ旅行した。", "京都へ旅行した。"),
        (
            "<span class=katex><span class=katex-mathml><math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow>"
            "<annotation encoding=application/x-tex>E=m</annotation></semantics></math></span>"
            "<span class=katex-html aria-hidden=true>E=m</span></span>",
            "E=m",
        ),
        ("<table><tr><td class=gutter><pre>1\n2</pre></td><td><pre>a\nb</pre></td></tr></table>", "a\nb"),
        ("<pre><code><span class=ln>1</span>a = 1</code></pre>", "a = 1"),
        ("<p>Donau\u00addampf\u00adschiff</p>", "Donaudampfschiff"),
    ],
)
def test_what_is_text_once(site: Site, markup: str, expected: str) -> None:
    site.write("a.html", page("A", body=f"<article><h1>A</h1><p>{TEA}</p>{markup}</article>"))
    assert site.run() == 0
    assert text(site) == f"# A\n\n{TEA}\n\n{expected}"


def test_a_header_keeps_its_headings_and_its_lede(site: Site) -> None:
    header = f"<header><h1>A</h1><p>By Kim</p><p>{TIDES} {SAILING}</p></header>"
    site.write("a.html", page("A", body=f"<article>{header}<p>{TEA}</p></article>"))
    assert site.run() == 0
    assert text(site) == f"# A\n\n{TIDES} {SAILING}\n\n{TEA}"


def test_a_page_that_a_script_shows_has_its_text(site: Site) -> None:
    body = f"<div id=app style='display:none'><main><h1>A</h1><p>{TEA}</p></main></div>"
    site.write("a.html", page("A", body=body))
    assert site.run() == 0
    assert text(site) == f"# A\n\n{TEA}"


@pytest.mark.parametrize(
    ("label", "written", "expected"),
    [
        ("pt-BR", TEA, "pt-BR"),
        ("pt-PT", TEA, "pt-PT"),
        ("en-GB", TEA, "en"),
        ("zh-TW", "黑麥粉吸水比小麥多，麵團很黏，烤好的麵包在架子上放一個星期還是濕潤的。", "zh-Hant"),
        ("zh", "黑麦粉吸水比小麦多，面团很黏，烤好的面包在架子上放一个星期还是湿润的。", "zh-Hans"),
        (
            "en",
            "Ржаная мука содержит мало клейковины, поэтому хлеб получается плотным и долго не черствеет.",
            "ru",
        ),
        (
            "en",
            "호밀 가루는 글루텐이 적어서 빵이 무겁고 촘촘하다. 오래 두어도 마르지 않는다. 그리고 시다.",
            "ko",
        ),
        (
            "zh",
            "天然酵母でパンを焼く方法を説明します。毎日小麦粉と水を与えて、暖かい場所に置いてください。",
            "ja",
        ),
        (
            "uk",
            "Ржаная мука содержит мало клейковины, поэтому хлеб получается плотным и долго не черствеет.",
            "uk",
        ),
    ],
)
def test_languages(site: Site, label: str, written: str, expected: str) -> None:
    site.write("a.html", page("", written, lang=label).replace("<h1></h1>", ""))
    assert site.run() == 0
    assert list(site.json("index.json")["languages"]) == [expected]


def test_a_translation_is_no_related_post(site: Site) -> None:
    """Both are in English, by what their pages say."""
    alternates = "<link rel=alternate hreflang=en-GB href=/tea.html><link rel=alternate hreflang=en-US href=/us/tea.html>"
    site.write("tea.html", page("Tea", TEA, head=alternates))
    site.write("us/tea.html", page("Tea", f"{TEA} Y'all.", head=alternates))
    site.write("coffee.html", page("Coffee", COFFEE))
    assert site.run("--threshold", "-1") == 0
    assert site.related("tea") == ["coffee.html"]
    assert len(site.related("coffee")) == 2


def test_repetitions_are_told_by_their_text(site: Site) -> None:
    long = " ".join([TEA, COFFEE, TIDES, SAILING])
    site.write("one.html", page("One", long))
    site.write("again.html", page("One again", long.upper() + " The end."))
    site.write("part-1.html", page("Part 1", long.replace("Green", "White")))
    site.write("part-2.html", page("Part 2", long.replace("Green", "Black")))
    assert site.run("--threshold", "-1") == 0
    assert not {"one.html", "again.html"} & set(site.related("one"))
    assert site.related("part-1")[0] in ("one.html", "part-2.html", "again.html")
    assert "part-2.html" in site.related("part-1")


@pytest.mark.parametrize(
    "content", ["", " \n", "google-site-verification: google01.html", f"<div><p>{TEA}</p></div>"]
)
def test_files_that_are_no_pages_are_no_errors(site: Site, content: str) -> None:
    site.four().write("google01.html", content)
    assert site.run("--inject") == 0
    assert len(site.posts()) == 4


def test_json_of_odd_titles(site: Site) -> None:
    site.four().write("odd.html", page("\u200bOdd\u200b", f"{TEA} Odd."))
    assert site.run() == 0
    assert json.dumps(site.posts()["odd.html"]["title"]) == '"Odd"'
