"""Pillow behind the port: every kind of picture, good and bad."""

import hashlib
import re
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aio import run
from data.pictures import (
    BAD,
    GOOD,
    HEIGHT,
    WIDTH,
    bomb,
    encoded,
    picture,
    scene,
    see_through,
    swapped_primaries,
    turned,
)
from semblance import errors
from semblance.documents import ImageBytes
from semblance.models.image import check
from semblance.models.preprocessing import thumbnail_window
from semblance.native.images import ImageDecoder
from semblance.picture_file import MAX_BYTES, digest
from semblance.ports import DecodedImage
from semblance.ports import ImageDecoder as DecoderPort
from semblance.records import Window


def opened(data: bytes) -> DecodedImage:
    return run(ImageDecoder().open(ImageBytes(data)))


def whole(data: bytes) -> np.ndarray:
    image = opened(data)
    window = Window(0, 0, image.width, image.height, image.width, image.height, 3)
    return run(image.pixels(window)).astype(int)


def far(data: bytes, expected: np.ndarray) -> float:
    """Mean absolute difference, in levels out of 255."""
    return float(np.abs(whole(data) - expected).mean())


SIZES = {
    "tall.png": (300, 900),
    "1x1.png": (1, 1),
    "1x5000.png": (1, 5000),
    "20000x10.png": (20_000, 10),
    "20000x10.jpg": (20_000, 10),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_picture_can_be_read(name: str) -> None:
    image = opened(GOOD[name]())
    assert isinstance(image, DecodedImage)
    assert (image.width, image.height) == SIZES.get(name, (WIDTH, HEIGHT))
    pixels = run(image.pixels(Window(0, 0, image.width, image.height, 8, 6, 3)))
    assert (pixels.shape, pixels.dtype) == ((6, 8, 3), np.dtype(np.uint8))


@pytest.mark.parametrize("name", ["plain.png", "colour-16.png", "animated.webp", "animated.png"])
def test_without_loss_pixels_are_those_of_the_scene(name: str) -> None:
    assert far(GOOD[name](), scene()) == 0


@pytest.mark.parametrize("name", ["plain.jpg", "progressive.jpg", "cmyk.jpg", "trailer.jpg", "still.avif"])
def test_with_little_loss_pixels_are_nearly_those_of_the_scene(name: str) -> None:
    assert far(GOOD[name](), scene()) < 1.5


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_followed(orientation: int, format: str) -> None:
    data = encoded(picture(), "JPEG", quality=95) if format == "JPEG" else encoded(picture(), "PNG")
    assert (
        far(turned(orientation, format), np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)) < 3
    )


@pytest.mark.parametrize("name", ["alpha.png", "interlaced-alpha.webp", "alpha.avif"])
def test_what_is_transparent_is_white(name: str) -> None:
    image = np.asarray(see_through()).astype(float)
    alpha = image[:, :, 3:] / 255
    assert far(GOOD[name](), image[:, :, :3] * alpha + 255 * (1 - alpha)) < 1


def test_a_transparent_colour_of_a_palette_is_white() -> None:
    with_hole, without = whole(GOOD["palette-hole.png"]()), whole(GOOD["palette.png"]())
    assert (with_hole[5, 5] == 255).all()
    assert (without[5, 5] != 255).any()
    assert (with_hole[-1, -1] == without[-1, -1]).all()


def test_grey_is_grey() -> None:
    grey = np.asarray(picture().convert("L")).astype(int)[:, :, np.newaxis]
    assert far(GOOD["grey.png"](), grey) == 0
    alpha = np.asarray(see_through()).astype(float)[:, :, 3:] / 255
    assert far(GOOD["grey-alpha.png"](), grey * alpha + 255 * (1 - alpha)) < 1


def test_grey_of_16_bits_is_scaled_and_not_clipped() -> None:
    levels = np.linspace(0, 255, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH, 1)
    assert far(GOOD["grey-16.png"](), levels) < 1


