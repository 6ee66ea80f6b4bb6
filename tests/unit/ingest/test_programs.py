"""Formats of programs: mail, notebooks, bookmarks, clippings, subtitles, calendars, contacts, Org, LaTeX."""

from __future__ import annotations

import json

import pytest

from semblance.errors import Malformed
from unit.ingest.support import error_of, read_all, read_one

MAIL = """Received: from a.example
From: Ana =?utf-8?q?L=C3=B3pez?= <ana@example.org>
To: bo@example.org
Subject: =?utf-8?b?VGVlIGbDvHIgYWxsZQ==?=
Date: Mon, 05 Jan 2026 10:00:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe aus K=F6ln.
--y
Content-Type: text/html; charset=utf-8

<p>Other</p>
--y--
--x
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment; filename="plan.pdf"
Content-Transfer-Encoding: base64

AAAA
--x--
"""


@pytest.mark.parametrize("name", ["mails/tea.eml", "tea", "tea.bin"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mail(name: str, newline: str) -> None:
    mail = read_one(name, MAIL.replace("\n", newline))
    assert (mail.id, mail.title, mail.content) == (name, "Tee für alle", "Grüße aus Köln.")
    assert mail.metadata == {
        "from": "Ana López <ana@example.org>",
        "to": "bo@example.org",
        "date": "2026-01-05T10:00:00+01:00",
        "attachments": ["plan.pdf"],
    }


def test_a_mail_in_html_and_one_without_words() -> None:
    html = "Subject: A\nContent-Type: text/html\n\n<style>x</style><p>One</p><p>Two</p>"
    assert read_one("a.eml", html).content == "One\n\nTwo"
    assert read_one("a.eml", "Subject: Only this\n\n").content == "Only this"


def test_a_mailbox() -> None:
    box = (
        "From ana@example.org Mon Jan  5 10:00:00 2026\nSubject: One\nMessage-ID: <1@x>\n\nFirst.\n>From here on.\n\n"
        "From MAILER Tue Jan  6 10:00:00 2026\nSubject: Two\nContent-Type: text/plain; charset=nonsense\n\nSecond: \xfc\n"
    )
    documents, failures = read_all("all.mbox", box.encode("cp1252"))
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("1@x", "One", "First.\nFrom here on."),
        ("2", "Two", "Second: ü"),
    ]


@pytest.mark.parametrize("text", ["Subject: Tea\n\nBoil.", "From ana\nSubject: Tea\n\nBoil."])
def test_a_mailbox_that_nothing_divides_is_one_message(text: str) -> None:
    document = read_one("all.mbox", text)
    assert (document.title, document.content) == ("Tea", "Boil.")


@pytest.mark.parametrize("charset", ["idna", "undefined", "hex", '"a\0b"', "x" * 5_000, "utf-7"])
def test_a_mail_in_an_encoding_that_is_none(charset: str) -> None:
    document = read_one("a.eml", f"Subject: Tea\nContent-Type: text/plain; charset={charset}\n\nBoil water.")
    assert document.content == "Boil water."


def test_headers_of_a_mail_that_no_parser_likes() -> None:
    nested = (
        "Subject: Tea\nContent-Type: "
        + "(" * 3_000
        + "\nFrom: =?utf-8?q?Ana_L=C3=B3pez?= (\xfcber) <a@b>\n\nBoil."
    )
    document = read_one("a.eml", nested.encode("cp1252"))
    assert (document.content, document.metadata["from"]) == ("Boil.", "Ana López (über) <a@b>")


def test_a_mail_of_endlessly_many_parts_is_refused_with_the_limit() -> None:
    """They may be in one another: a page can't get that deep."""
    nested = "".join(f"Content-Type: multipart/mixed; boundary=a{n}\n\n--a{n}\n" for n in range(3_000))
    assert "more than 400 entries" in str(error_of("a.eml", nested))
    box = (
        f"From a 2026\nSubject: One\n\nBoil.\n\nFrom b 2026\n{nested}\n\nFrom c 2026\nSubject: Two\n\nWait.\n"
    )
    documents, failures = read_all("all.mbox", box)
    assert [document.title for document in documents] == ["One", "Two"]
    assert [failure.id for failure in failures] == ["all.mbox item 2"]


def test_a_notebook() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Tides\n", "High and ![x](data:image/png;base64,AAAA) low."]},
        {"cell_type": "code", "source": "print(1)", "outputs": [{"data": {"image/png": "A" * 9_000}}]},
        {"cell_type": "raw", "source": "raw"},
        {"cell_type": "code", "source": []},
    ]
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "julia"}}, "nbformat": 4}
    item = read_one("a.ipynb", json.dumps(notebook))
    assert item.title == "Tides"
    assert item.content == "# Tides\nHigh and ![x]() low.\n\n```julia\nprint(1)\n```"
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y"]}]}]}
    assert read_one("b.ipynb", json.dumps(old)).content == "```python\nx = 1\ny\n```"


@pytest.mark.parametrize("text", ["{", "[1]", "[" * 5_000, '{"cells": 3}', '"x"'])
def test_what_is_no_notebook(text: str) -> None:
    assert isinstance(error_of("a.ipynb", text), Malformed)


BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p>
    <DT><H3 ADD_DATE="1">Garden</H3>
    <DL><p>
        <DT><A HREF="https://a.example/" ADD_DATE="1767603600" TAGS="soil,worms">Compost &amp; soil</A>
        <DD>On worms.
        <DT><A HREF="https://b.example/">Pruning</A>
    </DL><p>
    <DT><A HREF="place:sort=8">Recent</A>
    <DT><A HREF="https://c.example/"></A>
