"""What a process writes into its diary is what is read from it, whatever happens to the file in between."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import write_diary
from visualiser.events import Diary, Table, ThreadLog, pair, word
from visualiser.events.layout import HEADER_SIZE, RECORD_SIZE, SEGMENT_HEADER
from visualiser.trace import Definition, DiaryReader, EventBatch

EVENTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.tuples(
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFFFFFF),
            st.integers(0, 0xFFFFFFFF),
            st.integers(0, 0xFFFFFFFF),
        ),
    ),
    min_size=1,
    max_size=40,
)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def by_thread(batches: list[EventBatch]) -> dict[int, list[tuple[int, ...]]]:
    """Serial -> records without their times; the times are checked to be in order."""
    found: dict[int, list[tuple[int, ...]]] = {}
    for batch in batches:
        for chunk in batch.chunks:
            assert (np.diff(chunk.records["t"].astype(np.int64)) >= 0).all()
            found.setdefault(chunk.serial, []).extend(record.item()[:5] for record in chunk.records)
    return found


def expected(events: list[tuple[int, tuple[int, ...]]]) -> dict[int, list[tuple[int, ...]]]:
    serials: dict[int, int] = {}
    found: dict[int, list[tuple[int, ...]]] = {}
    for thread, event in events:
        serial = serials.setdefault(thread, len(serials) + 1)
        found.setdefault(serial, []).append(event)
    return found


@settings(deadline=None)
@given(EVENTS, st.integers(1, 30))
def test_every_event_is_read_as_it_was_recorded(events: list, repeated: int) -> None:  # type: ignore[type-arg]
    events = events * repeated  # up to some segments per thread
    with folder() as directory:
        write_diary(directory, events)
        batch = DiaryReader(directory).poll(final=True)
    assert batch is not None
    assert by_thread([batch]) == expected(events)
    assert batch.events == len(events)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=200) | st.text("\ud800\udcff ä", max_size=9), min_size=1, max_size=30))
def test_every_definition_is_read_as_it_was_written(texts: list[str]) -> None:
    with folder() as directory:
        write_diary(directory, [], definitions=[(Table.TEXT, text) for text in texts])
        batch = DiaryReader(directory).poll(final=True)
    assert batch is not None
    shown = [text.encode("utf-8", "backslashreplace").decode() for text in texts]
    assert batch.definitions == tuple(Definition(0, n, Table.TEXT, text) for n, text in enumerate(shown, 1))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_diary_cut_off_at_any_byte_gives_what_lies_before(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 400))
    with folder() as directory:
        path = write_diary(directory, [(0, (40, 0, 0, 0, number)) for number in range(count)])
        whole = path.read_bytes()
        cut = data.draw(st.integers(0, HEADER_SIZE + 4096 + count * RECORD_SIZE))
        path.write_bytes(whole[:cut])
        reader = DiaryReader(directory)
        batch = reader.poll(final=True)
    values = [event[4] for event in by_thread([batch] if batch else []).get(1, [])]
    assert values == list(range(len(values)))
    if cut < len(whole):
        assert len(values) <= max(0, cut - HEADER_SIZE - SEGMENT_HEADER) // RECORD_SIZE
    if cut < HEADER_SIZE:
        assert len(reader.problems) == 1


@settings(deadline=None, max_examples=60)
@given(st.binary(min_size=1, max_size=64), st.integers(0, 12_000))
def test_bytes_scribbled_over_a_diary_never_stop_the_reader(scribble: bytes, at: int) -> None:
    with folder() as directory:
        path = write_diary(directory, [(n % 2, (40, 0, 1, 1, n)) for n in range(200)], definitions=[(1, "text")])
        content = bytearray(path.read_bytes())
        content[at : at + len(scribble)] = scribble
        path.write_bytes(content)
        reader = DiaryReader(directory)
        reader.poll()
        reader.poll()
        reader.poll(final=True)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 300)), min_size=1, max_size=12))
def test_reading_along_gives_each_event_once_and_in_order(bursts: list[tuple[int, int]]) -> None:
    batches: list[EventBatch | None] = []
    written: list[tuple[int, tuple[int, ...]]] = []
    with folder() as directory:
        diary = Diary(str(directory), {"role": "program"})
        logs = [ThreadLog(diary, 10 + n, n) for n in range(3)]
        reader = DiaryReader(directory)
        for thread, count in bursts:
            for _ in range(count):
                number = len(written)
                written.append((thread, (40, 0, 0, 0, number)))
                logs[thread].record(word(40), pair(0, number))
            batches.append(reader.poll())
        batches.append(reader.poll(final=True))
        diary.forget()
        reader.close()
    serials = {0: 1, 1: 2, 2: 3}
    found = by_thread([batch for batch in batches if batch is not None])
    assert found == {
        serials[thread]: [event for other, event in written if other == thread] for thread, _ in dict(written).items()
    }
