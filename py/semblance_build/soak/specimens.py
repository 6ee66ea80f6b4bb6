"""A small, well-formed file of each format that is read, from which malformed ones are made."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Final

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:draw="{_ODF}:drawing:1.0" '
    f'xmlns:table="{_ODF}:table:1.0"'
)
_S = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_KINDS}"'
_MARKDOWN = """---
title: Green tea
date: 2026-05-01
tags: [hot, green]
---
# Green tea

Boil *water*, wait, [pour](https://example.com/a?b=c&d). ![leaf](leaf.png)

- 80 degrees
- two minutes

```python
pour(water)
```

| cup | grams |
| --- | ---: |
| small | 2 |
"""
_HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tea &amp; time</title>
</head><body><nav><a href="/">Home</a></nav>
<main><article><h1>Tea</h1><p title='x'>Boil <b>water</b>.</p><ul><li>80&deg;</li></ul>
<pre>a  b</pre><table><tr><th>cup</th><td>2</td></tr></table><script>x = "</p>";</script><!-- note --></article></main>
</body></html>"""
_FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Tea</title><item><guid>1</guid>
<title>Green</title><link>https://example.com/1</link>
<pubDate>Fri, 01 May 2026 08:00:00 GMT</pubDate><category>hot</category>
<description>&lt;p&gt;Boil&lt;/p&gt;</description><content:encoded><![CDATA[<p>Boil <b>water</b>.</p>]]></content:encoded>
</item>
<item><guid>2</guid><title>Black</title><description>Wait.</description></item></channel></rss>"""
_NOTE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd"><en-export><note><title>Tea</title><content>
<![CDATA[<?xml version="1.0"?><en-note><div>Boil water.</div><en-todo checked="true"/>buy</en-note>]]></content><created>
20260501T080000Z</created><tag>hot</tag><resource><data encoding="base64">QUJD</data></resource></note></en-export>"""
_MAIL = """From: Ana Prat <ana@example.com>
To: b@example.com
Subject: =?utf-8?B?R3LDvG5lciBUZWU=?=
Date: Fri, 01 May 2026 08:00:00 +0000
Message-ID: <1@example.com>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Boil water =E2=80=93 wait.
--b1
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: base64

PHA+Qm9pbCB3YXRlci48L3A+
--b1--
"""
_CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1@example.com
DTSTART;TZID=Europe/Berlin:20260501T080000
SUMMARY:Tea\\, with Ana
DESCRIPTION:Boil water.\\nWait
  two minutes.
END:VEVENT
END:VCALENDAR
"""
_CONTACT = "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Prat\nN:Prat;Ana;;;\nNOTE:Likes tea\\, hot.\nTEL;TYPE=home:1\nEND:VCARD\n"
_NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Tea\n", "Boil water."]},
            {
                "cell_type": "code",
                "metadata": {},
                "source": "pour(water)",
                "outputs": [{"output_type": "stream", "text": ["hot"]}],
            },
        ],
        "metadata": {"kernelspec": {"language": "python"}},
        "nbformat": 4,
    }
)
_OUTLINE = (
    '<?xml version="1.0"?><opml version="2.0"><head><title>Tea</title></head><body>'
    '<outline text="Green"><outline text="Sencha" _note="80 degrees"/></outline></body></opml>'
)
_ITEMS = [
    {"id": 1, "title": "Green", "text": "Boil water.", "tags": ["hot"], "size": 1.5, "more": {"a": None}},
    {"id": 2, "title": "Black", "text": "Wait.", "tags": [], "size": -2e3, "more": {"a": [True, "\u00e9"]}},
]

TEXTS: Final[Mapping[str, str]] = {
    ".md": _MARKDOWN,
    ".markdown": "+++\ntitle = 'Tea'\ndate = 2026-05-01T08:00:00Z\n[extra]\na = [1, 2]\n+++\n\n# Tea\n\nBoil.\n",
    ".mdx": "import Tea from './tea'\n\nexport const a = {b: 1}\n\n# Tea\n\n<Tea cups={2}>Boil.</Tea>\n",
    ".mkd": "Title: Tea\nDate: 2026-05-01\n\nTea\n===\n\n> Boil\n\n1. water\n",
    ".html": _HTML,
    ".htm": "<title>Tea</title><p>Boil<p>water<br>now<table><td>1<div hidden>no</div>",
    ".xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Tea<br/></p></body></html>',
    ".csv": 'id,title,text,price\n1,Green,"Boil, then ""wait""",1.5\n2,Black,"two\nlines",\n',
    ".tsv": "id\ttitle\ttext\n1\tGreen\tBoil water\n2\tBlack\tWait\n",
    ".json": json.dumps({"items": _ITEMS, "version": "https://jsonfeed.org/version/1.1"}),
    ".jsonl": "\n".join(map(json.dumps, _ITEMS)),
    ".ndjson": "\n".join(json.dumps({"prompt": item["title"], "content": item["text"]}) for item in _ITEMS),
    ".xml": _FEED,
    ".rss": _FEED,
    ".atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="html">&lt;b&gt;Tea</title>'
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Boil.</div></content></entry></feed>',
    ".rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<item rdf:about="1"><title>Tea</title><description>Boil.</description></item></rdf:RDF>',
    ".enex": _NOTE,
    ".opml": _OUTLINE,
    ".ipynb": _NOTEBOOK,
    ".eml": _MAIL,
    ".mbox": f"From ana@example.com Fri May  1 08:00:00 2026\n{_MAIL}\nFrom b\n{_MAIL}",
    ".srt": "1\n00:00:01,000 --> 00:00:02,500\n<i>Boil</i> water.\n\n2\n00:00:03,000 --> 00:00:04,000\nWait.\n",
    ".vtt": "WEBVTT\n\nNOTE tea\n\n00:01.000 --> 00:02.500 align:start\n<v Ana>Boil water.\n",
    ".ics": _CALENDAR,
    ".vcf": _CONTACT,
    ".org": "#+TITLE: Tea\n#+FILETAGS: :hot:\n* Green :tag:\n:PROPERTIES:\n:ID: 1\n:END:\nBoil /water/ [[a][b]].\n",
    ".rst": "Tea\n===\n\n:date: 2026-05-01\n\n.. note:: Boil\n\n   water `a <b>`_.\n\n* one\n",
    ".tex": "\\documentclass{article}\n\\title{Tea}\n\\begin{document}\n\\section{Green}\nBoil $x^2$ % no\n\\emph{water}.\n"
    "\\begin{itemize}\\item one\\end{itemize}\n\\end{document}\n",
    ".txt": "Tea\n\nBoil water. Wait two minutes.\n",
    ".text": "\ufeffThé\r\n\r\nFaire bouillir l’eau.\r\n",
    ".log": "2026-05-01 08:00:00 INFO boiled\n2026-05-01 08:02:00 WARN cold\n",
}
"""Texts by suffix."""


