"""The observer's blocks as columns: edges, looks, GIL looks, totals. numpy only; nothing is judged here.

What the bytes mean stands in `events.blocks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from visualiser.events import blocks

Array = npt.NDArray[Any]


class EdgeKind(IntEnum):
    """What happened to a thread. IN, EXEC: it is on a CPU from here on. The others: it is not."""

    IN = 0
    BLOCKED = 1
    PREEMPTED = 2
    BORN = 3
    ENDED = 4
    EXEC = 5


@dataclass(frozen=True, eq=False)
class Table:
    """What the tables below share: rows can be chosen, and tables of a kind put behind one another."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def rows(self, index: slice | Array) -> Self:
        """The same table with only some rows."""
        return type(self)(**{one.name: getattr(self, one.name)[index] for one in fields(self)})

    @classmethod
    def join(cls, tables: Iterable[Self]) -> Self:
        """All rows of several, in order of the first column, time; equal times keep their order."""
        found = list(tables)
        names = [one.name for one in fields(cls)]
        if not found:
            return cls(**{name: np.empty(0, "i8") for name in names})
        columns = {name: np.concatenate([getattr(table, name) for table in found]) for name in names}
        order = np.argsort(columns[names[0]], kind="stable")
        return cls(**{name: column[order] for name, column in columns.items()})


@dataclass(frozen=True, eq=False)
class Edges(Table):
    """Edges of threads. t i8 ns; pid, tid i8; cpu i8; kind i8 (`EdgeKind`)."""

    t: Array
    pid: Array
    tid: Array
    cpu: Array
    kind: Array


EVERY_CPU = -1


class Kin(NamedTuple):
    """What the kernel told of a thread beside its edges: at its birth who bore it, later what it is called.

    `parent_pid`, `parent_tid`: 0 where this is not about a birth; `name`: "" where it is.
    """

    t: int
    pid: int
    tid: int
    parent_pid: int
    parent_tid: int
    name: str


@dataclass(frozen=True, eq=False)
class Losses(Table):
    """Edges of `cpu` (or EVERY_CPU) that could not be written, between t and t1 (i8, ns), `count` of them."""

    t: Array
    t1: Array
    cpu: Array
    count: Array


@dataclass(frozen=True, eq=False)
class Looks(Table):
    """Looks at threads. t i8 ns, `late` how long it took; seen i8 (`Seen`); number of the system call, first
    argument.
    """

    t: Array
    late: Array
    pid: Array
    tid: Array
    seen: Array
    number: Array
    argument: Array


@dataclass(frozen=True, eq=False)
class GilLooks(Table):
    """Looks at GILs. tid: the holder's, 0 not told; held (`Held`); handovers: the interpreter's own count."""

    t: Array
    late: Array
    pid: Array
    tid: Array
    interpreter: Array
    held: Array
    handovers: Array


@dataclass(frozen=True, eq=False)
class Totals(Table):
    """The kernel's account of threads: ns on a CPU, ns ready without one, times given one."""

    t: Array
    pid: Array
    tid: Array
    on_cpu: Array
    waited: Array
    times: Array


@dataclass(frozen=True, eq=False)
class Intervals(Table):
    """Switch intervals of GILs: from t on, `micros` (i8) of `interpreter` in process `pid`."""

    t: Array
    pid: Array
    interpreter: Array
    micros: Array


@dataclass(frozen=True, eq=False)
class WatchRows(Table):
    """The observer's own account: cpu (ns so far); turns, looks and lost records so far; latest: the most that a turn
    came too late since the row before (ns).
    """

    t: Array
    cpu: Array
    turns: Array
    latest: Array
    looks: Array
    lost: Array


_SWITCH_ROW = np.dtype(
    [("type", "<u4"), ("misc", "<u2"), ("size", "<u2"), ("pid", "<u4"), ("tid", "<u4"), ("t", "<u8"), ("cpu", "<u8")]
)
_LOOK_ROW = np.dtype(
    [("t", "<u8"), ("late", "<u4"), ("pid", "<u4"), ("tid", "<u4"), ("a", "<u2"), ("b", "<u2"), ("c", "<u8")]
)
_TOTAL_ROW = np.dtype(
    [("t", "<u8"), ("pid", "<u4"), ("tid", "<u4"), ("on_cpu", "<u8"), ("waited", "<u8"), ("times", "<u8")]
)
_INTERVAL_ROW = np.dtype([("t", "<u8"), ("pid", "<u4"), ("interpreter", "<u4"), ("micros", "<u8")])
_WATCH_ROW = np.dtype(
    [("t", "<u8"), ("cpu", "<u8"), ("turns", "<u4"), ("latest", "<u4"), ("looks", "<u4"), ("lost", "<u4")]
)
_WINDOW = 4096  # rows looked at in one go while searching for a record of another kind


def blocks_in(content: memoryview | bytes) -> Iterator[tuple[int, int, bytes, int]]:
    """(format, channel, payload, offset behind it) of every block written so far in the content of a BLOCKS segment."""
    at = 0
    while at + blocks.BLOCK.size <= len(content):
        length, kind, channel, _ = blocks.BLOCK.unpack_from(content, at)
        begin, at = at + blocks.BLOCK.size, at + blocks.BLOCK.size + (length + 6 & ~7)
        if length == 0 or begin + length - 1 > len(content):
            return
        yield kind, channel, bytes(content[begin : begin + length - 1]), at


def looks_from(payload: bytes) -> Looks:
    """The rows of one LOOKS block. A torn last row is left out."""
    rows = _rows(payload, _LOOK_ROW)
    return Looks(*(_wide(rows[name]) for name in ("t", "late", "pid", "tid", "a", "b", "c")))


