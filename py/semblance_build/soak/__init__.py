"""``python build.py soak``: what must never go wrong, tried a great many times.

Every part is a function from how often it tries and a seed to an `Outcome`. The same seed tries the same.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import NamedTuple

from semblance.parts.errors import BuildError
from semblance_build.soak import assets, inputs, kills, session
from semblance_build.soak.outcome import Outcome


class Part(NamedTuple):
    """A part, and how often it usually tries."""

    soak: Callable[..., Outcome]
    usual: int


PARTS = {
    "inputs": Part(inputs.soak, inputs.USUAL),
    "assets": Part(assets.soak, assets.USUAL),
    "kills": Part(kills.soak, kills.USUAL),
    "session": Part(session.soak, session.USUAL),
}


def run(options: argparse.Namespace) -> int:
    """Run the parts that the options name, print what they gave, and write it; 0 if nothing went wrong."""
    names = options.parts or list(PARTS)
    if unknown := set(names) - set(PARTS):
        raise BuildError(f"The soak has no part {', '.join(sorted(unknown))}; it has {', '.join(PARTS)}.")
    chosen = {name: getattr(options, name) for name in ("only", "engine") if getattr(options, name)}
    if chosen and names != ["assets"]:
        raise BuildError(f"--{' and --'.join(chosen)} is for assets alone: name no other part.")
    outcomes = []
    for name in names:
        part = PARTS[name]
        started = time.monotonic()
        outcome = part.soak(options.number or part.usual, options.seed, **chosen)
        print(f"{outcome}\n  seconds: {time.monotonic() - started:.0f}", flush=True)
        outcomes.append(outcome)
    if options.json:
        written = {"seed": options.seed, "parts": [asdict(outcome) for outcome in outcomes]}
        options.json.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if any(outcome.faults for outcome in outcomes) else 0
