"""PDFs, Word documents, e-books and presentations, written by hand, so that a test shows what is in them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF = " ".join(
    f'xmlns:{name}="{_ODF}:{path}:1.0"'
    for name, path in {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "presentation": "presentation",
        "meta": "meta",
    }.items()
)


def packed(parts: Mapping[str, str | bytes], stored_first: bool = False) -> bytes:
    """A zip archive of these parts in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (path, data) in enumerate(parts.items()):
            stored = zipfile.ZIP_STORED if stored_first and not number else zipfile.ZIP_DEFLATED
            archive.writestr(path, data, stored)
    return buffer.getvalue()


# --- Office -----------------------------------------------------------------------------------------


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A part of relations: (kind, target) by name."""
    rows = "".join(
        f'<Relationship Id="{id}" Type="{_KINDS}/{kind}" Target="{target}"/>'
        for id, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def core(title: str = "", author: str = "") -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
        "<dcterms:created>2024-05-17T08:00:00Z</dcterms:created></cp:coreProperties>"
    )


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word; what begins with ``<`` in its text is markup."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = text if text.startswith("<") else f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{run}</w:p>"


STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="My chapter"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Liste"><w:name w:val="List Bullet"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
</w:styles>"""
LIST = '<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>'


def docx(
    body: str, *, title: str = "", author: str = "", notes: str = "", parts: Mapping[str, str] | None = None
) -> bytes:
    """A Word document with this body."""
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
            "docProps/core.xml": core(title, author),
            "word/_rels/document.xml.rels": relations(
                {"s1": ("styles", "styles.xml"), "f1": ("footnotes", "footnotes.xml")}
            ),
            "word/styles.xml": STYLES,
            "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **(parts or {}),
        }
    )


def shape(text: str, kind: str | None = None) -> str:
    """A place on a slide. ``kind`` is that of the layout's place; None for a text box. Lines are paragraphs."""
    place = f'<p:ph type="{kind}"/>' if kind else "<p:ph/>" if kind == "" else ""
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{paragraphs}</p:txBody></p:sp>"


def slide_table(*rows: Sequence[str]) -> str:
    cells = "".join(
        "<a:tr>"
        + "".join(
            f"<a:tc><a:txBody><a:p><a:r><a:t>{cell}</a:t></a:r></a:p></a:txBody></a:tc>" for cell in row
        )
        + "</a:tr>"
        for row in rows
    )
    return f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{cells}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"


def pptx(*slides: str, title: str = "", notes: Mapping[int, str] | None = None) -> bytes:
    """A presentation of these slides, whose files are numbered backwards: their order stands elsewhere."""
    names = [f"slide{len(slides) - number}.xml" for number in range(len(slides))]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "docProps/core.xml": core(title),
        "ppt/_rels/presentation.xml.rels": relations(
            {f"r{number}": ("slide", f"slides/{name}") for number, name in enumerate(names)}
        ),
        "ppt/presentation.xml": f"<p:presentation {A}><p:sldIdLst>"
        + "".join(f'<p:sldId r:id="r{number}" id="{256 + number}"/>' for number in range(len(slides)))
        + "</p:sldIdLst></p:presentation>",
    }
    for number, (name, shapes) in enumerate(zip(names, slides, strict=True)):
        parts[f"ppt/slides/{name}"] = f"<p:sld {A}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        if notes and number in notes:
            parts[f"ppt/slides/_rels/{name}.rels"] = relations(
                {"n1": ("notesSlide", f"../notesSlides/notes{number}.xml")}
            )
            parts[f"ppt/notesSlides/notes{number}.xml"] = (
                f"<p:notes {A}><p:cSld><p:spTree>{shape('7', 'sldNum')}{shape(notes[number], 'body')}"
                "</p:spTree></p:cSld></p:notes>"
            )
    return packed(parts)


# --- EPUB and OpenDocument --------------------------------------------------------------------------


def epub(
    chapters: Mapping[str, str],
    *,
    title: str = "",
    contents: Mapping[str, str] | None = None,
    extra: Mapping[str, str] | None = None,
    manifest: str = "",
    spine: str = "",
) -> bytes:
    """A book of these XHTML bodies in reading order, with a table of contents."""
    links = "".join(f'<li><a href="{path}">{text}</a></li>' for path, text in (contents or {}).items())
    items = manifest + "".join(
        f'<item id="c{number}" href="{path}" media-type="application/xhtml+xml"/>'
        for number, path in reversed([*enumerate(chapters)])
    )
    ids = [*(f"c{number}" for number in range(len(chapters))), *spine.split()]
    order = "".join(f'<itemref idref="{id}"/>' for id in ids)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>{title}</dc:title><dc:creator>Ana Prat</dc:creator><dc:language>en</dc:language></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{order}</spine></package>'
    )
    xhtml = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{}</body></html>'
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
            "OEBPS/content.opf": package,
            "OEBPS/nav.xhtml": xhtml.format(
                f"<nav type='page-list'><a href='one.xhtml'>12</a></nav><nav type='toc'><ol>{links}</ol></nav>"
            ),
            **{f"OEBPS/{path}": xhtml.format(body) for path, body in chapters.items()},
            **(extra or {}),
        },
        stored_first=True,
    )


