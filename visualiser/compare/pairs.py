"""The comparisons that teach the most, ready-made: what to hold against what, and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from visualiser.run import BadTarget
from visualiser.scenarios import find

from .ways import Way, unheard, ways_of


@dataclass(frozen=True)
class Part:
    """Some variants of one scenario, with some values of its parameters ("NAME=V1,V2")."""

    scenario: str
    variants: tuple[str, ...]
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """One ready-made comparison. `id`: as typed; `parts`: of several, each has a base of its own, for their work is not
    the same; `across`: worth a look with interpreters with and without a GIL."""

    id: str
    title: str
    says: str
    parts: tuple[Part, ...]
    across: bool = False


PAIRS = (
    Pair("zebra-or-two-lanes", "Computing: threads beside processes",
         "Two threads take turns at the GIL; two processes run at once.",
         (Part("gil-relay-race", ("serial", "threads", "processes")),), across=True),
    Pair("waiting-or-computing", "Waiting beside computing, with the same threads",
         "Threads let waits overlap, and take turns when they compute.",
         (Part("waiting-overlaps", ("serial", "threads")), Part("gil-relay-race", ("serial", "threads"))), across=True),
    Pair("with-and-without-lock", "A counter without and with a lock",
         "The right sum has a price; a lock around less of the work costs more.",
         (Part("lock-it", ("no-lock", "lock-every-step", "lock-once")),)),
    Pair("two-orders", "Two locks: in the same order, or put down again",
         "The same order costs nothing; going back and trying again does.",
         (Part("deadly-embrace", ("same-order", "put-it-down")),)),
    Pair("cruncher-where", "A quick thread beside a computing thread, or a process",
         "A computing thread in the same process makes the quick one late at each wake-up.",
         (Part("convoy-effect", ("alone", "beside-a-thread", "beside-a-process")),)),
    Pair("fork-or-spawn", "A process born by fork, by spawn, by forkserver",
         "A fork copies what is there; spawn starts a Python and imports everything again.",
         (Part("birth-of-a-process", ("thread", "fork", "forkserver", "spawn")),)),
    Pair("letters-or-parcels", "A thousand small letters, or four parcels",
         "Each task that is handed over costs; a chunksize bundles them.",
         (Part("small-tasks-big-overhead", ("letters", "parcels")),)),
    Pair("polite-or-rude", "asyncio: await, or block the loop",
         "One call that does not await stops every task.",
         (Part("asyncio-one-thread", ("rude", "polite", "helped")),)),
    Pair("worth-it-or-not", "A pool with work that waits, and with none",
         "A pool pays when its jobs take longer than handing them over.",
         (Part("pool-map-squares", ("serial", "pool"), ("PAUSE=0.1,0",)),)),
    Pair("six-ways-waiting", "Six ways to wait",
         "All ways but one after the other let the waits overlap.",
         (Part("six-ways-same-work", (), ("JOB=wait",)),), across=True),
    Pair("six-ways-counting", "Six ways to count",
         "Only what has several GILs, or none, counts faster.",
         (Part("six-ways-same-work", (), ("JOB=count",)),), across=True),
)  # fmt: skip


def find_pair(text: str | None) -> Pair | None:
    """The ready-made comparison of that id; None where there is none."""
    return next((pair for pair in PAIRS if pair.id == text), None)


def ways_of_pair(pair: Pair, pythons: Sequence[str] = (), on_skip: Callable[[str], None] = unheard) -> tuple[Way, ...]:
    """Its ways, as of `ways_of`. Raises BadTarget."""
    found: list[Way] = []
    for part in pair.parts:
        ways = ways_of(part.scenario, variants=part.variants, settings=part.settings, pythons=pythons, on_skip=on_skip)
        found += [_of_part(way, part) for way in ways] if len(pair.parts) > 1 else ways
    if len(found) < 2:
        raise BadTarget("Of these ways this Python can run only one, so there is nothing to compare.")
    return tuple(found)


def _of_part(way: Way, part: Part) -> Way:
    title = find(part.scenario).title
    traits = replace(way.traits, work=title)
    return replace(way, label=f"{title}: {way.traits.label}", traits=traits)
