"""A large archive: its list is read from its end, and an entry when it is needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from aio import run
from data.pictures import jpeg
from semblance.documents import Failure, ImageFile
from semblance.errors import Malformed, UnsafeArchive
from semblance.ingest import LIMITS
from semblance.ingest.streamed import StreamedEntry, is_streamed, read


def album(**texts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("旅行/a.jpg", jpeg(), zipfile.ZIP_STORED)
        archive.writestr("b.jpg", jpeg() * 3, zipfile.ZIP_DEFLATED)
        archive.writestr("clip.mp4", b"film")
        archive.writestr("__MACOSX/._a.jpg", b"x")
        for name, text in texts.items():
            archive.writestr(f"{name}.md", text, zipfile.ZIP_DEFLATED)
        archive.comment = b"an album"
    return out.getvalue()


def opened(data: bytes, **limits: int) -> tuple[dict[str, StreamedEntry], list[str], list[int]]:
    """The entries by their names, the errors, and how many bytes were fetched each time."""
    fetched: list[int] = []

    async def fetch(start: int, stop: int) -> bytes:
        fetched.append(len(data[start:stop]))
        return data[start:stop]

    async def collect() -> list[StreamedEntry | Failure]:
        return [step async for step in read(fetch, len(data), "album.zip", replace(LIMITS, **limits))]

    steps = run(collect())
    entries = {step.name: step for step in steps if isinstance(step, StreamedEntry)}
    return entries, [str(step.error) for step in steps if isinstance(step, Failure)], fetched


@pytest.mark.parametrize("before", [b"", b"a program that unpacks itself" * 9])
def test_entries_are_read_when_they_are_needed(before: bytes) -> None:
    data = before + album(tea="# Tea", **{f"note{number}": "x" for number in range(2_000)})
    entries, errors, fetched = opened(data)
    assert len(entries) == 2_003
    assert errors == [
        "album.zip/clip.mp4: it is a video: there is nothing to read in it. " + errors[0].split(". ", 1)[1]
    ]
    picture = entries["旅行/a.jpg"]
    assert isinstance(picture, ImageFile)
    del fetched[:]
    assert run(picture.read(0, picture.size)) == jpeg()
    assert sum(fetched) == 30 + len(jpeg())
    assert run(picture.read(10, 20)) == jpeg()[10:20]
    assert run(entries["b.jpg"].read(len(jpeg()), len(jpeg()) + 7)) == jpeg()[:7]
    assert run(entries["tea.md"].whole()) == b"# Tea"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"PK\x03\x04", b"PK\x03\x05"),
        lambda data: data.replace(jpeg()[100:140], jpeg()[100:139] + b"!"),
    ],
)
def test_a_damaged_entry_is_named(damage: Callable[[bytes], bytes]) -> None:
    entries, _, _ = opened(damage(album()))
    with pytest.raises(Malformed, match="damaged") as raised:
        run(entries["旅行/a.jpg"].whole())
    assert raised.value.where == "album.zip/旅行/a.jpg"


@pytest.mark.parametrize("data", [b"PK\x03\x04 and no more", album()[:-40], b""])
def test_what_has_no_list_is_no_archive(data: bytes) -> None:
    with pytest.raises(Malformed, match="not a zip archive"):
        opened(data)


@pytest.mark.parametrize("limits", [{"streamed_bytes": 100}, {"archive_entries": 2}])
def test_limits(limits: dict[str, int]) -> None:
    with pytest.raises(UnsafeArchive):
        opened(album(), **limits)
    _, errors, _ = opened(album(), file_bytes=len(jpeg()))
    assert "b.jpg" in errors[0]


def test_only_large_archives_are_streamed() -> None:
    assert is_streamed(album(), LIMITS.file_bytes + 1)
    assert not is_streamed(album(), LIMITS.file_bytes)
    assert not is_streamed(b"%PDF-1.7", LIMITS.file_bytes + 1)
