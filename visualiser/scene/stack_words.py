"""What is said once of several runs: the legend of all, the machine, how the facts were obtained."""

from __future__ import annotations

from collections.abc import Sequence

from visualiser.trace import TraceStore, units

from . import card, words
from .frame import Measures
from .model import LegendEntry

COST = "Watching cost"

ORDER = (1, 2, 4, 5, 3, 6, 7, 8, 0)
"""Of states, as `card.legend` gives them."""


def legend_of(stores: Sequence[TraceStore]) -> tuple[LegendEntry, ...]:
    """What appears in any of the runs, each thing once: states in the order of every legend, then the other marks."""
    found: dict[tuple[int | None, str], LegendEntry] = {}
    for entry in (entry for store in stores for entry in card.legend(store)):
        known = found.get((entry.state, entry.mark))
        if known is None or len(entry.inks) > len(known.inks):  # a run that was on more CPUs tells of more of them
            found[entry.state, entry.mark] = entry
    return tuple(sorted(found.values(), key=_place))


def _place(entry: LegendEntry) -> int:
    return ORDER.index(entry.state) if entry.state is not None else len(ORDER)


def sources_of(stores: Sequence[TraceStore]) -> str:
    """How the facts of all runs were obtained, and what watching cost at most."""
    told = [part for store in stores for part in words.sources(store).split(words.DOT)]
    parts = [part for part in dict.fromkeys(told) if part and not part.startswith(COST)]
    shares = [(store.sources or store.info.sources).get("observer") for store in stores]
    costs = [one["cpu_share"] for one in shares if isinstance(one, dict) and isinstance(one.get("cpu_share"), float)]
    most = f"{COST} at most {units.share(max(costs))} of one CPU" if costs else ""
    return words.DOT.join(part for part in (*parts, most) if part)


def footer_lines(stores: Sequence[TraceStore], width: float, measures: Measures) -> list[tuple[str, str]]:
    """Lines of the footer, all at the left: machine, then sources."""
    machine = words.conditions(stores[0]) if stores else ""
    told = (machine, sources_of(stores))
    return [(line, "start") for text in told for line in card.wrapped(text, width, measures.small)]
