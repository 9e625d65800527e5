"""The truth about a run: raw records in columns, and what follows from them. numpy and the standard library; no Qt.

    DiaryReader   follows a run directory and hands out EventBatches
    TraceStore    takes them in; answers with processes, threads, and frozen columns of spans and points
    stats         totals, as `stats --json` prints them;  stats_text: the same for people
    state_at      what a thread was doing at a moment
    Kind, Wait, Span, Stream, WAIT_WORDS   the vocabulary of events, for those who may not import `events`
    units         numbers with units, at most three digits that matter

Raw stays raw; everything else is derived from it, when asked for, and only as far as it is new.
"""

from visualiser.events import WAIT_WORDS, Kind, Span, Stream, Wait

from . import units
from .columns import Arrows, CpuSpans, GilLane, Points, Spans, Steps, ThreadCpus, no_spans
from .deadlock import Deadlock, deadlock_facts, deadlock_text, deadlocks
from .definitions import Object, Site
from .growing import Growing
from .lives import Memory, Process, Thread
from .moment import Moment, source_word, state_at, state_words
from .problems import Problem
from .reader import DiaryReader
from .runinfo import RUN_FILE, RunInfo
from .stats import state_totals, stats
from .stats_text import stats_text
from .store import TraceStore
from .units import parse_duration
from .values import (
    RECORD_DTYPE,
    SOURCE_NAMES,
    STATE_LETTERS,
    STATE_NAMES,
    Block,
    Chunk,
    Definition,
    EventBatch,
    Evidence,
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
    "WAIT_WORDS",
    "Arrows",
    "Block",
    "Chunk",
    "CpuSpans",
    "Deadlock",
    "Definition",
    "DiaryReader",
    "EventBatch",
    "Evidence",
    "GilLane",
    "Growing",
    "Kind",
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
    "Span",
    "Spans",
    "State",
    "Steps",
    "Stream",
    "Thread",
    "ThreadCpus",
    "TraceStore",
    "Wait",
    "deadlock_facts",
    "deadlock_text",
    "deadlocks",
    "no_spans",
    "parse_duration",
    "source_word",
    "state_at",
    "state_totals",
    "state_words",
    "stats",
    "stats_text",
    "units",
]
