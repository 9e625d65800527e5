"""What a verdict is: one conclusion about a run, with its figures, what to do about it, where to look, and how sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Sure(IntEnum):
    """How far the sources carry a conclusion."""

    POSSIBLE = 1  # parts of the time were not seen, or only by looks
    LIKELY = 2  # seen for the most part
    CERTAIN = 3  # recorded, or bounded by the kernel's own edges


SURE_WORDS = {Sure.POSSIBLE: "possible", Sure.LIKELY: "likely", Sure.CERTAIN: "certain"}


@dataclass(frozen=True)
class Verdict:
    """One conclusion. `code` never changes; the words may.

    `text`: one or two sentences with this run's figures; `advice`: what to do about it, "" where nothing is to be done;
    `evidence`: the figures by name (times in ns, names end in `_ns`; shares of 1); `span`: the stretch of the run (ns
    on the store's clock) that shows it; `thread`: whose lane shows it, None: all; `cost_ns`: about how much of the
    run's time it concerns, which is what verdicts are ranked by.
    """

    code: str
    title: str
    text: str
    advice: str
    sure: Sure
    span: tuple[int, int]
    cost_ns: int
    thread: int | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
