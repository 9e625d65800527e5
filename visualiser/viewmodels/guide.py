"""The decision guide: six questions, thirteen rules, answered from a run as far as it can answer, else by the user.

The first rule that fits wins. What a run cannot tell is asked, and the usual is assumed until it is answered;
thresholds such as 500 waits or a millisecond a job are judgement, not measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from visualiser.scenarios import find
from visualiser.trace import TraceStore
from visualiser.viewmodels.guide_facts import Answers, answers_from

MEASURED, TOLD, USUAL = "measured", "your answer", "assumed; this run cannot tell"


@dataclass(frozen=True)
class GuideQuestion:
    """One question. `answer`: the id of a choice; `source`: MEASURED, TOLD or USUAL; `figures`: what it rests on;
    `choices`: (id, words), for the user to choose from."""

    id: str
    text: str
    answer: str
    source: str
    figures: str
    choices: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The answer in words."""
        return dict(self.choices)[self.answer]


@dataclass(frozen=True)
class GuideRule:
    """One line of the guide: when, then what, and the scenarios that show it. `lit`: the one that fits; `next`: the
    next best. `scenarios`: (id, title)."""

    number: int
    when: str
    then: str
    scenarios: tuple[tuple[str, str], ...]
    lit: bool = False
    next: bool = False


@dataclass(frozen=True)
class GuidePage:
    """The guide, filled in. `always`: what goes with the rule that is lit."""

    questions: tuple[GuideQuestion, ...]
    rules: tuple[GuideRule, ...]
    always: str

    @property
    def lit(self) -> GuideRule:
        """The rule that fits."""
        return next(rule for rule in self.rules if rule.lit)


YES_NO = (("yes", "yes"), ("no", "no"))

QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...], str], ...] = (
    ("matters", "Is it slow enough to matter, and has a better algorithm been tried?", YES_NO, "yes"),
    ("killable", "Must a part of it be killable, or may it crash or leak?", YES_NO, "no"),
    ("does", "What does it do while it is slow?",
     (("waits", "it waits"), ("computes", "it computes"), ("both", "both")), "computes"),
    ("where", "Where is the computing done?",
     (("python", "in Python code"), ("native", "in C code that lets the GIL go")), "python"),
    ("async", "Is it an asyncio program already?", YES_NO, "no"),
    ("many", "How many things wait at once?", (("few", "up to some hundred"), ("many", "more than 500")), "few"),
    ("libraries", "Are there async libraries for what it waits for?", YES_NO, "no"),
    ("job", "How long is one job?",
     (("tiny", "less than 1 ms"), ("short", "1 to 10 ms"), ("long", "more than 10 ms")), "long"),
    ("data", "How big are the data of one job?", (("small", "less than 1 MB"), ("big", "more")), "small"),
    ("common", "Must the workers change common data?",
     (("no", "no"), ("hand", "they hand data over"), ("yes", "yes")), "no"),
    ("quick", "Must a window or a server stay quick meanwhile?", YES_NO, "no"),
    ("free", "Is there a Python without a GIL, and are all libraries ready for it?", YES_NO, "no"),
    ("interpreters", "Is there a Python from 3.14 on, and only libraries that are ready for sub-interpreters?",
     YES_NO, "no"),
)  # fmt: skip
"""Id, text, choices, and what is usual."""

Fits = Callable[[Mapping[str, str]], bool]


def _waits(a: Mapping[str, str]) -> bool:
    return a["does"] == "waits"


def _python(a: Mapping[str, str]) -> bool:
    return a["does"] == "computes" and a["where"] == "python"