@pytest.mark.parametrize("name", ["phone.heic", "turned.heic"])
def test_a_heic_photo_shows_the_scene_upright(name: str) -> None:
    assert far(GOOD[name](), scene()) < 9  # HEIC keeps one colour for four pixels


def test_the_profile_of_a_heic_photo_is_followed() -> None:
    assert far(GOOD["profile.heic"](), scene()[:, :, [1, 0, 2]]) < 5


def test_without_the_reader_of_heic_its_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(errors.NotAnImage, match=re.escape("pip install 'semblance[photos]'")):
        opened(GOOD["phone.heic"]())


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_a_profile_is_followed(format: str) -> None:
    assert far(swapped_primaries(format), scene()[:, :, [1, 0, 2]]) < 1


def test_a_damaged_profile_is_ignored() -> None:
    assert far(encoded(picture(), "PNG", icc_profile=b"no profile"), scene()) == 0


@pytest.mark.parametrize("name", BAD)
def test_what_can_not_be_read_is_an_error_with_a_reason(name: str) -> None:
    make, kind, message = BAD[name]

    async def read() -> None:
        image = ImageBytes(make())
        await check(image)
        await ImageDecoder().open(image)

    with pytest.raises(getattr(errors, kind), match=message or None):
        run(read())


def test_between_pillows_limits_and_ours_only_ours_count() -> None:
    with pytest.raises(errors.NotAnImage, match="damaged or cut off"):  # Pillow warns from 89 megapixels on
        opened(bomb(10_000))
    with pytest.raises(errors.ImageTooLarge, match="more than 100 megapixels"):
        opened(bomb(10_001))


def test_thumbnails_are_small_jpegs() -> None:
    image = opened(encoded(picture(900, 600), "PNG"))
    thumbnail = Image.open(BytesIO(run(image.thumbnail(thumbnail_window(900, 600)))))
    assert (thumbnail.format, thumbnail.size, thumbnail.mode) == ("JPEG", (384, 256), "RGB")
    image.close()


def test_it_is_a_decoder() -> None:
    assert isinstance(ImageDecoder(), DecoderPort)


def test_a_digest_is_that_of_all_bytes() -> None:
    data = bytes(range(256)) * (3 << 12) + b"and a rest"
    assert run(digest(ImageBytes(data))) == hashlib.sha256(data).hexdigest()


def test_a_file_that_is_too_large_is_not_read() -> None:
    class Huge:
        size = MAX_BYTES + 1

        async def read(self, start: int, stop: int) -> bytes:
            raise AssertionError("it was read")

    with pytest.raises(errors.ImageTooLarge, match="larger than 100 MB"):
        run(digest(Huge()))
    with pytest.raises(errors.ImageTooLarge, match="larger than 100 MB"):
        run(check(Huge()))


def test_a_photo_of_108_megapixels_is_scaled_while_it_is_decoded() -> None:
    image = opened(
        encoded(Image.new("RGB", (12_000, 9_000), "teal"), "JPEG", quality=20, exif=_on_its_side())
    )
    assert (image.width, image.height) == (9_000, 12_000)
    pixels = run(image.pixels(Window(8_000, 11_000, 9_000, 12_000, 5, 5, 2)))
    assert np.abs(pixels.astype(int) - (0, 128, 128)).max() < 3
    image.close()


def _on_its_side() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


CASES = Path(__file__).parents[2] / "data" / "cases" / "pictures"


@pytest.mark.parametrize(
    "name", ["exif-6.jpg", "exif-6.png", "exif-6.webp", "no-end-marker-trailer.jpg", "IMG_0001"]
)
def test_pictures_of_phones_and_programs(name: str) -> None:
    upright, picture = (whole((CASES / file).read_bytes()) for file in ("upright.jpg", name))
    assert picture.shape == upright.shape
    assert np.abs(picture - upright).mean() < 6
