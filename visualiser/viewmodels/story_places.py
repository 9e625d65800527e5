"""Where in a run a step of a story is: its moment, whose it is, and how much around it has to be seen to understand it.

A wait, a lock held, a stretch of work is shown with as much again on either side; a life (of a thread, a process) as a
whole; a line of output with those beside it. What takes most of the run anyway is shown with the whole run; of a run in
which nothing happens for most of its time, as in a deadlock, with all that happens before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise

from visualiser.scenarios import Cue, Stretch, moment
from visualiser.scenarios import Facts as RunFacts

AROUND, AROUND_ITS_END = 4.0, 1.0
"""A stretch is shown with this many times its own length before it and after it."""

NEIGHBOURS = 3
"""So many of the same kind are shown before and after a moment without a length."""

LEAST_SHARE = 0.01
"""Of the run, shown before and after a moment, at least."""

SILENT_SHARE = 0.5
"""A stretch of that part of a run, in which nothing begins, may be silence."""

WHOLE_SHARE = 0.6
"""What would show more of the run than this shows all of it."""

LEAST_NS = 20_000

AROUND_A_LIFE = 0.5
LIVES = ("thread_start", "thread_end", "process_start", "process_end", "crash")
WAITS_FOR_OTHERS = ("lock", "child")
WAITS = ("wait_begin", "wait_end", "longest_wait", "together")
ENDS = ("wait_end", "hold_end", "span_end", "thread_end", "process_end", "crash")


@dataclass(frozen=True)
class StoryPlace:
    """Where to stand: the playhead at `t`, `t0` to `t1` in the picture (ns), and a thread (index) picked out.

    `before`: what is meant of the thread ended at `t`, rather than began there. `whole`: all of the run is seen.
    """

    t: int
    t0: int
    t1: int
    thread: int | None = None
    before: bool = False
    whole: bool = False


def whole_run(facts: RunFacts, at_end: bool = False) -> StoryPlace:
    """All of the run; the playhead at its start, or its end."""
    return StoryPlace(facts.end_ns if at_end else facts.start_ns, facts.start_ns, facts.end_ns, whole=True)


def place_of(cue: Cue | None, facts: RunFacts) -> StoryPlace | None:
    """Where a cue's moment is in this run; the whole run for no cue, None for a moment that the run does not hold."""
    if cue is None or cue.kind in ("start", "end"):
        return whole_run(facts, at_end=cue is not None and cue.kind == "end")
    t = moment(cue, facts)
    if t is None:
        return None
    found = next(_stretches_at(cue, facts, t), None)
    first, last = _stage(facts, t)
    low, high = _around(cue, facts, t, found)
    low, high = max(low, first), min(high, last)
    if high - low > WHOLE_SHARE * (last - first):
        low, high = first, last
    whole = (low, high) == (facts.start_ns, facts.end_ns)
    return StoryPlace(t, low, high, found.thread if found else None, cue.kind in ENDS, whole)


def _stage(facts: RunFacts, t: int) -> tuple[int, int]:
    """The part of the run that is looked at for what happens at `t`: what comes before a long silence, or all."""
    begun = sorted({each.start for each in facts.states})
    first, last = facts.start_ns, facts.end_ns
    start, end = max(pairwise([*begun, last]), key=lambda gap: gap[1] - gap[0], default=(first, first))
    if end - start < SILENT_SHARE * (last - first) or t > start or not _is_silent(facts, (start + end) // 2):
        return first, last
    return first, min(start + (start - first), end)


def _is_silent(facts: RunFacts, t: int) -> bool:
    """Whether at `t` nobody waits for anything but others, so that nothing would ever happen by itself."""
    return all(each.state in WAITS_FOR_OTHERS for each in facts.states if each.start <= t < each.end)


def _around(cue: Cue, facts: RunFacts, t: int, found: Stretch | None) -> tuple[int, int]:
    """From when to when the picture has to go."""
    least = max(round((facts.end_ns - facts.start_ns) * LEAST_SHARE), LEAST_NS)
    if found is not None and found.end > found.start:
        times = AROUND_A_LIFE if cue.kind in LIVES else AROUND_ITS_END if cue.kind in ENDS else AROUND
        margin = max(round((found.end - found.start) * times), least)
        return found.start - margin, found.end + margin
    moments = sorted({each.start for each in _same_kind(cue, facts)})
    before = [t - each for each in moments if each < t][-NEIGHBOURS:][:1]
    after = [each - t for each in moments if each > t][:NEIGHBOURS][-1:]
    if not before and not after:
        return facts.start_ns, facts.end_ns
    return t - max((before or after)[0], least), t + max((after or before)[0], least)


def _stretches_at(cue: Cue, facts: RunFacts, t: int) -> Iterator[Stretch]:
    """What began, ended or happened at `t`, of the threads that the cue names."""
    ended = cue.kind in ENDS
    for each in _same_kind(cue, facts):
        if (each.end if ended else each.start) != t or cue.span not in (None, each.what):
            continue
        if each.state == (cue.state or each.state) and _fits(cue, facts, each.thread):
            yield each


def _fits(cue: Cue, facts: RunFacts, thread: int) -> bool:
    if not 0 <= thread < len(facts.threads):
        return (cue.thread, cue.process) == (None, None)
    life = facts.threads[thread]
    return fnmatchcase(life.name, cue.thread or "*") and fnmatchcase(life.process, cue.process or "*")


def _same_kind(cue: Cue, facts: RunFacts) -> Iterable[Stretch]:
    """All that is of the cue's kind, as stretches; what has no length ends where it starts."""
    if cue.kind in WAITS:
        return facts.states
    if cue.kind.startswith("hold"):
        return facts.holds
    if cue.kind.startswith("span"):
        return facts.spans
    if cue.kind == "run_begin":
        return facts.on_cpu or ()
    if cue.kind in LIVES and not cue.kind.startswith("process"):
        return _lives(facts)
    if cue.kind.startswith("process"):
        return _first_lives(facts)
    if cue.kind == "deadlock":
        return _stuck(facts)
    if cue.kind == "output":
        return (Stretch(each.t, each.t, each.thread) for each in facts.outputs if each.text.strip())
    happened = {"gil_handover": facts.handovers, "mark": facts.marks, "line": facts.lines}
    found = happened.get(cue.kind, facts.values)
    return (Stretch(each.t, each.t, each.thread) for each in found or ())


def _lives(facts: RunFacts) -> Iterator[Stretch]:
    for index, life in enumerate(facts.threads):
        yield Stretch(life.start, facts.end_ns if life.end is None else life.end, index)


def _first_lives(facts: RunFacts) -> Iterator[Stretch]:
    """The processes, each by its first thread."""
    for process in facts.processes:
        end = facts.end_ns if process.end is None else process.end
        mine = (
            index
            for index, life in enumerate(facts.threads)
            if life.process == process.name and process.start <= life.start <= end
        )
        yield Stretch(process.start, end, next(mine, -1))


def _stuck(facts: RunFacts) -> Iterator[Stretch]:
    """The deadlocks, each by the thread whose wait closed the circle."""
    for t in facts.deadlocks:
        waits = [each for each in facts.states if each.start <= t <= each.end and each.state == "lock"]
        closed = max(waits, key=lambda each: each.start, default=None)
        yield Stretch(t, facts.end_ns, closed.thread if closed is not None else -1)
