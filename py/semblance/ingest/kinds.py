"""The kinds of files that Semblance does not read, or not everywhere: how each is known, and what its user can do.

`KINDS` is the one table of them. Their names and remedies are in ``messages/LANGUAGE/kinds.toml``. A file is known by its
first bytes, and where these say nothing, or not enough, by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from semblance.errors import UnsupportedFormat
from semblance.ingest.formats import READ_BY_SUFFIX, package_suffix, picture_suffix, suffix_of
from semblance.messages import Message

HEAD = 65_536
"""So many first bytes tell the kind of a file that is not read to its end."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of files, and the suffixes of their names."""

    key: str
    suffixes: str = ""

    @property
    def name(self) -> Message:
        """What it is called after “it is”."""
        return Message(f"kinds.{self.key}.name")

    @property
    def remedy(self) -> Message:
        """What the user of such a file can do."""
        return Message(f"kinds.{self.key}.remedy")


KINDS = {
    key: Kind(key, suffixes)
    for key, suffixes in {
        "video": "mp4 m4v mov qt avi mkv webm wmv asf mpg mpeg m2ts vob flv f4v ogv 3gp 3g2",
        "audio": "mp3 m4a m4b aac flac ogg oga opus wav wma aiff aif mid midi amr caf ape",
        "pdf": "pdf",
        "word": "docx docm dotx",
        "old_word": "doc",
        "excel": "xlsx xlsm xltx ods ots",
        "old_excel": "xls xlt xlsb fods",
        "powerpoint": "pptx pptm ppsx potx odp",
        "old_powerpoint": "ppt pps",
        "locked_office": "",
        "old_office": "",
        "odt": "odt ott",
        "rtf": "rtf",
        "iwork": "pages numbers keynote",
        "epub": "epub",
        "book": "mobi azw azw3 djvu fb2",
        "mail": "emlx msg mbx",
        "mailbox": "pst ost olm",
        "heic": "hif heics",
        "raw": "cr2 cr3 crw nef nrw arw srf sr2 dng raf orf rw2 pef srw x3f 3fr iiq rwl kdc dcr mrw",
        "photoshop": "psd psb",
        "drawing": "svg svgz eps ai emf wmf",
        "picture": "dib ico cur icns jp2 j2k jpx jxl jxr tga pcx xcf kra",
        "shortcut": "lnk",
        "link": "url webloc website",
        "database": "sqlite sqlite3 db3 mdb accdb",
        "archive": "gz tgz bz2 tbz xz txz zst tar 7z rar lz4 lzma br cab sit",
        "disk": "iso dmg img vhd vhdx vmdk",
        "encrypted": "gpg pgp age axx",
        "program": "exe dll so dylib msi scr pyc pyo wasm jar war apk aab ipa whl deb rpm appimage",
        "font": "ttf otf ttc woff woff2 eot",
        "data": "parquet feather arrow npy npz pkl pickle h5 hdf5 onnx safetensors gguf rds",
        # These are told by what is around them, or in them.
        "locked_pdf": "",
        "locked_document": "",
        "locked_book": "",
        "locked_zip": "",
        "inner_archive": "",
    }.items()
}

READ_APART = ("pdf", "word", "powerpoint", "odt", "epub", "excel")
"""Kinds that are read in a second Python, where there is one: see `semblance.ingest.apart`."""

READABLE = Message("kinds.readable")
"""The formats that are read, for users."""

_BY_SUFFIX = {f".{suffix}": key for key, kind in KINDS.items() for suffix in kind.suffixes.split()}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

