"""Opens Chrome's trace JSON, of whatever tool, in its object form or as a plain array, also cut off at the end.

    X        a span              M      names of processes and threads
    B, E     a span in two       i, I   a mark (also R, n)
    b, e     a task, which may overlap with others: lanes of their own
    C        values of counters of a process
    s, t, f and others are counted, and said not to be shown

It is read some megabytes at a time. Beside these stand 24 bytes for each event, and then what the store takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from visualiser.trace import RunInfo, TraceStore

from .chrome_events import NO_TIME, Call, Decoder, Event, arguments, identity, is_calls_only, nanoseconds
from .dialects import Dialect, Rest, dialect_of, rest_from
from .errors import BadFile
from .foreign import NEVER, Foreign, many, opened_from
from .json_pieces import JsonPieces

TASK = "b", "n", "e"
"""Phases of asynchronous events; S, T, p and F are their old names."""
_OLD = {"S": "b", "T": "n", "p": "n", "F": "e"}
_MARKS = ("i", "I", "R")
_UNSHOWN = {"s": "end of an arrow", "t": "end of an arrow", "f": "end of an arrow", "P": "sample"}

MOST_ODD = 500_000
"""Events that make no sense, in a file that has hardly any others."""
DEEPEST = 10_000
"""Spans open at once on one thread; deeper ones are left out."""
ROOT = -1
"""Instead of the number of a name: no call, but what stands for a whole thread."""


def read_chrome(pieces: JsonPieces, title: str) -> TraceStore:
    """The trace in a text that stands at its first event. Raises BadFile."""
    reading = _Reading()
    for events in pieces.items(Decoder()):
        reading.take(events)
    rest = rest_from(pieces)
    reading.close()
    return reading.store(title, rest, pieces.cut)


class _Reading:
    """One file being read."""

    def __init__(self) -> None:
        self.told = Foreign()
        self._open: dict[Any, list[tuple[int, int, int]]] = {}  # by thread, or by task: lane, name, start
        self._unshown: Counter[str] = Counter()
        self._odd = 0
        self._dialect: Dialect | None = None
        self._count = 0

    def take(self, events: Sequence[Call]) -> None:
        """Some more events. Raises BadFile when most of them are none."""
        self._count += len(events)
        if self._odd > MOST_ODD and 2 * self._odd > self._count:
            raise BadFile("Most of the events in it make no sense; it is not opened.")
        if self._dialect is None and events:
            self._dialect = dialect_of(events)
        if is_calls_only(events):
            self._take_whole(events)
            return
        self._take_whole([one for one in events if one.ph == "X"])
        self._take_others([one for one in events if one.ph != "X" and isinstance(one, Event)])

    def _take_whole(self, events: Sequence[Call]) -> None:
        if not events:
            return
        start = nanoseconds([one.ts for one in events])
        length = nanoseconds([one.dur for one in events])
        lanes, names = self.told.lanes, self.told.names
        lane = np.array([lanes[one.pid, one.tid] for one in events], np.int32)
        name = np.array([names[one] for one in self._keys(events)], np.int32)
        there, timed = start != NO_TIME, length >= 0
        good = there & timed
        self.told.spans.add(lane[good], name[good], start[good], (start + length)[good])
        alone = there & (length == NO_TIME)  # it is told when it began, and nothing more
        self.told.marks.add(lane[alone], name[alone], start[alone])
        self._odd += int((~(good | alone)).sum())

    def _keys(self, events: Sequence[Call]) -> list[Hashable]:
        assert self._dialect is not None
        return self._dialect.keys(events)

    def _take_others(self, events: Sequence[Event]) -> None:
        times = nanoseconds([one.ts for one in events])
        marks: list[tuple[int, int, int]] = []
        spans: list[tuple[int, int, int, int]] = []
        for event, key, t in zip(events, self._keys(events), times.tolist(), strict=True):
            phase = _OLD.get(event.ph, event.ph)
            if phase == "M":
                self._take_name(event)
            elif phase in _UNSHOWN:
                self._unshown[_UNSHOWN[phase]] += 1
            elif t == NO_TIME or not phase:
                self._odd += 1
            elif phase == "C":
                self._take_counter(event, t)
            elif phase in "BE":
                self._take_half(event, phase, key, t, spans)
            elif phase in TASK:
                self._take_task(event, phase, key, t, spans, marks)
            elif phase in _MARKS:
                marks.append((self.told.lanes[event.pid, event.tid], self.told.names[key], t))
            else:
                self._unshown["other event"] += 1
        if spans:
            self.told.spans.add(*zip(*spans, strict=True))
        if marks:
            self.told.marks.add(*zip(*marks, strict=True))

    def _take_counter(self, event: Event, t: int) -> None:
        """Values of a process. A counter is called by its name and, where it has one, its id."""
        words = (str(one) for one in (event.name, event.id) if one not in (None, ""))
        self._odd += not self.told.counters.add(event.pid, " ".join(words), arguments(event), t)

    def _take_name(self, event: Event) -> None:
        name = arguments(event).get("name")
        if not isinstance(name, str):
            return
        if event.name == "process_name":
            self.told.process_names[event.pid] = name
        elif event.name == "thread_name":
            self.told.thread_names[event.pid, event.tid] = name

    def _take_half(
        self, event: Event, phase: str, key: Hashable, t: int, spans: list[tuple[int, int, int, int]]
    ) -> None:
        """A beginning or an end of a span, in the order in which they are written, which is that of time."""
        assert self._dialect is not None
        stack = self._open.setdefault((event.pid, event.tid), [])
        if phase == "B":
            if len(stack) >= DEEPEST:
                self._odd += 1
                return
            outer = stack[-1][0] if stack else -1
            lane = self._dialect.lane(event, outer, self.told)
            self.told.by_end.add(lane)
            stack.append((lane, ROOT if self._dialect.is_root(event) else self.told.names[key], t))
        elif stack and stack[-1][2] <= t:
            lane, name, start = stack.pop()
            if name != ROOT:
                spans.append((lane, name, start, t))
        else:
            self._odd += 1

    def _take_task(
        self,
        event: Event,
        phase: str,
        key: Hashable,
        t: int,
        spans: list[tuple[int, int, int, int]],
        marks: list[tuple[int, int, int]],
    ) -> None:
        told = self.told
        about = str(event.cat if event.cat not in (None, "") else event.name)
        lane = told.lanes[event.pid, f"{about} (tasks)"]
        told.flat.add(lane)
        stack = self._open.setdefault((event.cat, identity(event)), [])
        if phase == "n":
            marks.append((lane, told.names[key], t))
        elif phase == "b" and len(stack) < DEEPEST:
            stack.append((lane, told.names[key], t))
        elif phase == "e" and stack and stack[-1][2] <= t:
            lane, name, start = stack.pop()
            spans.append((lane, name, start, t))
        else:
            self._odd += 1

    def close(self) -> None:
        """What has begun and not ended goes on until the end."""
        left = [(*one, NEVER) for stack in self._open.values() for one in stack if one[1] != ROOT]
        if left:
            self.told.spans.add(*zip(*left, strict=True))

    def store(self, title: str, rest: Rest, cut: bool) -> TraceStore:
        if self._dialect is None:
            raise BadFile("It is a trace without any events.")
        dialect = self._dialect.with_rest(rest)
        problems = self.told.problems
        if cut:
            problems.append("The file ends before its end: what is in it is shown, what was to follow is missing.")
        problems += dialect.problems
        if self._odd:
            problems.append(f"Left out, because they make no sense: {many(self._odd, 'event')} of the file.")
        if self._unshown:
            some = ", ".join(many(count, what) for what, count in self._unshown.most_common())
            problems.append(f"Not shown of this file: {some}.")
        sources = opened_from(dialect.name, dialect.why, calls=dialect.calls)
        info = RunInfo(title=title, sources=sources)
        return self.told.store(info, dialect.meaning, dialect.attachments())
