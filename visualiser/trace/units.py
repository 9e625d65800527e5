"""Numbers as people read them: with a unit, and at most three digits that matter."""

from __future__ import annotations

import re
from decimal import Decimal
from math import floor, log10

_TIMES = (("s", 1_000_000_000), ("ms", 1_000_000), ("µs", 1_000))
_BYTES = (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000))


def digits(value: float) -> str:
    """At most three digits that matter, without an exponent: 0.0123, 1.23, 12.3, 123, 1230."""
    if value == 0:
        return "0"
    places = 2 - floor(log10(abs(value)))
    rounded = round(value, places)
    places = max(0, 2 - floor(log10(abs(rounded))))
    text = f"{rounded:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration(ns: float) -> str:
    """A time span: 999 ns, 12.3 µs, 12.3 ms, 1.23 s, 2 min 5 s, 3 h 2 min."""
    seconds = abs(ns) / 1e9
    if round(seconds) >= 3600:
        minutes = round(seconds / 60)
        return _signed(ns, f"{minutes // 60} h {minutes % 60} min")
    if round(seconds) >= 120:
        return _signed(ns, f"{round(seconds) // 60} min {round(seconds) % 60} s")
    return _scaled(ns, _TIMES, "ns")


def moment(ns: int, exact: bool = False) -> str:
    """A time since the start of the run, to the microsecond: `137.600 ms`, `12.345 678 s`; or `exact`, to the
    nanosecond: `137.600 123 ms`.
    """
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < (1_000_000_000 if exact else 999_999_500):
        unit, places = 1_000_000, 6 if exact else 3
    else:
        unit, places = 1_000_000_000, 9 if exact else 6
    whole, _, part = f"{Decimal(ns) / unit:.{places}f}".partition(".")
    threes = "\u202f".join(part[at : at + 3] for at in range(0, places, 3))
    return f"{sign}{whole}.{threes} {'ms' if unit == 1_000_000 else 's'}"


def memory(size: float) -> str:
    """Bytes, in decimal units: 512 B, 14.2 MB."""
    return _scaled(size, _BYTES, "B")


def count(number: int) -> str:
    """A number of things, exactly, with thin spaces by thousands: 999, 12 345."""
    return f"{number:,}".replace(",", "\u202f")


def share(part: float) -> str:
    """A share of 1 as a percentage: 0 %, 0.12 %, 12.3 %, 100 %."""
    return f"{digits(part * 100)} %"


def _scaled(value: float, units: tuple[tuple[str, int], ...], smallest: str) -> str:
    for unit, size in units:
        if abs(value) >= size * 0.9995:  # 999.6 us is 1 ms, not 1000 us
            return f"{digits(value / size)} {unit}"
    return f"{digits(value)} {smallest}"


def _signed(value: float, text: str) -> str:
    return "-" + text if value < 0 else text


_PARTS = {"": 1, "ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000}


def parse_duration(text: str) -> int:
    """A time as people write it, in ns: "1.5s", "100 ms", "12us", "2min", "800" (ns). Raises ValueError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-zµ]*)\s*", text)
    if not found or found[2] not in _PARTS:
        raise ValueError(f"“{text}” is not a time; write it as 100ms, 1.5s or 2min.")
    return round(float(found[1]) * _PARTS[found[2]])
