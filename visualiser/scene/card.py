"""What is around the lanes: title, conditions and legend above, sources and machine below; and the time axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visualiser.trace import LEFT, STATE_LETTERS, Kind, TraceStore, counters_of, handed_over, has_lines, lines_of, units

from . import words
from .axis import moment, ticks
from .frame import Frame, Measures
from .memory import remembered
from .model import Box4, LegendEntry, Part, Scene, ViewWindow
from .nested import held_locks, own_spans
from .palette import CPU_TONES, STATE_LOOKS
from .shares import track
from .sheet import Layer, Sheet
from .tasks import task_legend
from .tasks_bar import draw_task_swatch
from .textfit import clean, text_width

SWATCH, BETWEEN = 18.0, 16.0
MOST_TITLE_LINES = 3


def legend(store: TraceStore) -> tuple[LegendEntry, ...]:
    """The states that appear in this run, and the other marks that do; nothing else."""
    return remembered(store, "legend", lambda: _legend(store))


def _legend(store: TraceStore) -> tuple[LegendEntry, ...]:
    order = (1, 2, 4, 5, 3, 6, 7, 8, 0)
    present = np.zeros(len(STATE_LOOKS), bool)
    for thread in store.threads:
        present |= track(store, thread.index).totals > 0
    found = [LegendEntry(STATE_LOOKS[s].words, s, STATE_LETTERS[s]) for s in order if present[s]]
    if any(len(held_locks(store, thread.index)) for thread in store.threads):
        found.append(LegendEntry("holds a lock", mark="hold"))
    if any(len(own_spans(store, thread.index)) for thread in store.threads):
        foreign = "opened_from" in store.sources
        found.append(LegendEntry("call or span" if foreign else "own span or task", mark="span"))
    waited = bool((store.arrows().kind == Kind.THREAD_JOINED).any()) or any(one.mark == "hold" for one in found)
    means = ["handed to another"] * bool(handed_over(store)) + ["let another go on"] * waited
    if means:
        found.append(LegendEntry(f"dashed: {', or '.join(means)}", mark="arrow_dashed"))
    found += task_legend(store)
    if store.cpus:
        told = ", ".join(f"CPU {cpu}" for cpu in store.cpus) if len(store.cpus) <= CPU_TONES else "which CPU it was on"
        found.append(LegendEntry(f"strip: {told}", mark="cpus", inks=_tones(store)))
    if any(len(process.memory.t) > 1 for process in store.processes):
        found.append(LegendEntry(words.memory_legend(store), mark="memory"))
    if counters_of(store):
        found.append(LegendEntry("counter, as the file tells it", mark="memory"))
    if store.lost:
        found.append(LegendEntry("events lost", mark="lost"))
    return tuple(found)


def _tones(store: TraceStore) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"cpu/{cpu % CPU_TONES}" for cpu in store.cpus))


def run_title(store: TraceStore, title: str | None) -> str:
    """What was run."""
    return clean(title or store.info.title or store.info.target) or "A Python program"


def draw_header(
    sheet: Sheet, measures: Measures, box: Box4, title: str, subtitle: str, entries: tuple[LegendEntry, ...]
) -> float:
    """Title, conditions, legend, from the top of `box` downwards; returns the y below them."""
    y = box.y0
    for line in list(wrapped(title, (box.x1 - box.x0) * 0.92, measures.title))[:MOST_TITLE_LINES]:
        y += measures.title * (1.0 if y == box.y0 else 1.25)
        sheet.text(Part.HEADER, box.x0, y, line, measures.title, bold=True, room=box.x1 - box.x0)
    y += measures.title * 0.45
    for line in wrapped(subtitle, box.x1 - box.x0, measures.normal):
        y += measures.normal * 1.4
        sheet.text(Part.HEADER, box.x0, y, line, measures.normal, "muted", room=box.x1 - box.x0)
    return draw_legend(sheet, measures, Box4(box.x0, y + measures.normal, box.x1, box.y1), entries)


def draw_legend(sheet: Sheet, measures: Measures, box: Box4, entries: tuple[LegendEntry, ...]) -> float:
    """Swatches with letters and words, in as many rows as it takes; returns the y below."""
    x, y, size = box.x0, box.y0, measures.normal
    step, swatch, between = 1.7 * size, SWATCH * size / 12, BETWEEN * size / 12
    for entry in entries:
        said = f"{entry.letter} {entry.words}" if entry.letter else entry.words
        width = swatch + 6 + text_width(said, size)
        if x > box.x0 and x + width > box.x1:
            x, y = box.x0, y + step
        _draw_swatch(sheet, entry, Box4(x, y + 1, x + swatch, y + 1 + size))
        sheet.text(Part.HEADER, x + swatch + 6, y + 0.93 * size, said, size, "muted", room=box.x1 - x - swatch - 6)
        x += width + between
    return y + step if entries else y


def _draw_swatch(sheet: Sheet, entry: LegendEntry, box: Box4) -> None:
    if entry.state is not None:
        one = np.array([entry.state], np.uint8)
        top = _swatch_top(box, STATE_LOOKS[entry.state].height)
        x0, x1, y0, y1 = (np.array([value]) for value in (box.x0, box.x1, top, box.y1))
        sheet.rects(Part.HEADER, x0, x1, y0, y1, one)
    elif entry.mark == "hold":
        sheet.box(Layer.FRAMES, Part.HEADER, (box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1), edge="hold", line_width=1.5)
    elif entry.mark == "span":
        sheet.box(Layer.FRAMES, Part.HEADER, box, "thread_tint/0", "thread/0", radius=2.0)
    elif entry.mark == "cpus":
        for place, ink in enumerate(entry.inks):
            left, right = (box.x0 + (box.x1 - box.x0) * one / len(entry.inks) for one in (place, place + 1))
            sheet.box(Layer.FRAMES, Part.HEADER, (left, box.y1 - 5, right, box.y1 - 1), ink)
    elif entry.mark == "memory":
        sheet.box(Layer.FRAMES, Part.HEADER, (box.x0, box.y0 + 4, box.x1, box.y1), "band_tint")
        sheet.line(Layer.FRAMES, Part.HEADER, (box.x0, box.y0 + 4, box.x1, box.y0 + 4), "band")
    elif entry.mark.startswith(("task_", "arrow_")):
        draw_task_swatch(sheet, entry, box)
    else:
        sheet.box(Layer.FRAMES, Part.HEADER, box, "lost_tint", "lost", hatch="lost")


def swatch(entry: LegendEntry, width: float, height: float) -> Scene:
    """The swatch of a legend's entry alone, for a legend that stands elsewhere."""
    sheet, whole = Sheet(), Box4(-2.0, -2.0, width + 2.0, height + 2.0)
    _draw_swatch(sheet, entry, Box4(0.0, 0.0, width, height))
    window = ViewWindow(0, 1, round(width))
    return Scene(window, width, height, whole, height, (), sheet.items(), dict.fromkeys(Part, whole))


