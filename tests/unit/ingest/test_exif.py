"""When and where a photo was taken: from files that Pillow writes, and from damaged ones."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest
from PIL import Image

from data.pictures import CASES
from semblance.documents import Document, ImageBytes
from semblance.ingest import describe, exif, read

SYDNEY = {1: "S", 2: (33.0, 51.0, 25.2), 3: "E", 4: (151.0, 12.0, 54.0)}
TAKEN = {"date": "2024-05-01T14:03:22", "place": "-33.85700, 151.21500"}


def photo(
    format: str = "JPEG", *, taken: str = "2024:05:01 14:03:22", place: dict[int, Any] | None = SYDNEY
) -> bytes:
    image, out, block = Image.new("RGB", (4, 4)), io.BytesIO(), Image.Exif()
    block[0x0131] = "a program"
    block.get_ifd(0x8769)[0x9003] = taken
    if place:
        block.get_ifd(0x8825).update(place)
    image.save(out, format, exif=block)
    return out.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_date_and_place_are_fields(format: str) -> None:
    assert exif.fields(photo(format)) == TAKEN
    (document,) = read(f"IMG_1.{format.lower()}", photo(format))
    assert isinstance(document, Document)
    assert document.metadata == TAKEN


def test_a_tiff_is_such_a_block_itself() -> None:
    jpeg = photo()
    assert exif.fields(jpeg[jpeg.index(b"Exif\0\0") + 6 :]) == TAKEN


def test_a_heic_photo_tells_its_date_too() -> None:
    assert exif.fields((CASES / "turned.heic").read_bytes()) == {"date": "2024-05-01T14:03:22"}


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2024:13:01 00:00:00", ""])
def test_a_clock_that_was_never_set_gives_no_date(taken: str) -> None:
    assert exif.fields(photo(taken=taken, place=None)) == {}


def test_no_place_is_not_the_null_island() -> None:
    nowhere = {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}
    assert exif.fields(photo(place=nowhere)) == {"date": TAKEN["date"]}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_block_is_no_error(format: str) -> None:
    whole, chance = photo(format), random.Random(0)
    for _ in range(500):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        exif.fields(bytes(damaged[: chance.randint(0, len(damaged))]))


def test_a_table_is_heard_before_the_camera() -> None:
    tap = Document("tap.jpg", "", metadata=TAKEN, image=ImageBytes(b""))
    row = Document("1", "", "Tap", {"file": "tap.jpg", "date": "2020"})
    ((described,), _, _) = describe([tap], [row], "shop.csv")
    assert described.metadata == {"date": "2020", "place": TAKEN["place"], "file": "tap.jpg"}
