"""What the frozen parts of the network make of photos and texts, computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from torch import nn

from training import data
from training.graph import trunk_model

MAP_SHAPE = (14, 14, 112)
"""Of a photo's features after the trunk; kept as float16, channels last."""


class TrunkFeatures:
    """Feature maps of photos, kept in files.

    Parameters
    ----------
    trunk : nn.Sequential
    folder : Path
        With the photos.
    cache : Path
        Where the files are put.
    """

    def __init__(self, trunk: nn.Sequential, folder: Path, cache: Path) -> None:
        self._session = onnxruntime.InferenceSession(trunk_model(trunk), providers=["CPUExecutionProvider"])
        self._folder, self._cache = folder, cache

    def maps(self, photos: Sequence[data.Photo], name: str, seed: int | None = None) -> np.ndarray:
        """Float16 (n, 14, 14, 112) of the centre crops, or with a seed of one random view of each photo."""
        path = self._cache / f"{name}.npy"
        if not path.exists():
            unfinished = path.with_suffix(".part")
            shape = (len(photos), *MAP_SHAPE)
            maps = np.lib.format.open_memmap(unfinished, "w+", np.float16, shape)
            start = 0
            for batch in data.views(self._folder, photos, seed):
                (result,) = self._session.run(None, {"pixel_values": data.pixel_values(batch)})
                maps[start : start + len(batch)] = result.transpose(0, 2, 3, 1)
                start += len(batch)
            maps.flush()
            unfinished.rename(path)
        stored: np.ndarray = np.load(path, mmap_mode="r")
        return stored
