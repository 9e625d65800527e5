"""What was worked out about a store and holds until it grows: kept beside the store, and gone with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from visualiser.trace import TraceStore

T = TypeVar("T")

_kept: WeakKeyDictionary[TraceStore, tuple[int, dict[Hashable, Any]]] = WeakKeyDictionary()
_growing: WeakKeyDictionary[TraceStore, dict[Hashable, Any]] = WeakKeyDictionary()


def remembered(store: TraceStore, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` answered for this key since the store last grew."""
    now = store.revision
    known = _kept.get(store)
    if known is None or known[0] != now:
        known = _kept[store] = (now, {})
    if key not in known[1]:
        known[1][key] = make()
    found: T = known[1][key]
    return found


def extended(store: TraceStore, key: Hashable, make: Callable[[T | None], T]) -> T:
    """The same; `make` is given what it answered before the store grew, to add what is new to it."""
    kept = _growing.setdefault(store, {})

    def once() -> T:
        kept[key] = make(kept.get(key))
        found: T = kept[key]
        return found

    return remembered(store, key, once)
