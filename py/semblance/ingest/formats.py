"""The format of a file, by its name and by its first bytes."""

from __future__ import annotations

import re

MARKDOWN = (".md", ".markdown", ".mdx", ".mkd")
HTML = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv")
JSON = (".json",)
JSON_LINES = (".jsonl", ".ndjson")
FEEDS = (".xml", ".rss", ".atom", ".rdf")
XML_EXPORTS = (".enex", ".opml")
NOTEBOOKS = (".ipynb",)
MAIL = (".eml",)
MAILBOXES = (".mbox",)
SUBTITLES = (".srt", ".vtt")
CALENDARS = (".ics",)
CONTACTS = (".vcf",)
ORG = (".org",)
RST = (".rst",)
TEX = (".tex",)
ARCHIVES = (".zip",)
PDF = (".pdf",)
WORD = (".docx", ".docm", ".dotx")
EPUB = (".epub",)
SLIDES = (".pptx", ".pptm", ".ppsx", ".potx")
OPEN_DOCUMENT = (".odt", ".ott", ".odp")
EXCEL = (".xlsx", ".xlsm", ".xltx")
OPEN_SHEETS = (".ods", ".ots")
SPREADSHEETS = (*EXCEL, *OPEN_SHEETS)
PAPERS = (*PDF, *WORD, *EPUB, *SLIDES, *OPEN_DOCUMENT, *SPREADSHEETS)
"""What people write and print. Such a file may be hostile, so `semblance.ingest.papers` reads it in a second Python."""
PICTURES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif"),
    *(".heic", ".heif", ".tif", ".tiff", ".bmp"),
)

READ_BY_SUFFIX = frozenset(
    (
        *MARKDOWN,
        *HTML,
        *TABLES,
        *JSON,
        *JSON_LINES,
        *FEEDS,
        *XML_EXPORTS,
        *NOTEBOOKS,
        *MAIL,
        *MAILBOXES,
        *SUBTITLES,
        *CALENDARS,
        *CONTACTS,
        *ORG,
        *RST,
        *TEX,
        *ARCHIVES,
        *PAPERS,
        ".txt",
        ".text",
        ".log",
    )
)

_PICTURE_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF87a": ".gif",
    b"GIF89a": ".gif",
    b"II*\0": ".tiff",
    b"MM\0*": ".tiff",
}
# Brands of files that are made of boxes, as MP4 is.
_BRANDS = {
    ".avif": (b"avif", b"avis"),
    ".heic": (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
}
_ROOTS = (b"<rss", b"<feed", b"<rdf:rdf", b"<opml", b"<en-export")
_HEAD_OF_MAIL = 65_536
_MAIL_HEADER = re.compile(
    rb"^(?:Received|Message-ID|MIME-Version|Return-Path|Delivered-To):", re.IGNORECASE | re.MULTILINE
)
_SENDER = re.compile(rb"^From[: ]", re.MULTILINE)
# Of documents that are zip archives: the media type that they begin with, or a folder in them.
_MEDIA_TYPES = {
    b"application/epub+zip": ".epub",
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
    b"application/vnd.oasis.opendocument.presentation": ".odp",
}
_OPEN_XML = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"word/", b"xl/", b"ppt/")
_OPEN_XML_PARTS = {b"word/": ".docx", b"xl/": ".xlsx", b"ppt/": ".pptx"}
_HEAD_OF_PACKAGE = 65_536
_SYSTEM_FILES = frozenset((".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", "icon\r"))


def picture_suffix(data: bytes) -> str:
    r"""The suffix of the picture format that a file's first bytes show; empty if they show none that is read.

    Examples
    --------
    >>> picture_suffix(b"\x89PNG\r\n\x1a\n..."), picture_suffix(b"Hello")
    ('.png', '')
    """
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return ".webp"
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return ".bmp"
    if data[4:8] == b"ftyp" and data[8:12] != b"crx ":  # which is Canon's
        box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
        return next((suffix for suffix, brands in _BRANDS.items() if any(b in box for b in brands)), "")
    return next((suffix for start, suffix in _PICTURE_SIGNATURES.items() if data.startswith(start)), "")


