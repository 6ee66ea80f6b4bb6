from __future__ import annotations

import time

import pytest

from semblance.errors import EmptyDocument
from unit.ingest.support import error_of, read_one

PAGE = """<!DOCTYPE html>
<html lang=en>
<head>
  <meta charset="utf-8">
  <title>Tea &amp; Biscuits</title>
  <meta name="description" content="All about
    tea">
  <style>p { color: red }</style>
  <script>document.write("<p>written</p>"); if (a < b) alert("</p>");</script>
</head>
<body>
  <h1>Green <em>tea</em></h1>
  <p>Boil   the
     water &mdash; not <b>all</b> of&nbsp;it.<!-- a comment > --></p>
  <ul><li>one<li>two</ul>
  <h2>Code</h2>
  <pre><code>def f():
    return 1 &lt; 2
</code></pre>
  <noscript>Enable scripts</noscript>
  <svg><title>Icon</title><text>drawn</text></svg>
  <template><p>later</p></template>
  <div hidden>hidden <div>deep</div> still</div>
  <p style="display: none">unseen</p>
  <p>line<br>break</p>
  <table><tr><th>City<th>Size<tr><td>Paris<td>2</table>
</body></html>"""

TEXT = """# Green tea

Boil the water — not all of it.

- one
- two

## Code

def f():
    return 1 < 2

line
break

City | Size
Paris | 2"""


def test_a_page_reads_as_it_is_seen() -> None:
    page = read_one("blog/tea.html", PAGE)
    assert page.id == "blog/tea.html"
    assert page.title == "Tea & Biscuits"
    assert page.content == TEXT
    assert page.metadata == {"lang": "en", "description": "All about tea"}


def test_the_title_may_be_the_first_heading() -> None:
    assert read_one("a.htm", "<h1>Green <i>tea</i></h1><p>x</p><h1>Other</h1>").title == "Green tea"


@pytest.mark.parametrize(
    ("markup", "content"),
    [
        ("<nav>menu</nav><main><p>text</p></main><footer>end</footer>", "text"),
        ("<nav>menu</nav><article>one</article><aside>ad</aside><article>two</article>", "one\n\ntwo"),
        ("<article>card</article><main>text</main>", "text"),
        ("<main><script>app()</script></main><p>text</p>", "text"),
        ("<p>before</p><main>text", "text"),
        ("</main></article><p>text</p>", "text"),
    ],
)
def test_main_and_article_are_preferred(markup: str, content: str) -> None:
    assert read_one("a.html", markup).content == content


@pytest.mark.parametrize(
    ("markup", "content"),
    [
        ("a<p hidden>no<p>yes", "a\n\nyes"),
        ("a<div hidden>never closed<p>rest", "a\nnever closed\n\nrest"),
        ("a<span class=hidden>shown</span>", "ashown"),
        ("a <span hidden=until-found>found</span>", "a found"),
        ("a<dialog>closed</dialog><dialog open>open</dialog>", "a\nopen"),
        ("<body hidden>shown</body>", "shown"),
        ("<input hidden>shown", "shown"),
    ],
)
def test_hidden_elements(markup: str, content: str) -> None:
    assert read_one("a.html", markup).content == content


@pytest.mark.parametrize(
    ("markup", "content"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("1 <2 and <3", "1 <2 and <3"),
        ("a <b title='x>y' class=z>bold</b> c", "a bold c"),
        ("a <b title=don't>bold</b> isn't", "a bold isn't"),
        ('a <i x="never closed>b</i> c', "a b c"),
        ("a <!-- never closed <p>b", "a b"),
        ("a<!-->b<!--->c<!-- x -->d", "abcd"),
        ("a<?php echo '?'; ?>b<!ELEMENT x>c</>d</ e>f", "abcdf"),
        ("&lt;p&gt; &#x41;&#66; &nonsense; AT&T", "<p> AB &nonsense; AT&T"),
        ("a<script>never closed <p>b", "a"),
        ("<title>never closed <p>b", "never closed\n\nb"),
        ("<DIV>A</DIV><Script>x</SCRIPT >b", "A\nb"),
        ("a <é> b", "a <é> b"),
        ("a<br><br>b", "a\n\nb"),
        ("one</p></div></li>two", "one\n\ntwo"),
        ("<ul><li><p>a</p></li><li></li><li><h3>b</h3></li></ul>", "- a\n\n### b"),
        ("text <", "text <"),
        ("text <p", "text <p"),
        ("text </", "text </"),
    ],
)
def test_broken_markup(markup: str, content: str) -> None:
    assert read_one("a.html", markup).content == content


def test_xhtml_closes_its_own_elements() -> None:
    page = '<?xml version="1.0"?><html><head><script src="x"/></head><p><![CDATA[1 < 2]]></p></html>'
    assert read_one("a.xhtml", page).content == "1 < 2"


def test_a_page_without_text_says_so() -> None:
    assert isinstance(error_of("app.html", "<div id=root></div><script>app()</script>"), EmptyDocument)


def test_a_reference_is_not_cut_at_the_end_of_a_slice() -> None:
    for shift in range(8):
        text = "x" * (16_384 - shift) + "&eacute;t&eacute; " * 3
        assert read_one("a.html", text).content == "x" * (16_384 - shift) + "été été été"


def test_a_paragraph_of_several_slices_stays_one() -> None:
    words = "word " * 50_000
    assert read_one("a.html", f"<p>{words}</p>").content == words.strip()


@pytest.mark.parametrize(
    "piece",
    [
        *("<!--", "<a ", "</a ", "<![CDATA[", "<!", "<?", "<", "&", "&amp", '<a b=">"', "<a b='", "<title>"),
        *("<textarea>", "<script>", "<div>", "<div hidden>", "<p hidden>", "</p>", "<svg>", "<li>x", "<pre>"),
        *("<h1>", "<main>", "</main>", "<br>", "<td>", "<!-->", "=", "<a =", "<a\t", "\n"),
    ],
)
def test_no_input_takes_more_than_its_length(piece: str) -> None:
    for ending in ("", ">", "x>"):
        started = time.process_time()
        read_all_of(piece * (200_000 // len(piece)) + ending)
        assert time.process_time() - started < 5  # html.parser took 30 seconds and more


def read_all_of(markup: str) -> None:
    from semblance.ingest import read

    for _ in read("a.html", markup.encode()):
        pass


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p><ruby>京都<rp>(</rp><rt>きょうと</rt><rp>)</rp></ruby>へ", "京都へ"),
        ("<p>Donau\u00adschiff und Zug\u200bverbindung", "Donauschiff und Zugverbindung"),
        ("<math><semantics><mi>E</mi><annotation>E = m</annotation></semantics></math>", "E"),
        ("<div style='display:none'><h1>Cheese</h1></div>", "# Cheese"),
    ],
)
def test_nothing_stands_twice_and_what_a_script_shows_is_read(markup: str, text: str) -> None:
    page = f"<meta charset=utf-8>{markup}".encode()
    assert read_one("a.html", page).content == text
