"""What threads recorded that can end another's wait: releases, notifications, puts, gets, starts and ends, as columns.

Kept beside the store, filled only when somebody asks for a cause, and then with what is new: 26 bytes for each of these
records. `Ledger.of` gathers those of one object over all threads.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, ref

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind

from .columns import Int64s
from .growing import Growing
from .store import TraceStore

ABOUT_OBJECTS = (Kind.HOLD, Kind.RELEASE, Kind.NOTIFY, Kind.PUT, Kind.GET)
ABOUT_LIVES = (Kind.THREAD_STARTED, Kind.THREAD_JOINED, Kind.CHILD_STARTED, Kind.CHILD_ENDED)

_KEPT = (*ABOUT_OBJECTS, *ABOUT_LIVES)
_IS_OBJECT = np.zeros(1 << 16, bool)
_IS_OBJECT[list(ABOUT_OBJECTS)] = True

_DTYPES = {"t": "i8", "kind": "u2", "flag": "u2", "object": "i4", "site": "i4", "value": "u4"}


@dataclass(frozen=True, eq=False)
class Replies:
    """Equally long columns sorted by `t`: t i8 ns; thread i4; kind, flag u2 (`Kind`, `Wait`); object, site i4 (ids;
    object 0 for lives); value u4 as recorded.
    """

    t: Int64s
    thread: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint16]
    flag: npt.NDArray[np.uint16]
    object: npt.NDArray[np.int32]
    site: npt.NDArray[np.int32]
    value: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.t)

    def rows(self, index: slice | npt.NDArray[Any]) -> Replies:
        """The same table with only some rows."""
        return Replies(**{one.name: getattr(self, one.name)[index] for one in fields(self)})


class Ledger:
    """The replies of one store, growing with it; of each thread when somebody asks."""

    def __init__(self) -> None:
        self._columns: dict[int, dict[str, Growing]] = {}
        self._seen: dict[int, tuple[int, int]] = {}  # by thread: the store's revision, and records taken, then
        self._revision = -1
        self._known: dict[int, Replies] = {}
        self._makers: dict[tuple[str, int], set[int]] | None = None
        self._store: ReferenceType[TraceStore] | None = None

    def of_store(self, store: TraceStore) -> Ledger:
        """The same, for what the store knows now."""
        if store.revision != self._revision:
            self._revision, self._known, self._makers = store.revision, {}, None
            self._store = ref(store)
        return self

    def of_thread(self, thread: int) -> Replies:
        """All that one thread recorded."""
        columns = {name: column.view for name, column in self._taken(thread).items()}
        return Replies(thread=np.full(len(columns["t"]), thread, np.int32), **columns)

    def _all(self) -> dict[int, dict[str, Growing]]:
        store = self._store() if self._store is not None else None
        return {thread: self._taken(thread) for thread in range(len(store.threads) if store is not None else 0)}

    def _taken(self, thread: int) -> dict[str, Growing]:
        """The columns of a thread, with what is new."""
        store = self._store() if self._store is not None else None
        columns = self._columns.setdefault(thread, {name: Growing(dtype) for name, dtype in _DTYPES.items()})
        revision, seen = self._seen.get(thread, (-1, 0))
        if store is None or revision == self._revision:
            return columns
        kept = store.records(thread, seen, _KEPT)
        self._seen[thread] = self._revision, store.record_count(thread)
        for name, column in columns.items():
            column.append(np.where(_IS_OBJECT[kept["kind"]], kept["a"], 0) if name == "object" else kept[name])
        return columns

    def of(self, thing: int) -> Replies:
        """All that was recorded about one object, by any thread."""
        if thing not in self._known:
            self._known[thing] = self._gather(thing)
        return self._known[thing]

    def _gather(self, thing: int) -> Replies:
        parts = []
        for thread, columns in self._all().items():
            rows = np.flatnonzero(columns["object"].view == thing)
            if len(rows):
                parts.append(self.of_thread(thread).rows(rows))
        if not parts:
            return _NONE
        found = Replies(**{one.name: np.concatenate([getattr(part, one.name) for part in parts])
                           for one in fields(Replies)})  # fmt: skip
        return found.rows(np.argsort(found.t, kind="stable"))

    def is_shared(self, store: TraceStore, thing: int) -> bool:
        """Whether processes may share it under several ids: another one names an object of this type, made on the same
        line. Each process numbers what it uses by itself; only of what has a key it is certain that it is one.
        """
        if len(store.processes) < 2 or store.object(thing).key:
            return False
        if self._makers is None:
            self._makers = {}
            for thread, columns in self._all().items():
                process = store.threads[thread].process
                for one in used(columns["object"].view):
                    found = store.object(one)
                    self._makers.setdefault((found.type, found.site), set()).add(process)
        found = store.object(thing)
        return len(self._makers.get((found.type, found.site), ())) > 1


_NONE = Replies(thread=np.empty(0, np.int32), **{name: np.empty(0, dtype) for name, dtype in _DTYPES.items()})
_LEDGERS: WeakKeyDictionary[TraceStore, Ledger] = WeakKeyDictionary()


def ledger_of(store: TraceStore) -> Ledger:
    """The ledger of a store, up to date."""
    known = _LEDGERS.get(store)
    if known is None:
        known = _LEDGERS[store] = Ledger()
    return known.of_store(store)


def used(ids: npt.NDArray[Any]) -> list[int]:
    """The ids above 0 in a column, each once."""
    if not len(ids):
        return []
    seen = np.zeros(int(ids.max()) + 1, bool)
    seen[ids] = True
    seen[0] = False
    return [int(one) for one in np.flatnonzero(seen)]
