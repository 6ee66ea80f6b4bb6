"""Pictures as elements of the page."""

from __future__ import annotations

from typing import Any

from semblance.browser import ffi
from semblance.browser.pages.dom import element
from semblance.browser.pages.words import words
from semblance.documents import Picture

Element = Any


def thumbnail_element(picture: Picture, alt: str = "") -> Element:
    """An ``<img>`` of a picture's thumbnail. `alt` is empty if the picture's name stands beside it."""
    return _image(picture.thumbnail, picture, alt)


def picture_element(picture: Picture, alt: str = "") -> Element:
    """An ``<img>`` of a picture's file if that was kept, or else of its thumbnail."""
    return _image(picture.file.data, picture, alt)


def file_element(file: Any, alt: str = "") -> Element:
    """An ``<img>`` of a file that the user chose."""
    img = element("img")
    img.alt = alt
    ffi.bridge.showPicture(img, file)
    return img


def _image(data: bytes, picture: Picture, alt: str) -> Element:
    if not data:  # thumbnails may be left out of what is handed out
        return element("span", alt, "no-picture")
    img = element("img")
    img.alt = alt
    img.width, img.height = picture.width, picture.height  # keeps its place while it is decoded
    ffi.bridge.showPicture(img, ffi.byte_array(data))
    return img


def about(picture: Picture) -> str:
    """A picture's size, and whether its file is kept."""
    return words(
        "pictures.kept" if picture.original else "pictures.thumbnail",
        width=f"{picture.width:,}",
        height=f"{picture.height:,}",
    )
