"""What a part of the soak gives."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often something was tried, what went wrong, and figures about it.

    Parameters
    ----------
    part : str
    tried : int
    faults : list of str
        One for each that went wrong; empty if nothing did.
    figures : dict
    """

    part: str
    tried: int
    faults: list[str]
    figures: dict[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        r"""A few lines for a terminal.

        Examples
        --------
        >>> print(Outcome("inputs", 2, ["a.md: it took 3 s"], {"longest, s": 3.0}))
        inputs: 2 tried, 1 went wrong
          longest, s: 3.0
          wrong: a.md: it took 3 s
        """
        lines = [f"{self.part}: {self.tried:,} tried, {len(self.faults):,} went wrong"]
        lines += [f"  {name}: {value}" for name, value in self.figures.items()]
        return "\n".join([*lines, *(f"  wrong: {fault}" for fault in self.faults)])
