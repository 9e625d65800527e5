"""Switch records: what the observer itself reads from them, and how a refusal is told."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.events.blocks import PERF_EXIT, PERF_FORK, PERF_LOST, PERF_SWITCH, SAMPLE
from visualiser.observe import switches
from visualiser.observe.edges import Edge, Lost, absences_within, latest
from visualiser.observe.switches import Switches, SwitchesRefused, cpus_in

OUT, PREEMPTED = 1 << 13, 1 << 14


def record(kind: int, misc: int, body: bytes, tid: int, t: int, cpu: int = 1) -> bytes:
    """One raw record of the kernel's."""
    size = 8 + len(body) + SAMPLE.size
    return (kind | misc << 32 | size << 48).to_bytes(8, "little") + body + SAMPLE.pack(7, tid, t, cpu, 0)


def switch(tid: int, t: int, misc: int = 0) -> bytes:
    """A switch: of thread `tid` of process 7, onto CPU 1, or off it."""
    return record(PERF_SWITCH, misc, b"", tid, t)


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from([0, OUT, OUT | PREEMPTED])), max_size=60), st.data())
def test_the_last_edge_of_each_thread_is_found_among_records_of_any_kind(
    rows: Sequence[tuple[int, int]], data: st.DataObject
) -> None:
    raw, expected = b"", {}
    for t, (tid, misc) in enumerate(rows, start=1):
        if data.draw(st.booleans(), label="something else in between"):
            raw += record(99, 0, bytes(16), 77, t)
        raw += switch(tid, t, misc)
        expected[tid] = Edge(t, 7, bool(misc & OUT), bool(misc & PREEMPTED))
    found, lost = latest(raw)
    found.pop(77, None)
    assert found == expected
    assert lost == []


@given(st.lists(st.tuples(st.sampled_from([0, OUT, OUT | PREEMPTED]), st.integers(1, 9)), max_size=40))
def test_absences_that_are_over_are_counted_by_their_length(steps: Sequence[tuple[int, int]]) -> None:
    raw, t, left, expected = b"", 0, None, 0
    for misc, length in steps:
        t += length
        raw += switch(3, t, misc) + switch(4, t)
        if misc == OUT:
            left = t
        elif left is not None:
            expected += t - left >= 5
            left = None
    assert absences_within(raw, 5) == expected


def test_lost_records_are_told_with_the_time_they_were_lost_in() -> None:
    raw = switch(3, 100) + record(PERF_LOST, 0, (5).to_bytes(8, "little") + (12).to_bytes(8, "little"), 3, 250)
    assert latest(raw)[1] == [Lost(100, 250, 1, 12)]


def test_a_thread_that_ended_is_not_taken_for_one_that_blocked() -> None:
    ended = latest(switch(3, 100) + record(PERF_EXIT, 0, bytes(24), 3, 200))[0][3]
    assert ended.ended
    forked = latest(switch(3, 100) + record(PERF_FORK, 0, bytes(24), 3, 200))[0][3]
    assert not forked.out


@given(st.sets(st.integers(0, 300), min_size=1))
def test_the_kernels_list_of_cpus_is_understood(cpus: set[int]) -> None:
    parts, run = [], sorted(cpus)
    while run:
        length = next((i for i in range(1, len(run)) if run[i] != run[0] + i), len(run))
        parts.append(str(run[0]) if length == 1 else f"{run[0]}-{run[length - 1]}")
        run = run[length:]
    assert cpus_in(",".join(parts) + "\n") == sorted(cpus)


def refuse(monkeypatch: pytest.MonkeyPatch, number: int, level: int | None) -> None:
    """Let the kernel refuse with `number`, at this perf_event_paranoid."""

    def open_event(pid: int, cpu: int) -> int:
        raise OSError(number, "no")

    monkeypatch.setattr(switches, "_open_event", open_event)
    monkeypatch.setattr(switches, "paranoid", lambda: level)


def test_a_refusal_names_the_setting_and_the_command_that_changes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, errno.EACCES, 4)
    with pytest.raises(SwitchesRefused) as refused:
        Switches.open()
    assert "perf_event_paranoid is 4" in refused.value.reason
    assert refused.value.advice == "sudo sysctl kernel.perf_event_paranoid=2"


@pytest.mark.parametrize(("number", "level"), [(errno.ENOSYS, None), (errno.EPERM, 1), (errno.EMFILE, 2)])
def test_no_command_is_offered_where_none_would_help(
    monkeypatch: pytest.MonkeyPatch, number: int, level: int | None
) -> None:
    refuse(monkeypatch, number, level)
    monkeypatch.setattr("visualiser.observe.switches.os.path.exists", lambda path: False)  # in no container
    with pytest.raises(SwitchesRefused) as refused:
        Switches.open()
    assert refused.value.reason.endswith(".")
    assert refused.value.advice == ""


def test_rings_are_made_smaller_when_the_users_locked_memory_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def open_rings(pid: int, pages: int) -> list[switches.Ring]:
        tried.append(pages)
        if pages > 8:
            raise OSError(errno.EPERM, "no")
        return []

    monkeypatch.setattr(switches, "_open_rings", open_rings)
    monkeypatch.setattr(switches, "_opens", lambda pid: True)
    assert Switches.open(pages=32).pages == 8
    assert tried == [32, 16, 8]


def test_locked_memory_that_is_used_up_altogether_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_rings(pid: int, pages: int) -> list[switches.Ring]:
        raise OSError(errno.EPERM, "no")

    monkeypatch.setattr(switches, "_open_rings", open_rings)
    monkeypatch.setattr(switches, "_opens", lambda pid: True)
    with pytest.raises(SwitchesRefused, match="memory"):
        Switches.open()


def test_every_edge_of_a_child_is_seen_until_its_end() -> None:
    try:
        source = Switches.open()
    except SwitchesRefused as error:
        pytest.skip(f"exact switches cannot be tried here: {error.reason}")
    try:
        child = subprocess.Popen([sys.executable, "-I", "-S", "-c", "pass"])
        child.wait()
        found = source.drain()
    finally:
        source.close()
    edges = {tid: edge for _, data in found for tid, edge in latest(data)[0].items() if edge.ended}
    assert edges[child.pid].pid == child.pid
