"""Whole runs, recorded as a user would: what is known of them on each level of observation.

What the observer itself sees is held in test_observer_truth.py; here, that it arrives in what the user gets.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from pytestqt.qtbot import QtBot

from tests.support import check_stats
from tests.unit.run.harness import written
from visualiser.events import blocks
from visualiser.files import load, save_ilv, write_chrome, write_csv
from visualiser.observe.switches import Switches, SwitchesRefused
from visualiser.run import Session, record, resolve_target
from visualiser.trace import Source, State, TraceStore, Wait, stats, stats_text

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="observing is tried on Linux only")

RIVALS = """
    import threading, time
    def work():
        end = time.perf_counter() + 0.4
        while time.perf_counter() < end:
            sum(range(500))
        print(f"{threading.get_native_id()} {time.thread_time_ns()}\\n", end="")  # one write: lines stay whole
    threads = [threading.Thread(target=work, name=name) for name in ("one", "two")]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
TWO_PROCESSES = """
    import multiprocessing, time
    def work():
        end = time.perf_counter() + 0.5
        while time.perf_counter() < end:
            sum(range(500))
    if __name__ == "__main__":
        children = [multiprocessing.Process(target=work) for _ in "ab"]
        for child in children: child.start()
        for child in children: child.join()
"""
POOL = """
    import multiprocessing, time
    def work(n):
        return sum(i * i for i in range(200_000))
    if __name__ == "__main__":
        with multiprocessing.Pool(2) as pool:
            pool.map(work, range(6), chunksize=1)
"""
SLEEPERS = """
    import threading, time
    threads = [threading.Thread(target=time.sleep, args=(0.4,), name=f"sleeper {n}") for n in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""
LOCKED = """
    import threading, time
    gate = threading.Lock()
    def wait():
        with gate:
            pass
    gate.acquire()
    thread = threading.Thread(target=wait, name="waiter")
    thread.start()
    time.sleep(0.3)
    gate.release()
    thread.join()
