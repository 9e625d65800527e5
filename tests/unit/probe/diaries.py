"""A small reader of diaries for the probe's own tests: standard library only, slow, plain."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visualiser.events import layout
from visualiser.events.kinds import Kind, Table

KINDS = {value: name for name, value in vars(Kind).items() if not name.startswith("_")}


@dataclass(frozen=True)
class Event:
    """One record, with its definitions looked up."""

    kind: str
    flag: int
    a: int
    site: int
    value: int
    t: int
    thread: int  # serial
    tid: int
    text: str  # the definition that `a` names, or ""
    place: str  # "line function file" of `site`, or ""
    came: str = ""  # what came of a span, as its end says: the type of what was unpickled, the name of shared memory

    @property
    def line(self) -> int:
        return int(self.place.split("\t")[0]) if self.place else 0


@dataclass
class Process:
    """One diary, read."""

    pid: int
    parent: int
    info: dict[str, Any]
    events: list[Event] = field(default_factory=list)
    definitions: dict[int, tuple[int, str]] = field(default_factory=dict)
    lost: int = 0

    def of(self, *kinds: str) -> list[Event]:
        return [event for event in self.events if event.kind in kinds]

    def thread_names(self) -> list[str]:
        return [event.text for event in self.of("THREAD_BEGIN")]


def read_run(directory: Path) -> list[Process]:
    """Every diary of a run, in the order the processes began."""
    names = [name for name in os.listdir(directory) if name.endswith(layout.SUFFIX)]
    by_begin = sorted(names, key=lambda name: int(name.split("-")[1][: -len(layout.SUFFIX)]))
    return [read_diary(directory / name) for name in by_begin]


def read_diary(path: Path) -> Process:
    data = path.read_bytes()
    magic, number, size, pid, parent, _, _, lost, _, length, _ = layout.HEADER.unpack_from(data, 0)
    assert magic == layout.MAGIC
    assert number == layout.FORMAT
    at = layout.HEADER_INFO_AT
    process = Process(pid, parent, json.loads(data[at : at + length]), lost=lost)
    raw: list[tuple[int, int, int, int, int]] = []
    at = size
    while at < len(data):
        magic, kind, _, size, serial, tid, _, lost, _, _ = layout.SEGMENT.unpack_from(data, at)
        if not magic:
            break
        assert magic == layout.SEGMENT_MAGIC
        process.lost += lost
        body = data[at + layout.SEGMENT_HEADER : at + size]
        if kind == layout.EVENTS:
            raw.extend((*record, serial, tid) for record in _records(body))
        elif kind == layout.STRINGS:
            process.definitions.update(_entries(body))
        at += size
    process.events = sorted((_event(process, record) for record in raw), key=lambda event: event.t)
    return process


def _records(body: bytes) -> list[tuple[int, int, int]]:
    found = []
    for at in range(0, len(body) - layout.RECORD_SIZE + 1, layout.RECORD_SIZE):
        record = layout.RECORD.unpack_from(body, at)
        if not record[2]:
            break
        found.append(record)
    return found


def _entries(body: bytes) -> dict[int, tuple[int, str]]:
    found, at = {}, 0
    while at + layout.ENTRY_SIZE <= len(body):
        length, number, table, _ = layout.ENTRY.unpack_from(body, at)
        if not length:
            break
        start = at + layout.ENTRY_SIZE
        found[number] = (table, body[start : start + length - 1].decode("utf-8", "surrogatepass"))
        at = start + (length - 1 + 7 & ~7)
    return found


def _event(process: Process, record: tuple[int, int, int, int, int]) -> Event:
    first, second, t, serial, tid = record
    kind, flag, a = first & 0xFFFF, first >> 16 & 0xFFFF, first >> 32
    site, value = second & 0xFFFFFFFF, second >> 32
    text = process.definitions.get(a, (0, ""))[1] if kind not in (Kind.CHILD_ENDED,) else ""
    table, place = process.definitions.get(site, (0, ""))
    came = place if kind == Kind.SPAN_END else ""
    assert not place or table == (Table.TEXT if came else Table.SITE)
    return Event(KINDS[kind], flag, a, site, value, t, serial, tid, text, "" if came else place, came)
