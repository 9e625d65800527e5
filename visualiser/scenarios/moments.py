"""Finds the moments of a recorded run that a cue describes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from types import MappingProxyType

from visualiser.scenarios.cues import Cue
from visualiser.scenarios.facts import Facts, Life, Moment, Stretch


def moment(cue: Cue | None, facts: Facts) -> int | None:
    """When it happened, in ns on the run's clock; None when the run holds no such moment, or there is no cue."""
    if cue is None:
        return None
    found = moments(cue, facts)
    if cue.nth == -1:
        return found[-1] if found else None
    return found[cue.nth - 1] if len(found) >= cue.nth else None


def moments(cue: Cue, facts: Facts) -> list[int]:
    """All the moments that match, whatever `nth` says: in order of time (of the longest waits: longest first)."""
    return list(_FINDERS[cue.kind](cue, facts))


def observed(cue: Cue, facts: Facts) -> bool:
    """Whether the run was watched in such a way that a moment of this kind would have been seen."""
    if cue.kind == "line":
        return facts.lines is not None
    if cue.kind in ("value", "loss"):
        return facts.values is not None
    if cue.kind == "gil_handover" or cue.state == "gil":
        return "gil" in facts.seen
    if cue.kind == "run_begin" or cue.state in ("running", "native", "ready", "cpu"):
        return "switches" in facts.seen
    return facts.lost == 0


def threads_like(cue: Cue, facts: Facts) -> set[int]:
    """The threads, by index, that the cue's patterns fit."""
    return {index for index, life in enumerate(facts.threads) if _fits(cue, life)}


def stretches_of(cue: Cue, facts: Facts) -> Iterator[Stretch]:
    """The stretches in the cue's state, of the threads that it names and the wait that it names."""
    wanted = threads_like(cue, facts)
    for each in facts.by_state.get(cue.state or "", ()):
        if each.thread in wanted and cue.wait in (None, each.what):
            yield each


def _fits(cue: Cue, life: Life) -> bool:
    return fnmatchcase(life.name, cue.thread or "*") and fnmatchcase(life.process, cue.process or "*")


def _start(cue: Cue, facts: Facts) -> list[int]:
    return [facts.start_ns]


def _end(cue: Cue, facts: Facts) -> list[int]:
    return [facts.end_ns]


def _process_start(cue: Cue, facts: Facts) -> list[int]:
    return sorted(each.start for each in facts.processes if _fits(cue, each))


def _process_end(cue: Cue, facts: Facts) -> list[int]:
    return sorted(each.end for each in facts.processes if _fits(cue, each) and each.end is not None)


def _thread_start(cue: Cue, facts: Facts) -> list[int]:
    return sorted(each.start for each in facts.threads if _fits(cue, each))


def _thread_end(cue: Cue, facts: Facts) -> list[int]:
    return sorted(each.end for each in facts.threads if _fits(cue, each) and each.end is not None)


def _crash(cue: Cue, facts: Facts) -> list[int]:
    failed = (each for each in facts.threads if each.failed and (cue.text or "") in each.failed and _fits(cue, each))
    return sorted(each.end for each in failed if each.end is not None)


def _starts(chosen: Callable[[Facts], Iterable[Stretch] | None]) -> Callable[[Cue, Facts], list[int]]:
    return lambda cue, facts: [each.start for each in _of(cue, facts, chosen(facts))]


def _ends(chosen: Callable[[Facts], Iterable[Stretch] | None]) -> Callable[[Cue, Facts], list[int]]:
    return lambda cue, facts: sorted(each.end for each in _of(cue, facts, chosen(facts)))


def _of(cue: Cue, facts: Facts, found: Iterable[Stretch] | None) -> Iterator[Stretch]:
    wanted = threads_like(cue, facts)
    return (each for each in found or () if each.thread in wanted and cue.span in (None, each.what))


def _wait_begin(cue: Cue, facts: Facts) -> list[int]:
    return [each.start for each in stretches_of(cue, facts)]


def _wait_end(cue: Cue, facts: Facts) -> list[int]:
    return sorted(each.end for each in stretches_of(cue, facts))


def _longest_wait(cue: Cue, facts: Facts) -> list[int]:
    return [each.start for each in sorted(stretches_of(cue, facts), key=lambda each: each.start - each.end)]


def _together(cue: Cue, facts: Facts) -> list[int]:
    """When the number of threads in the state rises to `count`."""
    edges = [(t, by) for each in stretches_of(cue, facts) for t, by in ((each.start, 1), (each.end, -1))]
    found, now = [], 0
    for t, by in sorted(edges):  # at the same moment ends (-1) come first, so that a change of hands is no overlap
        now += by
        if by > 0 and now == cue.count:
            found.append(t)
    return found


def _deadlock(cue: Cue, facts: Facts) -> list[int]:
    return list(facts.deadlocks)


def _happened(chosen: Callable[[Facts], Sequence[Moment] | None]) -> Callable[[Cue, Facts], list[int]]:
    def find(cue: Cue, facts: Facts) -> list[int]:
        wanted = threads_like(cue, facts)
        anyone = (cue.thread, cue.process) == (None, None)
        return [
            each.t
            for each in chosen(facts) or ()
            if (anyone or each.thread in wanted) and cue.name in (None, each.name) and (cue.text or "") in each.text
        ]

    return find


def _loss(cue: Cue, facts: Facts) -> list[int]:
    """When a whole number is seen that is smaller than it was the time before, whoever saw it."""
    wanted, found, before = threads_like(cue, facts), [], None
    for each in facts.values or ():
        if each.name == cue.name and each.text.lstrip("-").isdecimal():
            if before is not None and int(each.text) < before and each.thread in wanted:
                found.append(each.t)
            before = int(each.text)
    return found


_FINDERS: Mapping[str, Callable[[Cue, Facts], list[int]]] = MappingProxyType(
    {
        "start": _start,
        "end": _end,
        "process_start": _process_start,
        "process_end": _process_end,
        "thread_start": _thread_start,
        "thread_end": _thread_end,
        "crash": _crash,
        "run_begin": _starts(lambda facts: facts.on_cpu),
        "wait_begin": _wait_begin,
        "wait_end": _wait_end,
        "longest_wait": _longest_wait,
        "together": _together,
        "hold_begin": _starts(lambda facts: facts.holds),
        "hold_end": _ends(lambda facts: facts.holds),
        "deadlock": _deadlock,
        "gil_handover": _happened(lambda facts: facts.handovers),
        "span_begin": _starts(lambda facts: facts.spans),
        "span_end": _ends(lambda facts: facts.spans),
        "output": _happened(lambda facts: facts.outputs),
        "mark": _happened(lambda facts: facts.marks),
        "line": _happened(lambda facts: facts.lines),
        "value": _happened(lambda facts: facts.values),
        "loss": _loss,
    }
)
