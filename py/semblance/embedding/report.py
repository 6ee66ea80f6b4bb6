"""The progress of an embedding run, and its report at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from semblance.documents import Failure


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an embedding run stands.

    Parameters
    ----------
    done, total : int
        Documents that are finished, and all documents. Failed and unchanged documents count as finished.
    failed : int
        Documents that failed so far.
    embedded : int
        Documents of `done` that went through the model.
    chars_done, chars_total : int
        Characters of text that are embedded so far, and in all. They measure the remaining work better than documents.
    elapsed : float
        Seconds since embedding began.

    Examples
    --------
    >>> now = Progress(30, total=60, failed=0, embedded=20, chars_done=500, chars_total=2000, elapsed=10.0)
    >>> now.rate, now.remaining
    (2.0, 30.0)
    """

    done: int
    total: int
    failed: int
    embedded: int
    chars_done: int
    chars_total: int
    elapsed: float

    @property
    def rate(self) -> float | None:
        """Documents embedded per second; None while it is not known."""
        return self.embedded / self.elapsed if self.elapsed > 0 and self.embedded else None

    @property
    def remaining(self) -> float | None:
        """Seconds until the end at the same speed; None while it is not known."""
        if not self.chars_done:
            return None
        return self.elapsed * (self.chars_total - self.chars_done) / self.chars_done


@dataclass(slots=True)
class Report:
    """The result of an embedding run.

    ``added`` and ``changed`` count the items that were written; ``changed`` also counts items with only a new title or
    metadata. ``unchanged`` counts items that needed nothing. ``vanished`` lists ids that the source no longer has.
    ``cut`` lists ids with the number of characters at their end that no passage covers.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    cut: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def total(cls, reports: Iterable[Report]) -> Report:
        """What several runs did together.

        Examples
        --------
        >>> Report.total([Report(added=2), Report(added=1, vanished=["a.md"])])
        Report(added=3, changed=0, unchanged=0, failed=[], vanished=['a.md'], cut=[])
        """
        total = cls()
        for report in reports:
            total.added += report.added
            total.changed += report.changed
            total.unchanged += report.unchanged
            total.failed += report.failed
            total.vanished += report.vanished
            total.cut += report.cut
        return total

    @property
    def done(self) -> int:
        """Number of documents that are finished."""
        return self.added + self.changed + self.unchanged + len(self.failed)