def _swatch_top(box: Box4, height: str) -> float:
    return {"full": box.y0, "half": box.y0 + 0.4 * (box.y1 - box.y0), "line": box.y1 - 4, "hair": box.y1 - 2}[height]


def footer_lines(store: TraceStore, width: float, measures: Measures, note: str) -> list[tuple[str, str]]:
    """Lines of the footer with their anchor: machine at the left, sources at the right, on one line where both fit."""
    made, told = words.conditions(store), words.DOT.join(filter(None, (words.sources(store), _lines_recorded(store))))
    lines = [(line, "start") for line in wrapped(note, width, measures.small)] if note else []
    if text_width(made, measures.small) + text_width(told, measures.small) + 24 <= width:
        return [*lines, (made, "both"), (told, "end")]
    lines += [(line, "start") for line in wrapped(made, width, measures.small)]
    return lines + [(line, "end") for line in wrapped(told, width, measures.small)]


def _lines_recorded(store: TraceStore) -> str:
    """How many lines were recorded, each of which took time; empty where that was not asked for."""
    if not has_lines(store):
        return ""
    number = sum(int((lines_of(store, thread.index).flag != LEFT).sum()) for thread in store.threads)
    return f"{units.count(number)} line{'s' * (number != 1)} recorded, which stretches time"


