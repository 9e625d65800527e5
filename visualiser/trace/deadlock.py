"""Recognises a deadlock from the record: threads in a circle, each waiting without end for a lock of the next one's.

Only what was recorded counts. A thread is part of a circle when its last wait is for a Lock or RLock, has no timeout
and never ended, and when the thread that holds this lock is part of it too. So threads that are merely slow, that give
up after a while, or whose holder is still at work, are no deadlock. It lasts from the moment when the circle closed.

A thread that waits for a Lock which it took itself is no deadlock while another could still give that back: so Locks
are used as signals. A circle of several of which another thread could still undo a Lock (a Lock, and not an RLock, may
be given back by anybody) is told as what it is: at the end of the run they waited for each other.

    Ann   ..HHHHLLLLLLLLLL      Ann holds the fork and waits for the knife
    Bob   ...HHHHHLLLLLLLL      Bob holds the knife and waits for the fork
                  ^ closed
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualiser.events import Kind, Wait

from .store import TraceStore

LOCKS = (Wait.LOCK, Wait.RLOCK)
ENDLESS = (*LOCKS, Wait.THREAD_JOIN, Wait.THREADS_AT_EXIT)
"""Waits, without a timeout, out of which only another thread can help."""


@dataclass(frozen=True)
class Link:
    """One thread of a circle: `thread` waits for `object` at `site` since `start_ns`; `holder` took it at `held_at`."""

    thread: int
    object: int
    site: int
    start_ns: int
    holder: int
    held_at: int


@dataclass(frozen=True)
class Deadlock:
    """A circle of threads of one process: each link's holder is the next link's thread. Times in ns.

    `sure`: nobody else could have undone it.
    """

    process: int
    links: tuple[Link, ...]
    start_ns: int
    end_ns: int
    sure: bool = True


def deadlocks(store: TraceStore) -> tuple[Deadlock, ...]:
    """All deadlocks of a run, at its end or so far, by the moment when they closed."""
    found = [
        _as_deadlock(store, process.index, circle)
        for process in store.processes
        for circle in _circles(_links(store, process.threads))
    ]
    return tuple(sorted((one for one in found if one.sure or len(one.links) > 1), key=lambda one: one.start_ns))


def deadlock_text(store: TraceStore, deadlock: Deadlock) -> str:
    """The deadlock in a sentence: who waits where for what, and who took that where."""
    waits = "waits" if deadlock.sure or not store.finished else "waited"
    parts = [
        f"{store.threads[one.thread].name} {waits} at {store.site(one.site).short} for "
        f"{store.object(one.object).label}, which {store.threads[one.holder].name} took at "
        f"{store.site(one.held_at).short}"
        for one in deadlock.links
    ]
    if deadlock.sure:
        nobody = {1: "It cannot", 2: "Neither can"}.get(len(parts), "None of them can")
        return f"Deadlock: {'; '.join(parts)}. {nobody} go on."
    when = "At the end of the run they waited" if store.finished else "They wait"
    return f"{when} for each other: {'; '.join(parts)}. Only another thread could undo that."


def deadlock_facts(store: TraceStore, deadlock: Deadlock) -> dict[str, Any]:
    """The deadlock as an entry of the `verdict` that `stats --json` prints; `span` counts from the run's start."""
    evidence = {
        "pid": store.processes[deadlock.process].pid,
        "threads": [store.threads[one.thread].name for one in deadlock.links],
        "objects": [store.object(one.object).label for one in deadlock.links],
        "waits_at": [store.site(one.site).short for one in deadlock.links],
        "held_by": [store.threads[one.holder].name for one in deadlock.links],
        "held_at": [store.site(one.held_at).short for one in deadlock.links],
    }
    span = [deadlock.start_ns - store.start_ns, deadlock.end_ns - store.start_ns]
    code = "deadlock" if deadlock.sure else "waited-for-each-other"
    return {"code": code, "text": deadlock_text(store, deadlock), "evidence": evidence, "span": span}


def _links(store: TraceStore, threads: tuple[int, ...]) -> dict[int, Link]:
    """Of the threads that wait for a lock without end: who waits for whom."""
    stuck = [thread for thread in threads if store.waits_at_its_end(thread)]
    waits = {thread: wait for thread in stuck if (wait := _endless_wait(store, thread)) is not None}
    links = {}
    for thread, (thing, site, start) in waits.items():
        for holder in waits:
            held_at = _took(store, holder, thing, waits[holder][2])
            if held_at is not None:
                links[thread] = Link(thread, thing, site, start, holder, held_at)
    return links


