"""What the backbone knows of ImageNet's classes, to be kept while it learns to speak in sentences.

For every training photo the original classifier says how far it looks like each class; the new vectors must say the
same through the vectors of the classes' names. So words that no caption holds still find their pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from training.data import Photo

FloatArray = npt.NDArray[np.float32]


def class_rows(photos: Sequence[Photo]) -> list[int]:
    """One photo of each ImageNet class that there is, in the order of the classes' WordNet ids."""
    rows = [row for row, photo in enumerate(photos) if photo.zip == "imagenet_samples.zip"]
    return sorted(rows, key=lambda row: photos[row].wnid)


def beliefs(classifier: nn.Linear, features: FloatArray, rows: Sequence[int]) -> FloatArray:
    """How far each photo looks like each class: probabilities (n, classes).

    Parameters
    ----------
    classifier : nn.Linear
        The original one, for 1,000 classes.
    features : ndarray, shape (n, 1280)
        Pooled, of all photos.
    rows : sequence of int
        As `class_rows` gives them.
    """
    with torch.no_grad():
        logits = classifier(torch.from_numpy(features))
        numbers = class_numbers(logits[list(rows)].log_softmax(1).double().numpy())
        return np.asarray(logits[:, numbers].softmax(1).numpy())


def class_numbers(log_probabilities: npt.NDArray[np.float64]) -> list[int]:
    """The class number of each sample photo, out of what the classifier thinks of them.

    ImageNet numbers its classes by their WordNet ids, and a few classes have no photo here. So the numbers rise
    from photo to photo; of all rising sequences this is the likeliest.

    Parameters
    ----------
    log_probabilities : ndarray, shape (photos, classes)
        In the order of the WordNet ids.

    Examples
    --------
    >>> class_numbers(np.log([[0.5, 0.4, 0.1], [0.6, 0.1, 0.3]]))
    [0, 2]
    """
    total = log_probabilities[0]
    before = []
    for row in log_probabilities[1:]:
        best = np.maximum.accumulate(total)
        before.append(_first_place_of_best(total, best))
        total = np.concatenate([[-np.inf], best[:-1] + row[1:]])
    numbers = [int(total.argmax())]
    for places in reversed(before):
        numbers.append(int(places[numbers[-1] - 1]))
    return numbers[::-1]


def _first_place_of_best(
    total: npt.NDArray[np.float64], best: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    """Where each running maximum was reached."""
    return np.maximum.accumulate(np.where(total == best, np.arange(len(total)), 0))
