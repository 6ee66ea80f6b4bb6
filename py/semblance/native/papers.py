"""The second Python outside a browser: a process that reads PDFs, Word documents and the like, and can be ended.

``python -m semblance.native.papers`` is that process: it takes a line of JSON and bytes, and answers in lines, see
`semblance.ingest.apart`. It is limited in memory where the system can do that.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import IO, Self

from semblance import ingest
from semblance.documents import Document, Failure
from semblance.ingest import LIMITS, Limits
from semblance.ingest.apart import broke_down, header, take, took_too_long
from semblance.ingest.items import Apart
from semblance.ingest.questions import Question

Answer = Callable[[Question], None]

_END = "end of this answer"


def read(
    name: str, data: bytes, *, source: str = "", limits: Limits = LIMITS, answer: Answer | None = None
) -> Iterator[Document | Failure]:
    """Read a file of any format that is read; see `semblance.ingest.read`. `answer` answers its questions.

    Examples
    --------
    >>> [document] = read("tea.md", b"# Tea")
    >>> document.title
    'Tea'
    """
    with SecondPython() as second:
        for step in ingest.read(name, data, source=source, limits=limits, asks=answer is not None):
            if isinstance(step, Apart):
                second.fill(step)
            elif isinstance(step, Question):
                if answer:
                    answer(step)
            elif step is not None:
                yield step


class SecondPython:
    """A process that reads one file after another. It starts with the first, and anew after one that it was ended for."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    def fill(self, paper: Apart) -> None:
        """Have a file read; its answer is in it then."""
        if self._process is None:
            self._start(paper.limits)
        try:
            self._send(paper)
            answer = self._receive(paper.limits)
        except TimeoutError:
            self.end()
            took_too_long(paper)
        except OSError:
            self.end()
            broke_down(paper)
        else:
            take(paper, answer)

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self, limits: Limits) -> None:
        path = os.pathsep.join(filter(None, sys.path))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "semblance.native.papers", str(limits.paper_memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what a Python without memory has to say at its end
            env={**os.environ, "PYTHONPATH": path},
        )
        self._lines = queue.Queue()
        assert self._process.stdout is not None, "it has pipes"
        threading.Thread(target=_pass_on, args=(self._process.stdout, self._lines), daemon=True).start()

    def _send(self, paper: Apart) -> None:
        assert self._process is not None, "it is started first"
        assert self._process.stdin is not None, "it has pipes"
        self._process.stdin.write(f"{len(paper.data)} {header(paper)}\n".encode() + paper.data)
        self._process.stdin.flush()

    def _receive(self, limits: Limits) -> list[str]:
        """The lines of the answer.

        Raises
        ------
        TimeoutError
            No line came for too long.
        OSError
            The process has ended.
        """
        lines: list[str] = []
        while True:
            try:
                line = self._lines.get(timeout=limits.page_seconds)
            except queue.Empty:
                raise TimeoutError from None
            if line is None:
                raise OSError("the second Python has ended")
            if json.loads(line) == _END:
                return lines
            lines.append(line)


def _pass_on(pipe: IO[bytes], lines: queue.Queue[str | None]) -> None:
    for line in pipe:
        lines.put(line.decode())
    lines.put(None)


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _serve() -> None:
    from semblance.ingest.papers.service import answer

    _limit_memory(int(sys.argv[1]))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        size, _, header = line.decode().partition(" ")
        for reply in answer(header, source.read(int(size))):
            target.write(f"{reply}\n".encode())
            target.flush()
        target.write(f"{json.dumps(_END)}\n".encode())
        target.flush()


if __name__ == "__main__":
    _serve()
