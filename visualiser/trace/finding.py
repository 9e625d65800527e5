"""Finds things in a run by words: threads, processes, functions, files, locks, output, states, marks, own spans.

Words are looked for in names, of which there are few; which rows have such a name is one look into a table of flags, so
a million spans cost some milliseconds. Upper and lower case are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from visualiser.events import WAIT_WORDS

from .columns import Int64s, Spans
from .moment import state_words
from .replies import used
from .store import TraceStore
from .values import STATE_NAMES

Bools = npt.NDArray[np.bool_]


class FoundWhat(IntEnum):
    """What was found. `index` of a hit counts in: the processes, threads, outputs; its thread's states, holds, marks,
    spans.
    """

    PROCESS = 0
    THREAD = 1
    STATE = 2
    HOLD = 3
    SPAN = 4
    MARK = 5
    OUTPUT = 6


@dataclass(frozen=True)
class Found:
    """One hit: from `t0` to `t1` (ns; equal for a moment), in a thread (-1: a process of which no thread is known)."""

    what: FoundWhat
    thread: int
    index: int
    t0: int
    t1: int
    words: str


@dataclass(frozen=True, eq=False)
class Hits:
    """Hits as equally long columns sorted by `t0`: what u1; thread, index i8; t0, t1 i8 ns. Words come when asked."""

    store: TraceStore
    what: npt.NDArray[np.uint8]
    thread: Int64s
    index: Int64s
    t0: Int64s
    t1: Int64s

    def __len__(self) -> int:
        return len(self.t0)

    def at(self, place: int) -> Found:
        """One hit with its words. Raises IndexError."""
        if not 0 <= place < len(self):
            raise IndexError(place)
        what, thread, index = FoundWhat(int(self.what[place])), int(self.thread[place]), int(self.index[place])
        words = _WORDS[what](self.store, thread, index)
        return Found(what, thread, index, int(self.t0[place]), int(self.t1[place]), words)

    def after(self, t: int) -> int | None:
        """The place of the first hit that begins after `t` (ns)."""
        place = int(np.searchsorted(self.t0, t, "right"))
        return place if place < len(self) else None

    def before(self, t: int) -> int | None:
        """The place of the last hit that begins before `t`."""
        place = int(np.searchsorted(self.t0, t, "left")) - 1
        return place if place >= 0 else None


def find(store: TraceStore, words: str) -> Hits:
    """Everything whose name, text, function, file or state has `words` in it; nothing for blank words."""
    wanted = words.strip().casefold()
    parts = [*_lives(store, wanted)] if wanted else []
    if wanted:
        names = _Names(store, wanted)
        for thread in store.threads:
            parts += _of_thread(store, thread.index, names)
        parts.append(_outputs(store, names))
    if not parts:
        parts = [_part(FoundWhat.THREAD, 0, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[3], kind="stable")
    return Hits(store, *(column[order] for column in columns))


Part = tuple[npt.NDArray[np.uint8], Int64s, Int64s, Int64s, Int64s]


def _part(what: FoundWhat, thread: int | Int64s, index: Int64s, t0: Int64s, t1: Int64s) -> Part:
    who = np.full(len(index), thread, np.int64) if isinstance(thread, int) else thread.astype(np.int64)
    return np.full(len(index), what, np.uint8), who, index.astype(np.int64), t0, t1


def _lives(store: TraceStore, wanted: str) -> list[Part]:
    processes = [
        (one.threads[0] if one.threads else -1, one.index, one.start_ns, _end(store, one.end_ns))
        for one in store.processes
        if wanted in one.name.casefold() or wanted == str(one.pid)
    ]
    threads = [
        (one.index, one.index, one.start_ns, _end(store, one.end_ns))
        for one in store.threads
        if wanted in one.name.casefold() or wanted == str(one.tid)
    ]
    found = []
    for what, rows in ((FoundWhat.PROCESS, processes), (FoundWhat.THREAD, threads)):
        columns = np.array(rows, np.int64).reshape(-1, 4).T
        found.append(_part(what, *columns))
    return found


def _end(store: TraceStore, end: int | None) -> int:
    return store.end_ns if end is None else end


class _Names:
    """Which texts, sites, objects, states and waits have the words; each name is looked at once."""

    def __init__(self, store: TraceStore, wanted: str) -> None:
        self._wanted = wanted
        self._store = store
        self.states = np.array([wanted in name for name in STATE_NAMES])
        self.waits = np.zeros(1 << 16, bool)
        self.waits[[flag for flag, words in WAIT_WORDS.items() if wanted in words.casefold()]] = True
        self._known: dict[str, tuple[Bools, Bools]] = {}

    def texts(self, ids: npt.NDArray[np.int32]) -> Bools:
        """Which of these texts have the words."""
        return self._match("text", ids, lambda one: self._store.text(one))

    def sites(self, ids: npt.NDArray[np.int32]) -> Bools:
        """The same of source lines: their function, or file and line."""
        return self._match("site", ids, lambda one: f"{self._store.site(one).function}\n{self._store.site(one).short}")

    def objects(self, ids: npt.NDArray[np.int32]) -> Bools:
        """The same of locks and other objects."""
        return self._match("object", ids, lambda one: self._store.object(one).label)

    def _match(self, table: str, ids: npt.NDArray[np.int32], words: Callable[[int], str]) -> Bools:
        if not len(ids):
            return np.zeros(0, bool)
        size = int(ids.max()) + 1
        seen, has = self._known.get(table, (np.zeros(0, bool), np.zeros(0, bool)))
        if size > len(seen):
            more = np.zeros(size - len(seen), bool)
            seen, has = np.concatenate((seen, more)), np.concatenate((has, more))
        for one in used(ids):
            if not seen[one]:
                has[one] = self._wanted in words(one).casefold()
        seen[ids] = True
        self._known[table] = seen, has
        found: Bools = has[ids]
        return found


def _of_thread(store: TraceStore, thread: int, names: _Names) -> list[Part]:
    states, holds, own, marks = store.states(thread), store.holds(thread), store.spans(thread), store.marks(thread)
    waits = names.waits[states.flag] & (states.kind > 0)
    state = names.states[states.state] | waits | names.objects(states.object) | names.sites(states.site)
    hold = names.objects(holds.object) | names.sites(holds.site)
    span = names.texts(own.label) | names.sites(own.site)
    mark = np.flatnonzero(names.texts(marks.text) | names.sites(marks.site))
    rows = ((FoundWhat.STATE, states, state), (FoundWhat.HOLD, holds, hold), (FoundWhat.SPAN, own, span))
    found = [_rows(what, thread, spans, np.flatnonzero(has)) for what, spans, has in rows]
    return [*found, _part(FoundWhat.MARK, thread, mark, marks.t[mark], marks.t[mark])]


def _rows(what: FoundWhat, thread: int, spans: Spans, rows: npt.NDArray[np.intp]) -> Part:
    return _part(what, thread, rows.astype(np.int64), spans.start[rows], spans.end[rows])


def _outputs(store: TraceStore, names: _Names) -> Part:
    outputs = store.outputs()
    rows = np.flatnonzero(names.texts(outputs.text) | names.sites(outputs.site))
    t = outputs.t[rows]
    return _part(FoundWhat.OUTPUT, outputs.thread[rows].astype(np.int64), rows.astype(np.int64), t, t)


# --- words


def _at(store: TraceStore, site: int) -> str:
    short = store.site(site).short
    return f", {short}" if short else ""


def _state(store: TraceStore, thread: int, row: int) -> str:
    states = store.states(thread)
    return state_words(store, states, row) + _at(store, int(states.site[row]))


def _hold(store: TraceStore, thread: int, row: int) -> str:
    holds = store.holds(thread)
    return f"holds {store.object(int(holds.object[row])).label}" + _at(store, int(holds.site[row]))


def _own(store: TraceStore, thread: int, row: int) -> str:
    own = store.spans(thread)
    return store.text(int(own.label[row])) + _at(store, int(own.site[row]))


def _mark(store: TraceStore, thread: int, row: int) -> str:
    return f"mark “{store.text(int(store.marks(thread).text[row]))}”"


def _output(store: TraceStore, thread: int, row: int) -> str:
    return f"printed “{store.text(int(store.outputs().text[row])).rstrip()}”"


_WORDS: dict[FoundWhat, Callable[[TraceStore, int, int], str]] = {
    FoundWhat.PROCESS: lambda store, _, index: f"process {store.processes[index].name} ({store.processes[index].pid})",
    FoundWhat.THREAD: lambda store, _, index: f"thread {store.threads[index].name}",
    FoundWhat.STATE: _state,
    FoundWhat.HOLD: _hold,
    FoundWhat.SPAN: _own,
    FoundWhat.MARK: _mark,
    FoundWhat.OUTPUT: _output,
}
