"""Drawn traces: lanes of letters in, a TraceStore out, and back.

    trace_from("main RRggR. / w1 ..RRWW")               two threads of one process
    trace_from("main RRPP // child .RR.")                "//" begins another process, "." is: does not live

One letter is one step (1 ms): R running, N native, C ready, G gil, L (or W) lock, I io, S sleep, P child, ? unknown;
small letters count as large. L, S, P and ? are recorded as a probe would record them; a lane with any other letter
gets its states from a source that saw everything (`TraceStore.replace_states`).
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from tests.support.builder import ORIGIN, STEP, ProcessBuilder, RunBuilder
from visualiser.events import Wait
from visualiser.trace import STATE_LETTERS, Evidence, Source, Spans, State, TraceStore, no_spans

RECORDED = {"L": Wait.LOCK, "S": Wait.SLEEP, "P": Wait.PROCESS_JOIN}


def trace_from(drawing: str, *, step: int = STEP) -> TraceStore:
    """The finished run that the drawing shows. `step`: ns per letter; times count from `ORIGIN`."""
    run = RunBuilder()
    lanes: list[str] = []
    for number, part in enumerate(drawing.split("//")):
        named = [lane.split() for lane in part.strip().split("/")]
        start = min(_first(letters) for _, letters in named) * step / STEP
        name = f"Process-{number}" if number else "MainProcess"
        process = run.process(name, 100 * (number + 1), parent_pid=100 if number else 1, start=start)
        for name, letters in named:
            lanes.append(letters.upper().replace("W", "L"))
            _record(process, name, lanes[-1], step / STEP)
    store = run.store(end=max(map(len, lanes)) * step / STEP, sources=_sources("".join(lanes)))
    for index, letters in enumerate(lanes):
        if set(letters) - set(RECORDED) - set(".?"):
            store.replace_states(index, _states(letters, step))
    return store


def dump(store: TraceStore, *, step: int = STEP) -> str:
    """The drawing of a run: what each thread did in the middle of each step."""
    columns = -(-(store.end_ns - store.start_ns) // step)
    parts = []
    for process in store.processes:
        lanes = [f"{store.threads[index].name} {_letters(store, index, columns, step)}" for index in process.threads]
        parts.append(" / ".join(lanes))
    return " // ".join(parts)


def _letters(store: TraceStore, thread: int, columns: int, step: int) -> str:
    spans = store.states(thread)
    middles = store.start_ns + np.arange(columns) * step + step // 2
    rows = np.searchsorted(spans.start, middles, "right") - 1
    alive = (rows >= 0) & (middles < spans.end[-1])
    return "".join(STATE_LETTERS[spans.state[row]] if here else "." for row, here in zip(rows, alive, strict=True))


def _first(letters: str) -> int:
    return len(letters) - len(letters.lstrip("."))


def _record(process: ProcessBuilder, name: str, letters: str, step: float) -> None:
    thread = process.thread(name)
    first, last = _first(letters), len(letters.rstrip("."))
    thread.begin(first * step)
    at = first
    for letter, same in groupby(letters[first:last]):
        length = len(list(same))
        if letter in RECORDED:
            thread.wait(RECORDED[letter], at * step, (at + length) * step)
        at += length
    thread.end(last * step)


def _states(letters: str, step: int) -> Spans:
    first, last = _first(letters), len(letters.rstrip("."))
    runs = [(letter, len(list(same))) for letter, same in groupby(letters[first:last])]
    lengths = np.array([length for _, length in runs], np.int64)
    ends = ORIGIN + (first + np.cumsum(lengths)) * step
    state = np.array([STATE_LETTERS.index(letter) for letter, _ in runs], np.uint8)
    source = np.where(state == State.UNKNOWN, Source.NONE, Source.EXACT).astype(np.uint8)
    nothing = {
        name: np.zeros(len(runs), getattr(no_spans(), name).dtype)
        for name in ("kind", "flag", "object", "site", "label", "depth")
    }
    evidence = np.where(state == State.UNKNOWN, Evidence.NONE, Evidence.EDGES).astype(np.uint8)
    nothing |= {"result": np.full(len(runs), -1, np.int8), "amount": np.full(len(runs), -1), "evidence": evidence}
    return Spans(start=ends - lengths * step, end=ends, state=state, source=source, **nothing)


def _sources(letters: str) -> dict[str, object]:
    """What a run with these letters must have measured."""
    exact = set("RNC") & set(letters)
    return {
        "switches": "exact" if exact else "none",
        "gil": "sampled" if set("RNG") & set(letters) else "none",
        "reasons": "sampled" if "I" in letters else "none",
        "calls": "recorded",
        "why": {},
    }