</DL><p>
"""


def test_bookmarks() -> None:
    documents, failures = read_all("bookmarks.html", BOOKMARKS)
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("https://a.example/", "Compost & soil", "Compost & soil\n\nOn worms."),
        ("https://b.example/", "Pruning", "Pruning"),
        ("https://c.example/", "", "https://c.example/"),
    ]
    assert documents[0].metadata == {
        "link": "https://a.example/",
        "folder": "Garden",
        "date": "2026-01-05",
        "tags": ["soil", "worms"],
    }
    assert "folder" not in documents[2].metadata


CLIPPINGS = """\ufeffThe Sea (Ann Ray)
- Your Highlight on page 7 | Location 100-101 | Added on Monday, January 5, 2026 10:00:00 AM

Salt is memory.
==========
The Sea (Ann Ray)
- Your Bookmark on Location 200 | Added on Monday

\n==========
\ufeffHügel (B. Ott)
- Ihre Notiz bei Position 9 | Hinzugefügt am Montag

Ganz oben.
==========
"""


def test_clippings_of_a_kindle() -> None:
    documents, failures = read_all("My Clippings.txt", CLIPPINGS)
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("The Sea (Ann Ray), Your Highlight on page 7", "The Sea (Ann Ray)", "Salt is memory."),
        ("Hügel (B. Ott), Ihre Notiz bei Position 9", "Hügel (B. Ott)", "Ganz oben."),
    ]
    assert read_one("a.txt", "Title\n==========\n- x 1\n").content == "Title\n==========\n- x 1\n"


def test_subtitles() -> None:
    srt = "1\n00:00:01,0 --> 00:00:02,0\n<i>Hello</i> there.\n\n2\n00:00:02,000 --> 00:00:03,000\nHello &amp; bye.\nBye.\n"
    assert read_one("film.srt", srt).content == "Hello there.\nHello & bye.\nBye."
    vtt = (
        "WEBVTT\nKind: captions\n\nSTYLE\n::cue {}\n\nNOTE x\n\n00:01.000 --> 00:02.000 align:start\n"
        "<v Ann>So <c.a>it</c> is\n\n"
        "id 7\n00:02.000 --> 00:03.000\nAnn: So it is\nthen<00:02.500>\n"
    )
    assert read_one("talk.vtt", vtt).content == "Ann: So it is\nthen"
    assert read_one("talk.vtt", vtt).title == "talk"


def test_a_calendar() -> None:
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART;TZID=Europe/Berlin:20260105T100000\r\nSUMMARY:Tea\\, at Ana's\r\n"
        "DESCRIPTION:Bring a cake\\nand some\r\n  milk\r\nBEGIN:VALARM\r\nDESCRIPTION:Ring\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        "BEGIN:VTODO\r\nSUMMARY:Water\r\nDUE;VALUE=DATE:20260106\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
    )
    documents, failures = read_all("a.ics", text)
    assert failures == []
    assert [(doc.id, doc.content, doc.metadata["date"]) for doc in documents] == [
        ("1", "Tea, at Ana's\n\nBring a cake\nand some milk", "2026-01-05T10:00:00"),
        ("2", "Water", "2026-01-06"),
    ]


def test_contacts() -> None:
    text = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ana López\nORG:Oak;Labs\nTITLE:Botanist\nitem1.EMAIL;type=INTERNET:ana@x.example\n"
        "PHOTO;ENCODING=b:AAAA\n BBBB\nNOTE:Likes\\nmoss\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:2.1\nN:Berg;Ole\nNOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\n=C3=9Fe\nEND:VCARD\n"
    )
    documents, failures = read_all("a.vcf", text)
    assert failures == []
    assert [(doc.id, doc.content) for doc in documents] == [
        ("Ana López", "Ana López\nOak Labs\nBotanist\nLikes\nmoss"),
        ("Ole Berg", "Ole Berg\nGrüße"),
    ]
    assert documents[0].metadata == {"email": "ana@x.example"}


def test_org() -> None:
    text = (
        "#+TITLE: Bikes\n#+FILETAGS: :bike:repair:\n#+STARTUP: overview\n\n* Tyres\n:PROPERTIES:\n:ID: 7\n:END:\n"
        "See [[https://a.example][this]] and [[b]].\n#+begin_src sh\nls\n#+end_src\n"
    )
    item = read_one("a.org", text)
    assert item.title == "Bikes"
    assert item.metadata == {"title": "Bikes", "tags": ["bike", "repair"]}
    assert item.content == "* Tyres\nSee this and b.\n#+begin_src sh\nls\n#+end_src\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Tides\n=====\n\nText\n", "Tides"),
        ("=====\nTides\n=====\n", "Tides"),
        (".. note:: x\n\nTides\n-----\n", "Tides"),
        ("text\n--\n", ""),
    ],
)
def test_titles_of_restructured_text(text: str, title: str) -> None:
    item = read_one("a.rst", text)
    assert (item.title, item.content) == (title, text)


def test_latex() -> None:
    text = (
        "\\documentclass{article}\n\\title{On \\emph{Tides}}\n\\begin{document}\n\\maketitle\n% a comment\n"
        "\\section{Moon}\\label{sec:m}\nIt pulls \\textbf{the \\emph{sea}}~\\cite{x}, 5\\% of it.\n\\end{document}\nafter\n"
    )
    item = read_one("a.tex", text)
    assert item.title == "On Tides"
    assert item.content == "## Moon\nIt pulls the sea\xa0, 5% of it.\n"


@pytest.mark.parametrize("name", ["a.ics", "a.vcf", "a.srt", "a.mbox", "a.opml", "a.enex"])
def test_files_of_another_format_under_the_name(name: str) -> None:
    documents, failures = read_all(name, "nothing of that kind")
    assert len(documents) + len(failures) == 1