# Where in a file the bytes stand, the bytes, and the kind.
_SIGNATURES = [
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio"),
    (0, b"fLaC", "audio"),
    (0, b"MThd", "audio"),
    (0, b"caff", "audio"),
    *((0, bytes([0xFF, second]), "audio") for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xF1, 0xF9)),
    (0, b"\x1a\x45\xdf\xa3", "video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (0, b"FLV\x01", "video"),
    (0, b"\x00\x00\x01\xba", "video"),
    (0, b"\x00\x00\x01\xb3", "video"),
    (0, b"8BPS", "photoshop"),
    (0, b"II*\x00\x10\x00\x00\x00CR", "raw"),
    (0, b"FUJIFILMCCD-RAW", "raw"),
    (0, b"IIRO", "raw"),
    (0, b"IIRS", "raw"),
    (0, b"IIU\x00", "raw"),
    (0, b"FOVb", "raw"),
    (0, b"\x00\x00\x01\x00", "picture"),
    (0, b"\x00\x00\x02\x00", "picture"),
    (0, b"icns", "picture"),
    (0, b"\xff\x0a", "picture"),
    (0, b"\x00\x00\x00\x0cJXL ", "picture"),
    (0, b"\x00\x00\x00\x0cjP  ", "picture"),
    (0, b"gimp xcf", "picture"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"\x04\x22\x4d\x18", "archive"),
    (0, b"MSCF", "archive"),
    (257, b"ustar", "archive"),
    (32_769, b"CD001", "disk"),
    (0, b"\x7fELF", "program"),
    (0, b"\x00asm", "program"),
    (0, b"MZ", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"\xfe\xed\xfa", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xce\xfa\xed\xfe", "program"),
    (0, b"dex\n", "program"),
    (0, b"!<arch>\n", "program"),
    (0, b"SQLite format 3\x00", "database"),
    (0, b"\x00\x01\x00\x00Standard ", "database"),
    (0, b"\x00\x01\x00\x00\x00", "font"),
    (0, b"OTTO", "font"),
    (0, b"ttcf", "font"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (0, b"!BDN", "mailbox"),
    (60, b"BOOKMOBI", "book"),
    (0, b"AT&TFORM", "book"),
    (0, b"PAR1", "data"),
    (0, b"ARROW1", "data"),
    (0, b"\x93NUMPY", "data"),
    (0, b"\x89HDF\r\n", "data"),
    (0, b"GGUF", "data"),
    (0, b"bplist00", "data"),
    (0, b"Salted__", "encrypted"),
]
# Formats whose first bytes are letters only, as those of a text are.
_IN_LETTERS = [
    (b"{\\rtf", "rtf"),
    (b"#!AMR", "audio"),
    (b"%!PS", "drawing"),
    (b"[InternetShortcut]", "link"),
    (b"[Desktop Entry]", "link"),
    (b"age-encryption.org/", "encrypted"),
    (b"-----BEGIN PGP MESSAGE-----", "encrypted"),
]
_CHUNKS = {b"WAVE": "audio", b"AIFF": "audio", b"AIFC": "audio", b"AVI ": "video"}

# Of documents that Office packed in the ways of 1997, by the name of a stream in it. A locked one holds the others.
_OLE_STREAMS = {
    "EncryptedPackage": "locked_office",
    "WordDocument": "old_word",
    "Workbook": "old_excel",
    "Book": "old_excel",
    "PowerPoint Document": "old_powerpoint",
    "__properties_version1.0": "mail",
}
# Brands of files that are made of boxes, as MP4 is.
_SOUND = (b"M4A ", b"M4B ", b"M4P ", b"F4A ")

# Kinds that hold many others: a name says more.
_VAGUE = ("picture", "archive", "data", "old_office")

_CONTROL = re.compile(rb"[\x00-\x07\x0e-\x1a\x1c-\x1f]")


def kind_of(name: str, data: bytes) -> Kind | None:
    r"""The kind of a file that is not read, or only in a second Python; None for one that may be read.

    Parameters
    ----------
    name : str
    data : bytes
        All of it, or its first `HEAD` bytes, which nearly always suffice.

    Examples
    --------
    >>> print(kind_of("holiday.jpg", b"8BPS\0\1").name)
    a Photoshop picture (PSD)
    >>> kind_of("clip.mov", b"...").key, kind_of("notes.md", b"# Tea")
    ('video', None)
    """
    suffix = suffix_of(name)
    by_name = _BY_SUFFIX.get(suffix)
    by_bytes = _by_bytes(data, suffix)
    picture = picture_suffix(data)
    if picture and by_bytes != "raw" and not (picture == ".tiff" and by_name == "raw"):
        return None
    key = by_name if by_name and (not by_bytes or by_bytes in _VAGUE) else by_bytes
    return KINDS[key] if key else None


def kind_by_name(name: str) -> Kind | None:
    """The kind of a file that is not read, as its name tells it, where its bytes are not at hand."""
    key = _BY_SUFFIX.get(suffix_of(name))
    return KINDS[key] if key and key not in READ_APART else None


def refusal(kind: Kind, where: str) -> UnsupportedFormat:
    """The error of a file of this kind.

    Examples
    --------
    >>> print(refusal(KINDS["heic"], "a.heic"))
    a.heic: it is a HEIC photo. Export it as JPEG, and add that.
    """
    return UnsupportedFormat("ingest.kind", kind=kind.name, where=where, remedy=kind.remedy)


def check_kind(name: str, data: bytes, *, where: str, apart: bool = False) -> None:
    """Refuse a file of a kind that is not read. For `data` see `kind_of`.

    Parameters
    ----------
    name : str
    data : bytes
    where : str
        How the message names it.
    apart : bool
        Whether the kinds of `READ_APART` pass.

    Raises
    ------
    UnsupportedFormat
    """
    kind = kind_of(name, data)
    if kind and not (apart and kind.key in READ_APART):
        raise refusal(kind, where)


def _by_bytes(data: bytes, suffix: str) -> str | None:
    """The kind that a file's bytes show.

    A text may begin with the letters of a signature. So a file whose name says that it is a text is taken at its word,
    unless it holds characters that no text holds.
    """
    if data.startswith(b"%PDF-"):
        return "pdf"
    is_binary = _CONTROL.search(data, 0, 1_024) is not None
    if suffix in READ_BY_SUFFIX and not is_binary:
        return None
    if data.startswith(_ZIP):
        return _of_zip(data[:HEAD])
    if data.startswith(_OLE):
        return _of_ole(data)
    if data[:1] == b"\0" and data[4:8] == b"ftyp":
        return _of_boxes(data)
    if data.startswith((b"RIFF", b"FORM")) and is_binary:
        return _CHUNKS.get(data[8:12])
    for at, signature, key in _SIGNATURES:
        if data.startswith(signature, at) and (is_binary or not signature.isascii()):
            return key
    for signature, key in _IN_LETTERS:
        if data.startswith(signature):
            return key
    return None


def _of_zip(head: bytes) -> str | None:
    """The kind of a document that is packed as a zip archive; None for an archive of files."""
    if suffix := package_suffix(head):
        return _BY_SUFFIX[suffix]
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    if first.endswith(b".iwa"):
        return "iwork"
    return "program" if first in (b"AndroidManifest.xml", b"META-INF/", b"META-INF/MANIFEST.MF") else None


def _of_ole(data: bytes) -> str:
    streams = (key for stream, key in _OLE_STREAMS.items() if f"{stream}\0".encode("utf-16-le") in data)
    return next(streams, "old_office")


def _of_boxes(data: bytes) -> str | None:
    """The kind of a file that is made of boxes; None for a picture, which is read."""
    if picture_suffix(data):
        return None
    if data[8:12] == b"crx ":
        return "raw"
    return "audio" if data[8:12] in _SOUND else "video"
