"""Real diaries, written by the real writer, for tests of who reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from visualiser.events import Diary, ThreadLog, pair, word

Event = tuple[int, int, int, int, int]
"""(kind, flag, a, site, value)"""


def write_diary(
    directory: Path,
    events: Sequence[tuple[int, Event]],
    *,
    definitions: Sequence[tuple[int, str]] = (),
    info: Mapping[str, Any] | None = None,
) -> Path:
    """Write a diary with these events, each (thread, event), in this order, and return its path.

    `definitions`, (table, text), are written by the first thread and get the ids 1, 2, ...; threads have the serials
    1, 2, ... in order of appearance.
    """
    diary = Diary(str(directory), dict(info or {"role": "program"}))
    logs: dict[int, ThreadLog] = {}
    try:
        first = ThreadLog(diary, 1000, 1)
        logs[events[0][0] if events else 0] = first
        for table, text in definitions:
            first.define(table, text)
        for thread, (kind, flag, a, site, value) in events:
            log = logs.get(thread) or logs.setdefault(thread, ThreadLog(diary, 1000 + len(logs), 1 + len(logs)))
            log.record(word(kind, flag, a), pair(site, value))
    finally:
        diary.forget()
    return directory / f"{diary.pid}-{diary.start_ns}.diary"
