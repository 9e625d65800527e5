"""CSV for spreadsheets and data frames: one row per span or moment, times in ns after the run's origin."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from visualiser.trace import Process, Thread, TraceStore

from .rows import Range, Row, gil_rows, lock_rows, mark_rows, output_rows, span_rows, state_rows
from .writing import Progress, no_progress, replacing, telling

COLUMNS = ("pid", "process", "tid", "thread", "track", "state", "start_ns", "end_ns", "cpu", "source", "detail")


def write_csv(store: TraceStore, path: Path, t_range: Range = None, progress: Progress = no_progress) -> None:
    """Write states, holds of the GIL, critical sections, own spans, marks and output of every thread.

    `t_range`: only what touches these ns on the run's clock; times are never cut. What is not known is empty. A text
    that a spreadsheet would take for a formula gets an apostrophe in front. Raises OSError.
    """
    with replacing(path) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        lines = (line for thread in store.threads for line in _lines(store, thread, t_range))
        writer.writerows(telling(lines, store.events, progress))
        text.detach()  # flushes; the file itself is not ours to close


def _lines(store: TraceStore, thread: Thread, t_range: Range) -> Iterator[tuple[object, ...]]:
    process = store.processes[thread.process]
    for rows in (state_rows, gil_rows, lock_rows, span_rows, mark_rows, output_rows):
        for row in rows(store, thread.index, t_range):
            yield _line(process, thread, row, store.start_ns)


def _line(process: Process, thread: Thread, row: Row, origin: int) -> tuple[object, ...]:
    detail = " @ ".join(part for part in (row.name.rstrip("\n"), row.line) if part)
    cpu = "" if row.cpu is None else row.cpu
    who = (process.pid, harmless(process.name), thread.tid, harmless(thread.name))
    return (*who, row.track, row.state, row.start - origin, row.end - origin, cpu, row.source, harmless(detail))


def harmless(text: str) -> str:
    """The text, with an apostrophe in front if a spreadsheet would compute it."""
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
