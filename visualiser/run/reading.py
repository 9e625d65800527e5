"""Reading a finished run's directory into a store, piece by piece, so that nothing is held twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from visualiser.trace import DiaryReader, EventBatch, RunInfo, TraceStore


def remaining(reader: DiaryReader) -> Iterator[EventBatch]:
    """Everything that the reader has not handed out yet, now that nobody writes any more."""
    while (batch := reader.poll(final=True)) is not None:
        yield batch


def read_store(directory: Path, info: RunInfo) -> TraceStore:
    """The trace of a run that has ended."""
    store = TraceStore(info)
    store.directory = directory
    reader = DiaryReader(directory)
    try:
        for batch in remaining(reader):
            store.extend(batch)
        for problem in reader.problems:
            store.add_problem(problem)
    finally:
        reader.close()
    store.finish(info)
    return store
