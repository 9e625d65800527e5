"""The observer's blocks, from its pen to columns."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from visualiser.events import Diary, ThreadLog
from visualiser.events.blocks import (
    BLOCKS,
    GIL,
    GILS,
    LOOK,
    LOOKS,
    MISC_EXEC,
    PERF_COMM,
    PERF_EXIT,
    PERF_FORK,
    PERF_LOST,
    PERF_SWITCH,
    SAMPLE,
    SWITCHES,
    TASK,
    TOTAL,
    Seen,
)
from visualiser.events.layout import HEADER_SIZE, SEGMENT, SEGMENT_HEADER
from visualiser.observe.block_writer import BlockWriter
from visualiser.trace.observed import EdgeKind, blocks_in, edges_from, gil_looks_from, looks_from, totals_from

OUT, PREEMPTED = 1 << 13, 1 << 14


def record(kind: int, misc: int, body: bytes, tid: int, t: int) -> bytes:
    """One raw record of the kernel's, of process 7 on CPU 3."""
    size = 8 + len(body) + SAMPLE.size
    return (kind | misc << 32 | size << 48).to_bytes(8, "little") + body + SAMPLE.pack(7, tid, t, 3, 0)


def of_kind(kind: EdgeKind, tid: int, t: int) -> bytes:
    """The record that says this."""
    switch = {EdgeKind.IN: 0, EdgeKind.BLOCKED: OUT, EdgeKind.PREEMPTED: OUT | PREEMPTED}
    if kind in switch:
        return record(PERF_SWITCH, switch[kind], b"", tid, t)
    if kind == EdgeKind.EXEC:
        return record(PERF_COMM, MISC_EXEC, bytes(16), tid, t)
    return record(PERF_FORK if kind == EdgeKind.BORN else PERF_EXIT, 0, TASK.pack(7, 7, tid, 1, t), 99, t)


@given(st.lists(st.tuples(st.sampled_from(list(EdgeKind)), st.integers(1, 1 << 22)), max_size=60), st.integers(0, 31))
def test_every_edge_is_read_as_the_kernel_wrote_it(rows: list[tuple[EdgeKind, int]], torn: int) -> None:
    raw = b"".join(of_kind(kind, tid, t) for t, (kind, tid) in enumerate(rows, start=1))
    edges, losses = edges_from(raw + of_kind(EdgeKind.IN, 1, 1)[:torn])
    assert edges.kind.tolist() == [kind for kind, _ in rows]
    assert edges.tid.tolist() == [tid for _, tid in rows]
    assert edges.t.tolist() == list(range(1, len(rows) + 1))
    assert set(edges.pid.tolist()) <= {7}
    assert set(edges.cpu.tolist()) <= {3}
    assert len(losses) == 0


def test_more_switches_than_one_window_are_all_read() -> None:
    raw = b"".join(of_kind(EdgeKind(t % 2), 5, t) for t in range(1, 10_000))
    assert len(edges_from(raw)[0]) == 9_999


def test_a_loss_lies_between_its_neighbours() -> None:
    lost = record(PERF_LOST, 0, (1).to_bytes(8, "little") + (40).to_bytes(8, "little"), 5, 900)
    edges, losses = edges_from(of_kind(EdgeKind.IN, 5, 100) + lost + of_kind(EdgeKind.BLOCKED, 5, 950))
    assert len(edges) == 2
    assert (losses.t.tolist(), losses.t1.tolist(), losses.count.tolist()) == ([100], [900], [40])


@given(st.binary(max_size=400))
def test_bytes_without_sense_end_the_reading_and_nothing_else(noise: bytes) -> None:
    edges_from(noise)
    looks_from(noise)
    gil_looks_from(noise)
    totals_from(noise)
    list(blocks_in(noise))


def test_rows_are_read_as_they_were_packed() -> None:
    looks = looks_from(LOOK.pack(10, 2, 7, 8, Seen.IO, 232, 5) + b"torn")
    assert [getattr(looks, name).tolist() for name in ("t", "late", "pid", "tid", "seen", "number", "argument")] == [
        [10], [2], [7], [8], [Seen.IO], [232], [5],
    ]  # fmt: skip
    gils = gil_looks_from(GIL.pack(10, 2, 7, 8, 1, 0, 99))
    assert (gils.tid.tolist(), gils.interpreter.tolist(), gils.held.tolist(), gils.handovers.tolist()) == (
        [8], [1], [0], [99],
    )  # fmt: skip
    totals = totals_from(TOTAL.pack(10, 7, 8, 1000, 20, 3))
    assert (totals.on_cpu.tolist(), totals.waited.tolist(), totals.times.tolist()) == ([1000], [20], [3])


def segments(data: bytes) -> list[bytes]:
    """The contents of the BLOCKS segments in a diary."""
    at, found = HEADER_SIZE, []
    while at + SEGMENT_HEADER <= len(data) and (fields := SEGMENT.unpack_from(data, at))[3]:
        if fields[1] == BLOCKS:
            found.append(data[at + SEGMENT_HEADER : at + fields[3]])
        at += fields[3]
    return found


def test_what_the_observer_writes_is_what_is_read(tmp_path: Path) -> None:
    diary = Diary(str(tmp_path), {})
    writer = BlockWriter(diary, ThreadLog(diary, 1, 1))
    written = [(SWITCHES, 1, bytes([n % 256]) * (n * 97)) for n in range(90)]
    written += [(LOOKS, 0, b"x" * 300_000), (GILS, 0, b""), (LOOKS, 2, b"last")]
    for block in written:
        writer.write(*block)
    diary.forget()
    data = next(tmp_path.iterdir()).read_bytes()
    read = [(kind, channel, payload) for part in segments(data) for kind, channel, payload, _ in blocks_in(part)]
    assert read == written


def test_blocks_that_find_no_room_are_counted(tmp_path: Path) -> None:
    diary = Diary(str(tmp_path), {}, limit=300 << 10)
    writer = BlockWriter(diary, ThreadLog(diary, 1, 1))
    writer.write(LOOKS, 0, b"x" * (1 << 20))
    diary.forget()
    assert writer.lost_blocks == 1
