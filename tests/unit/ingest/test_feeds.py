from __future__ import annotations

from pathlib import Path

import pytest

from semblance.errors import EmptyDocument, Malformed, UnsupportedFormat
from unit.ingest.support import error_of, read_all, read_one

CASES = Path(__file__).parents[2] / "data" / "cases"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Blog</title><link>https://blog.example/</link><description>About</description>
<item>
  <title>Tea &amp; &lt;b&gt;</title>
  <link>https://blog.example/tea</link>
  <guid isPermaLink="false">tag:tea</guid>
  <pubDate>Fri, 01 May 2026 10:00:00 +0000</pubDate>
  <dc:creator>Ann</dc:creator>
  <category>drinks</category><category>hot</category>
  <media:title>not the title</media:title>
  <description>Short</description>
  <content:encoded><![CDATA[<p>Boil <b>water</b>.</p><script>x()</script><p>Drink.</p>]]></content:encoded>
</item>
<item><title>Plain</title><link>https://blog.example/plain</link><description>1 &lt; 2, no markup
at all</description></item>
<item><title>Bare</title><description>&lt;p&gt;Who am I?</description></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><id>feed</id>
<entry>
  <title type="html">&lt;b&gt;Tea&lt;/b&gt;</title>
  <id>tag:1</id><link rel="self" href="/self"/><link href="/tea"/>
  <published>2026-05-01T10:00:00Z</published><updated>2026-05-02T10:00:00Z</updated>
  <author><name>Ann</name></author><category term="d" label="drinks"/>
  <summary>Short</summary>
  <content type="html">&lt;p&gt;Boil&lt;/p&gt;&lt;p&gt;Drink&lt;/p&gt;</content>
</entry>
<entry><title>Text</title><id>tag:2</id><content>1 &lt; 2 and &lt;b&gt; stays</content></entry>
<entry><title>X</title><id>tag:3</id><content type="xhtml">
  <div xmlns="http://www.w3.org/1999/xhtml"><h2>Head</h2><p>Boil <em class="x">it</em></p>
  <p hidden="">no</p></div>
