"""How an embedding run is going, and what came of it."""

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
        Documents dealt with, those that failed and those that needed nothing included.
    failed : int
        Documents that failed so far.
    embedded : int
        Documents of `done` that went through the model.
    chars_done, chars_total : int
        Characters of text embedded so far and in all; the better measure of how much work is left.
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
        """Documents embedded a second; None while nothing is known."""
        return self.embedded / self.elapsed if self.elapsed > 0 and self.embedded else None

    @property
    def remaining(self) -> float | None:
        """Seconds until the end if it goes on like this; None while nothing is known."""
        if not self.chars_done:
            return None
        return self.elapsed * (self.chars_total - self.chars_done) / self.chars_done


@dataclass(slots=True)
class Report:
    """What an embedding run did.

    ``added`` and ``changed`` count items written (``changed`` also those whose title or metadata alone were
    new), ``unchanged`` those that needed nothing. ``vanished`` lists ids that the source no longer has, and
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
        """Documents dealt with."""
        return self.added + self.changed + self.unchanged + len(self.failed)
