"""The time axis: round steps from nanoseconds to hours, labels with units that never collide.

Times are told from the start of the run. Where a window is so deep in the run that full labels would need many digits,
the axis tells one round base time at its left, and its ticks as offsets from it ("12.345 s" and "+20 ns").
"""

from __future__ import annotations

from dataclasses import dataclass

from .textfit import text_width

NS, US, MS, S, MIN, H = 1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000
STEPS = (
    *(factor * 10**power for power in range(9) for factor in (1, 2, 5)),
    *(S * n for n in (1, 2, 5, 10, 15, 30)),
    *(MIN * n for n in (1, 2, 5, 10, 15, 30)),
    *(H * n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)),
)
"""Distances between ticks, ns."""

UNITS = ((S, "s"), (MS, "ms"), (US, "µs"), (NS, "ns"))
MOST_DIGITS = 6
GAP = 18.0


@dataclass(frozen=True)
class Ticks:
    """Where ticks are (`times`, ns from the start of the run), their labels, and the base time where one is told."""

    times: tuple[int, ...]
    labels: tuple[str, ...]
    step: int
    base: str = ""


def moment(t: int, resolution: int) -> str:
    """A moment (ns from the start) to at least the given resolution (ns): 100 ms, 12.345 s, 2 min 5 s, 1 h 2 min."""
    if abs(t) >= MIN and resolution >= S:
        return _long(t, resolution)
    size, unit = next(((size, unit) for size, unit in UNITS if abs(t) >= size), UNITS[-1])
    if t == 0:
        size, unit = next(((size, unit) for size, unit in UNITS if resolution >= size), UNITS[-1])
    return f"{_decimal(t, size, resolution)} {unit}"


def moment_seen(t: int, pixel: float | None = None) -> str:
    """A moment (ns from the start) with three digits that matter, or with more where a pixel (ns) shows more."""
    resolution: int = 10 ** max(len(str(abs(t))) - 3, 0) if t else MS
    while pixel is not None and resolution > max(pixel, 1):
        resolution //= 10
    return moment(t, resolution)


def _long(t: int, resolution: int) -> str:
    sign, seconds = "-" if t < 0 else "", abs(t) // S
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = [f"{hours} h"] if hours else []
    if minutes or (not hours and resolution < H):
        parts.append(f"{minutes} min")
    if resolution < MIN and seconds:
        parts.append(f"{seconds} s")
    return sign + " ".join(parts)


def _decimal(t: int, size: int, resolution: int) -> str:
    """Exactly (integers; floats would round 17-digit times), cut to the digits the resolution needs."""
    places = decimals(size, resolution)
    scaled = (abs(t) * 10**places + size // 2) // size
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if t < 0 and scaled else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def decimals(size: int, resolution: int) -> int:
    """How many decimals a unit of `size` ns needs to tell `resolution` ns apart."""
    places = 0
    while size > resolution and size % 10 == 0 and resolution % size:
        if resolution * 10**places % size == 0:
            break
        places += 1
    return places


def ticks(t0: int, t1: int, width: float, size: float) -> Ticks:
    """Ticks for a window (ns from the start of the run) `width` pixels wide with labels at a font size."""
    if t1 <= t0 or width <= 0:
        return Ticks((), (), 1)
    made = None
    for step in STEPS:
        if (t1 - t0) / step > max(width / 20.0, 2):
            continue
        made = _ticks_at(t0, t1, step)
        if fits(made, width / (t1 - t0), size):
            return made
    return Ticks((), (), STEPS[-1]) if made is None else Ticks(made.times, ("",) * len(made.times), made.step)


def fits(made: Ticks, scale: float, size: float) -> bool:
    """Whether the labels keep a gap between them; `scale` in pixels per ns."""
    widest = max((text_width(label, size) for label in made.labels), default=0.0)
    return made.step * scale >= widest + GAP


def _ticks_at(t0: int, t1: int, step: int) -> Ticks:
    first = -(-t0 // step) * step
    times = tuple(range(first, t1 + 1, step))
    furthest = max(abs(t0), abs(t1))
    size = next((size for size, _ in UNITS if furthest >= size), 1)
    whole = len(str(furthest // size))
    if whole + decimals(size, step) <= MOST_DIGITS or (furthest >= MIN and step >= S):
        return Ticks(times, tuple(_label(t, step, size) for t in times), step)
    round_base = 10 ** len(str(t1 - t0))
    base = t0 // round_base * round_base
    unit, name = next((size, unit) for size, unit in UNITS if step * 10 >= size)
    labels = tuple(f"{'+' if t >= base else ''}{_decimal(t - base, unit, step)} {name}" for t in times)
    return Ticks(times, labels, step, moment(base, round_base))


def _label(t: int, step: int, size: int) -> str:
    """All labels of one axis in one unit, but for hours and minutes."""
    if abs(t) >= MIN and step >= S:
        return _long(t, step)
    if size == S and step >= S:
        return f"{t // S} s"
    unit = next(name for one, name in UNITS if one == size)
    return f"{_decimal(t, size, step)} {unit}"
