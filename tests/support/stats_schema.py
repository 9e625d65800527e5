"""The schema of `stats --json`, and a checker for it that needs no library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Check = Callable[[Any], str | None]
"""Given a value: None, or what is wrong with it."""


def check_stats(facts: Any) -> None:
    """Raise AssertionError, naming the field, unless `facts` is exactly what the README says `stats --json` prints."""
    wrong = STATS(facts)
    assert wrong is None, f"stats{wrong}"


def whole(at_least: int | None = None) -> Check:
    """An integer (a bool is none)."""

    def check(value: Any) -> str | None:
        right = isinstance(value, int) and not isinstance(value, bool) and (at_least is None or value >= at_least)
        return None if right else f": {value!r} is not a whole number" + (f" >= {at_least}" if at_least else "")

    return check


def of(kind: type) -> Check:
    """A value of this type."""
    return lambda value: None if isinstance(value, kind) else f": {value!r} is not {kind.__name__}"


def one_of(*values: Any) -> Check:
    """One of these values."""
    return lambda value: None if value in values else f": {value!r} is none of {values}"


def maybe(check: Check) -> Check:
    """null, or what `check` wants."""
    return lambda value: None if value is None else check(value)


def every(check: Check) -> Check:
    """A list of such values."""

    def check_all(value: Any) -> str | None:
        if not isinstance(value, list):
            return f": {value!r} is not a list"
        found = ((at, check(one)) for at, one in enumerate(value))
        return next((f"[{at}]{wrong}" for at, wrong in found if wrong), None)

    return check_all


def having(**fields: Check) -> Check:
    """An object with exactly these fields."""

    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return f": {value!r} is not an object"
        if set(value) != set(fields):
            return f": fields {sorted(set(value) ^ set(fields))} are missing or too many"
        found = ((name, one(value[name])) for name, one in fields.items())
        return next((f".{name}{wrong}" for name, wrong in found if wrong), None)

    return check


def a_life(**more: Check) -> Check:
    """An object with a start and an end in their order, and more fields."""
    fields = having(start_ns=whole(), end_ns=maybe(whole()), **more)

    def check(value: Any) -> str | None:
        wrong = fields(value)
        if wrong or value["end_ns"] is None or value["start_ns"] <= value["end_ns"]:
            return wrong
        return ": ends before it starts"

    return check


STATE_NAMES = ("running", "native", "ready", "gil", "lock", "io", "sleep", "child", "unknown")

THREAD = a_life(
    tid=whole(1),
    name=of(str),
    on_cpu_ns=maybe(whole(0)),
    cpus=every(whole(0)),
    states_ns=having(**{name: maybe(whole(0)) for name in STATE_NAMES}),
    gil_held_ns=maybe(whole(0)),
    note=maybe(of(str)),
)

PROCESS = a_life(
    pid=whole(1),
    parent=maybe(whole(1)),
    name=of(str),
    exit_code=maybe(whole()),
    peak_rss_bytes=maybe(whole(1)),
    gil=having(enabled=maybe(of(bool)), handovers=maybe(whole(0))),
    note=maybe(of(str)),
    threads=every(THREAD),
)

STATS = having(
    format=one_of(1),
    target=of(str),
    variant=maybe(of(str)),
    python=maybe(of(str)),
    origin_ns=whole(1),
    wall_ns=whole(0),
    exit_code=maybe(whole()),
    events=whole(0),
    lost=whole(0),
    sources=having(
        switches=one_of("exact", "sampled", "none"),
        gil=one_of("sampled", "none"),
        reasons=one_of("sampled", "none"),
        calls=one_of("recorded"),
        why=of(dict),
    ),
    processes=every(PROCESS),
    observer=maybe(having(cpu_share=maybe(of(float)), lateness_ns_p95=whole(0))),
    parallelism=having(mean=maybe(of(float)), max=maybe(whole(0))),
    verdict=every(having(code=of(str), text=of(str), evidence=of(dict), span=every(whole()))),
)
