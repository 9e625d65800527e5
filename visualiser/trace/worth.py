"""What watched names were worth at each moment: from VALUE records, where values were recorded.

A global belongs to its process: each process has its own. A local belongs to the call that set it, and is gone when the
thread leaves that function.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind, Scope

from .columns import Int64s
from .lines import LEFT, lines_of
from .store import TraceStore
from .values import RECORD_DTYPE, Records


@dataclass(frozen=True)
class Worth:
    """A watched name at a moment. `thread`: who was seen with this value first; of a local, whose it is.

    `since`: ns, when it was first told; `before`: the text it had before, "" for none.
    """

    process: int
    thread: int
    name: str
    text: str
    is_local: bool
    function: str
    since: int
    before: str


@dataclass(frozen=True)
class _Whose:
    """Whose name: of a process (`thread` -1), or of a thread in a function."""

    is_local: bool
    owner: int
    function: str
    name: str


@dataclass(frozen=True, eq=False)
class _Told:
    """The values told of one name, in order of time.

    t i8 (ns); thread i8 (index); is_number: whether `value` is the number itself, else it is the id of a text.
    """

    t: Int64s
    thread: Int64s
    value: Int64s
    is_number: npt.NDArray[np.bool_]

    def text(self, store: TraceStore, row: int) -> str:
        """The value of a row in words."""
        value = int(self.value[row])
        return str(value) if self.is_number[row] else store.text(value)


NO_RECORDS = np.empty(0, RECORD_DTYPE)
Table = dict[_Whose, _Told]
_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, Table]] = WeakKeyDictionary()


def has_values(store: TraceStore) -> bool:
    """Whether values were recorded in this run."""
    return store.tells_values


def worth_at(store: TraceStore, t: int) -> tuple[Worth, ...]:
    """Every watched name that has a value at `t`: globals by process, then locals by thread, both by name."""
    found = []
    for whose, told in _told(store).items():
        row = int(np.searchsorted(told.t, t, "right")) - 1
        if row >= 0 and not (whose.is_local and _left(store, whose, int(told.t[row]), t)):
            found.append(_worth(store, whose, told, row))
    return tuple(found)


def changes(store: TraceStore, name: str) -> tuple[Worth, ...]:
    """Every value that a name was told to have, in all processes and calls, in order of time."""
    found = [
        _worth(store, whose, told, row)
        for whose, told in _told(store).items()
        if whose.name == name
        for row in range(len(told.t))
    ]
    return tuple(sorted(found, key=lambda one: one.since))


def _told(store: TraceStore) -> Table:
    known = _KNOWN.get(store)
    if known is None or known[0] != store.revision:
        known = _KNOWN[store] = store.revision, _gathered(store)
    return known[1]


def _gathered(store: TraceStore) -> Table:
    parts: dict[_Whose, list[_Told]] = {}
    for thread in store.threads:
        rows = store.records(thread.index, kinds=(Kind.VALUE,)) if store.tells_values else NO_RECORDS
        keys = np.stack([rows["flag"] & ~np.uint16(Scope.NUMBER), rows["a"], rows["site"]]).astype(np.int64)
        unique, place = np.unique(keys, axis=1, return_inverse=True)
        for number, (scope, name, site) in enumerate(unique.T.tolist()):
            mine = rows[place.ravel() == number]
            told = _as_told(mine, thread.index)
            parts.setdefault(_whose(store, thread.index, scope, name, site), []).append(told)
    order = sorted(parts, key=lambda one: (one.is_local, one.owner, one.function, one.name))
    return {whose: _in_order(parts[whose]) for whose in order}


def _as_told(rows: Records, thread: int) -> _Told:
    is_number = rows["flag"] & Scope.NUMBER > 0
    value = np.where(is_number, rows["value"].astype(np.int32), rows["value"].astype(np.int64))
    return _Told(rows["t"].astype(np.int64), np.full(len(rows), thread, np.int64), value, is_number)


def _whose(store: TraceStore, thread: int, scope: int, name: int, site: int) -> _Whose:
    if scope == Scope.LOCAL:
        return _Whose(True, thread, store.site(site).function, store.text(name))
    return _Whose(False, store.threads[thread].process, "", store.text(name))


def _in_order(parts: list[_Told]) -> _Told:
    names = ("t", "thread", "value", "is_number")
    t, thread, value, is_number = (np.concatenate([getattr(one, name) for one in parts]) for name in names)
    order = np.argsort(t, kind="stable")
    return _Told(t[order], thread[order], value[order], is_number[order])


def _worth(store: TraceStore, whose: _Whose, told: _Told, row: int) -> Worth:
    thread = int(told.thread[row])
    return Worth(
        process=store.threads[thread].process,
        thread=thread,
        name=whose.name,
        text=told.text(store, row),
        is_local=whose.is_local,
        function=whose.function,
        since=int(told.t[row]),
        before=told.text(store, row - 1) if row else "",
    )


def _left(store: TraceStore, whose: _Whose, since: int, t: int) -> bool:
    """Whether the thread left that function between the two moments."""
    lines = lines_of(store, whose.owner)
    rows = slice(int(np.searchsorted(lines.t, since, "left")), int(np.searchsorted(lines.t, t, "right")))
    ends = lines.site[rows][lines.flag[rows] == LEFT]
    return any(store.site(int(site)).function == whose.function for site in np.unique(ends))
