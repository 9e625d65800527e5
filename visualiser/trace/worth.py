"""What watched names were worth at each moment: from VALUE records, where values were recorded.

A global belongs to its process: each process has its own. A local belongs to the call that set it, and is gone when the
thread leaves that function.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from visualiser.events import Kind, Scope

from .columns import Int64s
from .lines import LEFT, lines_of
from .store import TraceStore


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
    """The values told of one name, in order of time: t i8 (ns), thread i8 (index), text i8 (id)."""

    t: Int64s
    thread: Int64s
    text: Int64s


Table = dict[_Whose, _Told]
_KNOWN: WeakKeyDictionary[TraceStore, tuple[int, Table]] = WeakKeyDictionary()


def has_values(store: TraceStore) -> bool:
    """Whether values were recorded in this run."""
    return bool(_told(store))


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
        rows = store.records(thread.index)
        rows = rows[rows["kind"] == Kind.VALUE]
        keys = np.stack([rows["flag"], rows["a"], rows["site"]]).astype(np.int64)
        unique, place = np.unique(keys, axis=1, return_inverse=True)
        for number, (scope, name, site) in enumerate(unique.T.tolist()):
            mine = rows[place.ravel() == number]
            who = np.full(len(mine), thread.index, np.int64)
            told = _Told(mine["t"].astype(np.int64), who, mine["value"].astype(np.int64))
            parts.setdefault(_whose(store, thread.index, scope, name, site), []).append(told)
    order = sorted(parts, key=lambda one: (one.is_local, one.owner, one.function, one.name))
    return {whose: _in_order(parts[whose]) for whose in order}


def _whose(store: TraceStore, thread: int, scope: int, name: int, site: int) -> _Whose:
    if scope == Scope.LOCAL:
        return _Whose(True, thread, store.site(site).function, store.text(name))
    return _Whose(False, store.threads[thread].process, "", store.text(name))


def _in_order(parts: list[_Told]) -> _Told:
    t, thread, text = (np.concatenate([getattr(one, name) for one in parts]) for name in ("t", "thread", "text"))
    order = np.argsort(t, kind="stable")
    return _Told(t[order], thread[order], text[order])


def _worth(store: TraceStore, whose: _Whose, told: _Told, row: int) -> Worth:
    thread = int(told.thread[row])
    return Worth(
        process=store.threads[thread].process,
        thread=thread,
        name=whose.name,
        text=store.text(int(told.text[row])),
        is_local=whose.is_local,
        function=whose.function,
        since=int(told.t[row]),
        before=store.text(int(told.text[row - 1])) if row else "",
    )


def _left(store: TraceStore, whose: _Whose, since: int, t: int) -> bool:
    """Whether the thread left that function between the two moments."""
    lines = lines_of(store, whose.owner)
    rows = slice(int(np.searchsorted(lines.t, since, "left")), int(np.searchsorted(lines.t, t, "right")))
    ends = lines.site[rows][lines.flag[rows] == LEFT]
    return any(store.site(int(site)).function == whose.function for site in np.unique(ends))
