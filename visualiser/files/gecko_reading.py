"""Opens profiles in Firefox Profiler's processed format: those of Python 3.15's sampler, samply, and others.

Samples become calls: a call goes on from the first sample that has it on the stack until the first one that has not.
Markers of Python's sampler ("On CPU", "Has GIL", "Waiting for GIL") become states, as seen by samples. Other markers
are marks. Profiles of several processes, one file each, come onto one axis by their `meta.startTime`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.trace import RunInfo, Source, Spans, State, TraceStore

from .errors import BadFile
from .foreign import Foreign, Key, Name, many, number_of, opened_from
from .gecko_profile import DAMAGED, LARGEST, Calls, Profile, Thread, decode
from .told_states import plain_states

Int64s = npt.NDArray[np.int64]
Times = tuple[Int64s, Int64s]

GAP = 10
"""So many times the others of its process were sampled without it: the thread was gone, or what it did is not known."""
MOST_CALLS = 2_000_000
MOST_MILLIS = 4.0e12
"""So that times in ns fit; 126 years."""

ON_CPU, OFF_CPU, HAS_GIL, NO_GIL, WAITS = "On CPU", "Off CPU", "Has GIL", "No GIL", "Waiting for GIL"
STATES = (ON_CPU, OFF_CPU, HAS_GIL, NO_GIL, WAITS)
TOLD_ELSEWISE = {*STATES, "Python Code", "Native Code", "Has Exception", "No Exception"}
"""Markers of Python's sampler that are states, or follow from them, or say next to nothing."""


class Told(NamedTuple):
    """When a thread was in one of STATES: starts and ends (ns), by its name; `seen`: the same of when it was looked at.

    Markers that were open in the end are closed when sampling ended, be their thread long gone: only samples say until
    when it was there.
    """

    key: Key
    markers: dict[str, Times]
    seen: Times


def read_gecko(texts: Sequence[bytes], title: str) -> TraceStore:
    """The trace in one profile, or in those of several processes of one run. Raises BadFile."""
    profiles = [decode(text) for text in texts]
    reading = _Reading()
    for number, profile in enumerate(profiles):
        ticks = _ticks(profile)
        for at, thread in enumerate(profile.threads):
            reading.take(profile, thread, (number, at), ticks)
    return reading.store(title, profiles)


def whole_text(pieces: Iterator[bytes]) -> bytes:
    """All pieces of a text. Raises BadFile when it is too long for this format."""
    parts, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST:
            raise BadFile(f"It is a profile of more than {LARGEST >> 20} MiB; so large ones cannot be opened.")
        parts.append(piece)
    return b"".join(parts)


class _Reading:
    """The profiles of one run being read."""

    def __init__(self) -> None:
        self._told = Foreign()
        self._states: list[Told] = []
        self._left_out = 0

    def take(self, profile: Profile, thread: Thread, where: tuple[int, int], ticks: Int64s) -> None:
        """One thread. `ticks`: when any thread of its profile was sampled (ns)."""
        calls = Calls(thread, profile.shared)
        key = _key(profile, thread, where)
        told = self._told
        told.thread_names[key] = _thread_name(thread)
        if thread.process_name and thread.process_name != "Python Process":
            told.process_names[key[0]] = thread.process_name
        lane = told.lanes[key]
        told.by_end.add(lane)
        origin = _ns(profile.meta.start or 0)
        rows, seen = self._calls(thread, calls, origin, ticks)
        if rows:
            name = [told.names[calls.name(func)] for func, _, _ in rows]
            told.spans.add([lane] * len(rows), name, [start for _, start, _ in rows], [end for *_, end in rows])
        self._take_markers(thread, calls, key, lane, origin, seen)

    def _calls(
        self, thread: Thread, calls: Calls, origin: int, ticks: Int64s
    ) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
        """(Function, start, end) of every call, the inner ones first; and the times without a GAP between samples."""
        rows: list[tuple[int, int, int]] = []
        since: list[int] = []  # by depth, of the calls on the stack
        seen: list[tuple[int, int]] = []
        times = [origin + _ns(one) for one in thread.samples.times()]
        places = np.searchsorted(ticks, times).tolist()
        following = np.append(ticks[1:], ticks[-1:]).tolist()
        now, before = -1, -1
        for stack, t, place in zip(thread.samples.stack, times, places, strict=False):
            if stack is not None and not 0 <= stack < len(calls.node):
                raise BadFile(DAMAGED)
            if place < before:
                self._left_out += 1
                continue
            if not seen or (place - before > GAP and not thread.samples.are_changes):
                self._leave(calls, rows, since, now, -1, following[before])
                now = -1
                seen.append((t, t))
            seen[-1] = seen[-1][0], following[place]
            node = -1 if stack is None else calls.node[stack]
            if node != now:
                self._leave(calls, rows, since, now, node, t)
                now = node
            before = place
        self._leave(calls, rows, since, now, -1, following[before] if before >= 0 else origin)
        return rows, seen

    def _leave(
        self, calls: Calls, rows: list[tuple[int, int, int]], since: list[int], old: int, new: int, t: int
    ) -> None:
        """From one call path to another: what the new one has not ends, what the old one had not begins."""
        kept = _common(calls, old, new)
        depth = 0 if kept < 0 else calls.depth[kept]
        while old != kept:
            rows.append((calls.func[old], since.pop(), t))
            old = calls.parent[old]
        if len(rows) > MOST_CALLS:
            raise BadFile("It has more calls than can be opened here.")
        since += [t] * ((0 if new < 0 else calls.depth[new]) - depth)

    def _take_markers(
        self, thread: Thread, calls: Calls, key: Key, lane: int, origin: int, seen: list[tuple[int, int]]
    ) -> None:
        found: dict[str, list[tuple[int, int]]] = {}
        marks: list[tuple[int, int]] = []
        for number, begin, end in zip(thread.markers.name, thread.markers.start, thread.markers.end, strict=False):
            name = calls.string(number)
            if name in STATES and begin is not None and end is not None and begin <= end:
                found.setdefault(name, []).append((origin + _ns(begin), origin + _ns(end)))
            elif name not in TOLD_ELSEWISE and begin is not None:
                marks.append((self._told.names[name, ""], origin + _ns(begin)))
        if marks:
            self._told.marks.add([lane] * len(marks), [name for name, _ in marks], [t for _, t in marks])
        if found and seen:
            self._states.append(Told(key, {name: _columns(times) for name, times in found.items()}, _columns(seen)))

    def store(self, title: str, profiles: Sequence[Profile]) -> TraceStore:
        name = _tool(profiles[0]) if profiles else "a profile"
        if self._left_out:
            self._told.problems.append(f"Left out, because earlier ones came before: {many(self._left_out, 'sample')}.")
        sources = opened_from(name, f"The run was opened from {name}, which does not tell it.")
        if self._states:
            sources |= {"switches": "sampled", "gil": "sampled"}
            sources["why"] = {one: why for one, why in sources["why"].items() if sources[one] == "none"}
        for told in self._states:
            self._told.alive[told.key] = int(told.seen[0][0]), int(told.seen[1][-1])
        store = self._told.store(RunInfo(title=title, sources=sources), _meaning, {})
        lanes = self._told.threads(store)
        for told in self._states:
            thread = store.threads[lanes[told.key]]
            end = store.end_ns if thread.end_ns is None else thread.end_ns
            store.replace_states(thread.index, states_from(told, thread.start_ns, end, self._told.moved))
        return store


