"""The format of a file, by its name and by its first bytes."""

from __future__ import annotations

from semblance.errors import UnsupportedFormat

MARKDOWN = (".md", ".markdown", ".mdx", ".mkd")
HTML = (".html", ".htm", ".xhtml")
TABLES = (".csv", ".tsv")
JSON = (".json",)
JSON_LINES = (".jsonl", ".ndjson")
FEEDS = (".xml", ".rss", ".atom")
ARCHIVES = (".zip",)
PICTURES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif")

_READ_BY_SUFFIX = frozenset(
    (
        *MARKDOWN,
        *HTML,
        *TABLES,
        *JSON,
        *JSON_LINES,
        *FEEDS,
        *ARCHIVES,
        ".txt",
        ".text",
        ".rst",
        ".org",
        ".log",
    )
)

_KINDS = {
    "a picture of another kind": "bmp heic heif tif tiff ico psd cr2 cr3 nef arw dng raw",
    "a drawing (SVG), not a photo": "svg svgz",
    "a PDF": "pdf",
    "a Word document": "doc docx docm dot dotx",
    "a spreadsheet": "xls xlsx xlsm xlsb ods numbers",
    "a presentation": "ppt pptx pptm odp",
    "an OpenDocument text": "odt",
    "rich text": "rtf",
    "a Pages document": "pages",
    "a book": "epub mobi azw azw3 djvu",
    "a notebook": "ipynb",
    "audio": "mp3 m4a aac flac ogg oga opus wav wma aiff mid midi",
    "video": "mp4 m4v mov avi mkv webm wmv mpg mpeg flv",
    "an archive other than zip": "gz tgz bz2 xz zst tar 7z rar lz4 br jar war apk whl deb rpm dmg iso cab",
    "a program": "exe dll so dylib msi pyc pyo wasm",
    "a database": "sqlite sqlite3 db db3 mdb accdb",
    "data for programs": "parquet feather arrow npy npz pkl pickle h5 hdf5 onnx safetensors gguf",
    "a font": "ttf otf woff woff2 eot",
}
# Only suffixes that say what a file is. Other files are judged by their bytes when they are read.
_UNSUPPORTED = {f".{suffix}": kind for kind, suffixes in _KINDS.items() for suffix in suffixes.split()}

_MAGIC = [
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF87a", "a GIF picture"),
    (b"GIF89a", "a GIF picture"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive, or a document packed as one"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"\x00asm", "a WebAssembly program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
]


def magic(data: bytes) -> str:
    r"""The kind of a binary file by its first bytes; empty if they show none.

    Examples
    --------
    >>> magic(b"\x89PNG\r\n\x1a\n..."), magic(b"Hello")
    ('a PNG picture', '')
    """
    if data.startswith(b"RIFF") and data[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return "a picture, audio or video"
    return next((kind for prefix, kind in _MAGIC if data.startswith(prefix)), "")


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


def check_supported(name: str, *, where: str) -> None:
    """Refuse a file if its name shows a kind that is not read.

    Raises
    ------
    UnsupportedFormat
    """
    if kind := _UNSUPPORTED.get(suffix_of(name)):
        raise UnsupportedFormat(f"it is {kind}, which Semblance does not read", where=where)


def format_of(name: str, data: bytes) -> str:
    """The suffix of the format to read a file as. It is the file's own, or if that says nothing, it comes from the content.

    Examples
    --------
    >>> format_of("a.md", b"..."), format_of("page", b"<!DOCTYPE html>"), format_of("main.py", b"import os")
    ('.md', '.html', '.txt')
    """
    suffix = suffix_of(name)
    if suffix in _READ_BY_SUFFIX:
        return suffix
    if data.startswith(b"PK\x03\x04"):
        return ".zip"
    head = data[:1_024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return ".html"
    if head.startswith((b"<?xml", b"<rss", b"<feed")) and any(
        tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf")
    ):
        return ".xml"
    return ".txt"
