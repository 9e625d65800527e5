"""Runs of any size for the benchmarks: records as the probe writes them, handed to a store as the reader would.

Each of 16 threads goes round and round: it waits (for a lock, for I/O, asleep), does something that nobody saw, and
where it waited for the lock it holds it for a while; every fourth thread knows no lock. A mark and an own span stand
here and there in the first two, and output.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from visualiser.events import Kind, Span, Stream, Table, Wait
from visualiser.trace import RECORD_DTYPE, Chunk, Definition, EventBatch, ProcessHeader, RunInfo, TraceStore

THREADS = 16
ORIGIN = 1_000_000_000
LENGTH = 60_000_000_000
"""How long a run lasts, ns."""
PER_CHUNK = 50_000
"""Records that arrive at once."""

_LOCK, _FILE, _TEXT, _SITE, _NAME = 1, 2, 3, 4, 10


def many_spans(wanted: int, seed: int = 1) -> TraceStore:
    """A finished run with about so many spans (states and critical sections)."""
    store = TraceStore(RunInfo(title="Many spans", target="many.py", origin_ns=ORIGIN))
    for batch in batches(wanted, seed):
        store.extend(batch)
    store.finish(RunInfo(title="Many spans", target="many.py", origin_ns=ORIGIN, end_ns=ORIGIN + LENGTH))
    return store


def spans_of(store: TraceStore) -> int:
    """How many spans a run has: states, critical sections, own spans."""
    return sum(len(store.states(n)) + len(store.holds(n)) + len(store.spans(n)) for n in range(len(store.threads)))


def batches(wanted: int, seed: int = 1) -> Iterator[EventBatch]:
    """The same, as it would arrive: who, then everybody's records piece by piece."""
    header = ProcessHeader(0, 100, 1, ORIGIN, {"role": "program"})
    definitions = [
        Definition(0, _SITE, Table.SITE, "12\twork\t/home/ada/many.py"),
        Definition(0, _TEXT, Table.TEXT, "reindex"),
        *(Definition(0, _NAME + n, Table.TEXT, f"worker-{n}") for n in range(THREADS)),
        Definition(0, _LOCK, Table.OBJECT, f"Lock\t{_SITE}\taccounts"),
        Definition(0, _FILE, Table.OBJECT, f"file\t{_SITE}\tledger.txt"),
    ]
    yield EventBatch(headers=(header,), definitions=tuple(definitions))
    threads = [_records(n, max(wanted // THREADS, 30), seed) for n in range(THREADS)]
    for first in range(0, max(map(len, threads)), PER_CHUNK):
        parts = ((n, records[first : first + PER_CHUNK]) for n, records in enumerate(threads))
        yield EventBatch(chunks=tuple(Chunk(0, n + 1, 100 + n, 0x7F00 + n, part) for n, part in parts if len(part)))


def _records(number: int, spans: int, seed: int) -> np.ndarray:
    """One thread's: about so many spans; a round is a wait, an unseen stretch, and in two of five rounds a hold."""
    random = np.random.default_rng((seed, number))
    rounds = int(spans / 2.3)
    kind_of_wait = random.choice(5, rounds) if number % 4 != 3 else random.choice((2, 3, 4), rounds)
    about = np.array([_LOCK, _LOCK, 0, _FILE, 0])[kind_of_wait]
    flags = np.array([Wait.LOCK, Wait.LOCK, Wait.SLEEP, Wait.SOCKET_RECV, Wait.PROCESS_JOIN])[kind_of_wait]
    lengths = random.exponential(1.0, (rounds, 2)) * np.array([1.0, 0.7])
    lengths *= np.repeat(random.lognormal(0, 1.2, rounds // 500 + 1), 500)[:rounds, None]  # some stretches are denser
    lengths *= 0.98 * LENGTH / lengths.sum()
    edges = np.cumsum(np.maximum(lengths, 30).astype(np.int64).ravel()) + ORIGIN + LENGTH // 100
    begin, end = edges[0::2], np.append(edges[1::2][:-1], edges[-1])
    after = np.append(begin[1:], edges[-1] + 1000)
    held = kind_of_wait < (2 if number % 4 != 3 else 0)
    parts = [
        _rows(Kind.WAIT_BEGIN, flags, about, begin, 0),
        _rows(Kind.WAIT_END, flags, about, end, 1),
        _rows(Kind.HOLD, flags[held], _LOCK, end[held], 0),
        _rows(Kind.RELEASE, flags[held], _LOCK, (end + (after - end) * 2 // 3)[held], 0),
        _life(number),
        *_rare(number, random),
    ]
    records = np.concatenate(parts)
    return records[np.argsort(records["t"], kind="stable")]


def _rows(kind: int, flag: np.ndarray, about: np.ndarray | int, t: np.ndarray, value: int) -> np.ndarray:
    rows = np.zeros(len(t), RECORD_DTYPE)
    rows["kind"], rows["flag"], rows["a"], rows["site"], rows["value"], rows["t"] = kind, flag, about, _SITE, value, t
    return rows


def _life(number: int) -> np.ndarray:
    begin = [(Kind.PROCESS_BEGIN, 0, _NAME, 0, 1, ORIGIN)] if number == 0 else []
    begin += [(Kind.THREAD_BEGIN, 0, _NAME + number, 0, 100 + number, ORIGIN + number)]
    return np.array([*begin, (Kind.THREAD_END, 0, 0, 0, 0, ORIGIN + LENGTH)], RECORD_DTYPE)


def _rare(number: int, random: np.random.Generator) -> Iterator[np.ndarray]:
    """What there are only some of: own spans, marks, output."""
    begin = ORIGIN + np.sort(random.choice(LENGTH // 1000, 6, replace=False).astype(np.int64)) * 1000
    label = np.full(3, Span.USER)
    if number > 1:
        return
    yield _rows(Kind.SPAN_BEGIN, label, _TEXT, begin[0::2], 0)
    yield _rows(Kind.SPAN_END, label, _TEXT, begin[1::2], 0)
    yield _rows(Kind.MARK, np.zeros(2), _TEXT, ORIGIN + random.choice(LENGTH, 2), 0)
    if number == 0:
        yield _rows(Kind.OUTPUT, np.full(40, Stream.STDOUT), _TEXT, ORIGIN + random.choice(LENGTH, 40), 7)
