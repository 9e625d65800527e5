"""What a thread was doing at a moment: the facts behind a hover text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.events import WAIT_WORDS, Kind

from .columns import Spans
from .definitions import Object, Site
from .store import TraceStore
from .units import duration
from .values import STATE_NAMES, Source, State


@dataclass(frozen=True)
class Moment:
    """A thread's state at `t`, from `start_ns` to `end_ns`: on or in what, where, in words.

    `open`: it had not ended when the thread, or the recording, did. `holds`: labels of the locks held at `t`; `spans`:
    of the own spans around `t`, the outermost first. `row`: the row in `store.states(thread)`.
    """

    t: int
    state: State
    source: Source
    start_ns: int
    end_ns: int
    open: bool
    object: Object | None
    site: Site | None
    words: str
    holds: tuple[str, ...]
    spans: tuple[str, ...]
    row: int

    @property
    def length_ns(self) -> int:
        """How long the state lasted (so far)."""
        return self.end_ns - self.start_ns


_WORDS = {
    State.UNKNOWN: "not observed",
    State.RUNNING: "runs",
    State.NATIVE: "runs without the GIL",
    State.READY: "waits for a CPU",
    State.GIL: "waits for the GIL",
    State.LOCK: "waits for a lock",
    State.IO: "waits for input or output",
    State.SLEEP: "sleeps",
    State.CHILD: "waits for another process",
}


def state_at(store: TraceStore, thread: int, t: int) -> Moment | None:
    """What `thread` did at `t` (ns); None when it did not live then."""
    states = store.states(thread)
    row = int(np.searchsorted(states.start, t, "right")) - 1
    if row < 0 or t > states.end[row]:
        return None
    thing, site = store.object(int(states.object[row])), store.site(int(states.site[row]))
    own = store.spans(thread)
    return Moment(
        t=t,
        state=State(int(states.state[row])),
        source=Source(int(states.source[row])),
        start_ns=int(states.start[row]),
        end_ns=int(states.end[row]),
        open=row == len(states) - 1 and states.result[row] == -1,
        object=thing if thing.type else None,
        site=site if site.file else None,
        words=state_words(store, states, row),
        holds=tuple(_label(store.object(int(one)).label, "a lock") for one in store.holds(thread).at(t).object),
        spans=tuple(_label(store.text(int(one)), "a span") for one in own.at(t).label),
        row=row,
    )


def state_words(store: TraceStore, states: Spans, row: int) -> str:
    """One row of a track of states in words: "waits for a Lock (bank.py:17), timed out"."""
    words = _WORDS.get(State(int(states.state[row])), STATE_NAMES[0])
    if states.state[row] == State.UNKNOWN and states.source[row] != Source.NONE:
        words = "seen, but why is not known"
    if states.kind[row] == Kind.WAIT_BEGIN:
        words = WAIT_WORDS.get(int(states.flag[row]), words)
        label = store.object(int(states.object[row])).label
        words += f": {label}" if label else ""
    return words + (", timed out" if states.result[row] == 0 and states.state[row] != State.SLEEP else "")


def state_line(store: TraceStore, states: Spans, row: int) -> str:
    """The same with how long it lasted."""
    return f"{state_words(store, states, row)} ({duration(int(states.end[row] - states.start[row]))})"


def _label(text: str, otherwise: str) -> str:
    return text or otherwise
