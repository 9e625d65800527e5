"""The truth about a run: raw records in columns, and what follows from them. numpy and the standard library; no Qt.

    DiaryReader   follows a run directory and hands out EventBatches
    TraceStore    takes them in; answers with processes, threads, and frozen columns of spans and points
    stats         totals, as `stats --json` prints them;  stats_text: the same for people
    state_at      what a thread was doing at a moment
    units         numbers with units, at most three digits that matter

Raw stays raw; everything else is derived from it, when asked for, and only as far as it is new.
"""

from . import units
from .columns import Arrows, Points, Spans
from .definitions import Object, Site
from .lives import Memory, Process, Thread
from .moment import Moment, state_at
from .reader import DiaryReader
from .runinfo import RUN_FILE, RunInfo
from .stats import stats, stats_text
from .store import Problem, TraceStore
from .values import (
    RECORD_DTYPE,
    SOURCE_NAMES,
    STATE_LETTERS,
    STATE_NAMES,
    Chunk,
    Definition,
    EventBatch,
    Loss,
    ProcessHeader,
    Source,
    State,
)

__all__ = [
    "RECORD_DTYPE",
    "RUN_FILE",
    "SOURCE_NAMES",
    "STATE_LETTERS",
    "STATE_NAMES",
    "Arrows",
    "Chunk",
    "Definition",
    "DiaryReader",
    "EventBatch",
    "Loss",
    "Memory",
    "Moment",
    "Object",
    "Points",
    "Problem",
    "Process",
    "ProcessHeader",
    "RunInfo",
    "Site",
    "Source",
    "Spans",
    "State",
    "Thread",
    "TraceStore",
    "state_at",
    "stats",
    "stats_text",
    "units",
]