def open_document(kind: str, body: str, *, title: str = "", extra: Mapping[str, str] | None = None) -> bytes:
    """An OpenDocument of a kind, ``text`` or ``presentation``."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {ODF}><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
            "meta.xml": f'<office:document-meta {ODF} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            f"<dc:title>{title}</dc:title></office:meta></office:document-meta>",
            "META-INF/manifest.xml": "<manifest/>",
            **(extra or {}),
        },
        stored_first=True,
    )


# --- PDF --------------------------------------------------------------------------------------------


def pdf(
    pages: Sequence[Sequence[tuple[str, float, float, float]]], *, title: str = "", trailer: str = ""
) -> bytes:
    """A PDF of pages, each of lines (text, x, y, size) from the lower left corner, in points."""
    return raw_pdf([_program(page) for page in pages], title=title, trailer=trailer)


def lines(
    texts: Sequence[str], x: float = 72, y: float = 720, size: float = 12
) -> list[tuple[str, float, float, float]]:
    """Lines one below the other. An empty one leaves a gap."""
    return [(text, x, y - 14 * number, size) for number, text in enumerate(texts) if text]


def _program(page: Sequence[tuple[str, float, float, float]]) -> bytes:
    shown = [f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(text)}) Tj ET" for text, x, y, size in page]
    return "\n".join(shown).encode("cp1252")


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def raw_pdf(
    programs: Sequence[bytes],
    *,
    title: str = "",
    trailer: str = "",
    resources: str = "",
    objects: Sequence[bytes] = (),
    packing: str = "",
) -> bytes:
    """A PDF of pages that these programs draw. Its own objects are numbered from 10."""
    first_page = 10 + len(objects)
    kids = " ".join(f"{first_page + 2 * number} 0 R" for number in range(len(programs)))
    numbered = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(programs)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: f"<< /Title ({_escaped(title)}) /Author (Ana Prat) /CreationDate (D:20240517080000Z) >>".encode(),
        **{10 + number: data for number, data in enumerate(objects)},
    }
    for number, program in enumerate(programs):
        page, content = first_page + 2 * number, first_page + 2 * number + 1
        numbered[page] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> >>"
        ).encode()
        numbered[content] = stream(program, packing)
    return _file(numbered, trailer)


def stream(data: bytes, packing: str = "", more: str = "") -> bytes:
    """A stream object; its data are as they are, or packed already in the way that ``packing`` says."""
    return f"<< /Length {len(data)} {packing} {more} >>\nstream\n".encode() + data + b"\nendstream"


def _file(numbered: Mapping[int, bytes], trailer: str) -> bytes:
    data, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, content in sorted(numbered.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start, size = len(data), max(numbered) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        data += b"%010d 00000 %s \n" % (places.get(number, 0), b"n" if number in places else b"f")
    data += (
        f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(data)


def scan() -> bytes:
    """A page that is a picture."""
    picture = stream(
        bytes(64),
        more="/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    return raw_pdf(
        [b"q 500 0 0 700 40 60 cm /Im1 Do Q"], resources="/XObject << /Im1 10 0 R >>", objects=[picture]
    )


def endless() -> bytes:
    """A page whose drawing takes for ever: each of thirty forms draws the next one ten times, and the last one much text.

    pypdf draws 5,000 forms of a page and no more.
    """
    text = b"BT /F1 9 Tf " + b"(x) Tj " * 2_000 + b"ET"
    forms = [
        stream(
            b"/X Do " * 10 if number < 29 else text,
            more="/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F1 3 0 R >> "
            f"/XObject << /X {11 + number} 0 R >> >>",
        )
        for number in range(30)
    ]
    return raw_pdf([b"/X Do"], resources="/XObject << /X 10 0 R >>", objects=forms)


def bomb() -> bytes:
    """A page whose program unpacks to 400 MB."""
    packer = zlib.compressobj(9)
    block = b" " * 1_000_000
    data = b"".join(packer.compress(block) for _ in range(400)) + packer.flush()
    return raw_pdf([data], packing="/Filter /FlateDecode")
