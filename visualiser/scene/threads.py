"""A thread's lane: its bar of states with letters, the rows above it, its end, and what was lost of it.

ground    states, columns, brackets of held locks     the same wherever the window stands, so it may be kept (`kept`)
words     letters, names of locks                     where what is seen of their things has room (`said`)
over      own spans, marks, the end, what was lost    made for every picture
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

import numpy as np

from visualiser.trace import State, Thread, units

from .detail import Split, draw_states
from .filtering import draw_kept
from .frame import Frame, Slots
from .layout import Upper
from .machine import draw_thread_cpus
from .model import Lane, Part, Text
from .nested import held_locks, own_spans
from .palette import FULL, STATE_LOOKS
from .rows import (
    draw_dense_spans,
    draw_holds,
    draw_marks,
    draw_notches,
    draw_spans,
    lock_names,
    point_out_notches,
)  # fmt: skip
from .said import Said
from .shares import states_of, track
from .sheet import Layer
from .textfit import clean, text_width

LETTER_ROOM = 16.0
"""A stretch this wide (pixels) gets its letter."""


def draw_thread(frame: Frame, lane: Lane, upper: Upper, strips: bool) -> None:
    """Everything in the body of one thread's lane; `strips`: with one that tells the CPU."""
    found = draw_ground(frame, lane, upper, strips)
    taken = draw_over(frame, lane, upper)
    for some in words_of(frame, lane, upper, found, taken):
        frame.sheet.put(one for one in some.words if one is not None)


def draw_ground(frame: Frame, lane: Lane, upper: Upper, strips: bool) -> Split | None:
    """What is the same wherever the window stands. Returns the states that are wide enough to be seen one by one."""
    assert lane.thread is not None
    store, thread, found = frame.store, lane.thread, None
    spans, holds, y = own_spans(store, thread), held_locks(store, thread), _top(frame, lane, upper)
    if upper.spans:
        draw_dense_spans(frame, thread, y, upper.spans)
    else:
        draw_notches(frame, spans, lane.bar[0], f"thread/{thread}")
    states, chosen = track(store, thread), frame.window.filter
    if len(states):
        found = draw_states(frame, states, lane.bar) if chosen is None else draw_kept(
            frame, thread, states, lane.bar, chosen
        )  # fmt: skip
    if upper.holds:
        draw_holds(frame, thread, _holds_top(frame, lane), lane.bar[1])
    else:
        draw_notches(frame, holds, lane.bar[0], "hold")
    if strips:
        below = lane.bar[1] + 3.0
        draw_thread_cpus(frame, thread, (below, below + frame.measures.strip))
    return found


def words_of(frame: Frame, lane: Lane, upper: Upper, found: Split | None, taken: Slots) -> list[Said]:
    """The words in states and held locks; none where it is `taken`."""
    assert lane.thread is not None
    said = []
    if found is not None and frame.measures.details:
        said.append(_letters(frame, lane, lane.thread, found, taken))
    if upper.holds:
        said.append(names_of_locks(frame, lane))
    return said


def names_of_locks(frame: Frame, lane: Lane) -> Said:
    """The names in held locks."""
    assert lane.thread is not None
    return lock_names(frame, lane.thread, _holds_top(frame, lane))


def draw_over(frame: Frame, lane: Lane, upper: Upper) -> Slots:
    """What is made for every picture. Returns what of the bar is taken by words about the end and losses."""
    assert lane.thread is not None
    store, thread, y = frame.store, frame.store.threads[lane.thread], _top(frame, lane, upper)
    if upper.spans:
        draw_spans(frame, thread.index, y, upper.spans)
    else:
        point_out_notches(frame, thread.index, own_spans(store, thread.index), lane.bar[0], "span")
    if upper.marks:
        draw_marks(frame, thread.index, y + upper.spans * frame.measures.row, lane.bar[1])
    if not upper.holds:
        point_out_notches(frame, thread.index, held_locks(store, thread.index), lane.bar[0], "hold")
    words = Slots()
    _draw_end(frame, thread, lane, words)
    return words


def _top(frame: Frame, lane: Lane, upper: Upper) -> float:
    return lane.bar[0] - upper.rows * frame.measures.row


def _holds_top(frame: Frame, lane: Lane) -> float:
    return lane.bar[0] - frame.measures.row


def _letters(frame: Frame, lane: Lane, thread: int, found: Split, taken: Slots) -> Said:
    """The letter of a stretch, and what it waits for and how long where there is room."""
    size, states = frame.measures.small, states_of(frame.store, thread)
    least = LETTER_ROOM * size / 11
    roomy = np.flatnonzero(found.x1 - found.x0 >= least)
    rows = found.rows[roomy]
    columns = (states.state[rows], states.end[rows] - states.start[rows], states.object[rows])
    things = list(zip(*(one.tolist() for one in columns), strict=True))
    short = text_width("I  1 s", size)
    edges, middle = _frame_edges(frame, thread) if things else [], (lane.bar[0] + lane.bar[1]) / 2

    def place(i: int, x0: float, x1: float) -> Text | None:
        if x1 - x0 < least:
            return None
        state, length, thing = things[i]
        look, room = STATE_LOOKS[state], x1 - x0 - 6
        if state == State.UNKNOWN or room < short:
            said, width = look.letter, text_width(look.letter, size)
        else:
            tries = _words(look.letter, clean(frame.store.object(thing).label) if thing else "", length, size)
            said, width = next((one for one in tries if one[1] <= room), tries[-1])
        x = x0 + 4 if len(said) > 1 else (x0 + x1) / 2 - width / 2
        near = edges and edges[bisect_left(edges, max(x - 3, x0)) : bisect_left(edges, min(x + width + 3, x1))]
        if near and near[0] < x + 3 and x + width + 8 < x1:  # step aside of a frame's edge
            x, near = near[0] + 5, near[1:]
        if near or not taken.is_free(x, x + width):
            return None
        solid = look.height == FULL
        y = middle + (0.36 * size if solid else -0.18 * size)
        return Text(Part.BODY, x, y, said, size, "on_state" if solid else "text", width=width)

    return Said(found.x0[roomy].tolist(), found.x1[roomy].tolist(), place)


