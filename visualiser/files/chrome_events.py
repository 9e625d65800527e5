"""Events of Chrome's trace format as typed rows: decoded by msgspec, and by Python's json where that is too strict.

The format: "Trace Event Format", Google, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
Times in it are microseconds, as decimals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Word = int | float | str | None

EXACT_BELOW = float(1 << 43)
"""Microseconds: below, a float is exact to half a nanosecond; from there on (102 days) decimals are read as written."""
MOST_MICROS = 4.0e15
"""So that sums of two such times in ns fit into 63 bits; 126 years."""
NO_TIME = np.iinfo(np.int64).min


class Call(msgspec.Struct, gc=False):
    """One event, as far as a whole span (X) is used."""

    ph: str = ""
    pid: Word = None
    tid: Word = None
    ts: Word = None
    dur: Word = None
    name: Word = None


class Event(Call, gc=False):
    """One event, as far as any is used. `args`: the text of its arguments, or empty."""

    cat: Word = None
    id: Word = None
    id2: msgspec.Raw = msgspec.Raw()
    args: msgspec.Raw = msgspec.Raw()


class ExactEvent(Event, gc=False):
    """The same, with times as they are written."""

    ts: Decimal | None = None  # type: ignore[assignment]
    dur: Decimal | None = None  # type: ignore[assignment]


_decode_calls: Callable[[bytes], list[Call]] = msgspec.json.Decoder(list[Call]).decode
_decode: Callable[[bytes], list[Event]] = msgspec.json.Decoder(list[Event]).decode
_decode_exactly: Callable[[bytes], list[ExactEvent]] = msgspec.json.Decoder(list[ExactEvent]).decode


class Decoder:
    """Decodes piece after piece of a file. Calls alone take two thirds of the time of events of any kind, so as long as
    there were nothing but calls, that is what is looked for first.
    """

    def __init__(self) -> None:
        self._only_calls = False

    def __call__(self, text: bytes) -> list[Call]:
        """The events in the text of an array: Calls where all are whole spans, else Events. Raises ValueError."""
        if self._only_calls:
            try:
                calls = _decode_calls(text)
            except msgspec.DecodeError:
                calls = []
            if is_calls_only(calls) and not _is_late(calls):
                return calls
        events = decode(text)
        self._only_calls = is_calls_only(events)
        return list(events)


def is_calls_only(events: Sequence[Call]) -> bool:
    """Whether there are events, and all are whole spans."""
    return {one.ph for one in events} == {"X"}


def decode(text: bytes) -> list[Event]:
    """The events in the text of an array; what is no event becomes one without a phase. Raises ValueError."""
    try:
        events = _decode(text)
    except (msgspec.DecodeError, ValueError):  # NaN, for example, and a name that is a list
        return [_event(one) for one in json.loads(text.decode("utf-8", "replace"), strict=False)]
    if _is_late(events):
        try:
            return list(_decode_exactly(text))
        except (msgspec.DecodeError, ValueError, InvalidOperation):
            return events
    return events


def _is_late(events: Sequence[Call]) -> bool:
    """Whether times are so large that floats are too coarse for them. A file has one clock: some of them will tell."""
    some = events[:: max(len(events) // 16, 1)]
    return any(type(one.ts) is float and one.ts >= EXACT_BELOW for one in some)


def _event(data: Any) -> Event:
    if not isinstance(data, dict):
        return Event()
    phase = data.get("ph")
    event = Event(phase if isinstance(phase, str) else "")
    for name in ("pid", "tid", "ts", "dur", "name", "cat", "id"):
        if type(data.get(name)) in (int, float, str):
            setattr(event, name, data[name])
    for name in ("args", "id2"):
        if name in data:
            setattr(event, name, msgspec.Raw(json.dumps(data[name]).encode()))
    return event


def nanoseconds(micros: Sequence[Any]) -> npt.NDArray[np.int64]:
    """Microseconds as ns; NO_TIME for what is no time."""
    try:
        numbers = np.array(micros, np.float64)  # None becomes NaN
    except (ValueError, TypeError, OverflowError):
        return np.array([_nanoseconds(one) for one in micros], np.int64)
    if micros and isinstance(micros[0], Decimal):
        return np.array([_nanoseconds(one) for one in micros], np.int64)
    good = np.abs(numbers) < MOST_MICROS
    numbers = np.where(good, numbers, 0.0)
    whole = np.floor(numbers)
    ns = whole.astype(np.int64) * 1000 + np.rint((numbers - whole) * 1000).astype(np.int64)
    return np.where(good, ns, NO_TIME)


def _nanoseconds(micros: Any) -> int:
    try:
        exact = Decimal(micros)
        return int((exact * 1000).to_integral_value()) if abs(exact) < MOST_MICROS else NO_TIME
    except (InvalidOperation, TypeError, ValueError, OverflowError):
        return NO_TIME


def arguments(event: Event) -> dict[str, Any]:
    """Its arguments, decoded; empty when there are none, or they are no object."""
    return _object(event.args)


def identity(event: Event) -> Any:
    """What tells asynchronous events of one kind apart: the scope, and the id."""
    local = _object(event.id2)
    if "local" in local:
        return event.pid, str(local["local"])
    return "", str(local.get("global", event.id))


def _object(raw: msgspec.Raw) -> dict[str, Any]:
    text = bytes(raw)
    if not text.startswith(b"{"):
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
