"""What went from process to process up to a moment: pickled objects, queues, shared memory; and what goes right now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from visualiser.trace import Kind, Span, Spans, TraceStore, Wait, no_spans, units
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import count

MOST_BYTES = 2**32 - 1
"""Recorded for this many bytes or more."""


@dataclass(frozen=True)
class Flow:
    """Objects that were pickled or unpickled: how many up to now, their bytes (None: not told), the last one in words;
    `now`: one is at it, in words, "" for none."""

    number: int = 0
    bytes: int | None = 0
    last: str = ""
    now: str = ""

    @property
    def words(self) -> str:
        """`5 objects, 100 B; last: str, 20 B`."""
        if not self.number:
            return ""
        size = f", {units.memory(self.bytes)}" if self.bytes is not None else ""
        return f"{count(self.number, 'object')}{size}; last: {self.last}"


@dataclass(frozen=True)
class Traffic:
    """What one process pickled to send away, and unpickled when it came in."""

    out: Flow = Flow()
    into: Flow = Flow()


@dataclass(frozen=True)
class Crossing:
    """Something that several threads or processes use to hand things over: a queue, a block of shared memory.

    `words`: what was done with it up to now; `now`: whether that changes at this moment.
    """

    name: str
    words: str
    now: bool = False


def traffic_at(store: TraceStore, t: int) -> Mapping[int, Traffic]:
    """What each process (index) has pickled and unpickled by `t` (ns); only those that did."""
    found = {}
    for process in store.processes:
        out, into = _gathered(store, process.index)
        if len(out) or len(into):
            found[process.index] = Traffic(_flow(store, out, t, "pickles"), _flow(store, into, t, "unpickles"))
    return found


def crossings_at(store: TraceStore, t: int) -> tuple[Crossing, ...]:
    """Queues and blocks of shared memory that were used by `t` (ns), in the order of their first use."""
    found = [*_queues(store, t), *_blocks(store, t)]
    return tuple(crossing for _, crossing in sorted(found, key=lambda one: one[0]))


@dataclass(frozen=True, eq=False)
class _Pickled:
    """Spans of one direction of one process by start: start, end, amount i8; label i4."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    amount: NDArray[np.int64]
    label: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.start)


_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, dict[int, tuple[_Pickled, _Pickled]]]] = WeakKeyDictionary()


def _gathered(store: TraceStore, process: int) -> tuple[_Pickled, _Pickled]:
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, {}
    if process not in known[1]:
        tables = [store.spans(thread) for thread in store.processes[process].threads]
        known[1][process] = _of_flag(tables, Span.PICKLE), _of_flag(tables, Span.UNPICKLE)
    return known[1][process]


def _of_flag(tables: list[Spans], flag: int) -> _Pickled:
    parts = [no_spans(), *(table.rows(np.flatnonzero(table.flag == flag)) for table in tables)]
    start, end, amount = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("start", "end", "amount")
    )
    label = np.concatenate([part.label for part in parts])
    order = np.argsort(end, kind="stable")
    return _Pickled(start[order], end[order], amount[order], label[order])


def _flow(store: TraceStore, spans: _Pickled, t: int, verb: str) -> Flow:
    done = int(np.searchsorted(spans.end, t, "right"))
    open_now = np.flatnonzero(spans.start[done:] <= t)
    now = f"{verb} {_one(store, spans, done + int(open_now[0]))}" if len(open_now) else ""
    if not done:
        return Flow(now=now)
    amounts = spans.amount[:done]
    told = bool((amounts >= 0).all())
    return Flow(done, int(amounts.sum()) if told else None, _one(store, spans, done - 1), now)


def _one(store: TraceStore, spans: _Pickled, row: int) -> str:
    amount = int(spans.amount[row])
    size = "size unknown" if amount < 0 else units.memory(amount) + (" or more" if amount == MOST_BYTES else "")
    return f"{store.text(int(spans.label[row])) or 'an object'}, {size}"


# --- queues --------------------------------------------------------------------------------------------------------

_DEEDS: WeakKeyDictionary[TraceStore, tuple[int, NDArray[np.void]]] = WeakKeyDictionary()
_DEED = np.dtype([("t", "i8"), ("object", "i4"), ("thread", "i4"), ("put", "?")])


def _deeds(store: TraceStore) -> NDArray[np.void]:
    """Every put and get of a queue, by time."""
    known = _DEEDS.get(store)
    if known is None or known[0] != store.revision:
        parts = [np.empty(0, _DEED)]
        for thread in store.threads:
            rows = store.records(thread.index)
            puts = (rows["kind"] == Kind.PUT) & (rows["flag"] == Wait.QUEUE_GET)
            gets = (rows["kind"] == Kind.GET) & (rows["flag"] == Wait.QUEUE_PUT)
            mine = np.flatnonzero((puts | gets) & (rows["a"] > 0))
            found = np.empty(len(mine), _DEED)
            found["t"], found["object"] = rows["t"][mine], rows["a"][mine]
            found["thread"], found["put"] = thread.index, puts[mine]
            parts.append(found)
        deeds = np.concatenate(parts)
        known = _DEEDS[store] = store.revision, deeds[np.argsort(deeds["t"], kind="stable")]
    return known[1]


def _queues(store: TraceStore, t: int) -> list[tuple[int, Crossing]]:
    deeds = _deeds(store)
    deeds = deeds[: int(np.searchsorted(deeds["t"], t, "right"))]
    found = []
    for thing in np.unique(deeds["object"]).tolist():
        mine = deeds[deeds["object"] == thing]
        last = mine[-1]
        verb = "put in" if last["put"] else "taken out"
        puts, gets = int(mine["put"].sum()), int((~mine["put"]).sum())
        words = [f"{puts} put in"] if puts else []
        words += [f"{gets} taken out"] if gets else []
        words.append(f"last {verb} by {who(store, int(last['thread']))}")
        now = int(last["t"]) == t
        found.append((int(mine["t"][0]), Crossing(store.object(thing).label or "a queue", ", ".join(words), now)))
    return found


# --- shared memory -------------------------------------------------------------------------------------------------


def _blocks(store: TraceStore, t: int) -> list[tuple[int, Crossing]]:
    """All blocks of shared memory are one entry: their records do not tell one from the other before they end."""
    uses = []
    for thread in store.threads:
        spans = store.spans(thread.index)
        for row in np.flatnonzero((spans.flag == Span.SHARED_MEMORY) & (spans.start <= t)).tolist():
            ended = bool(spans.end[row] <= t)
            size = int(spans.amount[row]) if ended else -1
            what = store.text(int(spans.label[row])).replace("shared memory", "").strip() or "use"
            uses.append((int(spans.start[row]), what, size, thread.index, not ended))
    if not uses:
        return []
    uses.sort()
    told = [f"{what} {units.memory(size) if size >= 0 else ''} by {who(store, thread)}".replace("  ", " ")
            for _, what, size, thread, _ in uses[-4:]]  # fmt: skip
    return [(uses[0][0], Crossing("Shared memory", ", ".join(told), any(use[4] for use in uses)))]
