"""What every process and thread had at a moment: watched values, memory, lines, waits and locks; as boxes to be drawn.

All of it follows from the run and the moment alone (`boxes_at`), so stepping back shows exactly what was there before.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.trace import LEFT, Moment, Process, State, TraceStore, Worth, lines_of, state_at, units, worth_at
from visualiser.viewmodels.crossing import Crossing, Traffic, crossings_at, traffic_at
from visualiser.viewmodels.names import MAIN
from visualiser.viewmodels.player import FRAME_MS, Player
from visualiser.viewmodels.standing import Standing, standing_at

SHARE = 10
"""Times as long as it took to find the boxes, they are left as they are while a run grows."""


@dataclass(frozen=True)
class Value:
    """A watched name at a moment: `text` is what it is worth. `changed`: it was told between the line before and that
    which `thread` (who was seen with it first) is on now; `before`: the text it had before in the
    same call, "" for none.
    """

    name: str
    text: str
    before: str
    changed: bool
    thread: int
    since: int


@dataclass(frozen=True)
class ThreadBox:
    """A thread inside of its process. `where`: `bank.py:17`, "" unknown, `is_there`: it is there now, not last seen;
    `doing`: in words; `waits`: whether that is a wait; `holds`: locks; `locals`: its own watched names."""

    thread: int
    name: str
    where: str
    is_there: bool
    doing: str
    waits: bool
    holds: tuple[str, ...]
    locals: tuple[Value, ...]


@dataclass(frozen=True)
class ProcessBox:
    """A process that lives at the moment. `origin`: `a fork of main process`; `memory`: RSS as last measured, in words;
    `shared`: its globals, one for all threads inside; `more`: threads that are not listed."""

    process: int
    name: str
    pid: int
    origin: str
    memory: str
    shared: tuple[Value, ...]
    threads: tuple[ThreadBox, ...]
    traffic: Traffic
    more: int = 0


@dataclass(frozen=True)
class Boxes:
    """Everything at one moment. `has_values`: some watched name has a value by then."""

    processes: tuple[ProcessBox, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    has_values: bool = False

    @property
    def text(self) -> str:
        """All of it in words, for who listens."""
        return "\n".join(line for box in self.processes for line in _spoken(box))


NOTHING_THERE = Boxes()
MOST_THREADS = 24
"""Of a process, listed; a crowd is for the timeline."""


class ValuesModel(QObject):
    """Facts: `boxes_changed(Boxes)`: at the playhead. Looked up only while somebody looks (`set_shown`)."""

    boxes_changed = Signal(object)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.boxes = NOTHING_THERE
        self._player, self._shown = player, False
        self._store: TraceStore | None = None
        self._soon = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._soon.setObjectName("values")
        self._soon.timeout.connect(self.refresh)
        player.moved.connect(self._later)

    def set_store(self, store: TraceStore | None) -> None:
        """Show another run, or none."""
        self._store = store
        self._later()

    def set_shown(self, shown: bool) -> None:
        """Whether anybody looks."""
        self._shown = shown
        self._later()

    def grow(self) -> None:
        """The run has become longer."""
        self._later()

    def refresh(self) -> None:
        """Find out anew what everything is worth."""
        self._soon.stop()
        clock = QElapsedTimer()
        clock.start()
        boxes = boxes_at(self._store, self._player.playhead.t) if self._store is not None else NOTHING_THERE
        live = self._store is not None and not self._store.finished
        self._soon.setInterval(max(FRAME_MS, clock.elapsed() * SHARE if live else 0))
        if boxes != self.boxes:
            self.boxes = boxes
            self.boxes_changed.emit(boxes)

    def _later(self, _: object = None) -> None:
        if self._shown and not self._soon.isActive():
            self._soon.start()


def boxes_at(store: TraceStore, t: int) -> Boxes:
    """The processes that live at `t` (ns), with what they and their threads had then; at the end of the run, with what
    they had last."""
    t = min(t, max(store.end_ns - 1, store.start_ns))
    worths = worth_at(store, t)
    standing = {one.tag.thread: one for one in standing_at(store, t)}
    alive = [one for one in store.processes if one.start_ns <= t and (one.end_ns is None or t <= one.end_ns)]
    traffic = traffic_at(store, t)
    boxes = tuple(_process(store, one, t, worths, standing, traffic.get(one.index, Traffic())) for one in alive)
    return Boxes(boxes, crossings_at(store, t), bool(worths))


def _process(store: TraceStore, process: Process, t: int, worths: tuple[Worth, ...],
             standing: dict[int, Standing], traffic: Traffic) -> ProcessBox:  # fmt: skip
    alive = [one for one in process.threads if _lives(store, one, t)]
    return ProcessBox(
        process.index,
        process.name or ("main process" if process.parent is None else "process"),
        process.pid,
        _origin(store, process),
        _memory(process, t),
        tuple(_value(store, one, t) for one in worths if not one.is_local and one.process == process.index),
        tuple(_thread(store, one, t, worths, standing.get(one)) for one in alive[:MOST_THREADS]),
        traffic,
        max(len(alive) - MOST_THREADS, 0),
    )


def _lives(store: TraceStore, thread: int, t: int) -> bool:
    one = store.threads[thread]
    return one.start_ns <= t and (one.end_ns is None or t < one.end_ns)


def _origin(store: TraceStore, process: Process) -> str:
    if process.parent is None:
        return ""
    parent = store.processes[process.parent].name or f"process {store.processes[process.parent].pid}"
    how = {"fork": "a fork of", "spawn": "spawned by", "forkserver": "from the fork server of"}
    return f"{how.get(process.method or '', 'started by')} {parent}"


def _memory(process: Process, t: int) -> str:
    row = int(np.searchsorted(process.memory.t, t, "right")) - 1
    if row < 0:
        return "memory not measured yet" if len(process.memory.t) else "memory not measured"
    return f"{units.memory(int(process.memory.rss[row]))} of memory"


def _value(store: TraceStore, worth: Worth, t: int) -> Value:
    """`changed`: told since the line that the thread was on before this one."""
    lines = lines_of(store, worth.thread)
    row = lines.at(t)
    since = int(lines.t[row - 1]) if row >= 1 else 0
    before = "" if worth.before == worth.text or _of_another_call(store, worth) else worth.before
    return Value(worth.name, worth.text, before, worth.since > since, worth.thread, worth.since)


_LEFT: WeakKeyDictionary[TraceStore, tuple[int, dict[int, dict[str, int]]]] = WeakKeyDictionary()


def _of_another_call(store: TraceStore, worth: Worth) -> bool:
    """Whether what a local was worth before may have been another call's: its function had been left by then."""
    if not worth.is_local:
        return False
    known = _LEFT.get(store)
    if known is None or known[0] != store.revision:
        known = _LEFT[store] = store.revision, {}
    if worth.thread not in known[1]:
        known[1][worth.thread] = _first_left(store, worth.thread)
    return known[1][worth.thread].get(worth.function, worth.since) < worth.since


