"""The page beside a run that was opened from a file and cannot be run from here: what the file is, and what it tells.

A file of another tool tells less than a run recorded here, and other things: the page says so before the picture is
taken for more than it is.
"""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from html import escape

from visualiser.trace import TraceStore, counters_of
from visualiser.viewmodels.words import count

MOST_PROBLEMS = 6
"""Sentences on what could not be shown that are listed."""

_FACTS = {
    "switches": "when each thread was on a CPU", "gil": "who held the GIL", "reasons": "what else threads waited for",
    "calls": "which calls the threads waited in",
}  # fmt: skip
_STEPS = (
    "<p>Step through it with <b>,</b> and <b>.</b>, search in it with <b>/</b>, click on anything to see what is "
    "known of it.</p>"
)


def opened_from(store: TraceStore) -> str:
    """What another tool's file is called ("VizTracer's JSON"); empty for a run that was recorded by Interleave."""
    origin = store.sources.get("opened_from")
    return origin if isinstance(origin, str) else ""


def opened_page(store: TraceStore) -> str:
    """The page for a run from a file, as simple HTML."""
    origin = opened_from(store)
    return (_foreign(store, origin) if origin else _saved(store)) + _STEPS


def _foreign(store: TraceStore, origin: str) -> str:
    how = {words: escape(str(store.sources.get(key, "none"))) for key, words in _FACTS.items()}
    missing = [words for words, source in how.items() if source == "none"]
    calls = sum(len(store.spans(thread.index)) for thread in store.threads)
    has = [count(calls, "call or span", "calls and spans")] if calls else []
    counters = len(counters_of(store))
    has += [count(counters, "counter")] if counters else []
    has += [f"{words} ({source})" for words, source in how.items() if source != "none"]
    return "".join(
        (
            "<h2>Another tool's trace</h2>",
            f"<p><b>{escape(store.info.title)}</b> was opened from {escape(origin)}: it was recorded elsewhere, and "
            "there is nothing here to run.</p>",
            _problems(store),
            f"<h3>What the file tells</h3><p>{_sentence(has)}</p>" if has else "",
            f"<h3>What it does not tell</h3><p>{_sentence(missing)} What is not known of a thread is drawn "
            "cross-hatched. To see that too, open the program itself and press <b>Run</b>.</p>" if missing else "",
        )
    )  # fmt: skip


def _problems(store: TraceStore) -> str:
    told = [escape(one.text) for one in store.problems]
    more = len(told) - MOST_PROBLEMS
    rows = told if more <= 0 else [*told[:MOST_PROBLEMS], f"and {count(more, 'more thing')}"]
    return "<h3>What could not be shown</h3>" + "".join(f"<p>{row}</p>" for row in rows) if rows else ""


def _saved(store: TraceStore) -> str:
    info = store.info
    facts = [
        ("Ran as", escape(shlex.join(info.argv))),
        ("Recorded", _when(info.started_wall_ns)),
        ("With", f"Python {escape(info.python)}" if info.python else ""),
    ]
    rows = "".join(f"<p>{what}: <b>{value}</b></p>" for what, value in facts if value)
    return (
        "<h2>A saved run</h2>"
        f"<p>This is what happened when <b>{escape(info.title or info.target or 'a program')}</b> ran. To run it "
        f"again, open the program itself.</p>{rows}{_problems(store)}"
    )


def _when(wall_ns: int | None) -> str:
    if not wall_ns:
        return ""
    moment = datetime.fromtimestamp(wall_ns / 1e9, UTC).astimezone()
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _sentence(parts: list[str]) -> str:
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
