from __future__ import annotations

import dataclasses
import io
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from semblance.documents import ImageBytes
from semblance.errors import (
    DuplicateId,
    EmptyDocument,
    Malformed,
    NotText,
    TooLarge,
    UnsafeArchive,
    UnsupportedFormat,
)
from semblance.ingest import LIMITS, read
from unit.ingest.support import error_of, read_all, read_one


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def test_each_entry_is_read_by_its_own_reader() -> None:
    data = zip_of(
        ("notes/", ""),
        ("notes/a.md", "# Tea"),
        ("data.csv", "id,text\n1,one\n2\n"),
        ("page.html", "<p>Page</p>"),
        ("it's “é” 🦆.txt", "text"),
    )
    documents, failures = read_all("my.zip", data, source="zip")
    assert [(doc.id, doc.content) for doc in documents] == [
        ("notes/a.md", "# Tea"),
        ("1", "one"),
        ("page.html", "Page"),
        ("it's “é” 🦆.txt", "text"),
    ]
    assert {doc.source for doc in documents} == {"zip"}
    assert [failure.error.where for failure in failures] == ["my.zip/data.csv row 3"]


def test_bad_entries_are_named_and_the_others_read() -> None:
    data = zip_of(
        ("a.md", "fine"),
        ("empty.md", ""),
        ("drawing.svg", "<svg/>"),
        ("photo.png", b"\x89PNG\r\n\x1a\n"),
        ("binary.md", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("inner.zip", zip_of(("x.md", "x"))),
        ("data.json", "[1,"),
    )
    documents, failures = read_all("my.zip", data)
    assert [doc.id for doc in documents] == ["a.md", "photo.png", "x.md"]
    assert isinstance(documents[1].image, ImageBytes)
    assert [(failure.id, failure.error.where, type(failure.error)) for failure in failures] == [
        ("empty.md", "my.zip/empty.md", EmptyDocument),
        ("drawing.svg", "my.zip/drawing.svg", UnsupportedFormat),
        ("binary.md", "my.zip/binary.md", NotText),
        ("my.zip/data.json item 1 (line 1)", "my.zip/data.json item 1 (line 1)", Malformed),
        ("data.json", "my.zip/data.json line 1", Malformed),
    ]


def test_what_is_not_meant_to_be_seen_is_passed_over() -> None:
    data = zip_of(
        ("a.md", "text"), ("__MACOSX/._a.md", b"\0\1"), (".git/config", "x"), ("sub/.DS_Store", b"\0\0\0\1")
    )
    assert read_one("my.zip", data).id == "a.md"
    assert isinstance(error_of("my.zip", zip_of((".hidden", "x"))), EmptyDocument)


def test_names_do_not_lead_out() -> None:
    windows = zipfile.ZipInfo("sub\\b.md")
    windows.create_system = 0
    data = zip_of(("../../etc/a.md", "a"), ("/root/./c.md", "c"), (windows, "b"), ("back\\slash.md", "d"))
    documents, _ = read_all("my.zip", data)
    assert [doc.id for doc in documents] == ["etc/a.md", "root/c.md", "sub/b.md", "back\\slash.md"]


def test_names_in_utf8_that_do_not_say_so() -> None:
    data = zip_of(("cafe.md", "x")).replace(b"cafe.md", "été".encode() + b"md")
    assert read_one("my.zip", data).id == "étémd"


def test_the_same_path_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zip_of(("a.md", "one"), ("a.md", "two"))
    documents, failures = read_all("my.zip", data)
    assert [doc.content for doc in documents] == ["one"]
    assert isinstance(failures[0].error, DuplicateId)
    assert failures[0].error.where == "my.zip/a.md"


def test_a_damaged_entry_fails_alone() -> None:
    data = zip_of(
        ("a.md", "one " * 100), ("b.md", "two " * 100), ("c.md", "three " * 100), method=zipfile.ZIP_STORED
    )
    damaged = data.replace(b"two two", b"two twx", 1)
    documents, failures = read_all("my.zip", damaged)
    assert [doc.id for doc in documents] == ["a.md", "c.md"]
    assert [(failure.error.where, type(failure.error)) for failure in failures] == [
        ("my.zip/b.md", Malformed)
    ]


def test_an_encrypted_entry_fails_alone() -> None:
    data = bytearray(zip_of(("a.md", "one"), ("b.md", "two")))
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    documents, failures = read_all("my.zip", bytes(data))
    assert [doc.id for doc in documents] == ["a.md"]
    assert "encrypted" in failures[0].error.message


def test_other_compressions_are_named() -> None:
    data = zip_of(("a.md", "one" * 100), method=zipfile.ZIP_BZIP2)
    assert "compressed" in error_of("my.zip", data).message


@pytest.mark.parametrize(
    "data",
    [b"not a zip", b"PK\x03\x04" + b"x" * 100, zip_of(("a.md", "x"))[:-30]],
    ids=["text", "only its beginning", "without its end"],  # the last one holds the time
)
def test_what_is_no_zip(data: bytes) -> None:
    error = error_of("my.zip", data)
    assert isinstance(error, Malformed)
    assert error.where == "my.zip"


def test_an_archive_without_a_suffix_is_known_by_its_content() -> None:
    assert read_one("download", zip_of(("a.md", "x"))).id == "a.md"


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    bomb = zip_of(("note.md", "fine"), ("zeros.txt", bytes(40_000_000)))
    tracemalloc.start()
    try:
        error = error_of("bomb.zip", bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnsafeArchive)
    assert error.where == "bomb.zip"
    assert peak < 5_000_000


def test_a_bomb_that_lies_is_stopped() -> None:
    """The headers say 1,000 bytes, the data 40 MB."""
    bomb = zip_of(("note.md", "fine"), ("zeros.txt", bytes(40_000_000)))
    lie = bomb.replace(struct.pack("<I", 40_000_000), struct.pack("<I", 1_000))
    tracemalloc.start()
    try:
        documents, failures = read_all("bomb.zip", lie)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [doc.id for doc in documents] == ["note.md"]
    assert [failure.error.where for failure in failures] == ["bomb.zip/zeros.txt"]
    assert peak < 5_000_000


def test_many_entries_that_are_large_together() -> None:
    limits = dataclasses.replace(LIMITS, archive_bytes=1_000)
    entries = [(f"{number}.md", f"{number}" * 200) for number in range(9)]
    error = error_of("my.zip", zip_of(*entries), limits=limits)
    assert isinstance(error, UnsafeArchive)
    assert "1.8 KB, and the limit is 1 KB" in error.message


def test_an_entry_that_is_too_large_fails_alone() -> None:
    limits = dataclasses.replace(LIMITS, file_bytes=1_000)
    data = zip_of(("large.md", "x" * 1_001), ("a.md", "x" * 1_000))
    documents, failures = read_all("my.zip", data, limits=limits)
    assert [doc.id for doc in documents] == ["a.md"]
    assert [(failure.error.where, type(failure.error)) for failure in failures] == [
        ("my.zip/large.md", TooLarge)
    ]


def test_too_many_entries() -> None:
    entries = [(f"{number}.md", "x") for number in range(101)]
    limits = dataclasses.replace(LIMITS, archive_entries=100)
    assert isinstance(error_of("my.zip", zip_of(*entries), limits=limits), UnsafeArchive)
    assert len(read_all("my.zip", zip_of(*entries[1:]), limits=limits)[0]) == 100


def test_unpacking_breathes() -> None:
    text = "".join(f"{number} " for number in range(500_000))
    assert sum(step is None for step in read("my.zip", zip_of(("a.txt", text)))) >= 2 * (len(text) // 65_536)


CASES = Path(__file__).parents[2] / "data" / "cases"


def zip_with_names(*names: bytes, system: int = 0, extra: bytes = b"") -> bytes:
    """An archive whose names are such bytes, without a word on their encoding."""
    entries = []
    for number, name in enumerate(names):
        info = zipfile.ZipInfo(chr(ord("A") + number) * len(name))
        info.create_system = system
        info.extra = extra
        entries.append((info, f"text {number}"))
    data = zip_of(*entries)
    for info, name in zip((info for info, _ in entries), names, strict=True):
        data = data.replace(info.filename.encode(), name)
    return data


def test_names_in_shift_jis_whose_second_byte_is_a_backslash() -> None:
    documents, failures = read_all("shiftjis.zip", (CASES / "shiftjis.zip").read_bytes())
    assert failures == []
    assert [doc.id for doc in documents] == ["旅行/京都メモ.txt", "表.txt"]
    assert {doc.note for doc in documents} == {"its name was decoded as cp932 (guessed)"}


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("cp932", ["表.txt"]),
        ("cp932", ["新しいフォルダー/データ.txt", "予定表.md", "plain.txt"]),
        ("gb18030", ["新建文件夹/旅行笔记.txt", "数据.md"]),
        ("gb18030", ["中文.txt"]),
        ("gb18030", ["会议记录.txt", "工作计划.txt", "表格.txt"]),
        ("big5", ["旅遊筆記.txt", "會議記錄.md"]),
        ("big5", ["功能/許蓋功.txt"]),
        ("cp949", ["새 폴더/일기.txt", "여행 메모.md"]),
        ("cp866", ["Новая папка/Отчёт 2024.txt", "фото.md"]),
        ("cp1251", ["Заметки/дневник.txt"]),
        ("cp850", ["Café/Crème brûlée.txt", "Übersicht Größe.md"]),
        ("cp850", ["São João.txt", "Rødgrød.md"]),
        ("cp437", ["naïve résumé.txt", "Straße.md"]),
        ("cp437", ["π ≈ 3.txt"]),
        ("cp852", ["Zażółć gęślą jaźń.txt"]),
        ("cp1252", ["Año nuevo.txt", "Grüße.md"]),
        ("utf-8", ["旅行/京都.txt", "Café.md"]),
    ],
)
def test_names_in_old_encodings(codec: str, names: list[str]) -> None:
    documents, failures = read_all("my.zip", zip_with_names(*(name.encode(codec) for name in names)))
    assert failures == []
    assert [doc.id for doc in documents] == names
    if codec != "cp437":  # which has letters in common with cp850, and is no guess
        guessed = [codec != "utf-8" and not name.isascii() for name in names]
        assert ["(guessed)" in doc.note for doc in documents] == guessed


