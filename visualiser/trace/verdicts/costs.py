"""Verdicts about what parallel work costs beside the work: tasks that are too small, starts that take too long."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import visualiser.trace.units as units
from visualiser.events import Kind, Span

from .figures import Figures
from .model import Sure, Verdict
from .stretches import Stretches, merged, together
from .words import many
from .workers import tasks

SHORT_NS = 50_000_000
LEAST_SEEN = 0.2
LEAST_TASKS, SMALL_NS, WORK_SHARE = 100, 2_000_000, 0.5
"""Tasks are too small: that many of them, so short in the median, and the workers work in less of their time."""

GOOD_TASK_NS = 10_000_000
"""How long a task should last so that handing it over does not matter: 50 times what that costs here."""

START_SHARE = 0.4


def too_short(found: Figures) -> Iterator[Verdict]:
    """The run is over before anything can be said of it."""
    if found.end - found.awake < SHORT_NS:
        start = found.awake - found.begin
        besides = f", and Python needed {units.duration(start)} of that to start" if start > SHORT_NS // 10 else ""
        yield _too_little(
            found,
            "too-short",
            f"The program ran for {units.duration(found.wall_ns)}{besides}. That is too little to say what made it"
            " slow.",
            "Give it more to do, and run it again.",
        )


def too_little_seen(found: Figures) -> Iterator[Verdict]:
    """Hardly anything is known of what the threads did."""
    if found.seen < LEAST_SEEN:
        yield _too_little(
            found,
            "too-little-seen",
            f"What the threads did is known for {units.share(found.seen)} of their time. That is too little to say what"
            " made the program slow.",
            ""
            if "opened_from" in found.store.info.sources
            else "“visualiser doctor” says what this machine lacks, and the command that helps.",
        )


def _too_little(found: Figures, code: str, text: str, advice: str) -> Verdict:
    evidence = {"wall_ns": found.wall_ns, "seen_share": found.seen}
    return Verdict(code, "Too little to go by", text, advice, Sure.CERTAIN, found.span, 0, evidence=evidence)


def tasks_too_small(found: Figures) -> Iterator[Verdict]:
    """Workers spend more time on being given tasks than on the tasks."""
    given = {thread: rows for thread in found.threads if len(rows := tasks(found, thread))}
    if not given:
        return
    length = np.concatenate([rows.end - rows.start for rows in given.values()])
    windows = [(int(rows.start[0]), int(rows.end.max())) for rows in given.values()]
    window = sum(end - begin for begin, end in windows)
    median, work = int(np.median(length)), int(length.sum())
    if len(length) < LEAST_TASKS or median > SMALL_NS or work > WORK_SHARE * window:
        return
    each = (window - work) // len(length)
    size = _chunk(work / len(length), len(length), len(given))
    pickled = _pickling(found)
    yield Verdict(
        code="tasks-too-small",
        title="The tasks are too small",
        text=f"{units.count(len(length))} tasks of {units.duration(median)} (median) for {many(len(given), 'worker')}:"
        f" they worked in {units.share(work / window)} of their time. Handing a task over (pickling, queues, waiting"
        f" for the next) cost {units.duration(each)} each.",
        advice=f"Hand over several at once: chunksize={size} with map or imap, or one task that does {size} of them.",
        sure=Sure.CERTAIN if not found.store.lost else Sure.LIKELY,
        span=(min(begin for begin, _ in windows), max(end for _, end in windows)),
        cost_ns=(window - work) // len(given),
        evidence={
            "tasks": len(length), "median_ns": median, "work_ns": work, "workers_ns": window, "overhead_each_ns": each,
            "pickling_ns": pickled, "chunksize": size,
        },
    )  # fmt: skip


def _chunk(mean_ns: float, count: int, workers: int) -> int:
    """Enough tasks for `GOOD_TASK_NS`, but each worker still gets four chunks, so that the end comes evenly."""
    return max(2, min(round(GOOD_TASK_NS / max(mean_ns, 1000.0)), count // (4 * workers)))


def _pickling(found: Figures) -> int:
    total = 0
    for thread in found.threads:
        spans = found.store.spans(thread)
        total += int((spans.end - spans.start)[np.isin(spans.flag, (Span.PICKLE, Span.UNPICKLE))].sum())
    return total


def start_dominates(found: Figures) -> Iterator[Verdict]:
    """Starting processes, and what they import, takes more of the run than their work."""
    starts = _starts(found)
    taken = merged(starts)
    if not len(starts.start) or taken.total < START_SHARE * found.wall_ns:
        return
    median = int(np.median(starts.end - starts.start))
    methods = sorted({one.method for one in found.store.processes if one.parent is not None and one.method})
    how = f" ({', '.join(methods)})" if methods else ""
    yield Verdict(
        code="start-dominates",
        title="Starting processes takes longer than their work",
        text=f"{many(len(starts.start), 'process').capitalize()} were started{how}, {units.duration(median)} each in"
        f" the median until the first line of their own work: {units.share(taken.total / found.wall_ns)} of the run."
        if len(starts.start) > 1 else
        f"Starting the process{how} took {units.duration(median)}, {units.share(taken.total / found.wall_ns)} of the"
        " run.",
        advice="Start them once and keep them (a Pool, an executor), give each more to do, import less at the top of"
        " the main module; or stay in one process.",
        sure=Sure.CERTAIN,
        span=(int(taken.start[0]), int(taken.end[-1])),
        cost_ns=taken.total,
        evidence={"processes": len(starts.start), "median_ns": median, "starting_ns": taken.total, "methods": methods},
    )  # fmt: skip


def _starts(found: Figures) -> Stretches:
    """Per child: from the call that starts it to its own first line of work (after the import of the main module)."""
    store = found.store
    arrows = store.arrows()
    rows = np.flatnonzero((arrows.kind == Kind.CHILD_STARTED) & (arrows.child_process >= 0))
    parts = []
    for row in rows:
        begin, ready = int(arrows.t[row]), int(arrows.child_t[row])
        call = store.spans(int(arrows.thread[row])).at(begin)
        begin = min([begin, *call.start[call.flag == Span.PROCESS_START].tolist()])
        parts.append((begin, max(_ready(found, int(arrows.child_process[row])), ready)))
    some = np.array(parts, np.int64).reshape(-1, 2)
    return together([Stretches(some[:, 0], some[:, 1])])


def _ready(found: Figures, process: int) -> int:
    """When a child had imported the main module; 0 where it does not."""
    threads = found.store.processes[process].threads
    if not threads:
        return 0
    spans = found.store.spans(threads[0])
    imports = spans.end[spans.flag == Span.IMPORT_MAIN]
    return int(imports[0]) if len(imports) else 0
