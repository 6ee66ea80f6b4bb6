"""What readers find by words in blogs of all scripts, whatever language their pages are labelled with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.blog import BASE, CSP, page, write
from browser.watch import Watch
from semblance.parts.paths import ROOT
from semblance_build.server import serving

# Title and text of each post, by language as its page says it, which is not always right. Each is searched with those of the
# language that it is in.
POSTS = {
    "de": [
        (
            "Fahrt",
            "Die Donau\u00addampf\u00adschiff\u00adfahrt begann früh, und die Zug\u200bverbindung nach Linz war an diesem "
            "Tag besser als sonst.",
        ),
        ("Brot", "Der Teig ruht über Nacht im Kühlen, und am Morgen backt man ihn auf heißem Stein."),
    ],
    "hi": [
        ("किताब", "मुझे हिन्दी में किताब पढ़ना पसंद है और हर शाम एक नई कहानी शुरू करता हूँ जब तक नींद न आए।"),
        ("रोटी", "आटा पानी और नमक मिलाकर रात भर रख दो और सुबह गरम पत्थर पर रोटी सेंक लो बस इतना।"),
    ],
    "ar": [
        ("السَّفَر", "سَافَرْتُ بِالقِطَارِ لَيْلًا إِلَى المَدِينَةِ القَدِيمَةِ وَوَصَلْتُ مَعَ الفَجْرِ قَبْلَ أَنْ تَفْتَحَ الأَسْوَاقُ أَبْوَابَهَا"),
        ("خبز", "يترك العجين طوال الليل في مكان بارد ثم يخبز في الصباح على حجر ساخن جدا"),
    ],
    "en": [
        (
            "2023年の振り返り",
            "一年を振り返ります。新しい仕事を始めて、毎朝早く起きるようになり、猫も飼いました。",
        ),
        (
            "今年の振り返り",
            "旅行をたくさんした年でした。京都と札幌へ行き、電車の窓から雪の山を眺めました。かわいい犬。",
        ),
        ("サーバー設定", "新しいサーバーの設定を説明します。最初に鍵を作って、それから防火壁を用意します。"),
        ("泡茶的方法", "水燒開以後等兩分鐘再泡茶，茶葉不要太多，第一泡只要三十秒就可以倒出來喝了。"),
        ("วิธีทำขนมปัง", "วางแป้งไว้ข้ามคืนในที่เย็นแล้วอบในตอนเช้าบนหินร้อนจนเปลือกกรอบและมีกลิ่นหอม"),
        ("Bread", "The dough rests overnight in a cool place, and C++ programmers bake it in the morning."),
    ],
}


LANGUAGES = ["de", "hi", "ar", "ja", "zh-TW", "th", "en"]


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    script = '<script src="semblance/semantic-search.js" async></script>'
    by_words, by_both = [
        f"{script}<semantic-search {attributes}></semantic-search>" for attributes in ("thorough ask", "")
    ]
    for language, posts in POSTS.items():
        for title, text in posts:
            body = f"<main><article><h1>{title}</h1><p>{text}</p></article></main>"
            write(folder / "posts" / title / "index.html", page(title, body, language))
    for language in LANGUAGES:
        write(folder / f"{language}.html", page("Search", by_words, language))
        write(folder / f"{language}-both.html", page("Search", by_both, language))
    command = [sys.executable, "-m", "semblance.cli", "site", str(folder), "--engine", "--min-words", "5"]
    done = subprocess.run(command, cwd=ROOT / "py", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def tab(context: BrowserContext, blog: Path) -> Iterator[Page]:
    with serving([blog], base=BASE, headers={"Content-Security-Policy": CSP}) as site:
        watching = Watch(site)
        tab = context.new_page()
        watching.watch(tab)
        tab.goto(site + "en.html")
        yield tab
        assert watching.problems == []


QUERIES = [
    ("de", "Donaudampfschifffahrt", ["Fahrt"], ["Donaudampfschifffahrt"]),
    ("de", "Zug\u00adverbindung", ["Fahrt"], ["Zugverbindung"]),
    ("de", "donau", ["Fahrt"], ["Donaudampfschifffahrt"]),
    ("de", "Donau Linz", ["Fahrt"], ["Donaudampfschifffahrt", "Linz"]),
    ("de", "Zug", ["Fahrt"], ["Zugverbindung"]),
    ("de", "HEISSEM", ["Brot"], ["heißem"]),
    ("hi", "हिन्दी", ["किताब"], ["हिन्दी"]),
    ("hi", "पढ़ना", ["किताब"], ["पढ़ना"]),
    ("ar", "سَافَرْتُ", ["السَّفَر"], ["سَافَرْتُ"]),
    ("ar", "سافرت", ["السَّفَر"], ["سَافَرْتُ"]),
    ("ar", "المديـــنة", ["السَّفَر"], ["المَدِينَةِ"]),
    ("ja", "振り返り", ["2023年の振り返り", "今年の振り返り"], ["振り返り"]),
    ("ja", "京都", ["今年の振り返り"], ["京都"]),
    ("ja", "犬", ["今年の振り返り"], ["犬"]),
    ("ja", "鍵", ["サーバー設定"], ["鍵"]),
    ("ja", "ｻｰﾊﾞｰ", ["サーバー設定"], ["サーバー"]),
    ("zh-TW", "茶葉", ["泡茶的方法"], ["茶葉"]),
    ("th", "ขนมปัง", ["วิธีทำขนมปัง"], []),
    ("th", "หินร้อน", ["วิธีทำขนมปัง"], ["หินร้อน"]),
    ("en", "c++", ["Bread"], ["C++"]),
]


@pytest.mark.parametrize(("language", "query", "titles", "marks"), QUERIES)
def test_words_are_found_and_marked(
    tab: Page, language: str, query: str, titles: list[str], marks: list[str]
) -> None:
    tab.goto(f"{tab.url.rpartition('/')[0]}/{language}.html")
    tab.get_by_role("searchbox").fill(query)
    results = tab.locator("semantic-search").get_by_role("list")
    expect(results.get_by_role("link")).to_have_count(len(titles))
    assert sorted(results.get_by_role("link").all_inner_texts()) == sorted(titles)
    assert results.locator("[part=mark]").all_text_contents() == marks


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readers_index_finds_the_same_words_first(tab: Page, language: str) -> None:
    tab.goto(f"{tab.url.rpartition('/')[0]}/{language}-both.html")
    results = tab.locator("semantic-search").get_by_role("list")
    for _, query, titles, marks in (row for row in QUERIES if row[0] == language):
        tab.get_by_role("searchbox").fill(query)
        expect(tab.locator("semantic-search").get_by_role("status")).to_contain_text(query)
        expect(tab.locator("semantic-search [part=results]")).to_have_attribute("aria-busy", "false")
        assert sorted(results.get_by_role("link").all_inner_texts()[: len(titles)]) == sorted(titles), query
        assert results.locator("[part=mark]").all_text_contents()[: len(marks)] == marks, query


def test_the_address_of_a_post_in_another_script_is_kept(tab: Page) -> None:
    tab.goto(f"{tab.url.rpartition('/')[0]}/ja.html")
    tab.get_by_role("searchbox").fill("サーバー設定")
    link = tab.locator("semantic-search").get_by_role("list").get_by_role("link").first
    expect(link).to_have_attribute("href", f"{tab.url.rpartition('/')[0]}/posts/{quote('サーバー設定')}/")