def _frame_edges(frame: Frame, thread: int) -> list[float]:
    """Where the brackets of held locks stand, sorted; letters keep away from them."""
    holds = held_locks(frame.store, thread)
    wide = holds.long_ones(frame.window.t0, frame.window.t1, 8 / frame.scale)
    return sorted(frame.x(np.concatenate((holds.table.start[wide], holds.table.end[wide]))).tolist())


@lru_cache(maxsize=16384)
def _words(letter: str, label: str, length: int, size: float) -> tuple[tuple[str, float], ...]:
    """What could be said of a stretch, with the room it takes: letter, object and length; letter and length; letter."""
    long = units.duration(length)
    tries = [f"{letter}  {label} {long}"] if label else []
    return tuple((said, text_width(said, size)) for said in (*tries, f"{letter}  {long}", letter))


def _draw_end(frame: Frame, thread: Thread, lane: Lane, words: Slots) -> None:
    """A cap where the thread ended, with words where the end was not an ordinary one; and the zone of what was lost."""
    _draw_loss(frame, thread, lane, words)
    if thread.end_ns is None or not frame.sees(thread.end_ns):
        return
    x = frame.x_of(thread.end_ns)
    y0, y1 = lane.bar
    cap = min(max(x, frame.body.x0 + 1), frame.body.x1 - 1)
    unusual = bool(thread.ended_by)
    frame.sheet.line(Layer.FRAMES, Part.BODY, (cap, y0 - 2, cap, y1 + 2), "text", 3.0 if unusual else 1.5)
    if unusual:
        if thread.ended_by != frame.store.processes[thread.process].ended_how:  # else the process says it, once
            draw_plate(frame, clean(thread.ended_by), cap, (y0, y1), words)
        box = (cap - 4, y0, cap + 4, y1)
        frame.sheet.target(box, "end", thread.index, thread.index, thread.end_ns)


def draw_plate(frame: Frame, said: str, x: float, bar: tuple[float, float], words: Slots) -> None:
    """Words on a plate of their own beside an x: to the right of it if there is room, else to the left."""
    size, body = frame.measures.small, frame.body
    width = text_width(said, size, True) + 8
    x0 = x + 4 if x + 4 + width <= body.x1 else x - 4 - width
    if x0 < body.x0:
        x0, width = body.x0, body.x1 - body.x0
    if not words.take(x0, x0 + width):
        return
    middle = (bar[0] + bar[1]) / 2
    half = 0.66 * size
    frame.sheet.box(Layer.FLAGS, Part.BODY, (x0, middle - half, x0 + width, middle + half), "paper", "text", radius=2.0)
    frame.sheet.text(Part.BODY, x0 + 4, middle + 0.36 * size, said, size, bold=True, room=width - 8)


def _draw_loss(frame: Frame, thread: Thread, lane: Lane, words: Slots) -> None:
    for number, loss in enumerate(frame.store.losses):
        if loss.serial != thread.serial or not loss.count or process_of(frame, loss.process) != thread.process:
            continue
        start = loss.first_ns or thread.start_ns
        end = thread.end_ns if thread.end_ns is not None else frame.store.end_ns
        draw_lost_zone(frame, start, max(end, start), lane.bar, words, loss.count)
        box = (frame.clipped(start), lane.bar[0], frame.clipped(end), lane.bar[1])
        frame.sheet.target(box, "lost", thread.index, number, start)


def process_of(frame: Frame, key: int) -> int | None:
    """The index of the process that a diary's key stands for; None for the observer's."""
    found = next((one for one in frame.store.headers if one.key == key), None)
    if found is None:
        return None
    for one in frame.store.processes:  # it began before its diary did
        if one.pid == found.pid and one.start_ns <= found.start_ns <= (one.end_ns or frame.store.end_ns):
            return one.index
    return None


def draw_lost_zone(frame: Frame, start: int, end: int, bar: tuple[float, float], words: Slots, count: int) -> None:
    """Marks a stretch in which events were lost: at least 3 pixels, whatever the zoom."""
    if not frame.sees(start, end):
        return
    x0, x1 = frame.clipped(start), frame.clipped(end)
    x0 = min(x0, frame.body.x1 - 3)
    x1 = max(x1, x0 + 3)
    zone = (x0, bar[0] - 2, x1, bar[1] + 2)
    frame.sheet.box(Layer.LOST, Part.BODY, zone, "lost_tint", "lost", hatch="lost")
    draw_plate(frame, f"{units.count(count)} event{'s' * (count != 1)} lost", x0, bar, words)
