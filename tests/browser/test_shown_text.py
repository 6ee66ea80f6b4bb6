"""How an item's text is shown: in its language, cut at words, with its own characters, and on paper."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from browser.app import AppPage, text_file
from browser.shop import Narrowing, shop

SENTENCE = "Der Mond zieht das Meer an, und die Sonne hilft ihm dabei. "


def test_a_text_is_in_its_language_where_that_is_known(app: AppPage) -> None:
    app.add_files(
        [
            text_file("de.md", "---\nlang: de\n---\n# Mond\n\nDer Mond zieht das Meer an."),
            text_file("zh.html", '<html lang="zh-Hant"><title>月亮</title><p>月亮牽引海水。</p>'),
            text_file("fr.json", json.dumps([{"id": "fr", "content": "La lune.", "language": "fr_FR"}])),
            text_file("en.md", "---\nlanguage: English\n---\n# Moon\n\nThe moon pulls the sea."),
        ]
    )
    languages = {"de.md": "de", "zh.html": "zh-Hant", "fr": "fr-FR", "en.md": None}
    for id, title in (("de.md", "Mond"), ("zh.html", "月亮"), ("fr", "fr"), ("en.md", "Moon")):
        app.pick(title)
        texts = ["#related-item h1", "#related-item .excerpt"]
        app.page.locator("#related-item").get_by_role("button", name="Read").first.click()
        expect(app.page.get_by_role("dialog")).to_be_visible()
        texts += ["#reader-title", "#reader-text"]
        for text in texts:
            assert app.page.locator(text).get_attribute("lang") == languages[id], (id, text)
        app.page.keyboard.press("Escape")
        for row in app.page.locator("#related-item .result").all():
            expected = languages[str(row.get_attribute("data-id"))]
            for part in (".result-title", ".passage"):
                assert row.locator(part).get_attribute("lang") == expected, (row, part)


def test_the_titles_of_a_table_have_no_entities(app: AppPage) -> None:
    table = "id,title,text\n1,Salt &amp; pepper,For the soup\n2,Caf&eacute; &#8211; R&D;,For the guests\n"
    app.add_files([text_file("spices.csv", table)])
    app.pick("Salt & pepper")
    expect(app.page.locator("#related-item .excerpt")).to_have_text("Salt & pepper For the soup")
    expect(app.page.locator("#related-item .result-title")).to_have_text("Café – R&D;")


def test_an_excerpt_ends_at_a_word_and_says_that_there_is_more(app: AppPage) -> None:
    chinese = "月亮牽引著海水，太陽也幫了忙。"
    app.add_files(
        [
            text_file("long.md", "# Mond\n\n" + SENTENCE * 60),
            text_file("zh.md", "# 月亮\n\n" + chinese * 100),
            text_file("short.md", "# Kurz\n\nEin kurzer Text."),
        ]
    )
    app.pick("Mond")
    excerpt = app.page.locator("#related-item .excerpt").inner_text()
    assert excerpt.endswith(" …")
    assert excerpt.split()[-2].rstrip(".,") in SENTENCE.replace(",", "").replace(".", "").split()
    app.pick("月亮")
    excerpt = app.page.locator("#related-item .excerpt").text_content() or ""
    assert excerpt.endswith("…")
    assert 170 < len(excerpt) <= 205  # 400 columns: a Chinese character is as wide as two letters
    app.pick("Kurz")  # the title stands above it
    expect(app.page.locator("#related-item .excerpt")).to_have_text("Ein kurzer Text.")


def test_an_excerpt_from_the_middle_says_so_on_both_sides(app: AppPage) -> None:
    parts = [f"## Part {n}\n\n" + SENTENCE * 20 for n in range(3)]
    parts.insert(1, "## Bread\n\nLet the dough rise overnight, and bake it in the morning.")
    app.add_files([text_file("long.md", "# Mond\n\n" + "\n\n".join(parts))])
    app.search("how to bake a loaf of bread")
    passage = app.page.locator("#search-results [data-field=passage]").inner_text()
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert "Let the dough rise overnight" in passage


def test_an_excerpt_that_begins_in_code_shows_code_and_ends_with_it(app: AppPage) -> None:
    text = "# Kettle\n\nFill it.\n\n```sh\nkettle --fill\nkettle --boil --tea\n```\nThe shop has a sale on Monday."
    app.add_files([text_file("kettle.md", text)])
    app.search("boil water for tea")
    passage = app.page.locator("#search-results [data-field=passage]")
    expect(passage.locator(".telling code")).to_have_text("kettle --boil --tea")
    expect(passage).to_have_text("Fill it. kettle --fill kettle --boil --tea The shop has a sale on Monday.")
    assert not any("shop" in code for code in passage.locator("code").all_inner_texts())


def test_what_can_be_done_with_a_result_takes_no_line_of_its_own(app: AppPage) -> None:
    titles = ["Ebb", "How the water of a whole sea comes and goes, twice on each day of the year"]
    app.add_files([text_file(f"{n}.md", f"# {title}\n\nThe moon.") for n, title in enumerate(titles)])
    app.search("the moon")
    for row in app.page.locator("#search-results .result").all():
        source, text = row.locator(".source").bounding_box(), row.locator(".passage").bounding_box()
        assert source is not None
        assert text is not None
        assert text["y"] - (source["y"] + source["height"]) < 8
        expect(row.locator("[data-field=source]")).to_have_text(re.compile(r"^\d\.md$"))
        before = row.locator("[data-field=source]").evaluate("it => getComputedStyle(it, '::before').content")
        assert before == "none"  # no dot, since nothing stands before it


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_light_and_has_no_controls(app: AppPage, scheme: str) -> None:
    app.add_files([shop()])
    app.pick("Brass tap")
    Narrowing(app).condition("price", "is less than", "70")
    expect(Narrowing(app).note).to_contain_text("4 results")
    app.page.emulate_media(media="print", color_scheme=scheme)  # type: ignore[arg-type]
    for shown in ("h1", ".excerpt", ".metadata", ".result-title", ".passage", "[data-field=note]"):
        expect(app.page.locator(f"#related-item {shown}").first).to_be_visible()
    # A percentage is worth its ink, though on the screen it can be pressed.
    controls = (
        "button, select, input, summary:not(.percent), nav, footer, form, a.button, progress, [role=search]"
    )
    assert app.page.locator(controls).locator("visible=true").all_inner_texts() == []
    heading = app.page.locator("#related-item h1")
    assert heading.evaluate("it => getComputedStyle(it).color") == "rgb(34, 40, 43)"
    passage = app.page.locator("#related-item .passage").first
    assert passage.evaluate("it => getComputedStyle(it).color") == "rgb(92, 102, 99)"