def _first_left(store: TraceStore, thread: int) -> dict[str, int]:
    """When a thread left each function for the first time (ns)."""
    lines = lines_of(store, thread)
    rows = np.flatnonzero(lines.flag == LEFT)
    sites, first = np.unique(lines.site[rows], return_index=True)
    found: dict[str, int] = {}
    for site, t in zip(sites.tolist(), lines.t[rows[first]].tolist(), strict=True):
        function = store.site(site).function
        found[function] = min(found.get(function, t), t)
    return found


def _thread(store: TraceStore, thread: int, t: int, worths: tuple[Worth, ...], at: Standing | None) -> ThreadBox:
    now = state_at(store, thread, t)
    waits = now is not None and now.state >= State.LOCK
    own = tuple(_value(store, one, t) for one in worths if one.is_local and one.thread == thread)
    name = store.threads[thread].name
    return ThreadBox(
        thread,
        "main thread" if name == MAIN else name,
        at.site.short if at is not None else "",
        at is not None and at.tag.waits,
        "" if now is None or now.state is State.UNKNOWN else now.words + _holder(store, thread, now),
        waits,
        now.holds if now is not None else (),
        own,
    )


def _holder(store: TraceStore, thread: int, now: Moment) -> str:
    """`, held by philosopher-2` where a thread of the same process holds what this one waits for."""
    if now.object is None or now.state != State.LOCK:
        return ""
    wanted = int(store.states(thread).object[now.row])
    for other in store.processes[store.threads[thread].process].threads:
        if other != thread and wanted in store.holds(other).at(now.t).object:
            return f", held by {store.threads[other].name}"
    return ""


def _spoken(box: ProcessBox) -> list[str]:
    shared = ", ".join(f"{one.name} = {one.text}" for one in box.shared)
    said = [f"{box.name} ({box.pid}): {shared or 'no watched values'}"]
    for each in box.threads:
        own = ", ".join(f"{one.name} = {one.text}" for one in each.locals)
        holds = f"holds {', '.join(each.holds)}" if each.holds else ""
        parts = [part for part in (each.where, each.doing, holds, own) if part]
        said.append(f"  {each.name}: {'; '.join(parts) or 'nothing is known'}")
    return said
