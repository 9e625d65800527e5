"""What one picture of a run has in common with those before it, so that a hand that moves the window waits for little.

A window whose columns are whole ns (`frame.whole_pixels`) moves over columns that stay what they are. Of every zoom
level that was seen last, one stretch of them is kept, with some columns more on either side; painters keep its image.

    columns    ...|--------------------- stretch ----------------------|...      ground of threads' lanes: drawn once
    window                |------------ body ------------|                       a drag: the same stretch, moved by dx
                          the words of what crosses its edges, own spans, marks, ends: made for every picture

Kept too: how the lanes are laid out, and all that stands at their left. All of it is dropped when it no longer holds:
when the run has grown (but for what is settled), when lanes are arranged, filtered or scrolled.

Memory: at most STRETCHES stretches; one takes about 100 bytes a column and thread (1600 pixels, 16 threads: 3 MB).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from visualiser.trace import TraceStore

from .frame import Frame, Measures, Slots
from .layout import Layout, Upper, lay_out, measures_for, output_rows, upper_rows
from .model import Ground, Lane, LaneKind, Stretch, ViewWindow
from .nested import held_locks
from .said import Said
from .shares import states_of
from .threads import draw_ground, words_of

STRETCHES = 4
"""So many zoom levels are kept: two notches of the wheel in, and out again."""
BESIDE, AHEAD = 128, 384
"""Columns of a stretch beyond the window on either side; and on the side to which the window has left the last one."""


@dataclass(frozen=True, eq=False)
class KeptLane:
    """The words in a thread's lane, and whether those in its held locks are among them."""

    said: Sequence[Said]
    names_locks: bool


@dataclass(eq=False)
class KeptStretch:
    """A stretch from t0 to t1 (ns): what it depends on (`key`), and until when it holds."""

    key: tuple[Any, ...]
    t0: int
    t1: int
    revision: int
    seal: tuple[Any, ...]
    lasts: bool
    lanes: dict[int, KeptLane]
    drawn: Stretch


@dataclass(frozen=True, eq=False)
class _Arranged:
    """A layout, and what it depends on beside where the window stands in time."""

    window: ViewWindow
    revision: int
    measures: Measures
    layout: Layout


