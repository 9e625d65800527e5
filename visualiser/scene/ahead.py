"""What a scene of a run needs that has just grown, worked out bit by bit, so that nobody waits long for any of it.

All of it is remembered until the run grows again (`memory`); a scene that is built then finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from visualiser.trace import TraceStore

from . import words
from .measured import cpu_owners, gil_owners, gils, thread_owners
from .nested import held_locks, own_spans
from .shares import track


def ahead(store: TraceStore) -> Iterator[None]:
    """Works out a piece at each step; stops by itself when the run grows meanwhile."""
    revision = store.revision
    for _ in _pieces(store):
        yield
        if store.revision != revision:
            return


def _pieces(store: TraceStore) -> Iterator[object]:
    """Whoever goes on to the next one has it worked out."""
    for process in range(len(store.processes)):
        for number in range(len(gils(store, process))):
            yield gil_owners(store, process, number)
    for thread in range(len(store.threads)):
        yield track(store, thread).totals
        yield held_locks(store, thread), own_spans(store, thread)
    for cpu in store.cpus:
        yield cpu_owners(store, cpu).track.totals
    for thread in range(len(store.threads)) if store.cpus else ():
        yield thread_owners(store, thread).track.totals
    yield words.sources(store)
