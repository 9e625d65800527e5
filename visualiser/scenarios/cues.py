"""A cue: the description of a moment in a recorded run, such as "the second time that `numbers` begins to sleep".

A cue is only parsed and checked here. Where it points is found elsewhere, in the trace of a run that happened; a cue
that finds no moment there leaves its step without one, and the step is read all the same.

In story.json a cue is an object: `{"event": "wait_begin", "state": "sleep", "thread": "numbers", "nth": 2}`. `event` is
the kind, and KINDS lists which other fields each kind takes. What is left out matches everything.

    text      str, contained in the line of output or in the mark's name; upper and lower case differ
    thread    str, the thread's name, or a pattern as of fnmatch: "burner-*"
    process   str, the process's name, likewise
    state     str, one of STATES, or "cpu": on a CPU in whatever state
    wait      str, one of WAITS: what the recorded call waits for, such as "queue_put" or "barrier"
    span      str, one of SPANS: what the recorded stretch is about, such as "pickle"
    name      str, a watched name of the program, such as "counter"
    count     int >= 2, how many threads are in that state at once
    nth       int >= 1, which of the moments that match, in order of time (default 1); -1 is the last
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from visualiser.events import Span, Wait

STATES = ("running", "native", "ready", "gil", "lock", "io", "sleep", "child")
"""The states of a thread that a cue may name (`unknown` is not one: nobody can point at what was not observed)."""

ON_CPU = (*STATES, "cpu")
"""The same, and "cpu": on a CPU, whether with the GIL, without it, or that was not observed."""

WAITING = ("ready", "gil", "lock", "io", "sleep", "child")
"""The states in which a thread does not run."""

WAITS: Mapping[str, int] = MappingProxyType(
    {name.lower(): value for name, value in vars(Wait).items() if name.isupper()}
)
"""What a recorded call can wait for, by the names that a cue uses: "lock", "queue_get", "barrier" ..."""

SPANS: Mapping[str, int] = MappingProxyType(
    {name.lower(): value for name, value in vars(Span).items() if name.isupper()}
)
"""What a recorded stretch can be about, by the names that a cue uses: "pickle", "task", "import_main" ..."""


@dataclass(frozen=True)
class Cue:
    """A moment to look for. Fields as in the module's docstring; None where the cue does not say."""

    kind: str
    text: str | None = None
    thread: str | None = None
    process: str | None = None
    state: str | None = None
    wait: str | None = None
    span: str | None = None
    name: str | None = None
    count: int | None = None
    nth: int = 1


@dataclass(frozen=True)
class _Kind:
    """Which fields one kind of cue must have and may have."""

    needs: frozenset[str]
    takes: frozenset[str]


_TEXTS = ("text", "thread", "process", "state", "wait", "span", "name")
_WORDS: Mapping[str, Collection[str]] = MappingProxyType({"state": ON_CPU, "wait": WAITS, "span": SPANS})


def _kind(needs: str = "", takes: str = "") -> _Kind:
    needed = frozenset(needs.split())
    return _Kind(needed, needed | frozenset(takes.split()) | {"event"})


KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "start": _kind(),  # the run begins
        "end": _kind(),  # the run is over
        "process_start": _kind(takes="process nth"),
        "process_end": _kind(takes="process nth"),
        "thread_start": _kind(takes="thread process nth"),
        "thread_end": _kind(takes="thread process nth"),
        "crash": _kind(takes="text thread process nth"),  # a thread ends by an exception, whose type holds `text`
        "run_begin": _kind(takes="thread process nth"),  # a thread comes onto a CPU
        "wait_begin": _kind("state", "wait thread process nth"),
        "wait_end": _kind("state", "wait thread process nth"),
        "longest_wait": _kind("state", "wait thread process nth"),  # the longest of them begins; nth 2: the next long
        "together": _kind("state count", "wait thread process nth"),  # `count` threads come to be in `state`
        "hold_begin": _kind(takes="thread process nth"),  # a lock is taken
        "hold_end": _kind(takes="thread process nth"),  # a lock is given back
        "deadlock": _kind(takes="nth"),  # a circle of threads closes, each waiting for the next one's lock
        "gil_handover": _kind(takes="thread process nth"),  # the GIL goes to another thread: to `thread`, if named
        "span_begin": _kind("span", "thread process nth"),
        "span_end": _kind("span", "thread process nth"),
        "output": _kind(takes="text thread process nth"),
        "mark": _kind(takes="text thread process nth"),  # the program's own mark
        "line": _kind("text", "thread process nth"),  # a line of the program that holds `text` is reached
        "value": _kind("name", "text thread process nth"),  # a watched name is seen, with `text` as its value
        "loss": _kind("name", "thread process nth"),  # a watched number is smaller than it was seen before
    }
)
"""Every kind of cue, with the fields it takes."""


def parse_cue(data: object) -> Cue:
    """The cue that `data`, decoded from JSON, describes. Raises ValueError with a sentence naming the field."""
    if not isinstance(data, Mapping):
        raise ValueError("a cue is an object with an event")
    kind = data.get("event")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"event {kind!r} is none of {', '.join(KINDS)}")
    _check_fields(kind, data)
    texts = {name: _text(name, data[name]) for name in _TEXTS if name in data}
    count = _number("count", data["count"]) if "count" in data else None
    cue = Cue(kind, **texts, count=count, nth=_number("nth", data.get("nth", 1)))
    if kind in ("wait_begin", "wait_end", "longest_wait") and cue.state not in WAITING:
        raise ValueError(f"state {cue.state!r} is no waiting: it is none of {', '.join(WAITING)}")
    return cue


def _check_fields(kind: str, data: Mapping[object, object]) -> None:
    allowed = KINDS[kind]
    for name in data:
        if name not in allowed.takes:
            raise ValueError(f"a cue of the event {kind!r} has no field {name!r}")
    for name in sorted(allowed.needs):
        if name not in data:
            raise ValueError(f"a cue of the event {kind!r} needs the field {name!r}")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text that is not empty")
    if name in _WORDS and value not in _WORDS[name]:
        raise ValueError(f"{name} {value!r} is none of {', '.join(_WORDS[name])}")
    return value


def _number(name: str, value: object) -> int:
    least = 2 if name == "count" else 1
    if isinstance(value, int) and not isinstance(value, bool) and (value >= least or (name, value) == ("nth", -1)):
        return value
    raise ValueError(f"{name} must be a whole number from {least} on" + (", or -1 for the last" if least == 1 else ""))