class Kept:
    """Belongs to one view of one run at a time; hand it to every `build` for that view."""

    def __init__(self) -> None:
        self._store: TraceStore | None = None
        self._forget(None)

    def _forget(self, store: TraceStore | None) -> None:
        self._store = store
        self._stretches: list[KeptStretch] = []
        self._arranged: _Arranged | None = None
        self._place: tuple[Any, ...] = ()
        self.beside: tuple[tuple[Any, ...], Any] | None = None
        """What stands at the left of the lanes, and what that depends on."""

    def arranged(self, store: TraceStore, window: ViewWindow) -> tuple[Measures, Layout]:
        """The layout of the lanes; the same one as before while it is the same."""
        if store is not self._store:
            self._forget(store)
        known, timeless = self._arranged, replace(window, t0=0, t1=0)
        same = known is not None and known.revision == store.revision and known.window == timeless
        if known is not None and same and _still_fits(known.layout, store, window):
            return known.measures, known.layout
        measures = known.measures if known is not None and same else measures_for(store, window)
        layout = lay_out(store, window, measures)
        self._arranged = _Arranged(timeless, store.revision, measures, layout)
        return measures, layout

    def stretch(self, frame: Frame, lanes: Sequence[Lane], layout: Layout) -> tuple[KeptStretch, Ground] | None:
        """What is kept of these lanes for this window, made now if need be; None where it would not be of use again."""
        window, place = frame.window, (frame.body, frame.window.top)
        scrolled, self._place = place != self._place, place
        lanes = [lane for lane in lanes if lane.kind == LaneKind.THREAD]
        if not frame.column or not lanes:
            return None
        key = _key(frame, lanes, layout)
        known = next((one for one in self._stretches if one.key == key and self._holds(one, frame.store)), None)
        if known is None or not known.t0 <= window.t0 <= window.t1 <= known.t1:
            made = None if scrolled else self._made(frame, lanes, layout, key, known)
            self._stretches = [one for one in self._stretches if one is not known]
            known = made
        else:
            self._stretches.remove(known)
        if known is None:
            return None
        self._stretches = [*self._stretches[1 - STRETCHES :], known]
        return known, Ground(known.drawn.part, known.drawn, (known.t0 - window.t0) // frame.column)

    def _holds(self, known: KeptStretch, store: TraceStore) -> bool:
        """Whether it is still what would be drawn now that the run may have grown."""
        if known.revision != store.revision and known.lasts and known.seal == _seal(store, known.lanes):
            known.revision = store.revision
        return known.revision == store.revision

    def _made(
        self, frame: Frame, lanes: list[Lane], layout: Layout, key: tuple[Any, ...], before: KeptStretch | None
    ) -> KeptStretch | None:
        store, window, column = frame.store, frame.window, frame.column
        settled = settled_until(store, [lane.thread for lane in lanes if lane.thread is not None])
        if window.t1 > settled:  # it will be drawn anew soon
            return None
        left, right = BESIDE, BESIDE
        if before is not None and before.t0 < window.t1 and window.t0 < before.t1:
            left, right = (AHEAD, 0) if window.t0 < before.t0 else (0, AHEAD)
        right = int(min(right, (settled - window.t1) // column))
        t0, t1 = window.t0 - left * column, window.t1 + right * column
        body = frame.body._replace(x1=frame.body.x0 + (t1 - t0) // column)
        inner = Frame(store, replace(window, t0=t0, t1=t1), frame.measures, body, frame.labels)
        found = {lane.thread: _drawn(inner, lane, layout) for lane in lanes if _can_be_kept(inner, lane)}
        kept = {thread: one for thread, one in found.items() if thread is not None}
        sheet = inner.sheet
        drawn = Stretch(body, sheet.items(), inner.phase, tuple(sheet.targets))
        return KeptStretch(key, t0, t1, store.revision, _seal(store, kept), not store.finished, kept, drawn)


def _key(frame: Frame, lanes: list[Lane], layout: Layout) -> tuple[Any, ...]:
    """All that the ground of lanes depends on beside the run and the window's place in it."""
    store, window = frame.store, frame.window
    places = tuple([
        (lane.thread, lane.bar, layout.uppers[lane.thread], held_locks(store, lane.thread).is_flat)
        for lane in lanes if lane.thread is not None
    ])  # fmt: skip
    return frame.column, window.t0 % frame.column, frame.body, window.filter, frame.measures, layout.strips, places


def _drawn(frame: Frame, lane: Lane, layout: Layout) -> KeptLane:
    assert lane.thread is not None
    upper = layout.uppers[lane.thread]
    found = draw_ground(frame, lane, upper, layout.strips)
    flat = held_locks(frame.store, lane.thread).is_flat
    said = words_of(frame, lane, upper if flat else Upper(), found, Slots())
    for one in said:
        one.words  # noqa: B018 - placed now, not in the middle of a drag
    return KeptLane(said, flat or not upper.holds)


def _can_be_kept(frame: Frame, lane: Lane) -> bool:
    """Not a lane in which words about an end or a loss take the place of others."""
    assert lane.thread is not None
    thread = frame.store.threads[lane.thread]
    told = bool(thread.ended_by) and thread.end_ns is not None and frame.sees(thread.end_ns)
    return not told and not any(loss.serial == thread.serial and loss.count for loss in frame.store.losses)


def _still_fits(layout: Layout, store: TraceStore, window: ViewWindow) -> bool:
    """Whether lanes of this arrangement are as high in this window; tasks' lanes are laid out anew."""
    scale = window.width / max(window.t1 - window.t0, 1)
    for lane in layout.lanes:
        if lane.kind in (LaneKind.TASK, LaneKind.TASKS):
            return False
        if lane.kind == LaneKind.OUTPUT and output_rows(store, window) != layout.output_rows:
            return False
    view = (window.t0, window.t1)
    return all(upper_rows(store, thread, view, scale) == upper for thread, upper in layout.uppers.items())


def settled_until(store: TraceStore, threads: Sequence[int]) -> float:
    """Before which moment (ns) nothing of these threads will be told anew; infinity once the run is over."""
    if store.finished:
        return np.inf
    found = np.inf
    for thread in threads:
        spans = states_of(store, thread)
        until = store.settled(thread)[1]
        last = int(spans.start[-1]) if len(spans) else store.threads[thread].start_ns
        found = min(found, last if until is None else min(until, last))
    return found


def _seal(store: TraceStore, threads: dict[int, KeptLane]) -> tuple[Any, ...]:
    """By what is noticed that what was settled is told anew."""
    editions = tuple([(states_of(store, thread), store.settled(thread)[0])[1] for thread in threads])
    return store.finished, store.lost, len(store.losses), editions