def package_suffix(data: bytes) -> str:
    r"""The suffix of a document that is packed as a zip archive, by its first bytes; empty for any other file.

    Examples
    --------
    >>> package_suffix(b"PK\x03\x04" + bytes(22) + b"\x08\0\0\0mimetypeapplication/epub+zip")
    '.epub'
    """
    if not data.startswith(b"PK\x03\x04"):
        return ""
    head = data[:_HEAD_OF_PACKAGE]
    start = 30 + int.from_bytes(head[26:28], "little")
    first = head[30:start]
    if first == b"mimetype":
        start += int.from_bytes(head[28:30], "little")
        return next((suffix for media, suffix in _MEDIA_TYPES.items() if head.startswith(media, start)), "")
    if not first.startswith(_OPEN_XML):
        return ""
    places = {head.find(part): suffix for part, suffix in _OPEN_XML_PARTS.items() if part in head}
    return places[min(places)] if places else ""


def paper_suffix(data: bytes) -> str:
    """The suffix of one of the `PAPERS` that a file's first bytes show; empty if they show none.

    Examples
    --------
    >>> paper_suffix(b"%PDF-1.7"), paper_suffix(b"Hello")
    ('.pdf', '')
    """
    if data.startswith(b"%PDF-"):
        return ".pdf"
    suffix = package_suffix(data)
    return suffix if suffix in PAPERS else ""


def is_system_file(path: str) -> bool:
    """Whether a system or a program keeps the file for itself: no user means to add it.

    Examples
    --------
    >>> is_system_file("photos/Thumbs.db"), is_system_file("photos/._IMG_1.jpg"), is_system_file("a.db")
    (True, True, False)
    """
    name = path.rsplit("/", 1)[-1].lower()
    return name in _SYSTEM_FILES or name.startswith(("._", "~$", ".~lock."))


_OF_LOGSEQ = ("logseq/bak/", "logseq/version-files/", "logseq/config.edn", "logseq/custom.css")


def is_hidden(path: str) -> bool:
    """Whether a file of a folder or an archive is passed over without a word, such as ``.git/config``.

    Examples
    --------
    >>> is_hidden(".git/config"), is_hidden("__MACOSX/a.md"), is_hidden("notes/a.md")
    (True, True, False)
    """
    is_meant = not path.startswith("__MACOSX/") and not any(part.startswith(".") for part in path.split("/"))
    is_of_program = path.endswith(".excalidraw.md") or any(f"/{own}" in f"/{path}" for own in _OF_LOGSEQ)
    return not is_meant or is_of_program or is_system_file(path)


def suffix_of(name: str) -> str:
    """A file name's suffix in lower case; a leading dot doesn't begin one.

    Examples
    --------
    >>> suffix_of("notes/A.MD"), suffix_of("v1.2/.profile"), suffix_of("README")
    ('.md', '', '')
    """
    base = name.rsplit("/", 1)[-1]
    dot = base.rfind(".")
    return base[dot:].lower() if dot > 0 else ""


def is_picture(name: str) -> bool:
    """Whether a file's name says that it is a picture that can be embedded.

    Examples
    --------
    >>> is_picture("holiday/IMG_1.JPG"), is_picture("notes.md")
    (True, False)
    """
    return suffix_of(name) in PICTURES


def format_of(name: str, data: bytes) -> str:
    """The suffix of the format to read a file as. It is the file's own, or if that says nothing, it comes from the content.

    Examples
    --------
    >>> format_of("a.md", b"..."), format_of("page", b"<!DOCTYPE html>"), format_of("main.py", b"import os")
    ('.md', '.html', '.txt')
    """
    suffix = suffix_of(name)
    paper = paper_suffix(data)
    if paper and suffix not in PAPERS:
        return paper
    if suffix in READ_BY_SUFFIX:
        return suffix
    if data.startswith(b"PK\x03\x04"):
        return ".zip"
    head = data[:1_024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return ".html"
    if head.startswith((b"<?xml", *_ROOTS)) and any(root in head for root in _ROOTS):
        return ".xml"
    if _is_mail(data[:_HEAD_OF_MAIL]):
        return MAILBOXES[0] if data.startswith(b"From ") else MAIL[0]
    return ".txt"


def _is_mail(head: bytes) -> bool:
    """Whether a text begins with the header of an e-mail."""
    header = head.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
    return bool(_SENDER.search(header) and _MAIL_HEADER.search(header))
