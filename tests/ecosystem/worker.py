"""Runs commands of ``llm`` and ``semblance`` in one process: what they import and load is loaded once.

It reads a command a line, ``{"words": [...], "input": ...}``, and answers each with ``{"status", "out", "err"}``.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout

from llm.cli import cli as llm

from semblance.cli import main as semblance

PROGRAMS: dict[str, Callable[[Sequence[str]], object]] = {
    "llm": lambda words: llm.main(args=list(words), prog_name="llm"),
    "semblance": semblance,
}


def run(words: Sequence[str], input: str) -> dict[str, object]:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(input.encode()), encoding="utf-8")
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = PROGRAMS[words[0]](words[1:])
        except SystemExit as end:
            status = end.code
    sys.stdin = stdin
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return {"status": status or 0, "out": texts[0], "err": texts[1]}


if __name__ == "__main__":
    for line in sys.stdin:
        command = json.loads(line)
        sys.stdout.write(json.dumps(run(command["words"], command["input"])) + "\n")
        sys.stdout.flush()