def unicode_path(name: str, raw: bytes) -> bytes:
    field = b"\1" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


def test_the_field_that_holds_the_name_in_unicode() -> None:
    raw = "ò ò.txt".encode("cp850")
    other = struct.pack("<HH", 0x5455, 5) + b"\1\0\0\0\0"
    data = zip_with_names(raw, extra=other + unicode_path("Ω 旅.txt", raw))
    document = read_one("my.zip", data)
    assert (document.id, document.note) == ("Ω 旅.txt", "")


def test_a_field_that_was_left_behind_when_the_entry_got_another_name() -> None:
    data = zip_with_names("né.txt".encode("cp850"), extra=unicode_path("old.txt", b"old.txt"))
    assert read_one("my.zip", data).id == "né.txt"


def test_folders_of_windows_are_no_files() -> None:
    data = zip_with_names(b"folder\\", b"folder\\a.txt")
    assert read_one("my.zip", data).id == "folder/a.txt"


def test_an_archive_in_an_archive_is_read_but_none_below_it() -> None:
    deepest = zip_of(("c.md", "c"))
    inner = zip_of(("a.md", "inner"), ("x/b.md", "b"), ("deep.zip", deepest))
    data = zip_of(("Part-1.zip", inner), ("Part-2.zip", zip_of(("a.md", "other"))), ("broken.zip", "PK"))
    documents, failures = read_all("my.zip", data)
    assert [(doc.id, doc.content) for doc in documents] == [
        ("a.md", "inner"),
        ("x/b.md", "b"),
        ("Part-2.zip/a.md", "other"),
    ]
    assert [(failure.error.where, type(failure.error)) for failure in failures] == [
        ("my.zip/Part-1.zip/deep.zip", UnsupportedFormat),
        ("my.zip/broken.zip", Malformed),
    ]


def test_archives_in_an_archive_share_its_limits() -> None:
    part = zip_of(("a.md", "word " * 30), method=zipfile.ZIP_STORED)
    data = zip_of(*((f"{number}.zip", part) for number in range(9)), method=zipfile.ZIP_STORED)
    _, failures = read_all("my.zip", data, limits=dataclasses.replace(LIMITS, archive_entries=12))
    assert len(failures) == 6
    assert all(isinstance(failure.error, UnsafeArchive) for failure in failures)
    _, failures = read_all(
        "my.zip", data, limits=dataclasses.replace(LIMITS, archive_bytes=9 * len(part) + 150)
    )
    assert isinstance(failures[-1].error, UnsafeArchive)


def test_items_of_one_id_in_several_files_of_an_archive() -> None:
    data = zip_of(("fruit.csv", "id,text\n1,plum\n2,quince\n"), ("tools.csv", "id,text\n1,lathe\n1,plane\n"))
    documents, failures = read_all("my.zip", data)
    assert [(doc.id, doc.content) for doc in documents] == [
        ("1", "plum"),
        ("2", "quince"),
        ("tools.csv/1", "lathe"),
    ]
    assert [type(failure.error) for failure in failures] == [DuplicateId]
