"""Names and numbers as verdicts say them."""

from __future__ import annotations

from collections.abc import Sequence

import visualiser.trace.units as units
from visualiser.trace.store import TraceStore

from .figures import Figures
from .model import Sure

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def many(number: int, what: str) -> str:
    """A number of things: "two threads", "15 processes"."""
    plural = what if number == 1 else what + ("es" if what.endswith("s") else "s")
    return f"{SMALL[number] if number < len(SMALL) else units.count(number)} {plural}"


def capital(text: str) -> str:
    """With a large first letter; the rest as it is."""
    return text[:1].upper() + text[1:]


def named(store: TraceStore, threads: Sequence[int], most: int = 3) -> str:
    """Threads by name: "burner-a and burner-b", "w1, w2, w3 and 5 more"."""
    names = [store.threads[thread].name for thread in threads[:most]]
    if len(threads) > most:
        return f"{', '.join(names)} and {len(threads) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def sure(found: Figures, least: float = 0.9) -> Sure:
    """How far a conclusion from measured states may go: by the edges, and by how much was seen at all."""
    if found.seen < 0.7:
        return Sure.POSSIBLE
    return Sure.CERTAIN if found.is_exact and found.seen >= least else Sure.LIKELY