def _relations(**targets: str) -> str:
    rows = "".join(
        f'<Relationship Id="{kind}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


_WORD = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": _relations(officeDocument="word/document.xml"),
    "word/_rels/document.xml.rels": _relations(styles="styles.xml", footnotes="footnotes.xml"),
    "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/>'
    '<w:basedOn w:val="H"/></w:style></w:styles>',
    "word/footnotes.xml": f'<w:footnotes {_W}><w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    "</w:footnotes>",
    "word/document.xml": f'<w:document {_W}><w:body><w:p><w:pPr><w:pStyle w:val="H"/></w:pPr><w:r><w:t>Tea</w:t></w:r></w:p>'
    '<w:p><w:r><w:t>Boil water.</w:t><w:footnoteReference w:id="1"/></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t>'
    "</w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
}
_SLIDES = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": _relations(officeDocument="ppt/presentation.xml"),
    "ppt/_rels/presentation.xml.rels": _relations(slide="slides/slide1.xml"),
    "ppt/presentation.xml": f'<p:presentation {_A}><p:sldIdLst><p:sldId r:id="slide" id="256"/></p:sldIdLst>'
    "</p:presentation>",
    "ppt/slides/slide1.xml": f'<p:sld {_A}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr>'
    "</p:nvSpPr><p:txBody><a:p><a:r><a:t>Tea</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
}
_CELLS = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("id", "text"))
_WORKBOOK = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": _relations(officeDocument="xl/workbook.xml"),
    "xl/_rels/workbook.xml.rels": _relations(worksheet="worksheets/sheet1.xml", styles="styles.xml"),
    "xl/workbook.xml": f'<workbook {_S}><sheets><sheet name="Teas" sheetId="1" r:id="worksheet"/></sheets></workbook>',
    "xl/styles.xml": f'<styleSheet {_S}><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": f'<worksheet {_S}><sheetData><row>{_CELLS}</row><row><c s="0"><v>1</v></c>'
    '<c t="inlineStr"><is><t>Boil water.</t></is></c></row></sheetData></worksheet>',
}
_TABLE = (
    '<table:table table:name="Teas"><table:table-row><table:table-cell><text:p>id</text:p></table:table-cell>'
    "<table:table-cell><text:p>text</text:p></table:table-cell></table:table-row><table:table-row>"
    '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    "<table:table-cell><text:p>Boil water.</text:p></table:table-cell></table:table-row></table:table>"
)
_BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": f'<container xmlns="{_ODF}:container"><rootfiles><rootfile full-path="O/c.opf"/></rootfiles>'
    "</container>",
    "O/c.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
    '<dc:title>Tea</dc:title></metadata><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="n" href="n.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/>'
    "</spine></package>",
    "O/n.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="a.xhtml">Green</a></li></ol></nav>'
    "</body></html>",
    "O/a.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Green</h1><p>Boil water.</p></body></html>',
}


