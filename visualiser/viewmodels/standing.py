"""On which line each thread stands at a moment: from its recorded lines, else from the call that it waits in.

All of it follows from the run and the moment alone, so going back shows what was there before. A thread whose lines
were recorded stands on the line that was told last, until the next is told; a function that was left is named as the
last that was seen. Where no lines were recorded, a thread inside a recorded wait stands on the line that waits; between
such calls nothing tells where it is, and the line of its last recorded event is named as the last that was seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from visualiser.trace import LEFT, Lines, Site, State, TraceStore, lines_of, state_at
from visualiser.viewmodels.names import who

MOST_TAGS = 64
"""Threads that are looked up per moment; a hundred names on one line help nobody."""


@dataclass(frozen=True)
class LineTag:
    """A thread named on a line. `waits`: it is there now; else its last recorded event was there.

    `before`: the line of the same file that it came from, 0 where none was recorded; `doing`: what it does there, in
    words, "" for nothing known; `since`: when it came there (ns), 0 where its lines were not recorded.
    """

    line: int
    thread: int
    name: str
    waits: bool
    before: int = 0
    doing: str = ""
    since: int = 0


@dataclass(frozen=True)
class Standing:
    """A thread's line at a moment, and the file it is in."""

    site: Site
    tag: LineTag


def standing_at(store: TraceStore, t: int) -> tuple[Standing, ...]:
    """Where the threads stand that are alive at `t` (ns) and have been seen on a line; the first 64 of them."""
    alive = [each for each in store.threads if each.start_ns <= t and (each.end_ns is None or t < each.end_ns)]
    found = (_standing(store, each.index, t) for each in alive[:MOST_TAGS])
    return tuple(one for one in found if one is not None)


def _standing(store: TraceStore, thread: int, t: int) -> Standing | None:
    lines = lines_of(store, thread)
    row = lines.at(t)
    if row >= 0:
        return _on_line(store, thread, lines, row, t)
    now = state_at(store, thread, t)
    if now is None:
        return None
    waits = now.state is not State.UNKNOWN and now.site is not None
    site = now.site if waits else _last_site(store, thread, t)
    if site is None or not site.line:
        return None
    return Standing(site, LineTag(site.line, thread, who(store, thread), waits, doing=now.words if waits else ""))


def _on_line(store: TraceStore, thread: int, lines: Lines, row: int, t: int) -> Standing:
    site = store.site(int(lines.site[row]))
    is_there = int(lines.flag[row]) != LEFT
    before = _line_before(store, lines, row, site)
    now = state_at(store, thread, t)
    doing = now.words if is_there and now is not None and now.state is not State.UNKNOWN else ""
    return Standing(site, LineTag(site.line, thread, who(store, thread), is_there, before, doing, int(lines.t[row])))


def _line_before(store: TraceStore, lines: Lines, row: int, site: Site) -> int:
    """The line of the same file that the thread was on before; 0 where there is none, or it is the same one."""
    for earlier in range(row - 1, max(row - 4, -1), -1):
        if int(lines.flag[earlier]) != LEFT:
            there = store.site(int(lines.site[earlier]))
            return there.line if there.file == site.file and there.line != site.line else 0
    return 0


def _last_site(store: TraceStore, thread: int, t: int) -> Site | None:
    """Where the thread's latest event before `t` that has a line was recorded."""
    best_t, best = -1, 0
    tables = [store.states(thread), store.holds(thread), store.spans(thread)]
    outputs = store.outputs(thread)
    columns = [*((each.start, each.site) for each in tables), (outputs.t, outputs.site)]
    for times, sites in columns:
        at = _last_with_site(times, sites, t)
        if at >= 0 and int(times[at]) > best_t:
            best_t, best = int(times[at]), int(sites[at])
    return store.site(best) if best else None


def _last_with_site(times: np.ndarray, sites: np.ndarray, t: int, back: int = 64) -> int:
    """The last row before `t` whose site is known, among the last `back` of them; -1 when there is none."""
    end = int(np.searchsorted(times, t, side="right"))
    known = np.flatnonzero(sites[max(end - back, 0) : end])
    return max(end - back, 0) + int(known[-1]) if len(known) else -1


def files_in(found: Iterable[Standing]) -> set[str]:
    """The files that somebody stands in."""
    return {one.site.file for one in found if one.site.file}
