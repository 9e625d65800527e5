"""A scenario's story in words: its pages as simple HTML, and the page that stands there for other programs.

A page is told as far as it is known: before a run without numbers, along a run with its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from visualiser.scenarios import Facts as RunFacts
from visualiser.scenarios import Measure, Scenario, Step, narrate, observed
from visualiser.trace import units

OWN_PROGRAM = (
    "<h2>Your own program</h2>"
    "<p>It runs unchanged, in a Python of its own. Press <b>Run</b> and watch its threads and processes being drawn; "
    "afterwards step through what happened with <b>,</b> and <b>.</b></p>"
    "<p>What is recorded: the life of every thread and process, waiting for locks and holding them, joins, sleeps, "
    "pools, and who printed what. What is watched from outside, as far as this machine allows: who ran on which CPU, "
    "who held the GIL, and what the others waited for. What was not observed is drawn cross-hatched.</p>"
)

NOTHING_CHOSEN = (
    "<h2>Welcome</h2>"
    "<p>Interleave runs a Python program and draws what its threads and processes really do.</p>"
    '<p><b>New here?</b> Begin with <a href="#scenario/two-threads-one-program">Two threads, one program</a>: say what '
    "you expect, press <b>Run</b>, then step through what happened.</p>"
    "<p><b>A program of your own?</b> Open it below the list, or drop it on the window. It runs as it is.</p>"
    "<h3>How to read the picture</h3>"
    "<p>Each thread has a lane, and time goes from left to right. <b>Full height:</b> the thread is on a CPU. "
    "<b>Lower half, hatched:</b> it wants to go on and may not. <b>A thin line:</b> it waits by its own wish. "
    "Point at anything to see what is known of it. The key <b>?</b> lists all others.</p>"
)
"""The page before anything is chosen: what this is, where to begin, how to read a picture."""

RUNNING = "<p>The program is running. Its story is told when it has ended.</p>"
ENDLESS = "<p>The program is running. It does not end by itself: press <b>Stop</b> when you have seen enough.</p>"
NOT_HAPPENED = "This did not happen in this run."
NOT_OBSERVED = "Whether this happened is not known: this run was not observed closely enough."
NOT_LINES = "Whether this happened is not known: the lines of the program were not recorded in this run."
NOT_VALUES = "Whether this happened is not known: no values were recorded in this run."


def _count(number: float) -> str:
    return units.count(round(number)) if number == round(number) else units.digits(number)


WORDS: Mapping[str, Callable[[float], str]] = {
    "ns": units.duration,
    "count": _count,
    "share": units.share,
    "times": units.digits,
    "bytes": units.memory,
}
"""How a story writes the numbers of a run, by their unit."""


@dataclass(frozen=True)
class StoryQuestion:
    """The question before a run. `chosen` and `right` are indices of `answers`; `chosen` is len(answers) for "I do not
    know", None while nothing is said; `right` None: not known (yet). `open`: an answer can be chosen."""

    text: str
    answers: tuple[str, ...]
    chosen: int | None = None
    right: int | None = None
    open: bool = True
    verdict: str = ""


@dataclass(frozen=True)
class StoryPage:
    """What the panel shows. `html`: above the question; `position` of `titles`, with the question's page as 0.

    `titles` are empty where there is nothing to step through. `next_text`: what the button says that goes on.
    """

    html: str = ""
    question: StoryQuestion | None = None
    position: int = 0
    titles: tuple[str, ...] = ()
    can_back: bool = False
    can_next: bool = False
    next_text: str = "Next"
    can_compare: bool = False


def beginning(scenario: Scenario, unmet: Sequence[str], rest: str = "") -> str:
    """The page before the first step; `unmet`: why the claim cannot hold here; `rest`: HTML after it."""
    asked = f"<p><b>{escape(scenario.question)}</b></p><p>{escape(scenario.summary)}</p>"
    return f"<h2>{escape(scenario.title)}</h2>{asked}{_warned(unmet)}{rest}"


def judged(scenario: Scenario) -> str:
    """The page before the first step of a run that is over: what the run says to the question stands below it."""
    return f"<h2>{escape(scenario.title)}</h2>"


def refused(scenario: Scenario, unmet: Sequence[str]) -> str:
    """What stands there instead of a story whose claim cannot hold in the run that was made."""
    return (
        f"<h2>{escape(scenario.title)}</h2>{_warned(unmet)}"
        "<p>So the story is not told along this run. What the timeline shows is what happened here.</p>"
    )


def _warned(unmet: Sequence[str]) -> str:
    """Why the scenario cannot show here what it is about."""
    if not unmet:
        return ""
    said = " ".join(escape(each) for each in unmet)
    return f'<p class="note"><b>What this scenario is about cannot be shown here today.</b> {said}</p>'


def step_page(step: Step, text: str, where: str, missing: str) -> str:
    """One step. `where`: when and of which thread, in words; `missing`: why it has no moment in this run."""
    note = f'<p class="note">{escape(missing)}</p>' if missing else ""
    place = f'<p class="where">{escape(where)}</p>' if where else ""
    return f"{place}<h2>{escape(step.title)}</h2><p>{escape(text)}</p>{note}"


def ending(scenario: Scenario) -> str:
    """The last page: what is often believed, what to take away, and what to read next."""
    read = "".join(
        f'<p><a href="{escape(each.url, quote=True)}">{escape(each.title)}</a></p>' for each in scenario.reading
    )
    return (
        f"<h3>What many get wrong</h3><p>{escape(scenario.misconception)}</p>"
        f"<h3>Take away</h3><p><b>{escape(scenario.takeaway)}</b></p>"
        + (f"<h3>Read next</h3>{read}" if read else "")
    )  # fmt: skip


def told(step: Step, found: Mapping[str, Measure]) -> str:
    """The text of a step with this run's own numbers."""
    return narrate(step.narration or step.text, found, WORDS) or step.text


def why_missing(step: Step, facts: RunFacts) -> str:
    """Why a step has no moment in this run, in a sentence."""
    if step.cue is None or observed(step.cue, facts):
        return NOT_HAPPENED
    if step.cue.kind == "line":
        return NOT_LINES
    return NOT_VALUES if step.cue.kind in ("value", "loss") else NOT_OBSERVED