def _open_document(kind: str, body: str) -> dict[str, str]:
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {_OPEN}>{content}</office:document-content>",
        "meta.xml": f"<office:document-meta {_OPEN}><office:meta/></office:document-meta>",
    }


_BACKED_UP = {
    "id": "a",
    "title": "Tea",
    "content": "Boil water.",
    "source": "",
    "note": "",
    "metadata": {"size": 1},
    "fingerprint": "f",
    "passages": [[0, 11, ""]],
    "cut": 0,
    "updated": 1700000000.0,
}
_MANIFEST = {
    "format": "semblance-backup",
    "version": 1,
    "name": "notes",
    "model": "m",
    "encoder_fingerprint": "e",
    "dims": 4,
    "items": 1,
    "passages": 1,
    "sha256": {},
}
BACKUP = ".backup"
"""Stands for a zip archive that is read as a backup, not as documents."""

PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    BACKUP: {
        "items.jsonl": json.dumps(_BACKED_UP) + "\n",
        "vectors.f32": "\0" * 16,  # as of a text that awaits its model
        "manifest.json": json.dumps(_MANIFEST),
    },
    ".zip": {"a.md": _MARKDOWN, "b/c.csv": TEXTS[".csv"], "d.html": _HTML},
    **dict.fromkeys((".docx", ".docm", ".dotx"), _WORD),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx"), _WORKBOOK),
    **dict.fromkeys((".ods", ".ots"), _open_document("spreadsheet", _TABLE)),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".potx"), _SLIDES),
    ".epub": _BOOK,
    **dict.fromkeys(
        (".odt", ".ott"), _open_document("text", "<text:h>Tea</text:h><text:p>Boil<text:s/>.</text:p>")
    ),
    ".odp": _open_document(
        "presentation",
        "<draw:page><draw:frame><draw:text-box><text:p>Tea</text:p></draw:text-box></draw:frame></draw:page>",
    ),
}
"""The parts of what is packed, by suffix."""

PDF: Final = b"""%PDF-1.7
1 0 obj
<< /Type /Catalog /Pages 2 0 R /Lang (en) >>
endobj
2 0 obj
<< /Type /Pages /Kids [4 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>
endobj
4 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> >> >>
endobj
5 0 obj
<< /Length 96 >>
stream
BT /F1 18 Tf 1 0 0 1 72 720 Tm (Tea) Tj ET
BT /F1 12 Tf 1 0 0 1 72 690 Tm (Boil water.) Tj ET
endstream
endobj
6 0 obj
<< /Title (Tea) /CreationDate (D:20260501080000Z) >>
endobj
trailer
<< /Size 7 /Root 1 0 R /Info 6 0 R >>
startxref
0
%%EOF
"""

SUFFIXES: Final = (*TEXTS, *PARTS, ".pdf")


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these parts in their order. What its format demands is stored, and a backup has its hashes."""
    out = io.BytesIO()
    if "manifest.json" in parts:
        parts = _sealed(parts)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in parts.items():
            way = zipfile.ZIP_STORED if path in ("mimetype", "vectors.f32") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(path), data, way)
    return out.getvalue()


def _sealed(parts: Mapping[str, str | bytes]) -> dict[str, str | bytes]:
    """The parts of a backup with their hashes in its manifest, as far as that is still one."""
    hashes = {
        path: hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
        for path, data in parts.items()
    }
    with contextlib.suppress(ValueError, TypeError):
        manifest = json.loads(parts["manifest.json"]) | {"sha256": hashes}
        return {**parts, "manifest.json": json.dumps(manifest)}
    return dict(parts)


def specimen(suffix: str) -> bytes:
    """A well-formed file of the format that a suffix names."""
    if suffix in TEXTS:
        return TEXTS[suffix].encode()
    return PDF if suffix == ".pdf" else packed(PARTS[suffix])