def draw_footer(sheet: Sheet, measures: Measures, box: Box4, lines: list[tuple[str, str]]) -> None:
    """The lines of `footer_lines` from the top of `box` downwards; "both" shares its line with the next."""
    y, before = box.y0, ""
    for line, anchor in lines:
        y += 0.0 if before == "both" else 1.45 * measures.small
        before = anchor
        x = box.x1 if anchor == "end" else box.x0
        sheet.text(
            Part.FOOTER, x, y, line, measures.small, "muted",
            anchor="end" if anchor == "end" else "start", room=box.x1 - box.x0,
        )  # fmt: skip


def wrapped(text: str, width: float, size: float) -> Iterator[str]:
    """A line of parts joined by dots as lines that fit; broken between parts, else between words."""
    line = ""
    for part in text.split(words.DOT):
        longer = f"{line}{words.DOT}{part}" if line else part
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _broken(part, width, size)
        yield from full
    if line:
        yield line


def _broken(part: str, width: float, size: float) -> list[str]:
    lines = [""]
    for word in part.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def draw_axis(frame: Frame, y: float, bottom: float) -> None:
    """Ticks with units over the body, their lines down through it; no label under the playhead's."""
    origin, size = frame.store.start_ns, frame.measures.small
    t0, t1 = frame.window.t0 - origin, frame.window.t1 - origin
    found = ticks(t0, t1, frame.body.x1 - frame.body.x0, size)
    pill = pill_box(frame, y)
    base = frame.measures.axis + y - 8
    if found.base:
        frame.sheet.text(
            Part.AXIS, frame.body.x0 - 8, base, f"{found.base} +", size, "muted", anchor="end",
            room=frame.body.x0 - 8 - frame.labels[0],
        )  # fmt: skip
    for t, label in zip(found.times, found.labels, strict=True):
        x = frame.x_of(origin + t)
        frame.sheet.line(Layer.GRID, Part.BODY, (x, frame.body.y0, x, bottom), "grid")
        frame.sheet.line(Layer.GRID, Part.AXIS, (x, base + 4, x, base + 8), "edge")
        half = text_width(label, size) / 2
        right = frame.window.width - 2
        hidden = pill is not None and x + half > pill.x0 - 3 and x - half < pill.x1 + 3
        crowded = bool(found.base) and x - half < frame.body.x0
        if x + half <= right and not hidden and not crowded:
            frame.sheet.text(Part.AXIS, x, base, label, size, "muted", anchor="middle")


def playhead_words(frame: Frame) -> str:
    """The playhead's time, as exact as a pixel."""
    assert frame.playhead is not None
    resolution = 1
    while resolution * 10 <= 1 / frame.scale:
        resolution *= 10
    return moment(frame.playhead - frame.store.start_ns, min(resolution, 10**9))


def pill_box(frame: Frame, y: float) -> Box4 | None:
    """Where the playhead's time stands; None when the playhead is not in the window."""
    if frame.playhead is None or not frame.sees(frame.playhead):
        return None
    size = frame.measures.small
    half = text_width(playhead_words(frame), size, True) / 2 + 8
    x = min(max(frame.x_of(frame.playhead), frame.labels[0] + half), frame.window.width - half - 1)
    base = frame.measures.axis + y - 8
    return Box4(x - half, base - size - 3, x + half, base + 0.45 * size)


def draw_playhead(frame: Frame, y: float, bottom: float) -> None:
    """The line through all lanes, and its time on the axis."""
    pill = pill_box(frame, y)
    if pill is None or frame.playhead is None:
        return
    x, size = frame.x_of(frame.playhead), frame.measures.small
    frame.sheet.line(Layer.PLAYHEAD, Part.OVERLAY, (x, pill.y1, x, bottom), "accent", 2.0)
    frame.sheet.box(Layer.PILL, Part.OVERLAY, pill, "accent", radius=(pill.y1 - pill.y0) / 2)
    middle = (pill.x0 + pill.x1) / 2
    frame.sheet.text(
        Part.OVERLAY, middle, pill.y1 - 0.48 * size, playhead_words(frame), size, "accent_text",
        bold=True, anchor="middle", layer=Layer.PILL_WORDS,
    )  # fmt: skip
