"""Following a run directory: what is handed out when, and what is said of files that are not what they should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support import write_diary
from visualiser.events import Diary, Table, ThreadLog, pair, word
from visualiser.events.layout import HEADER, HEADER_SIZE, MAGIC, RECORD_SIZE, SEGMENT_HEADER
from visualiser.trace import Definition, DiaryReader, EventBatch
from visualiser.trace.pens import PATIENCE

EVENTS = [(0, (40, 0, 0, 0, number)) for number in range(10)]
FIRST_RECORD = HEADER_SIZE + SEGMENT_HEADER


def values(batch: EventBatch | None) -> list[int]:
    return [] if batch is None else [int(value) for chunk in batch.chunks for value in chunk.records["value"]]


def blank(path: Path, *slots: int) -> None:
    """Make these records look as if they had not been written."""
    content = bytearray(path.read_bytes())
    for slot in slots:
        at = FIRST_RECORD + slot * RECORD_SIZE
        content[at : at + RECORD_SIZE] = bytes(RECORD_SIZE)
    path.write_bytes(content)


def test_a_poll_hands_out_what_the_one_before_saw(tmp_path: Path) -> None:
    diary = Diary(str(tmp_path), {"role": "program"})
    log = ThreadLog(diary, 11, 12)
    reader = DiaryReader(tmp_path)
    log.record(word(40, 0, log.define(Table.TEXT, "first")), pair(0, 1))
    first = reader.poll()
    log.record(word(40), pair(0, 2))
    second, third = reader.poll(), reader.poll()
    diary.forget()
    assert first is not None
    assert [header.info for header in first.headers] == [{"role": "program"}]
    assert values(first) == []
    assert second is not None
    assert values(second) == [1]
    assert second.definitions == (Definition(0, 1, Table.TEXT, "first"),)
    assert (second.chunks[0].serial, second.chunks[0].tid, second.chunks[0].ident) == (1, 11, 12)
    assert values(third) == [2]
    assert reader.poll() is None


def test_the_final_poll_hands_out_all_there_is(tmp_path: Path) -> None:
    write_diary(tmp_path, EVENTS)
    reader = DiaryReader(tmp_path)
    assert values(reader.poll(final=True)) == list(range(10))
    assert reader.poll(final=True) is None


def test_a_hole_is_waited_for_and_then_read_in_order(tmp_path: Path) -> None:
    path = write_diary(tmp_path, EVENTS)
    whole = path.read_bytes()
    blank(path, 3)
    reader = DiaryReader(tmp_path)
    reader.poll()
    assert values(reader.poll()) == [0, 1, 2]
    assert reader.poll() is None
    with open(path, "r+b") as file:  # in place, as the writer does
        file.write(whole)
    reader.poll()
    batch = reader.poll()
    assert values(batch) == [3, 4, 5, 6, 7, 8, 9]
    assert batch is not None
    assert not batch.losses


def test_a_hole_that_stays_is_lost_and_counted_at_the_end(tmp_path: Path) -> None:
    blank(write_diary(tmp_path, EVENTS), 3, 5)
    batch = DiaryReader(tmp_path).poll(final=True)
    assert values(batch) == [0, 1, 2, 4, 6, 7, 8, 9]
    assert batch is not None
    assert [(loss.serial, loss.count) for loss in batch.losses] == [(1, 2)]


def test_a_hole_does_not_stop_a_live_view_for_ever(tmp_path: Path) -> None:
    blank(write_diary(tmp_path, EVENTS), 3)
    reader = DiaryReader(tmp_path)
    batches = [reader.poll() for _ in range(2 * PATIENCE + 5)]
    assert [value for batch in batches for value in values(batch)] == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert [loss.count for batch in batches if batch for loss in batch.losses] == [1]
    reader.close()


def test_unwritten_slots_at_the_end_are_no_loss(tmp_path: Path) -> None:
    blank(write_diary(tmp_path, EVENTS), 8, 9)
    batch = DiaryReader(tmp_path).poll(final=True)
    assert values(batch) == list(range(8))
    assert batch is not None
    assert not batch.losses


def test_records_of_a_signal_handler_are_put_in_their_order_of_time(tmp_path: Path) -> None:
    path = write_diary(tmp_path, EVENTS)
    content = bytearray(path.read_bytes())
    a, b = (slice(FIRST_RECORD + n * RECORD_SIZE, FIRST_RECORD + (n + 1) * RECORD_SIZE) for n in (4, 5))
    content[a], content[b] = content[b], content[a]
    path.write_bytes(content)
    batch = DiaryReader(tmp_path).poll(final=True)
    assert values(batch) == list(range(10))


def test_what_found_no_room_is_told_as_lost(tmp_path: Path) -> None:
    diary = Diary(str(tmp_path), {}, limit=300 << 10)  # room for one chunk of 256 KiB
    log, late = ThreadLog(diary, 1, 1), ThreadLog(diary, 2, 2)
    for _ in range(20_000):
        log.record(word(40), 0)
    late.record(word(40), 0)
    batch = DiaryReader(tmp_path).poll(final=True)
    diary.forget()
    assert batch is not None
    assert batch.events + sum(loss.count for loss in batch.losses) == 20_001
    assert {loss.serial for loss in batch.losses} == {0, 1}  # the late thread never had a segment
    assert all(loss.first_ns > 0 for loss in batch.losses)


def test_processes_are_numbered_by_their_start(tmp_path: Path) -> None:
    paths = [write_diary(tmp_path, EVENTS, info={"argv": [str(number)]}) for number in range(3)]
    batch = DiaryReader(tmp_path).poll(final=True)
    assert batch is not None
    assert len(set(paths)) == 3
    assert [(header.key, header.info["argv"]) for header in batch.headers] == [(0, ["0"]), (1, ["1"]), (2, ["2"])]


def header_with(**changes: int | bytes) -> bytes:
    fields: dict[str, int | bytes] = {
        "magic": MAGIC,
        "format": 1,
        "size": HEADER_SIZE,
        "pid": 7,
        "parent": 1,
        "start": 5,
        "wall": 5,
        "lost": 0,
        "first": 0,
        "length": 2,
        "flags": 0,
    }
    return (HEADER.pack(*(fields | changes).values()) + b"{}").ljust(HEADER_SIZE, b"\0")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"ILVDIARY", "too short"),
        (bytes(HEADER_SIZE), "was never begun"),
        (b"\x7fELF".ljust(HEADER_SIZE), "is not a diary of Interleave"),
        (header_with(format=7), "has format 7, which this version"),
        (header_with(start=0), "damaged header"),
        (header_with(length=5000), "damaged header"),
        (header_with(length=1), "does not say what its process is"),
        (header_with() + b"x" * 64, "is damaged at byte 4096"),
    ],
)
def test_a_file_that_is_no_sound_diary_is_named_with_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "7-5.diary").write_bytes(content)
    good = write_diary(tmp_path, EVENTS)
    reader = DiaryReader(tmp_path)
    assert values(reader.poll(final=True)) == list(range(10))
    (problem,) = reader.problems
    assert problem.startswith("7-5.diary ")
    assert said in problem
    assert good.name not in problem


def test_a_folder_that_cannot_be_read_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    reader = DiaryReader(tmp_path / "gone")
    assert reader.poll() is None
    assert "cannot be read" in reader.problems[0]


def test_what_follows_a_segment_that_was_never_begun_is_found(tmp_path: Path) -> None:
    path = write_diary(tmp_path, [*EVENTS, *[(1, event) for _, event in EVENTS]])
    content = bytearray(path.read_bytes())
    content[HEADER_SIZE : HEADER_SIZE + 4096] = bytes(4096)  # the first thread died before it began its segment
    path.write_bytes(content)
    batch = DiaryReader(tmp_path).poll(final=True)
    assert batch is not None
    assert [chunk.serial for chunk in batch.chunks] == [2]


def test_times_that_are_none_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write_diary(tmp_path, EVENTS)
    content = bytearray(path.read_bytes())
    at = FIRST_RECORD + 4 * RECORD_SIZE + 16
    content[at : at + 8] = np.uint64((1 << 64) - 1).tobytes()
    path.write_bytes(content)
    reader = DiaryReader(tmp_path)
    batch = reader.poll(final=True)
    assert values(batch) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert batch is not None
    assert [loss.count for loss in batch.losses] == [1]