def gil_looks_from(payload: bytes) -> GilLooks:
    """The rows of one GILS block."""
    rows = _rows(payload, _LOOK_ROW)
    return GilLooks(*(_wide(rows[name]) for name in ("t", "late", "pid", "tid", "a", "b", "c")))


def totals_from(payload: bytes) -> Totals:
    """The rows of one TOTALS block."""
    rows = _rows(payload, _TOTAL_ROW)
    return Totals(*(_wide(rows[name]) for name in ("t", "pid", "tid", "on_cpu", "waited", "times")))


def intervals_from(payload: bytes) -> Intervals:
    """The rows of one INTERVALS block."""
    rows = _rows(payload, _INTERVAL_ROW)
    return Intervals(*(_wide(rows[name]) for name in _INTERVAL_ROW.names or ()))


def watch_from(payload: bytes) -> WatchRows:
    """The rows of one WATCH block."""
    rows = _rows(payload, _WATCH_ROW)
    return WatchRows(*(_wide(rows[name]) for name in _WATCH_ROW.names or ()))


def names_from(payload: bytes) -> list[Kin]:
    """The rows of one NAMES block. Raises ValueError."""
    if len(payload) % blocks.NAME.size:
        raise ValueError("not whole rows")
    return [
        Kin(t, pid, tid, 0, 0, name.split(b"\0", 1)[0].decode("utf-8", "replace"))
        for t, pid, tid, name in blocks.NAME.iter_unpack(payload)
    ]


def edges_from(payload: bytes, kin: list[Kin] | None = None) -> tuple[Edges, Losses]:
    """Edges and losses in one CPU's raw records. Stops at the first byte that makes no sense. `kin`: takes births and
    names.
    """
    edges: list[Edges] = []
    losses: list[tuple[int, int, int, int]] = []
    raw = np.frombuffer(payload, "u1")
    at, before = 0, 0
    while at + blocks.SWITCH.size <= len(payload):
        run = _run(payload, at)
        if len(run):
            edges.append(_switches(run))
            at += run.nbytes
            before = int(run["t"][-1])
            continue
        size = int(raw[at + 6]) | int(raw[at + 7]) << 8
        if size < blocks.SWITCH.size or at + size > len(payload):
            break
        record = payload[at : at + size]
        before = _odd(record, before, edges, losses)
        if kin is not None:
            kin.extend(_kin(record, before))
        at += size
    columns = np.array(losses, "i8").reshape(-1, 4).T
    return Edges.join(edges), Losses(*columns)


def _run(payload: bytes, at: int) -> npt.NDArray[np.void]:
    """As many switch records as follow each other here, at most a window of them."""
    count = min((len(payload) - at) // blocks.SWITCH.size, _WINDOW)
    rows = np.frombuffer(payload, _SWITCH_ROW, count, at)
    odd = (rows["type"] != blocks.PERF_SWITCH) | (rows["size"] != blocks.SWITCH.size)
    return rows[: int(np.argmax(odd)) if odd.any() else count]


def _switches(rows: npt.NDArray[np.void]) -> Edges:
    out, preempted = rows["misc"] & blocks.MISC_OUT > 0, rows["misc"] & blocks.MISC_PREEMPTED > 0
    kind = np.where(out, np.where(preempted, EdgeKind.PREEMPTED, EdgeKind.BLOCKED), EdgeKind.IN).astype("i8")
    cpu = _wide(rows["cpu"]) & 0xFFFFFFFF
    return Edges(_wide(rows["t"]), _wide(rows["pid"]), _wide(rows["tid"]), cpu, kind)


def _odd(record: bytes, before: int, edges: list[Edges], losses: list[tuple[int, int, int, int]]) -> int:
    """One record that is no switch; returns its time."""
    kind = int.from_bytes(record[:4], "little")
    misc = int.from_bytes(record[4:6], "little")
    words = np.frombuffer(record[-24:], "<u4")
    t, cpu = int(words[2]) | int(words[3]) << 32, int(words[4])
    pid, tid = int(words[0]), int(words[1])
    if kind == blocks.PERF_LOST:
        losses.append((before or t, t, cpu, int.from_bytes(record[16:24], "little")))
    elif kind in (blocks.PERF_FORK, blocks.PERF_EXIT):
        body = np.frombuffer(record[8:24], "<u4")
        edges.append(
            _edge(t, int(body[0]), int(body[2]), cpu, EdgeKind.BORN if kind == blocks.PERF_FORK else EdgeKind.ENDED)
        )
    elif kind == blocks.PERF_COMM and misc & blocks.MISC_EXEC:
        edges.append(_edge(t, pid, tid, cpu, EdgeKind.EXEC))
    return t


def _kin(record: bytes, t: int) -> Iterator[Kin]:
    kind, _, size = blocks.PERF_HEADER.unpack_from(record)
    if kind == blocks.PERF_FORK:
        pid, parent_pid, tid, parent_tid = (int(one) for one in np.frombuffer(record[8:24], "<u4"))
        yield Kin(t, pid, tid, parent_pid, parent_tid, "")
    elif kind == blocks.PERF_COMM:
        pid, tid = (int(one) for one in np.frombuffer(record[8:16], "<u4"))
        name = record[16 : size - blocks.SAMPLE.size].split(b"\0", 1)[0]
        yield Kin(t, pid, tid, 0, 0, name.decode("utf-8", "replace"))


def _edge(*values: int) -> Edges:
    return Edges(*(np.array([value], "i8") for value in values))


def _rows(payload: bytes, dtype: np.dtype[Any]) -> npt.NDArray[np.void]:
    return np.frombuffer(payload, dtype, len(payload) // dtype.itemsize)


def _wide(column: Array) -> Array:
    return column.astype("i8")
