"""What a thread was doing at a moment: the facts behind a hover text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualiser.events import WAIT_WORDS, Kind

from .columns import Spans
from .definitions import Object, Site
from .store import TraceStore
from .units import duration
from .values import SOURCE_NAMES, STATE_NAMES, Evidence, Source, State


@dataclass(frozen=True)
class Moment:
    """A thread's state at `t`, from `start_ns` to `end_ns`: on or in what, where, in words.

    `open`: it had not ended when the thread, or the recording, did. `holds`: labels of the locks held at `t`; `spans`:
    of the own spans around `t`, the outermost first. `row`: the row in `store.states(thread)`. `contradiction`: "" or
    what another source says that does not agree.
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
    contradiction: str = ""

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
        holds=tuple(_label(store.object(int(one)).label, "a lock") for one in store.holds_at(thread, t).object),
        spans=tuple(_label(store.text(int(one)), "a span") for one in store.spans_at(thread, t).label),
        row=row,
        contradiction=_contradiction(store, thread, states, row),
    )


def state_words(store: TraceStore, states: Spans, row: int) -> str:
    """One row of a track of states in words: "waits for a Lock (bank.py:17), timed out"."""
    words = _WORDS.get(State(int(states.state[row])), STATE_NAMES[0])
    if states.state[row] == State.UNKNOWN and states.source[row] != Source.NONE:
        on_cpu = states.evidence[row] & Evidence.ON_CPU
        words = "on a CPU; whether with the GIL is not known" if on_cpu else "seen, but why is not known"
    if states.kind[row] == Kind.WAIT_BEGIN:
        words = WAIT_WORDS.get(int(states.flag[row]), words)
        label = store.object(int(states.object[row])).label
        words += f": {label}" if label else ""
    words += ", timed out" if states.result[row] == 0 and states.state[row] != State.SLEEP else ""
    return words + (DISAGREE if states.evidence[row] & Evidence.CONTRADICTED else "")


DISAGREE = " (sources disagree)"


def source_word(states: Spans, row: int) -> str:
    """Where a span comes from, in a word, for files: "exact"; "exact, contradicted" where another source disagrees."""
    word = SOURCE_NAMES[int(states.source[row])]
    return f"{word}, contradicted" if states.evidence[row] & Evidence.CONTRADICTED else word


def _contradiction(store: TraceStore, thread: int, states: Spans, row: int) -> str:
    """What does not agree with one row of a thread's states: the recorded call where there is one, else a look."""
    if not states.evidence[row] & Evidence.CONTRADICTED:
        return ""
    recorded = store.recorded_states(thread)
    at = int(np.searchsorted(recorded.start, states.start[row], "right")) - 1
    if at >= 0 and recorded.kind[at] and recorded.state[at] != states.state[row]:
        return f"the recorded call {state_words(store, recorded, at)}"
    if states.source[row] == Source.NONE:
        return "the kernel's records do not fit together"
    return "a look saw something else"


def state_line(store: TraceStore, states: Spans, row: int) -> str:
    """The same with how long it lasted."""
    return f"{state_words(store, states, row)} ({duration(int(states.end[row] - states.start[row]))})"


def _label(text: str, otherwise: str) -> str:
    return text or otherwise
