"""Malformed files of all formats, and bombs: each gives documents or named errors, within two seconds and 500 MB."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from semblance_build.soak.bombs import BOMBS
from semblance_build.soak.malformed import Sample, sample
from semblance_build.soak.outcome import Outcome
from semblance_build.soak.reading import Reader, Reading

USUAL = 2_000


def soak(number: int, seed: int) -> Outcome:
    """Read all bombs and so many malformed files."""
    bombs, unrefused = _read_bombs()
    shares = min(2, os.cpu_count() or 1)
    with ThreadPoolExecutor(shares) as threads:
        readings = [
            pair
            for share in threads.map(
                lambda first: _read_all(sample(seed, n) for n in range(first, number, shares)), range(shares)
            )
            for pair in share
        ]
    kinds = Counter(error.partition(":")[0] for _, reading in readings for error in reading.errors[:1])
    return Outcome(
        "inputs",
        tried=len(readings) + bombs,
        faults=unrefused + [_named(seed, tried, reading) for tried, reading in readings if reading.fault],
        figures={
            "bombs": bombs,
            "with documents": sum(reading.documents > 0 for _, reading in readings),
            "with named errors only": sum(
                not reading.documents and not reading.fault for _, reading in readings
            ),
            "longest, s": round(max(reading.seconds for _, reading in readings), 2),
            **{f"first error {kind}": count for kind, count in sorted(kinds.items())},
        },
    )


def _read_bombs() -> tuple[int, list[str]]:
    """How many bombs there are, and what is wrong with how they were read."""
    faults = []
    with Reader() as reader:
        for bomb in BOMBS:
            reading = reader.read(bomb.name, bomb.make())
            if not reading.fault and not any(bomb.refusal in error for error in reading.errors or [""]):
                faults.append(f"{bomb.name} is not refused by “{bomb.refusal}”, but: {reading.errors[:1]}")
            elif reading.fault:
                faults.append(f"{bomb.name}: {reading.fault}")
    return len(BOMBS), faults


def _read_all(samples: Iterable[Sample]) -> list[tuple[Sample, Reading]]:
    with Reader() as reader:
        return [(tried, reader.read(tried.name, tried.data)) for tried in samples]


def _named(seed: int, tried: Sample, reading: Reading) -> str:
    return f"{tried.name} of seed {seed} ({', '.join(tried.ways)}): {reading.fault}"
