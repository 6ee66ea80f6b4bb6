"""Draw the PNG icons of ``static/icons`` from its SVG: run ``python -m semblance_build.icons`` after the SVG changed.

The icons are committed, so that a build does not depend on how a version of Pillow compresses.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageColor, ImageDraw

from semblance.parts.paths import ROOT

ICONS = ROOT / "static" / "icons"
SOURCE = ICONS / "semblance.svg"
FINER = 4  # drawn so many times larger, then reduced: smooth edges
SVG = "{http://www.w3.org/2000/svg}"

# name -> (pixels, whether the ground fills the square, size of the drawing on it). What shows of a maskable icon may be as
# little as a circle of 80 % of its width; Apple rounds the corners by itself and shows transparency as black.
VARIANTS = {
    "icon-192.png": (192, False, 1.0),
    "icon-512.png": (512, False, 1.0),
    "maskable-512.png": (512, True, 0.8),
    "apple-touch-icon.png": (180, True, 0.9),
}


def draw(size: int, filled: bool, share: float) -> Image.Image:
    """The icon: the SVG's square is its ground, its circles lie on that in their order.

    Parameters
    ----------
    size : int
        Pixels a side.
    filled : bool
        Whether the ground fills the square, without rounded corners.
    share : float
        How large the circles are drawn, around the middle; 1 is as in the SVG.
    """
    root = ElementTree.parse(SOURCE).getroot()
    width = float(root.attrib["viewBox"].split()[2])
    scale = size * FINER / width
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    radius = 0 if filled else float(ground.attrib["rx"]) * scale
    picture = Image.new("RGBA", (size * FINER, size * FINER))
    corner = size * FINER - 1
    ImageDraw.Draw(picture).rounded_rectangle((0, 0, corner, corner), radius, _colour(ground))
    for circle in root.iter(f"{SVG}circle"):
        picture.alpha_composite(_circle(circle, picture.size, scale, share, width / 2))
    return picture.resize((size, size), Image.Resampling.BOX)


def _circle(
    circle: ElementTree.Element, size: tuple[int, int], scale: float, share: float, middle: float
) -> Image.Image:
    x, y = (middle + share * (float(circle.attrib[axis]) - middle) for axis in ("cx", "cy"))
    r = share * float(circle.attrib["r"])
    layer = Image.new("RGBA", size)
    box = tuple(value * scale for value in (x - r, y - r, x + r, y + r))
    ImageDraw.Draw(layer).ellipse(box, _colour(circle))
    return layer


def _colour(shape: ElementTree.Element) -> tuple[int, ...]:
    opacity = float(shape.attrib.get("fill-opacity", 1))
    return (*ImageColor.getrgb(shape.attrib["fill"])[:3], round(255 * opacity))


def write(folder: Path = ICONS) -> None:
    """Draw all of them."""
    for name, variant in VARIANTS.items():
        draw(*variant).save(folder / name, optimize=True)


if __name__ == "__main__":
    write()
