"""The truth about a run: raw records in columns, and what follows from them. numpy and the standard library; no Qt.

    DiaryReader   follows a run directory and hands out EventBatches
    TraceStore    takes them in; answers with processes, threads, and frozen columns of spans and points
    stats         totals, as `stats --json` prints them;  stats_text: the same for people
    state_at      what a thread was doing at a moment
    Kind, Wait, Span, Stream, Table, WAIT_WORDS   the vocabulary of events, for those who may not import `events`
    causes_of, contention, range_totals, find, span_table   what is asked of a run; each caches by the store's revision
    lines_of, worth_at   which line each thread ran when, and what watched names were worth, where that was recorded
    async_tasks, handed_over, long_steps   asyncio's tasks, what they gave to other threads, and what blocked a loop
    verdicts      what made a run as slow as it is, ranked, with figures and advice
    units         numbers with units, at most three digits that matter

Raw stays raw; everything else is derived from it, when asked for, and only as far as it is new.
"""

from visualiser.events import WAIT_WORDS, Kind, Span, Stream, Table, Wait

from . import units
from .causes import Cause, causes_of, row_at, wait_before, whole_wait
from .columns import Arrows, CpuSpans, GilLane, Points, Spans, Steps, ThreadCpus, no_spans
from .contention import Contention, contention, longest_wait
from .deadlock import Deadlock, deadlock_facts, deadlock_text, deadlocks
from .definitions import Object, Site
from .effects import Effect, effects_of
from .finding import Found, FoundWhat, Hits, find
from .foreign_counters import Counter, counters_of, keep_counters
from .growing import Growing
from .lines import LEFT, Lines, has_lines, line_times, lines_of, visits
from .lives import Memory, Process, Thread
from .moment import Moment, source_word, state_at, state_words
from .problems import Problem
from .reader import DiaryReader
from .registry import signal_name
from .runinfo import RUN_FILE, RunInfo
from .span_table import Column, SpanFilter, SpanTable, cpus_of, span_table
from .stats import state_totals, stats, told_states
from .stats_text import stats_text
from .store import TraceStore
from .task_states import TASK_WORDS, AsyncTask, TaskState
from .tasks import LONG_STEP_NS, HandedOver, LongStep, Turns, async_tasks, handed_over, kept_waiting, long_steps, turns
from .text_table import aligned, time_cell
from .totals import RangeTotals, ThreadTotals, range_totals
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
from .verdicts import SURE_WORDS, Sure, Verdict, verdict_facts, verdicts, worker_count
from .worth import Worth, changes, has_values, worth_at

__all__ = [
    "LEFT",
    "LONG_STEP_NS",
    "RECORD_DTYPE",
    "RUN_FILE",
    "SOURCE_NAMES",
    "STATE_LETTERS",
    "STATE_NAMES",
    "SURE_WORDS",
    "TASK_WORDS",
    "WAIT_WORDS",
    "Arrows",
    "AsyncTask",
    "Block",
    "Cause",
    "Chunk",
    "Column",
    "Contention",
    "Counter",
    "CpuSpans",
    "Deadlock",
    "Definition",
    "DiaryReader",
    "Effect",
    "EventBatch",
    "Evidence",
    "Found",
    "FoundWhat",
    "GilLane",
    "Growing",
    "HandedOver",
    "Hits",
    "Kind",
    "Lines",
    "LongStep",
    "Loss",
    "Memory",
    "Moment",
    "Object",
    "Points",
    "Problem",
    "Process",
    "ProcessHeader",
    "RangeTotals",
    "RunInfo",
    "Site",
    "Source",
    "Span",
    "SpanFilter",
    "SpanTable",
    "Spans",
    "State",
    "Steps",
    "Stream",
    "Sure",
    "Table",
    "TaskState",
    "Thread",
    "ThreadCpus",
    "ThreadTotals",
    "TraceStore",
    "Turns",
    "Verdict",
    "Wait",
    "Worth",
    "aligned",
    "async_tasks",
    "causes_of",
    "changes",
    "contention",
    "counters_of",
    "cpus_of",
    "deadlock_facts",
    "deadlock_text",
    "deadlocks",
    "effects_of",
    "find",
    "handed_over",
    "has_lines",
    "has_values",
    "keep_counters",
    "kept_waiting",
    "line_times",
    "lines_of",
    "long_steps",
    "longest_wait",
    "no_spans",
    "parse_duration",
    "range_totals",
    "row_at",
    "signal_name",
    "source_word",
    "span_table",
    "state_at",
    "state_totals",
    "state_words",
    "stats",
    "stats_text",
    "time_cell",
    "told_states",
    "turns",
    "units",
    "verdict_facts",
    "verdicts",
    "visits",
    "wait_before",
    "whole_wait",
    "worker_count",
    "worth_at",
]
