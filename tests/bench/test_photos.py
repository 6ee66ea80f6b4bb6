"""The bench of photos, on a few that are made here; without a word on time."""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.tiny import in_thread
from data import clip
from data.pictures import encoded, picture
from semblance_build import benchmark
from semblance_build.benchmark import album, sizes
from semblance_build.benchmark.bench_setup import BenchSetup

IMAGE_MODEL = "semblance-vision-lite0"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Four photos of 224 to 227 pixels in two zips, and a squashed one."""
    folder = tmp_path / "source"
    folder.mkdir()
    rows: list[dict[str, Any]] = [
        {"file": f"in/{i}.jpg", "zip": f"{i % 2}.zip", "aspect": None} for i in range(4)
    ]
    rows.insert(1, {"file": "in/9.jpg", "zip": "0.zip", "aspect": "squashed224"})
    for row in rows:
        side = 224 + int(Path(row["file"]).stem)
        with zipfile.ZipFile(folder / row["zip"], "a") as archive:
            archive.writestr(row["file"], encoded(picture(side, side), "JPEG", quality=95))
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "photos.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture
def with_clip(setup: BenchSetup, photos: Path, tmp_path: Path) -> BenchSetup:
    """A site with a second model that sees pictures."""
    dist = tmp_path / "dist"
    shutil.copytree(setup.dist, dist)
    clip.write_clip_site(dist, setup.dist)
    scratch = tmp_path / "scratch"
    return replace(setup, photos=photos, dist=dist, scratch=scratch)


@pytest.mark.bench
@pytest.mark.usefixtures("chromium")
def test_photos_are_embedded_by_each_model_and_beside_transformers(with_clip: BenchSetup) -> None:
    figures = in_thread(lambda: benchmark.measure(with_clip, ["photos"]))
    names = [figure.name for figure in figures]
    assert {"embedding 2 small photos", "embedding 1 photos of 12 megapixels"} <= set(names)
    assert "longest task on the page while embedding 4 photos in the app" in names
    for model in (IMAGE_MODEL, "tiny-clip"):
        assert f"inference of one photo, {model}" in names
    assert all(len(figure.ours) == 1 and figure.ours[0] > 0 for figure in figures)
    (same,) = [figure.ours[0] for figure in figures if figure.name.startswith("cosine")]
    assert 0.95 < same <= 1.0001
    assert not any("not built in" in figure.note for figure in figures)


def test_without_photos_it_says_so(setup: BenchSetup, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.measure(replace(setup, photos=setup.scratch / "none"), ["photos"]) == []
    assert "skipped, since the photographs" in capsys.readouterr().out


def test_a_picture_costs_the_weights_of_the_vision_model(with_clip: BenchSetup) -> None:
    figures = sizes.image_models(with_clip)
    assert [figure.name for figure in figures] == [
        f"the first picture loads {name}" for name in (IMAGE_MODEL, "tiny-clip")
    ]
    folder = with_clip.dist / "models" / IMAGE_MODEL
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    weights = f"onnx/vision_model_{manifest['dtype']}.onnx"
    assert figures[0].ours == [manifest["files"][weights]["bytes"] / 1e6]


# --- album ------------------------------------------------------------------------------------------


def sides(paths: list[Path]) -> list[int]:
    return [Image.open(BytesIO(path.read_bytes())).size[0] for path in paths]


def test_small_photos_are_spread_over_all_that_kept_their_shape(photos: Path, tmp_path: Path) -> None:
    assert sides(album.write_small(photos, tmp_path / "all", 99)) == [224, 225, 226, 227]
    assert sides(album.write_small(photos, tmp_path / "two", 2)) == [224, 226]


def test_large_photos_show_the_same(photos: Path, tmp_path: Path) -> None:
    small = album.write_small(photos, tmp_path / "small", 1)
    (large,) = album.write_large(small, tmp_path / "large")
    with Image.open(large) as enlarged, Image.open(small[0]) as photo:
        assert enlarged.size == album.LARGE
        again = np.asarray(enlarged.resize((50, 50), Image.Resampling.BOX), float)
        expected = np.asarray(photo.resize((50, 50), Image.Resampling.BOX), float)
    assert np.abs(again - expected).mean() < 3