RULES: tuple[tuple[int, str, str, tuple[str, ...], Fits], ...] = (
    (0, "It is not slow enough to matter, or algorithm, numpy, caching were not tried", "Stay serial: one bug less.",
     (), lambda a: a["matters"] == "no"),
    (1, "It must be killable, or may crash or leak", "A process.", ("endings",), lambda a: a["killable"] == "yes"),
    (4, "It waits, inside an async program, in a blocking library", "asyncio.to_thread.", ("asyncio-one-thread",),
     lambda a: _waits(a) and a["async"] == "yes"),
    (2, "It waits for many things, and async libraries exist", "asyncio.", ("asyncio-one-thread",),
     lambda a: _waits(a) and a["many"] == "many" and a["libraries"] == "yes"),
    (3, "It waits, otherwise", "ThreadPoolExecutor, with as many threads as waits in flight, as far as the other side"
     " keeps up.", ("waiting-overlaps", "how-many-workers"), _waits),
    (5, "It computes in C code that lets the GIL go", "Threads, as many as there are CPUs.", ("c-code-and-the-gil",),
     lambda a: a["does"] == "computes" and a["where"] == "native"),
    (6, "It computes in Python, and one job takes less than 1 ms", "Bundle jobs first (chunksize), then processes;"
     " else stay serial.", ("small-tasks-big-overhead",), lambda a: _python(a) and a["job"] == "tiny"),
    (7, "It computes in Python, its jobs are independent and their data small", "ProcessPoolExecutor, as many processes"
     " as there are CPUs.", ("gil-relay-race", "two-processes-two-cores"),
     lambda a: _python(a) and a["job"] != "tiny" and a["data"] == "small"),
    (8, "Like 7, and the data are big", "Processes and shared memory, or let each worker load its data itself.",
     ("moving-data",), lambda a: _python(a) and a["data"] == "big"),
    (9, "Like 7 or 8, with a Python without a GIL", "Threads without a GIL, with locks.", ("without-the-gil",),
     lambda a: _python(a) and a["free"] == "yes"),
    (10, "Like 7, from Python 3.14 on", "InterpreterPoolExecutor.", ("without-the-gil",),
     lambda a: _python(a) and a["interpreters"] == "yes"),
    (11, "It waits and it computes", "asyncio or threads for the waiting, a process pool for the computing; never"
     " compute in the thread that waits.", ("convoy-effect",), lambda a: a["does"] == "both"),
    (12, "A window or a server must stay quick", "Compute in a process, wait in a thread.",
     ("convoy-effect", "c-code-and-the-gil"), lambda a: a["quick"] == "yes"),
)  # fmt: skip
"""Number, when, then, scenarios, and whether it fits; in the order in which they are tried."""

PROCESSES = (
    "Always with processes: the __main__ guard; functions at the top of a module, no lambdas; name the start method,"
    " and “fork” only if no thread runs."
)
THREADS = (
    "Always with threads: start all, then join all; take locks in one order; an Event to stop; future.result() to hear"
    " of errors."
)
COMMON = (
    "For common data: none is best, then return values, then a queue, then a lock around the smallest part, then Value"
    " or shared_memory with a Lock, then a Manager."
)
WITH_PROCESSES, WITH_THREADS = (1, 6, 7, 8, 11, 12), (3, 4, 5, 9, 11, 12)


def guide_page(store: TraceStore | None, told: Mapping[str, str], pythons: tuple[str, ...] = ()) -> GuidePage:
    """The guide for a run. `told`: the user's answers, by question; `pythons`: versions that were found, in words."""
    known = answers_from(store, pythons)
    questions = tuple(_question(*each, known, told) for each in QUESTIONS)
    answers = {one.id: one.answer for one in questions}
    fitting = [number for number, _, _, _, fits in RULES if fits(answers)]
    lit, after = fitting[0], next(iter(fitting[1:]), None)
    rules = tuple(
        GuideRule(number, when, then, _titled(scenarios), number == lit, number == after)
        for number, when, then, scenarios, _ in RULES
    )
    always = [PROCESSES] * (lit in WITH_PROCESSES) + [THREADS] * (lit in WITH_THREADS)
    always += [COMMON] * (answers["common"] != "no")
    return GuidePage(questions, rules, " ".join(always))


def _titled(scenarios: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, find(name).title) for name in scenarios)


def _question(
    name: str, text: str, choices: tuple[tuple[str, str], ...], usual: str, known: Answers, told: Mapping[str, str]
) -> GuideQuestion:
    answer, figures = known.get(name, ("", ""))
    if name in told:
        return GuideQuestion(name, text, told[name], TOLD, figures, choices)
    if answer:
        return GuideQuestion(name, text, answer, MEASURED, figures, choices)
    return GuideQuestion(name, text, usual, USUAL, figures, choices)