</content></entry>
<entry><title>Y</title><id>tag:4</id><content type="image/png" src="a.png"/><summary>Picture</summary></entry>
</feed>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="c"><title>Blog</title></channel>
<item rdf:about="https://blog.example/tea"><title>Tea</title><description>Boil</description><dc:date>2026-05-01</dc:date>
</item></rdf:RDF>"""


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "feed"])
def test_rss(name: str) -> None:
    documents, failures = read_all(name, RSS)
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("tag:tea", "Tea & <b>", "Boil water.\n\nDrink."),
        ("https://blog.example/plain", "Plain", "1 < 2, no markup\nat all"),
    ]
    assert documents[0].metadata == {
        "link": "https://blog.example/tea",
        "date": "2026-05-01T10:00:00+00:00",
        "author": "Ann",
        "categories": ["drinks", "hot"],
    }
    assert [failure.error.where for failure in failures] == [f"{name} item 3"]


def test_atom() -> None:
    documents, failures = read_all("feed.atom", ATOM)
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("tag:1", "Tea", "Boil\n\nDrink"),
        ("tag:2", "Text", "1 < 2 and <b> stays"),
        ("tag:3", "X", "## Head\n\nBoil it"),
        ("tag:4", "Y", "Picture"),
    ]
    assert documents[0].metadata == {
        "link": "/tea",
        "date": "2026-05-01T10:00:00Z",
        "author": "Ann",
        "categories": ["drinks"],
    }


def test_rss_1() -> None:
    document = read_one("feed.xml", RDF)
    assert (document.id, document.title, document.content) == ("https://blog.example/tea", "Tea", "Boil")
    assert document.metadata["date"] == "2026-05-01"


@pytest.mark.parametrize("date", ["nonsense", "Fri, 99 May 2026", "", "2026"])
def test_odd_dates_stay(date: str) -> None:
    item = f"<item><guid>1</guid><pubDate>{date}</pubDate><description>x</description></item>"
    feed = f"<rss><channel>{item}</channel></rss>"
    assert read_one("a.rss", feed).metadata.get("date", "") == date


def test_a_declared_encoding_is_followed() -> None:
    feed = (
        '<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><item><guid>1</guid>'
        "<description>Příliš</description></item></channel></rss>"
    ).replace("Příliš", "déjà ¤")
    document = read_one("a.xml", feed.encode("latin-1"))
    assert document.content == "déjà ¤"
    assert document.note == ""


def test_broken_xml_names_its_line_and_keeps_what_was_before() -> None:
    items = "".join(f"<item><guid>{n}</guid><description>x</description></item>\n" for n in range(5))
    documents, failures = read_all("a.xml", f"<rss><channel>\n{items}<item><guid>9</description></rss>")
    assert [doc.id for doc in documents] == ["0", "1", "2", "3", "4"]
    (failure,) = failures
    assert isinstance(failure.error, Malformed)
    assert failure.error.where == "a.xml line 7"


@pytest.mark.parametrize("name", ["a.xml", "a.rss"])
def test_xml_that_is_no_feed(name: str) -> None:
    assert isinstance(error_of(name, '<?xml version="1.0"?><urlset><url/></urlset>'), UnsupportedFormat)


def test_a_feed_without_entries() -> None:
    assert isinstance(error_of("a.rss", "<rss><channel><title>x</title></channel></rss>"), EmptyDocument)


@pytest.mark.parametrize(
    "bomb",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!-- <rss> --><!DOCTYPE r [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_are_refused(bomb: str) -> None:
    error = error_of(
        "a.xml", f"{bomb}<rss><channel><item><guid>1</guid><title>&x;</title></item></channel></rss>"
    )
    assert isinstance(error, Malformed)
    assert "entities" in error.message
    assert error.where == "a.xml line 1"


def test_deep_nesting_is_refused() -> None:
    error = error_of("a.xml", "<rss>" + "<a>" * 100_000)
    assert isinstance(error, Malformed)
    assert "deep" in error.message


def test_a_doctype_without_entities_is_fine() -> None:
    feed = '<!DOCTYPE rss PUBLIC "-//x//DTD RSS 0.91//EN" "http://dtd.example/rss.dtd"><rss><channel><item>'
    feed += "<link>1</link><description>x</description></item></channel></rss>"
    assert read_one("a.rss", feed).id == "1"


def test_entities_that_nothing_declares_are_those_of_html() -> None:
    documents, failures = read_all("feed.xml", (CASES / "undefined-entity.xml").read_bytes())
    assert failures == []
    assert [doc.title for doc in documents] == ["One", "Two", "Three"]
    assert documents[1].content == "String & sticks\xa0— the pilot’s kit."


RSS_091 = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd">'


@pytest.mark.parametrize(
    "standalone", ["", '<?xml version="1.0" standalone="yes"?>', '<?xml version="1.0" standalone="no"?>']
)
@pytest.mark.parametrize("doctype", ["", RSS_091, "<!DOCTYPE rss [<!ELEMENT rss ANY>]>"])
def test_entities_of_html_whatever_the_doctype(standalone: str, doctype: str) -> None:
    item = (
        "<item><guid>1</guid><title>caf&eacute; &lt;&amp;&gt; &unknown; &NotEqualTilde;</title>"
        '<category label="caf&eacute;"/>'
        "<description>&hellip;<![CDATA[a &eacute; b]]></description></item>"
    )
    document = read_one("a.xml", f"{standalone}{doctype}<rss><channel>{item}</channel></rss>")
    assert document.title == "café <&> &unknown; ≂̸"
    assert document.metadata["categories"] == ["café"]
    assert document.content == "…a é b"


def test_entities_do_not_move_the_lines_of_messages() -> None:
    error = error_of("a.xml", f"{RSS_091}\n<rss>\n&eacute;<a>\n</b></rss>")
    assert error.where == "a.xml line 4"


def feed_of(*items: str, root: str = "<rss>") -> str:
    name = root[1:].split()[0].rstrip(">")
    return f"{root}<channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></{name}>"


@pytest.mark.parametrize("start", ["\n\n", " \t\n", "\ufeff\n"])
def test_blank_lines_before_the_declaration(start: str) -> None:
    feed = f'{start}<?xml version="1.0" encoding="utf-8"?>' + feed_of("<guid>1</guid><title>T</title>")
    assert read_one("a.xml", feed).title == "T"


@pytest.mark.parametrize(
    ("text", "content", "note"),
    [
        ("salt & pepper", "salt & pepper", "1 ampersand that begins no entity read as text"),
        ("a &b; & c=1&d=2", "a &b; & c=1&d=2", "2 ampersands that begin no entity read as text"),
        ("x\x0by\x00\x1f", "xy", "2 control characters removed"),
        ("x&#11;y&#x0B;", "xy", "2 control characters removed"),
        ("<![CDATA[a & b]]> &", "a & b &", "1 ampersand that begins no entity read as text"),
    ],
)
def test_a_second_reading_mends_what_is_no_xml(text: str, content: str, note: str) -> None:
    feed = feed_of(
        "<guid>1</guid><title>One</title>",
        f"<guid>2</guid><description>{text}</description>",
        "<guid>3</guid><title>3</title>",
    )
    documents, failures = read_all("a.xml", feed)
    assert failures == []
    assert [doc.id for doc in documents] == ["1", "2", "3"]
    assert documents[1].content == content
    assert note in documents[0].note + documents[1].note


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("<p>one <b>two</p> three<br>", "one two three"),
        ("x < y and <3", "x < y and <3"),
        ("<p>a & b</p>", "a & b"),
    ],
)
def test_html_in_a_feed_that_is_no_xml(text: str, content: str) -> None:
    feed = feed_of(
        "<guid>1</guid><title>One</title>",
        f"<guid>2</guid><title>2 < 3</title><description>{text}</description>",
        "<guid>3</guid><description><![CDATA[<p>Three</p>]]></description>",
    )
    documents, failures = read_all("a.xml", feed)
    assert failures == []
    assert [(doc.title, " ".join(doc.content.split())) for doc in documents] == [
        ("One", "One"),
        ("2 < 3", content),
        ("", "Three"),
    ]
    assert "HTML in it that is no XML" in documents[1].note


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\n<!-- cached --><script>x</script>"),
        ("<br />\n<b>Warning</b>: something in a script\n", ""),
        ("Notice: x\n", "\n</body>"),
    ],
)
def test_what_a_server_writes_around_a_feed(before: str, after: str) -> None:
    document = read_one("a.xml", before + feed_of("<guid>1</guid><title>One</title>") + after)
    assert (document.id, document.content) == ("1", "One")
    assert after or document.note == "what stands above or below the feed was left out"


def test_prefixes_that_are_not_declared() -> None:
    feed = feed_of("<guid>1</guid><media:description>Words</media:description><x:y/>")
    document = read_one("a.xml", feed)
    assert document.content == "Words"
    assert document.note == "it uses prefixes that it does not declare (media, x)"


def test_items_before_a_fault_are_read_once() -> None:
    items = [f"<guid>{number}</guid><title>{number}</title>" for number in range(5_000)]
    items[4_000] += "<description>a & b</description>"
    documents, failures = read_all("a.xml", feed_of(*items))
    assert failures == []
    assert [doc.id for doc in documents] == [str(number) for number in range(5_000)]


@pytest.mark.parametrize(
    ("base", "link"),
    [
        ('xml:base="https://w.example/blog/"', "https://w.example/blog/dew/"),
        ('xml:base="/blog/"', "/blog/dew/"),
        ("", "dew/"),
    ],
)
def test_links_are_relative_to_the_base(base: str, link: str) -> None:
    entry = '<entry><id>1</id><title>x</title><link href="dew/"/></entry>'
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {base}>{entry}</feed>'
    assert read_one("a.atom", feed).metadata["link"] == link


def test_bases_inside_bases() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://w.example/">'
        '<entry xml:base="a/"><id>1</id><title>x</title>'
        '<link xml:base="b/" href="c"/></entry><entry><id>2</id><title>y</title><link href="d"/></entry></feed>'
    )
    documents, _ = read_all("a.atom", feed)
    assert [doc.metadata["link"] for doc in documents] == ["https://w.example/a/b/c", "https://w.example/d"]


def test_a_guid_is_the_link_unless_it_says_no() -> None:
    feed = feed_of(
        "<guid>https://a.example/1</guid><title>1</title>",
        '<guid isPermaLink="false">https://a.example/2</guid><title>2</title>',
    )
    documents, _ = read_all("a.xml", feed)
    assert [doc.metadata.get("link") for doc in documents] == ["https://a.example/1", None]


@pytest.mark.parametrize(
    "namespace", ["http://backend.userland.com/rss2", "http://blogs.law.harvard.edu/tech/rss"]
)
def test_rss_in_a_namespace_of_its_own(namespace: str) -> None:
    feed = feed_of("<guid>1</guid><title>T</title>", root="<rss>").replace(
        "<rss>", f'<rss xmlns="{namespace}">'
    )
    assert read_one("a.xml", feed).title == "T"


@pytest.mark.parametrize("tag", ["dc:title", "media:title", "itunes:title"])
def test_titles_of_other_vocabularies(tag: str) -> None:
    feed = feed_of(f"<guid>1</guid><{tag}>T</{tag}><description>x</description>")
    assert read_one("a.xml", feed).title == "T"


def test_an_export_of_wordpress_holds_more_than_posts() -> None:
    def entry(number: int, type: str, status: str, content: str) -> str:
        return (
            f"<title>{number}</title><guid>{number}</guid><content:encoded><![CDATA[{content}]]></content:encoded>"
            f"<wp:post_type>{type}</wp:post_type><wp:status>{status}</wp:status>"
        )

    root = '<rss xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    feed = feed_of(
        entry(1, "post", "publish", 'One [caption id="a"]<img> two[/caption] [gallery ids="1"]\n\nThree'),
        entry(2, "page", "publish", "About"),
        entry(3, "post", "draft", "x"),
        entry(4, "post", "private", "x"),
        entry(5, "wp_navigation", "publish", "x"),
        entry(6, "attachment", "inherit", "x"),
        entry(7, "revision", "publish", "x"),
        root=root,
    )
    documents, failures = read_all("wp.xml", feed)
    assert failures == []
    assert [(doc.id, doc.content) for doc in documents] == [("1", "One two\n\nThree"), ("2", "About")]


def test_notes_of_evernote() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE en-export SYSTEM "http://x.example/e.dtd">'
        "<en-export><note><title>List &amp; more</title>"
        '<content><![CDATA[<en-note><div><en-todo checked="true"/>tent</div>'
        "<div><en-todo/>stove&nbsp;x</div></en-note>]]></content>"
        "<created>20260101T100000Z</created><tag>trip</tag><note-attributes><source-url>https://a.example/</source-url>"
        f"</note-attributes><resource><data>{'A' * 100_000}</data></resource></note></en-export>"
    )
    document = read_one("a.enex", text)
    assert (document.title, document.content) == ("List & more", "[x] tent\n[ ] stove x")
    assert document.metadata == {
        "date": "2026-01-01T10:00:00Z",
        "link": "https://a.example/",
        "tags": ["trip"],
    }


def test_feeds_in_folders_of_an_opml() -> None:
    text = (
        '<opml version="2.0"><body><outline text="Nature"><outline text="Birds" xmlUrl="https://b.example/f" htmlUrl="https://b.example"/>'
        '</outline><outline title="Rocks" xmlUrl="https://r.example/f" description="On stones"/></body></opml>'
    )
    documents, _ = read_all("a.opml", text)
    assert [(doc.id, doc.content) for doc in documents] == [
        ("https://b.example/f", "Birds"),
        ("https://r.example/f", "Rocks\n\nOn stones"),
    ]
    assert documents[0].metadata["folder"] == "Nature"


def test_an_outline_is_a_list_for_each_branch() -> None:
    text = (
        '<opml><body><outline text="Trip"><outline text="Pack"><outline text="tent"/></outline></outline>'
        '<outline text="Work"/></body></opml>'
    )
    documents, _ = read_all("a.opml", text)
    assert [(doc.title, doc.content) for doc in documents] == [
        ("Trip", "Trip\n- Pack\n  - tent"),
        ("Work", "Work"),
    ]


@pytest.mark.parametrize(
    "title",
    [
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> title</div></title>',
        '<title type="html">A &lt;b&gt;bold&lt;/b&gt; title</title>',
        '<title type="">A bold title</title>',
        "<title>A bold title</title>",
    ],
)
def test_titles_are_read_by_their_type(title: str) -> None:
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id>{title}<summary>Text</summary></entry></feed>'
    assert read_one("a.xml", feed).title == "A bold title"
