"""The tracks of one thread, derived from its raw records as far as they are new: states, critical sections, own spans.

All three take records in order of time and remember what is open, so that where a batch ends makes no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.events import WAIT_STATES, Kind, Span, Wait

from .columns import SPAN_DTYPES, Int32s, Int64s, Spans
from .growing import Growing
from .legal import NEEDS, UNENDED
from .nesting import NEVER, Bools, Matched, innermost, match, match_crossing
from .values import STATE_NAMES, Evidence, Records, Source, State, taken

Odd = Callable[[int, str], None]
"""Told of records that cannot be: (t, what is wrong)."""

_STATE_OF_WAIT = np.full(1 << 16, State.UNKNOWN, np.uint8)  # also of no wait
for _flag, _name in WAIT_STATES.items():
    _STATE_OF_WAIT[_flag] = STATE_NAMES.index(_name)


class _Open:
    """Raw records of what has begun and not ended, put in front of the next ones."""

    def __init__(self, like: Records) -> None:
        self.records = like[:0]

    def in_front_of(self, new: Records) -> Records:
        return np.concatenate((self.records, new)) if len(self.records) else new

    def keep(self, records: Records, matched: Matched) -> None:
        places = matched.begin[matched.end == NEVER]
        self.records = taken(records, places)
        if matched.replaced:  # nothing of this thread's ends them any more
            self.records["flag"][np.isin(places, list(matched.replaced))] = _NOBODYS


_NOBODYS = 0xFFFF  # a flag that no record has


def _keys(records: Records) -> Int64s:
    """What an end must share with its beginning: flag and object."""
    keys: Int64s = records["flag"].astype(np.int64) << 32 | records["a"]
    return keys


class StateTrack:
    """What the thread did, without gaps: waits as recorded, all else unknown. The innermost of nested waits counts."""

    def __init__(self, start_ns: int, odd: Odd) -> None:
        self._odd = odd
        self._open: _Open | None = None
        self._edges = Growing("i8")
        self._columns = {name: Growing(SPAN_DTYPES[name]) for name in _OF_STATES}
        self._asleep, self._alarm = Growing("i8"), Growing("i8")
        self._edges.append(start_ns)
        for name, column in self._columns.items():
            column.append(-1 if name == "result" else 0)

    def extend(self, new: Records, objects: Int32s, sites: Int32s) -> None:
        """Take WAIT_BEGIN and WAIT_END records, with their objects and sites resolved."""
        self._set_alarms(new)
        new = _with_ids(new, objects, sites)
        self._open = self._open or _Open(new)
        carried = len(self._open.records)
        records = self._open.in_front_of(new)
        begins = records["kind"] == Kind.WAIT_BEGIN
        matched = match(begins, _keys(records))
        self._open.keep(records, matched)
        self._complain(records, matched)
        places, tops = innermost(matched, len(records))
        fresh = places >= carried
        self._add(records, places[fresh], tops[fresh])

    @property
    def alarms(self) -> tuple[Int64s, Int64s]:
        """When it went to sleep for a time that is told, and when each of these sleeps was to be over (ns)."""
        return self._asleep.view, self._alarm.view

    def _set_alarms(self, new: Records) -> None:
        asleep = (new["kind"] == Kind.WAIT_BEGIN) & (new["flag"] == Wait.SLEEP) & (new["value"] > 0)
        sleeps = taken(new, np.flatnonzero(asleep))
        if len(sleeps):
            begin = sleeps["t"].astype(np.int64)
            self._asleep.append(begin)
            self._alarm.append(begin + sleeps["value"].astype(np.int64) * 1000)

    def _complain(self, records: Records, matched: Matched) -> None:
        for place in matched.stray:
            self._odd(int(records["t"][place]), NEEDS[Kind.WAIT_END])
        for place in matched.cut:
            self._odd(int(records["t"][place]), UNENDED[Kind.WAIT_BEGIN])

    def _add(self, records: Records, places: Int64s, tops: Int64s) -> None:
        """Rows from the events at which the innermost wait changes. The last row there is has no end yet."""
        if not len(places):
            return
        edges = np.concatenate((self._edges.view[-1:], records["t"][places].astype(np.int64)))
        rows = {name: self._with_last(name, values) for name, values in _columns_of(records, tops).items()}
        rows["result"] = np.full(len(edges), -1, np.int8)
        rows["result"][:-1] = _results(taken(records, places), rows)
        keep = (rows["kind"] != 0) | (np.diff(edges, append=edges[-1] + 1) > 0)  # a gap of no length is none
        kept = slice(None) if keep.all() else keep
        for name, column in [("", self._edges), *self._columns.items()]:
            column.cut(len(column) - 1)
            column.append((rows[name] if name else edges)[kept])

    def _with_last(self, name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.concatenate((self._columns[name].view[-1:], values))

    def spans(self, end_ns: int) -> Spans:
        """The track, its last span ending at `end_ns` (or when it began, if that is later)."""
        rows = len(self._edges)
        end = max(end_ns, int(self._edges.view[-1]))
        self._edges.append(end)  # lies behind the last edge, so that starts and ends are views of one array
        edges = self._edges.view
        self._edges.cut(rows)
        if rows > 1 and edges[-2] == end and not self._columns["kind"].view[-1]:
            edges, rows = edges[:-1], rows - 1  # a gap of no length is none
        return Spans(
            start=edges[:-1],
            end=edges[1:],
            label=constant(0, "i4", rows),
            depth=constant(0, "u1", rows),
            amount=constant(-1, "i8", rows),
            **{name: column.view[:rows] for name, column in self._columns.items()},
        )


_OF_STATES = ("state", "source", "kind", "flag", "object", "site", "result", "evidence")


def _columns_of(records: Records, tops: Int64s) -> dict[str, npt.NDArray[Any]]:
    """What a span of states says, for the wait that began at each of `tops`; nothing for NEVER."""
    inside = tops != NEVER
    waits = taken(records, np.where(inside, tops, 0))
    flag, yes = waits["flag"] * inside, inside.view(np.uint8)
    return {
        "state": _STATE_OF_WAIT[flag],
        "source": yes * np.uint8(Source.RECORDED),
        "evidence": yes * np.uint8(Evidence.CALL),
        "kind": inside * np.uint16(Kind.WAIT_BEGIN),
        "flag": flag,
        "object": waits["a"] * inside,
        "site": waits["site"] * inside,
    }


def _results(edges: Records, rows: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.int8]:
    """How the wait in each row ended, told by the event at its end; -1 where that is no end of it."""
    own = (edges["kind"] == Kind.WAIT_END) & (rows["kind"][:-1] != 0)
    own &= (rows["flag"][:-1] == edges["flag"]) & (rows["object"][:-1] == edges["a"])
    return np.where(own, edges["value"] != 0, -1).astype(np.int8)


@cache
def _endless(value: int, dtype: str) -> npt.NDArray[Any]:
    return np.broadcast_to(np.full(1, value, dtype), 1 << 40)


def constant(value: int, dtype: str, length: int) -> npt.NDArray[Any]:
    """A read-only column that takes no memory."""
    return _endless(value, dtype)[:length]


def _with_ids(records: Records, objects: Int32s, sites: Int32s) -> Records:
    """A copy whose `a` and `site` are ids of the run."""
    records = records.copy()
    records["a"], records["site"] = objects, sites
    return records


class SpanTrack:
    """Spans that may nest. A row is made at the beginning, so rows are sorted by start; its end is filled in later."""

    def __init__(self, begin_kind: int, odd: Odd) -> None:
        self._begin_kind, self._odd = begin_kind, odd
        self._open: _Open | None = None
        self._table = {name: Growing(dtype) for name, dtype in _STORED.items()}
        self.open_rows: Int64s = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._table["start"])

    def column(self, name: str) -> npt.NDArray[Any]:
        """One of the stored columns."""
        return self._table[name].view

    def extend(self, new: Records, objects: Int32s, sites: Int32s) -> None:
        """Take the records of this kind, beginnings and ends; `objects`: what `a` means in the run."""
        new = _with_ids(new, objects, sites)
        self._open = self._open or _Open(new)
        records = self._open.in_front_of(new)
        matched = self._match(records["kind"] == self._begin_kind, records)
        self._enter(records, matched, len(self._open.records))
        self._open.keep(records, matched)
        self._complain(records, matched)

    def _match(self, begins: Bools, records: Records) -> Matched:
        return match(begins, _keys(records))

    def _enter(self, records: Records, matched: Matched, carried: int) -> None:
        """Add a row for each beginning behind the `carried` ones; fill in the ends."""
        fresh = taken(records, matched.begin[carried:])
        rows = np.concatenate((self.open_rows, np.arange(len(self), len(self) + len(fresh))))
        table = self._table
        table["start"].append(fresh["t"].astype(np.int64))
        table["end"].append(fresh["t"].astype(np.int64))
        table["flag"].append(fresh["flag"])
        table["about"].append(fresh["a"])
        table["site"].append(fresh["site"])
        table["depth"].append(np.minimum(matched.level[carried:] - 1, 255))
        table["amount"].append(_amounts(fresh))
        ended = matched.end != NEVER
        ends = taken(records, matched.end[ended])
        table["end"].put(rows[ended], ends["t"])
        self._note_amounts(rows[ended], taken(records, matched.begin[ended]), ends)
        if self._begin_kind == Kind.SPAN_BEGIN:
            named = (
                (ends["flag"] == Span.UNPICKLE) & (ends["site"] > 0) & (table["flag"].view[rows[ended]] == ends["flag"])
            )
            table["about"].put(rows[ended][named], ends["site"][named])  # what it was is known at the end only
        self.open_rows = rows[~ended]

    def _note_amounts(self, rows: Int64s, begins: Records, ends: Records) -> None:
        """An end knows better how much it was; but not the end of another, which ended this one as well."""
        told = (ends["value"] > 0) & (_keys(begins) == _keys(ends))
        if told.any():
            self._table["amount"].put(rows[told], ends["value"][told])

    def _complain(self, records: Records, matched: Matched) -> None:
        for place in matched.stray:
            self._odd(int(records["t"][place]), NEEDS[Kind.SPAN_END])
        for place in matched.cut:
            self._odd(int(records["t"][place]), UNENDED[Kind.SPAN_BEGIN])

    def spans(self, end_ns: int, lost_ns: int | None = None) -> Spans:
        """The track; what is open ends at `end_ns`, or, when its end may have been lost, where the loss began."""
        table = {name: values.view for name, values in self._table.items()}
        begun = table["start"][self.open_rows]
        until = end_ns if lost_ns is None else np.where(begun <= lost_ns, min(lost_ns, end_ns), end_ns)
        self._table["end"].put(self.open_rows, np.maximum(until, begun))
        about = table.pop("about")
        labelled = self._begin_kind == Kind.SPAN_BEGIN
        return Spans(
            state=constant(0, "u1", len(self)),
            source=constant(Source.RECORDED, "u1", len(self)),
            kind=constant(self._begin_kind, "u2", len(self)),
            object=constant(0, "i4", len(self)) if labelled else about,
            label=about if labelled else constant(0, "i4", len(self)),
            result=constant(-1, "i1", len(self)),
            evidence=constant(Evidence.CALL, "u1", len(self)),
            **table,
        )


def _amounts(records: Records) -> Int64s:
    """Bytes, where the record tells."""
    return np.where(records["value"] > 0, records["value"].astype(np.int64), -1)


_STORED = {name: SPAN_DTYPES[name] for name in ("start", "end", "flag", "site", "depth", "amount")} | {"about": "i4"}


class HoldTrack(SpanTrack):
    """Critical sections. They need not nest, and another thread may end them: see `strays` and `end_elsewhere`."""

    def __init__(self, odd: Odd) -> None:
        super().__init__(Kind.HOLD, odd)
        self.strays: list[tuple[int, int]] = []  # releases of what this thread does not hold: (t, object)

    def _match(self, begins: Bools, records: Records) -> Matched:
        levels = self.column("depth")[self.open_rows].astype(np.int64) + 1
        return match_crossing(begins, _keys(records), records["flag"] == Wait.LOCK, levels)

    def _complain(self, records: Records, matched: Matched) -> None:
        for place in matched.stray:
            t, flag, thing = int(records["t"][place]), records["flag"][place], int(records["a"][place])
            if flag == Wait.LOCK:
                self.strays.append((t, thing))
            else:  # an RLock only its holder can release
                self._odd(t, NEEDS[Kind.RELEASE])

    def end_elsewhere(self, ends: Mapping[int, int]) -> None:
        """Other threads released what was taken in these rows, at these times."""
        rows = np.fromiter(ends, np.int64, len(ends))
        self._table["end"].put(rows, np.fromiter(ends.values(), np.int64, len(ends)))
        still = ~np.isin(self.open_rows, rows)
        self.open_rows = self.open_rows[still]
        if self._open:
            self._open.records = self._open.records[still]