def _ticks(profile: Profile) -> Int64s:
    origin = _ns(profile.meta.start or 0)
    return np.unique([origin + _ns(one) for thread in profile.threads for one in thread.samples.times()]).astype(
        np.int64
    )


def _meaning(key: Any) -> Name:
    name, site = key
    return name, site


def _common(calls: Calls, one: int, other: int) -> int:
    """The deepest call that is in both paths; -1: none."""
    while one != other:
        if other < 0 or (one >= 0 and calls.depth[one] >= calls.depth[other]):
            one = calls.parent[one]
        else:
            other = calls.parent[other]
    return one


def states_from(told: Told, begin: int, end: int, moved: int) -> Spans:
    """Gapless states from `begin` to `end` (ns). `moved`: what is added to the markers' times.

    On a CPU with the GIL it runs, without it runs native code; what it does while it is off the CPU is not told.
    """
    edges = [one + moved for times in (*told.markers.values(), told.seen) for one in times]
    t = np.unique(np.clip(np.concatenate([*edges, [begin, end]]), begin, end))
    start = t[:-1] if len(t) > 1 else t[:1]
    there, nowhere = _covers(told.seen, start - moved), np.zeros(len(start), bool)
    inside = {
        name: nowhere if name not in told.markers else there & _covers(told.markers[name], start - moved)
        for name in STATES
    }
    on, gil = inside[ON_CPU], inside[HAS_GIL]
    state = np.select(
        [inside[WAITS] & ~gil, on & gil, on & inside[NO_GIL]],
        [int(State.GIL), int(State.RUNNING), int(State.NATIVE)],
        int(State.UNKNOWN),
    )
    seen = np.logical_or.reduce(list(inside.values()))
    return _spans(start, end, state, np.where(seen, Source.SAMPLED, Source.NONE))


def _covers(times: Times, t: Int64s) -> npt.NDArray[np.bool_]:
    begins, ends = np.sort(times[0]), np.sort(times[1])
    return np.searchsorted(begins, t, "right") > np.searchsorted(ends, t, "right")


def _spans(start: Int64s, end: int, state: npt.NDArray[Any], source: npt.NDArray[Any]) -> Spans:
    """Stretches of one state each."""
    new = np.append(True, (np.diff(state) != 0) | (np.diff(source) != 0))
    start = start[new]
    ends = np.append(start[1:], end)
    return plain_states({"start": start, "end": ends, "state": state[new], "source": source[new]})


def _columns(times: list[tuple[int, int]]) -> Times:
    columns = np.array(times, np.int64)
    return columns[:, 0], columns[:, 1]


def _ns(millis: float) -> int:
    """Milliseconds as ns. Raises BadFile."""
    if not abs(millis) < MOST_MILLIS:
        raise BadFile(DAMAGED)
    whole = int(millis // 1)
    return whole * 1_000_000 + round((millis - whole) * 1_000_000)


def _key(profile: Profile, thread: Thread, where: tuple[int, int]) -> Key:
    """Python's sampler writes its own pid; the main thread's number on Linux is that of the process."""
    number, at = where
    process: Any = thread.pid
    if _is_pythons(profile):
        main = next((one for one in profile.threads if one.is_main), None)
        on_linux = main is not None and profile.meta.platform == "Linux"
        process = main.tid if main is not None and on_linux else (number, process)
    elif process is None:
        process = number
    return process, thread.tid if number_of(thread.tid) else f"{thread.name or 'thread'} {at + 1}"


def _thread_name(thread: Thread) -> str:
    if thread.name == f"Thread-{thread.tid}":  # a number, no name
        return "MainThread" if thread.is_main else ""
    return thread.name


def _is_pythons(profile: Profile) -> bool:
    return "Tachyon" in (profile.meta.imported_from or "")


def _tool(profile: Profile) -> str:
    if _is_pythons(profile):
        return "a profile of Python's sampler"
    who = profile.meta.imported_from or profile.meta.product
    return f"a profile of {who}" if who else "a profile in Firefox Profiler's format"
