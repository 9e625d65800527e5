"""What a run is judged to be slow by, as rows to show; and what another way would bring, with how to find that out."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.scenarios import Scenario
from visualiser.trace import SURE_WORDS, TraceStore, Verdict, units, verdicts

WAY_WORDS = {"processes": "Processes", "threads": "Threads", "even": "Evenly shared work"}


@dataclass(frozen=True)
class VerdictRow:
    """One verdict in words. `weight`: how sure it is, and of how much of the run it speaks; `span` in ns on the store's
    clock; `thread`: whose lane shows it, None: all."""

    title: str
    text: str
    advice: str
    weight: str
    span: tuple[int, int]
    thread: int | None = None


@dataclass(frozen=True)
class Estimate:
    """The answer to "threads or processes?": `text` with its assumption. `measure`: the offer of the Compare window
    that measures it, empty where the program has one way only, and `why_not` says so."""

    text: str
    measure: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class VerdictPage:
    """All that is said of a run. `empty`: why there are no rows."""

    rows: tuple[VerdictRow, ...] = ()
    empty: str = ""
    estimate: Estimate | None = None


NO_RUN = VerdictPage(empty="Run a program, or open a run, to learn what makes it as slow as it is.")
RUNNING = VerdictPage(empty="The program is running. The verdict comes when it has ended.")
NOTHING = "Nothing stands out: no lock, no GIL, no wait and no CPU holds up much of this run."
ONE_WAY = (
    "This program goes one way only. Let an upper-case constant at its top choose, such as WORKERS = 4, and it can be"
    " compared with other values."
)


def verdict_page(store: TraceStore | None, scenario: Scenario | None = None, own_program: bool = False) -> VerdictPage:
    """The page of a run. `scenario`: the one that was run; `own_program`: the chosen program is the one that ran."""
    if store is None:
        return NO_RUN
    if not store.finished:
        return RUNNING
    found = verdicts(store)
    rows = tuple(_row(store, verdict) for verdict in found)
    return VerdictPage(rows, "" if rows else NOTHING, _estimate(found, scenario, own_program))


def _row(store: TraceStore, verdict: Verdict) -> VerdictRow:
    whole = max(store.end_ns - store.start_ns, 1)
    parts = [SURE_WORDS[verdict.sure]]
    if verdict.cost_ns > 0:
        parts.append(f"about {units.duration(verdict.cost_ns)} of {units.duration(whole)}")
    return VerdictRow(verdict.title, verdict.text, verdict.advice, " · ".join(parts), verdict.span, verdict.thread)


def _estimate(found: tuple[Verdict, ...], scenario: Scenario | None, own_program: bool) -> Estimate:
    measure = ""
    if scenario is not None and len(scenario.variants) > 1:
        measure = scenario.id
    elif own_program:
        measure = "program"
    why_not = "" if measure else ONE_WAY
    return Estimate(_estimate_words(found), measure, why_not)


def _estimate_words(found: tuple[Verdict, ...]) -> str:
    """The first verdict that reckons with another way; else what the run says about that question."""
    for verdict in found:
        guess = verdict.evidence.get("estimate")
        if guess is not None and guess["way"] in WAY_WORDS:
            told = f"{WAY_WORDS[guess['way']]}: about {units.duration(guess['wall_ns'])} for the whole run."
            return f"{told} That is reckoned, not measured; “{verdict.title}” says what it takes for granted."
    codes = {verdict.code for verdict in found}
    if "parallel-already" in codes:
        return "It computes in parallel already, so neither would bring more than there are CPUs for."
    if "io-bound" in codes:
        return "It waits, and its waits overlap already: threads suit that, and processes would only cost more."
    if codes & {"too-short", "too-little-seen"}:
        return "This run says too little to reckon with."
    return "Nothing in this run says that the one or the other would bring much."
