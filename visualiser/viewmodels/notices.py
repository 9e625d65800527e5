"""What is worth saying about a run: how it ended, a deadlock, what was lost; how watching it could be better."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from visualiser.trace import Deadlock, RunInfo, TraceStore, deadlock_text, deadlocks
from visualiser.viewmodels.output import STDERR
from visualiser.viewmodels.status import outcome, status_of
from visualiser.viewmodels.words import duration

DEAR = 0.05
"""Of one CPU: what watching may cost before it is said."""
PAUSE = 50
"""Between two looks for deadlocks, times as long as the first one took."""
MOST_PIECES, MOST_CHARACTERS = 100, 200
"""Of what a program wrote to its standard error at last: writes that are looked at, characters that are shown."""
NO_INPUT = "It asked for input, and here nobody can type any: the command “record” runs it in a terminal."


@dataclass(frozen=True)
class Notice:
    """Sentences for the banner. `bad`: something went wrong; `show`: where that is (from, to; ns), if anywhere;
    `command`: one that would change it, to be copied; may be empty."""

    text: str = ""
    bad: bool = False
    show: tuple[int, int] | None = None
    command: str = ""


def notice_of(store: TraceStore, info: RunInfo | None = None) -> Notice:
    """All there is to say about a run that is over. Empty for an ordinary one."""
    said = last_error(store)
    ended, bad = outcome(info or store.info, said)
    found = deadlocks(store)
    lost = status_of(store).lost
    wanted = NO_INPUT if bad and said.startswith("EOFError") else ""
    parts = [ended, wanted, *(deadlock_text(store, one) for one in found), lost]
    return Notice("\n".join(part for part in parts if part), bad or bool(found or lost), _place(found))


def last_error(store: TraceStore) -> str:
    """The last line that the main process wrote to its standard error; of a traceback that is what was wrong."""
    written = store.outputs()
    own = set(store.processes[0].threads) if store.processes else set()
    pieces = [row for row in np.flatnonzero(written.flag == STDERR)[-MOST_PIECES:] if written.thread[row] in own]
    lines = "".join(store.text(int(written.text[row])) for row in pieces).split("\n")
    return next((line.strip()[:MOST_CHARACTERS] for line in reversed(lines) if line.strip()), "")


def deadlock_so_far(store: TraceStore) -> Notice | None:
    """What to say of a deadlock in a run that goes on; None while there is none."""
    found = deadlocks(store)
    if not found:
        return None
    words = [deadlock_text(store, one) for one in found]
    return Notice("\n".join([*words, "The program will not end by itself: press Stop."]), True, _place(found))


class DeadlockWatch:
    """Looks for deadlocks in a run that goes on, so seldom that it takes little of the time."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def look(self, store: TraceStore) -> Notice | None:
        """What to say of a deadlock; None while there is none, or it is too early to look again."""
        began = time.monotonic()
        if began < self._not_before:
            return None
        found = deadlock_so_far(store)
        self._not_before = began + PAUSE * (time.monotonic() - began)
        return found


def level_notice(store: TraceStore | None) -> Notice | None:
    """Why a run was not observed more exactly, with the command that changes it, and what watching cost if that was
    much; None when there is nothing to say."""
    if store is None:
        return None
    command = str(store.sources.get("advice") or "")
    reasons = " ".join(dict.fromkeys(str(each) for each in (store.sources.get("why") or {}).values()))
    advice = f"{reasons} For more exact runs, type this into a terminal: {command}".strip() if command else ""
    text = "\n".join(part for part in (advice, _cost(store)) if part)
    return Notice(text, command=command) if text else None


def _place(found: tuple[Deadlock, ...]) -> tuple[int, int] | None:
    """The first deadlock: when its first thread began to wait, and when the circle closed."""
    if not found:
        return None
    return min(link.start_ns for link in found[0].links), found[0].start_ns


def _cost(store: TraceStore) -> str:
    observer = store.sources.get("observer") or {}
    share, late = observer.get("cpu_share"), observer.get("lateness_ns_p95")
    if not share or share <= DEAR:
        return ""
    lateness = f"; its looks came up to {duration(late)} late" if late else ""
    return f"Watching this run took {100 * share:.0f} % of one CPU{lateness}: the program may have run slower for it."