def _endless_wait(store: TraceStore, thread: int) -> tuple[int, int, int] | None:
    """(object, site, start) of the wait for a lock, without timeout, in which a thread's record ends; else None."""
    states = store.recorded_track(thread)
    if not _ends_in(store, thread, LOCKS) or not states.object[-1]:
        return None
    return int(states.object[-1]), int(states.site[-1]), int(states.start[-1])


def _ends_in(store: TraceStore, thread: int, waits: tuple[int, ...]) -> bool:
    """Whether a thread's record ends inside a wait of such a kind, without timeout."""
    states = store.recorded_track(thread)
    if not len(states) or states.kind[-1] != Kind.WAIT_BEGIN or states.result[-1] != -1:
        return False
    return states.flag[-1] in waits and _is_patient(store, thread, states.start[-1])


def _nobody_can_help(store: TraceStore, process: int, stuck: Collection[int]) -> bool:
    """Whether every other thread of Python's has come to its own end, or waits without end itself."""
    stopped = store.info.stopped_by is not None or store.processes[process].signal is not None
    return all(
        _ends_in(store, one, ENDLESS) or (_was_called_out(store, one) if stopped else _ended_itself(store, one))
        for one in store.processes[process].threads
        if one not in stuck and not store.threads[one].note
    )


def _ended_itself(store: TraceStore, thread: int) -> bool:
    facts = store.threads[thread]
    return facts.end_ns is not None and not facts.ended_by


def _was_called_out(store: TraceStore, thread: int) -> bool:
    """Whether a thread of a run that was stopped left an endless wait last, without what it had waited for."""
    states = store.recorded_states(thread)
    came_to_its_end = (states.flag == Wait.THREADS_AT_EXIT) & (states.result == 1)
    waits = np.flatnonzero((states.kind == Kind.WAIT_BEGIN) & ~came_to_its_end)
    if not len(waits):
        return False
    last = waits[-1]
    return states.flag[last] in ENDLESS and states.result[last] != 1 and _is_patient(store, thread, states.start[last])


def _is_patient(store: TraceStore, thread: int, start: int) -> bool:
    """Whether the wait begun at `start` has no timeout. Looked up in the raw records: the columns do not keep it."""
    records = store.raw_records_at(thread, start)
    begins = records[records["kind"] == Kind.WAIT_BEGIN]
    return bool(len(begins)) and not begins["value"][-1]


def _took(store: TraceStore, thread: int, thing: int, until_ns: int) -> int | None:
    """The site at which a thread took a lock that it never gave back, before `until_ns`; None when it holds it not."""
    end = store.recorded_track(thread).end
    holds = store.holds_at(thread, int(end[-1]) - 1 if len(end) else 0)
    rows = np.flatnonzero((holds.object == thing) & (holds.start <= until_ns))
    return int(holds.site[rows[0]]) if len(rows) else None


def _circles(links: dict[int, Link]) -> list[tuple[Link, ...]]:
    """The circles in a graph in which every thread waits for one other at most; each once, from its lowest thread."""

    def circle(thread: int) -> tuple[int, ...]:
        path: list[int] = []
        while thread in links and thread not in path:
            path.append(thread)
            thread = links[thread].holder
        return _from_lowest(tuple(path[path.index(thread) :])) if thread in path else ()

    return [tuple(links[thread] for thread in ring) for ring in sorted({circle(thread) for thread in links} - {()})]


def _from_lowest(ring: tuple[int, ...]) -> tuple[int, ...]:
    at = ring.index(min(ring))
    return ring[at:] + ring[:at]


def _as_deadlock(store: TraceStore, process: int, links: tuple[Link, ...]) -> Deadlock:
    end = max(int(store.recorded_track(one.thread).end[-1]) for one in links)
    locked = all(store.object(one.object).type == "RLock" for one in links)
    sure = (locked and len(links) > 1) or _nobody_can_help(store, process, {one.thread for one in links})
    return Deadlock(process, links, max(one.start_ns for one in links), end, sure)
