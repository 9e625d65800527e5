"""All that is known of one span, in words, with links to the spans that ended it and to those that it ended."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace import (
    Cause,
    Evidence,
    Source,
    State,
    TraceStore,
    causes_of,
    cpus_of,
    effects_of,
    state_at,
    state_words,
    wait_before,
    whole_wait,
)
from visualiser.viewmodels.names import who
from visualiser.viewmodels.words import duration, moment

MOST_SHOWN = 6
"""Waits that a span ended which are listed; of a thread that runs for long there can be thousands."""


@dataclass(frozen=True)
class Link:
    """A place that can be gone to: a thread (index) at a moment (ns)."""

    thread: int
    t: int


@dataclass(frozen=True)
class DetailRow:
    """One fact: `what` it is about, its `value`, and where its `link` leads, if it has one."""

    what: str
    value: str
    link: Link | None = None


@dataclass(frozen=True)
class Details:
    """What is known of the span `row` of a thread. `cause`: what ended it, as a link; None where that is not known."""

    title: str = ""
    rows: tuple[DetailRow, ...] = ()
    cause: Link | None = None

    @property
    def text(self) -> str:
        """All of it as lines, for copying and for who listens."""
        return "\n".join([self.title, *(f"{row.what}: {row.value}" for row in self.rows)])


NO_DETAILS = Details()

_SOURCES = {
    Source.NONE: "nobody saw or recorded it",
    Source.RECORDED: "recorded by the probe in the program",
    Source.SAMPLED: "sampled, by looks from outside",
    Source.EXACT: "exact, from the kernel's record of switches",
}
_EVIDENCE = {
    Evidence.LOOK: "a look from outside saw it",
    Evidence.CALL: "the recorded call says why",
    Evidence.CHAIN: "part of one wait for the GIL",
    Evidence.LOST: "records were lost in it",
    Evidence.CONTRADICTED: "sources disagree",
}


def details_of(store: TraceStore, thread: int, row: int) -> Details:
    """The details of `row` of a thread's states; empty where there is no such row."""
    states = store.states(thread)
    if not 0 <= row < len(states):
        return NO_DETAILS
    start, end = int(states.start[row]), int(states.end[row])
    now = state_at(store, thread, start)
    if now is None:
        return NO_DETAILS
    goes_on = now.open and row == len(states) - 1
    until = "" if not goes_on else ", until its end" if store.finished else " so far"
    cpus = cpus_of(store, thread, start, end)
    words = state_words(store, states, row)
    label = now.object.label if now.object else ""
    made = store.site(now.object.site).short if now.object else ""
    rows = [
        DetailRow("State", words),
        DetailRow("Length", f"{duration(end - start)}{until}, from {moment(start - store.start_ns)}"),
        DetailRow("Part of", _part_of(store, thread, row)),
        *_why(store, thread, row),
        *_then(store, thread, start, end),
        DetailRow("Line", f"{now.site.short} in {now.site.function}" if now.site else ""),
        DetailRow("On", label if label not in words else ""),
        DetailRow("Made at", made if made not in label else ""),
        DetailRow("Holds", ", ".join(now.holds)),
        DetailRow("Inside", " > ".join(now.spans)),
        DetailRow("CPU", _cpus(cpus)),
        DetailRow("How known", _known(Source(int(states.source[row])), int(states.evidence[row]))),
        DetailRow("But", now.contradiction),
    ]
    return Details(who(store, thread), tuple(row for row in rows if row.value), cause_link(store, thread, row))


def cause_link(store: TraceStore, thread: int, row: int) -> Link | None:
    """Where what ended a span's wait, or the wait before it, was done; None where that is not known."""
    waited = wait_before(store, thread, row)
    found = [one for one in causes_of(store, thread, row if waited is None else waited) if one.woke]
    return Link(found[-1].thread, found[-1].t) if found else None


def _part_of(store: TraceStore, thread: int, row: int) -> str:
    """The wait of which the span is one piece: the thread was on a CPU in between, and had to wait on."""
    whole = whole_wait(store, thread, row)
    if whole is None:
        return ""
    begin, end = (moment(t - store.start_ns) for t in whole)
    return f"a wait of {duration(whole[1] - whole[0])}, from {begin} to {end}, with short turns on a CPU"


def _known(source: Source, evidence: int) -> str:
    """Where the fact comes from, in words."""
    return "; ".join([_SOURCES[source], *(words for flag, words in _EVIDENCE.items() if evidence & flag)])


def _cpus(cpus: tuple[int, ...]) -> str:
    if not cpus:
        return ""
    return f"CPU {cpus[0]}" if len(cpus) == 1 else "CPUs " + ", then ".join(map(str, cpus))


def _why(store: TraceStore, thread: int, row: int) -> list[DetailRow]:
    """What was in its way, and what ended it: of the span itself, else of the wait that it came out of."""
    waited = wait_before(store, thread, row)
    rows = [_cause_row(store, thread, row, one) for one in causes_of(store, thread, row)]
    if waited is not None and waited != row:
        states = store.states(thread)
        rows.append(DetailRow("Waited before", f"{state_words(store, states, waited)}, "
                              f"{duration(int(states.end[waited] - states.start[waited]))}",
                              Link(thread, int(states.start[waited]))))  # fmt: skip
        rows += [_cause_row(store, thread, waited, one) for one in causes_of(store, thread, waited) if one.woke]
    if not any(one.what == "Woken by" for one in rows) and _waits_for_others(store, thread, row):
        rows.append(DetailRow("Woken by", "not known"))
    return rows


def _waits_for_others(store: TraceStore, thread: int, row: int) -> bool:
    states = store.states(thread)
    over = states.result[row] == 1 or (states.state[row] == State.GIL and row < len(states) - 1)
    return bool(over and states.state[row] in (State.LOCK, State.GIL, State.CHILD))


def _cause_row(store: TraceStore, thread: int, row: int, cause: Cause) -> DetailRow:
    site = store.site(cause.site).short
    where = f" at {site}" if site else ""
    words = f"{who(store, cause.thread)} {cause.how}{where}"
    if cause.woke:
        what = "Started by" if cause.how.startswith("started") else "Woken by"
        return DetailRow(what, f"{words}, {moment(cause.t - store.start_ns)}", Link(cause.thread, cause.t))
    had = int(store.states(thread).start[row]) - cause.t
    since = f", for {duration(had)} when it began to wait" if had > 0 else ""
    return DetailRow(
        "In its way", words + since, Link(cause.thread, max(cause.t, store.threads[cause.thread].start_ns))
    )


def _then(store: TraceStore, thread: int, start: int, end: int) -> list[DetailRow]:
    """Whose waits it ended."""
    found = effects_of(store, thread, start, end)
    rows = [
        DetailRow("Woke", f"{who(store, one.thread)}, which had waited {duration(max(one.t - one.start, 0))} for "
                  f"{store.object(one.object).label}", Link(one.thread, one.end))
        for one in found[:MOST_SHOWN]
    ]  # fmt: skip
    more = len(found) - MOST_SHOWN
    return [*rows, DetailRow("", f"and {'more' if len(found) >= 20 else str(more)} besides")] if more > 0 else rows
