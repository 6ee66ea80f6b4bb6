"""How texts are cut into words: one table for the rule in Python and the one in JavaScript."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
"""Each has the name of its ``case``, a ``text`` and its ``words`` in order."""