"""

Recorded = Callable[[str], TraceStore]


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Recorded]:
    """Runs a program to its end, observed, and gives what is known of it. Its printed lines are in `attachments`."""
    recordings = []

    def run(source: str) -> TraceStore:
        recording = record(resolve_target(str(written(tmp_path, source))), own_terminal=False)
        recordings.append(recording)
        assert recording.info.exit_code == 0
        return recording.store

    yield run
    for one in recordings:
        one.close()


@pytest.fixture
def exact(recorded: Recorded) -> Recorded:
    """The same on the exact level; skips, saying why, where that is refused."""
    try:
        Switches.open().close()
    except SwitchesRefused as error:
        pytest.skip(f"the exact level cannot be tried here: {error.reason}")
    return recorded


def named(store: TraceStore, name: str) -> int:
    """The index of the thread of that name."""
    return next(one.index for one in store.threads if one.name == name)


def time_in(store: TraceStore, thread: int, *states: State) -> int:
    """ns that it spent in these states."""
    spans = store.states(thread)
    return int((spans.end - spans.start)[np.isin(spans.state, states)].sum())


def overlap(store: TraceStore, one: int, two: int) -> int:
    """ns during which both were running."""
    total = 0
    left, right = (store.states(index) for index in (one, two))
    left, right = (spans.rows(np.flatnonzero(spans.state == State.RUNNING)) for spans in (left, right))
    for start, end in zip(left.start.tolist(), left.end.tolist(), strict=True):
        total += int(np.maximum(np.minimum(right.end, end) - np.maximum(right.start, start), 0).sum())
    return total


def test_two_threads_that_compute_take_turns_and_wait_for_the_gil(exact: Recorded) -> None:
    store = exact(RIVALS)
    one, two = named(store, "one"), named(store, "two")
    running = [time_in(store, index, State.RUNNING) for index in (one, two)]
    assert overlap(store, one, two) < 0.01 * sum(running)
    for index in (one, two):
        life = store.threads[index]
        assert life.end_ns is not None
        lived = life.end_ns - life.start_ns
        told = time_in(store, index, State.RUNNING, State.NATIVE, State.READY, State.GIL)
        assert told >= 0.85 * lived
        assert time_in(store, index, State.GIL, State.READY) > 0.1 * lived


def test_the_time_on_a_cpu_is_what_the_threads_were_charged(exact: Recorded) -> None:
    store = exact(RIVALS)
    assert store.directory is not None
    for line in (store.directory / "stdout").read_text().splitlines():
        tid, charged = map(int, line.split())
        thread = next(one for one in store.threads if one.tid == tid)
        measured = store.on_cpu_ns(thread.index)
        assert measured is not None
        spans = store.thread_cpus(thread.index)
        # The kernel charges a few microseconds on either side of each stretch between two edges, what a host took away
        # meanwhile is drawn and not charged, and the thread goes on for a moment after it asked.
        edges = 12_000 * len(spans) + 0.01 * charged
        assert abs(measured - charged) <= edges + 1_000_000
        assert abs(measured - int((spans.end - spans.start).sum())) <= edges  # what is drawn


def test_hand_overs_are_the_interpreters_own_count(exact: Recorded) -> None:
    store = exact(RIVALS)
    (lane,) = store.gil_lanes(0)
    rows = b"".join(block.payload for block in store.raw_blocks() if block.format == blocks.GILS)
    counts = [row[6] for row in struct.iter_unpack("<QIIIHHQ", rows) if row[2] == store.processes[0].pid]
    assert lane.handovers is not None
    assert lane.handovers == counts[-1] - counts[0]
    assert lane.handovers >= 20
    assert 0.8 * lane.handovers <= len(lane.handovers_t) <= lane.handovers
    assert lane.switch_interval_ns == 5_000_000
    assert (lane.start[1:] >= lane.end[:-1]).all()


def test_two_processes_compute_at_the_same_time(exact: Recorded) -> None:
    if (os.cpu_count() or 1) < 2:
        pytest.skip("this machine has one CPU: nothing can run at the same time")
    for _ in range(3):
        before = psutil.cpu_times()
        store = exact(TWO_PROCESSES)
        after = psutil.cpu_times()
        busy = (sum(after) - after.idle - after.iowait) - (sum(before) - before.idle - before.iowait)
        ours = sum(store.on_cpu_ns(one.index) or 0 for one in store.threads) / 1e9
        foreign = max(0.0, busy - ours) / (sum(after) - sum(before))
        if foreign < 0.1:
            break
    else:
        pytest.skip(f"others kept the machine busy: {foreign:.0%} of it in the last of 3 runs")
    one, two = (process.threads[0] for process in store.processes[1:])
    running = min(time_in(store, index, State.RUNNING) for index in (one, two))
    assert overlap(store, one, two) > 0.7 * running
    assert stats(store)["parallelism"]["max"] >= 2


def test_each_worker_of_a_pool_has_a_gil_of_its_own_and_time_on_a_cpu(exact: Recorded) -> None:
    store = exact(POOL)
    workers = [process for process in store.processes if process.parent is not None]
    assert len(workers) == 2
    for process in workers:
        (lane,) = store.gil_lanes(process.index)
        assert lane.enabled
        assert sum(store.on_cpu_ns(index) or 0 for index in process.threads) > 0
        assert process.start_ns > store.processes[0].start_ns
    for cpu in store.cpus:
        spans = store.cpu_spans(cpu)
        assert (spans.start[1:] >= spans.end[:-1]).all()


def test_sleeping_threads_are_seen_to_sleep_and_take_no_cpu(exact: Recorded) -> None:
    store = exact(SLEEPERS)
    sleepers = [one for one in store.threads if one.name.startswith("sleeper")]
    assert len(sleepers) == 8
    for one in sleepers:
        assert time_in(store, one.index, State.SLEEP) >= 0.38e9
        assert (store.on_cpu_ns(one.index) or 0) < 0.05e9
        spans = store.states(one.index)
        assert set(spans.flag[spans.state == State.SLEEP].tolist()) <= {0, Wait.SLEEP}
        assert Source.EXACT in spans.source


def test_a_measured_wait_says_for_which_lock_and_where(exact: Recorded) -> None:
    store = exact(LOCKED)
    spans = store.states(named(store, "waiter"))
    row = int(np.argmax(np.where(spans.state == State.LOCK, spans.end - spans.start, 0)))
    assert spans.end[row] - spans.start[row] > 0.2e9
    assert (spans.source[row], spans.flag[row]) == (Source.EXACT, Wait.LOCK)
    assert store.object(int(spans.object[row])).type == "Lock"
    assert store.site(int(spans.site[row])).line > 0


def test_what_was_observed_comes_back_from_its_file_and_goes_into_the_exports(exact: Recorded, tmp_path: Path) -> None:
    store = exact(RIVALS)
    save_ilv(store, tmp_path / "run.ilv")
    opened = load(tmp_path / "run.ilv")
    check_stats(stats(opened))
    assert stats(opened) == stats(store)
    write_csv(opened, tmp_path / "run.csv")
    lines = [line.split(",") for line in (tmp_path / "run.csv").read_text().splitlines()]
    running = [line for line in lines if line[5] == "running"]
    assert {line[9] for line in running} == {"exact"}
    assert {line[8] for line in running} <= {str(cpu) for cpu in opened.cpus}
    assert any(line[4] == "gil" for line in lines)
    write_chrome(opened, tmp_path / "run.json")
    events = json.loads((tmp_path / "run.json").read_text())["traceEvents"]
    assert {"GIL", "CPUs"} <= {event["args"].get("name") for event in events if event["ph"] == "M"}
    assert any(event["ph"] == "C" and event["name"] == "threads on a CPU" for event in events)


@pytest.mark.parametrize(
    ("level", "switches", "running", "on_cpu"),
    [("sampled", "sampled", True, True), ("psutil", "none", False, True), ("recorded", "none", False, False)],
)
def test_each_lower_level_tells_less_and_says_so(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, level: str, switches: str, running: bool, on_cpu: bool
) -> None:
    monkeypatch.setenv("INTERLEAVE_LEVEL", level)
    store = recorded(RIVALS)
    facts = stats(store)
    check_stats(facts)
    thread = next(one for one in facts["processes"][0]["threads"] if one["name"] == "one")
    assert facts["sources"]["switches"] == switches
    assert facts["sources"]["why"]["switches"].endswith(".")
    assert (thread["states_ns"]["running"] is not None, thread["on_cpu_ns"] is not None) == (running, on_cpu)
    assert thread["cpus"] == []
    assert facts["parallelism"]["max"] is None
    assert (facts["processes"][0]["gil"]["handovers"] is not None) == running
    assert Source.EXACT not in store.states(named(store, "one")).source
    if running:
        gone, lived = thread["states_ns"], thread["end_ns"] - thread["start_ns"]
        assert gone["unknown"] < 0.3 * lived
        assert 0.2 * lived < gone["gil"] + gone["ready"]
    assert f"switches {switches}" in stats_text(store)


def test_a_run_that_was_watched_live_is_told_like_the_same_run_read_afterwards(
    qtbot: QtBot, exact: Recorded, tmp_path: Path
) -> None:
    session = Session()
    grown: list[int] = []

    def look(revision: int) -> None:
        store = session.store
        if store is not None and store.threads:
            grown.append(len(store.states(0)))

    try:
        with qtbot.waitSignal(session.finished, timeout=30_000):
            session.trace_grew.connect(look)
            session.start(resolve_target(str(written(tmp_path, RIVALS))))
        assert session.store is not None
        assert session.directory is not None
        assert max(grown[:-1]) > 10
        assert stats(session.store) == stats(load(session.directory))
        assert session.store.sources["switches"] == "exact"
    finally:
        session.close()
        session.deleteLater()


STRANGERS = """
    import ctypes, os, subprocess, sys, time
    subprocess.run(["sleep", "0.7"])
    subprocess.run([sys.executable, "-I", "-c", "import time; time.sleep(0.7); raise SystemExit(3)"])
    libc, thread = ctypes.CDLL(None), ctypes.c_ulong()
    libc.pthread_create.argtypes = [ctypes.c_void_p] * 4
    libc.pthread_join.argtypes = [ctypes.c_ulong, ctypes.c_void_p]
    libc.pthread_create(ctypes.byref(thread), None, ctypes.cast(libc.usleep, ctypes.c_void_p), 700_000)
    libc.pthread_join(thread, None)
"""


@pytest.mark.parametrize("level", ["exact", "sampled"])
def test_programs_and_threads_that_record_nothing_are_there_with_their_times(
    recorded: Recorded, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERLEAVE_LEVEL", level)
    store = recorded(STRANGERS)
    program, sleep, python = store.processes
    assert [one.note.partition(":")[0] for one in store.processes] == ["", *["no record of its own"] * 2]
    assert (sleep.parent, python.parent) == (program.index, program.index)
    for one in (sleep, python):
        assert one.end_ns is not None
        assert one.end_ns - one.start_ns > 200_000_000
        assert State.SLEEP in store.states(one.threads[0]).state
    native = store.threads[program.threads[-1]]
    assert native.note == "no record of its own: not started through threading"
    assert State.SLEEP in store.states(native.index).state
    check_stats(stats(store))
