"""What is wrong with a run's records, as sentences, some of them with a moment and a thread."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 1000  # kept; a damaged file must not fill the memory with sentences


@dataclass(frozen=True)
class Problem:
    """Something in the records that cannot be, or could not be read. `t` (ns) and `thread` where they are known."""

    text: str
    t: int | None = None
    thread: int | None = None

    def __str__(self) -> str:
        return self.text


class Problems:
    """`noted`: told by others, to be saved with the run. `found`: follow from the records, and are found again."""

    def __init__(self) -> None:
        self.noted: list[Problem] = []
        self.found: list[Problem] = []

    def note(self, text: str) -> None:
        """What somebody else found wrong; once."""
        if Problem(text) not in self.noted:
            self.noted.append(Problem(text))

    def find(self, text: str, t: int | None = None, thread: int | None = None) -> None:
        """What is wrong with the records themselves."""
        if len(self.found) < MOST:
            self.found.append(Problem(text, t, thread))

    def find_odd(self, thread: int | None, t: int, what: str) -> None:
        """Records that cannot follow each other."""
        self.find(f"Inconsistent: {what}.", t, thread)
