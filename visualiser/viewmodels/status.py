"""The numbers below the timeline, and what to say about a run that lost events or did not end well."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.trace import RunInfo, TraceStore, signal_name, units
from visualiser.viewmodels.words import count, duration


@dataclass(frozen=True)
class Status:
    """`numbers`: wall time, processes, threads, events, lost. `lost`: why, and what to do; empty when nothing was."""

    numbers: str = ""
    lost: str = ""


def status_of(store: TraceStore | None) -> Status:
    """The numbers of a run, as far as it has come."""
    if store is None:
        return Status()
    parts = [
        duration(max(store.end_ns - store.start_ns, 0)),
        count(len(store.processes), "process", "processes"),
        count(len(store.threads), "thread"),
        count(store.events, "event"),
        _lost_words(store),
    ]
    return Status(" · ".join(part for part in parts if part), _lost(store))


def _lost_words(store: TraceStore) -> str:
    """How many events were lost; nothing of another tool's file, which does not say."""
    if store.lost:
        return f"{count(store.lost, 'event')} lost"
    return "" if "opened_from" in store.sources else "none lost"


def _lost(store: TraceStore) -> str:
    if not store.lost:
        return ""
    first = min((loss.first_ns for loss in store.losses if loss.first_ns), default=None)
    since = f" from {duration(first - store.start_ns)} on" if first is not None else ""
    return (
        f"{count(store.lost, 'event')} could not be kept{since}: the run reached its limit of disk space, or the disk "
        "is full. Make the run shorter, or free some space, and run it again."
    )


def outcome(info: RunInfo, said: str = "") -> tuple[str, bool]:
    """How a finished run ended, in a sentence, and whether that is a problem; empty for an ordinary end.

    `said`: the last line that it wrote to its standard error.
    """
    if info.failure and info.exit_code is None and info.signal is None:
        return info.failure, True
    if info.stopped_by == "user":
        return "Stopped. What happened until then is kept.", False
    if info.stopped_by:
        return f"The run was ended ({info.stopped_by}). What happened until then is kept.", True
    if info.signal:
        return f"The program was killed by {signal_name(info.signal)}.", True
    if info.exit_code:
        why = f": {said}" if said else ". Its output may say why."
        return f"The program ended with exit code {info.exit_code}{why}", True
    return "", False


_SOURCES = {"calls": "calls", "switches": "switches", "gil": "GIL", "reasons": "other waits"}
"""Of run.json's "sources", in the words of the window."""

_HOW = {"psutil": "total times only"}


def sources_line(store: TraceStore | None) -> str:
    """How the facts were obtained, and what watching cost, in few words."""
    if store is None:
        return ""
    sources = store.sources
    by_how: dict[str, list[str]] = {}
    for what, words in _SOURCES.items():
        by_how.setdefault(str(sources.get(what) or "none"), []).append(words)
    missing = by_how.pop("none", [])
    parts = [f"{', '.join(words)} {_HOW.get(how, how)}" for how, words in by_how.items()]
    share = (sources.get("observer") or {}).get("cpu_share")
    origin = sources.get("opened_from")  # another tool's file
    told = (
        f"Opened from {origin}" if origin else "",
        f"Measured: {'; '.join(parts)}" if parts else "",
        f"{'not told' if origin else 'not observed'}: {', '.join(missing)}" if missing else "",
        f"watching cost {units.share(share)} of a CPU" if isinstance(share, float) else "",
    )
    return " · ".join(part for part in told if part)
