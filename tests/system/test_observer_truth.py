"""What the observer says of real programs, against what they themselves and the kernel's account say.

How much is left unknown depends on how busy the machine is, so these tests hold what must be so on any machine:
nothing missing, nothing wrong, unknown rather than guessed. `python -m tests.system.test_observer_truth [PYTHON]`
prints the shares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.support.machine import stolen_s
from tests.support.pythons import interpreter
from tests.support.watched import Watched, watch
from visualiser.events.blocks import Held
from visualiser.observe.switches import Switches, SwitchesRefused
from visualiser.trace.joined_track import Track, cpu_spans
from visualiser.trace.joiner import join, place_all
from visualiser.trace.observed import EdgeKind
from visualiser.trace.values import STATE_NAMES, Evidence, State

KNOWN = str(Path(__file__).parent.parent / "support" / "known_states.py")
MANY = """
import threading
def work():
    sum(range(2000))
for _ in range(20):
    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads: thread.start()
    print(*(thread.native_id for thread in threads))
    for thread in threads: thread.join()
"""
ENDING = """
import threading, time
def work():
    for _ in range(2_000_000): pass
for _ in range(2):
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.3)
    print(thread.native_id)
"""
POOL = """
import os, time
from multiprocessing import Pool
def work(n):
    sum(i * i for i in range(300_000))
    return os.getpid(), time.process_time_ns()
if __name__ == "__main__":
    with Pool(2) as pool:
        last = dict(pool.map(work, range(8), chunksize=1))
        for pid, cpu in last.items(): print(pid, cpu)
"""
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


@pytest.fixture
def _exact() -> None:
    try:
        Switches.open().close()
    except SwitchesRefused as error:
        pytest.skip(f"exact switches cannot be tried here: {error.reason}")


@dataclass(frozen=True)
class Told:
    """What a thread of known_states.py said about itself (ns)."""

    state: State
    tid: int
    begin: int
    end: int
    cpu: int

    def off(self, track: Track) -> dict[State, int]:
        """ns off the CPU by state, as the observer has it."""
        part = np.maximum(np.minimum(track.end, self.end) - np.maximum(track.start, self.begin), 0)
        off = (track.evidence & Evidence.ON_CPU == 0) & (track.state != State.READY)
        return {State(state): int(part[off & (track.state == state)].sum()) for state in np.unique(track.state[off])}


def told(run: Watched) -> Iterator[Told]:
    """Every line of known_states.py."""
    for line in run.output:
        state, *numbers = line.split()
        yield Told(State(STATE_NAMES.index(state)), *map(int, numbers))


@pytest.mark.usefixtures("_exact")
@pytest.mark.parametrize("version", VERSIONS)
def test_threads_in_known_states_are_seen_in_them_and_in_no_others(version: str, tmp_path: Path) -> None:
    run = watch([interpreter(version, "what the observer sees of it"), KNOWN, "0.12"], tmp_path)
    tracks = join(run.facts()).threads
    right = wrong = unknown = 0
    for one in told(run):
        if one.state == State.NATIVE:
            continue
        possible = {one.state, State.GIL}  # what a call returns with is the GIL
        if version in ("3.9", "3.10") and one.state == State.SLEEP:
            possible.add(State.IO)  # it sleeps in select(); the probe's record says the rest
        for state, ns in one.off(tracks[one.tid]).items():
            right += ns if state in possible else 0
            unknown += ns if state == State.UNKNOWN else 0
            wrong += ns if state not in possible and state != State.UNKNOWN else 0
    total = right + wrong + unknown
    assert wrong <= 0.02 * total
    assert right >= 0.75 * total
    native = next(one for one in told(run) if one.state == State.NATIVE)
    hashing = tracks[native.tid]
    length = hashing.end - hashing.start
    assert length[hashing.state == State.NATIVE].sum() > 2 * length[hashing.state == State.RUNNING].sum()


@pytest.mark.usefixtures("_exact")
def test_time_on_a_cpu_is_what_the_kernel_gave_each_thread(tmp_path: Path) -> None:
    for number in range(3):  # what a host takes from a virtual machine is on a CPU by the edges, and charged to nobody
        before = stolen_s()
        run = watch([sys.executable, KNOWN, "0.3"], tmp_path / str(number))
        stolen = stolen_s() - before
        if not stolen:
            break
    for one in told(run):
        edges = run.edges.rows(run.edges.tid == one.tid)
        start, end, _ = cpu_spans(edges)
        # A thread that is preempted is charged until its rival was woken up only, some microseconds before it leaves;
        # its begin and end are outside of what it could measure itself.
        preempted = int((edges.kind == EdgeKind.PREEMPTED).sum())
        slack = 500_000 + 10_000 * preempted + 2_000 * len(edges) + 2_000_000_000 * stolen
        assert abs(int((end - start).sum()) - one.cpu) <= 0.01 * one.cpu + slack


@pytest.mark.usefixtures("_exact")
def test_no_thread_is_missing_however_short_its_life(tmp_path: Path) -> None:
    run = watch([sys.executable, "-c", MANY], tmp_path)
    expected = sorted(int(tid) for line in run.output for tid in line.split())
    edges = run.edges.rows((run.edges.pid == run.pid) & (run.edges.tid != run.pid))
    assert len(expected) == 200
    assert sorted(edges.tid[edges.kind == EdgeKind.BORN].tolist()) == expected
    assert sorted(edges.tid[edges.kind == EdgeKind.ENDED].tolist()) == expected
    assert len(run.losses) == 0


@pytest.mark.usefixtures("_exact")
def test_when_the_last_thread_on_a_cpu_has_ended_the_gil_is_seen_to_be_free(tmp_path: Path) -> None:
    run = watch([sys.executable, "-c", ENDING], tmp_path)
    main = run.edges.rows(run.edges.tid == run.pid)
    for tid in map(int, run.output):
        own = run.edges.rows(run.edges.tid == tid)
        (end,) = own.t[own.kind == EdgeKind.ENDED].tolist()
        back = int(main.t[(main.t > end) & (main.kind == EdgeKind.IN)].min())
        during = run.gils.rows((run.gils.t > end) & (run.gils.t < back))
        assert len(during) > 0
        assert (during.held == Held.FREE).all()


@pytest.mark.usefixtures("_exact")
def test_processes_that_the_program_starts_are_followed_and_no_cpu_runs_two_threads_at_once(tmp_path: Path) -> None:
    program = tmp_path / "pool.py"
    program.write_text(POOL)
    run = watch([sys.executable, str(program)], tmp_path)
    spans: dict[int, list[tuple[int, int]]] = {}
    on_cpu: dict[int, int] = {}
    for tid in np.unique(run.edges.tid):
        edges = run.edges.rows(run.edges.tid == tid)
        for start, end, cpu in zip(*(column.tolist() for column in cpu_spans(edges)), strict=True):
            spans.setdefault(cpu, []).append((start, end))
            pid = int(edges.pid[-1])
            on_cpu[pid] = on_cpu.get(pid, 0) + end - start
    for line in run.output:
        pid, cpu = map(int, line.split())
        assert on_cpu[pid] >= 0.97 * cpu
    for of_one_cpu in spans.values():
        of_one_cpu.sort()
        ends = [end for _, end in of_one_cpu]
        assert all(end <= begin for end, (begin, _) in zip(ends, of_one_cpu[1:], strict=False))


@pytest.mark.usefixtures("_exact")
def test_two_threads_that_compete_for_the_gil_do_not_run_at_once(tmp_path: Path) -> None:
    run = watch([sys.executable, KNOWN, "0.2"], tmp_path)
    tracks = join(run.facts()).threads
    one, two = (tracks[told.tid] for told in told(run) if told.state == State.GIL)
    overlap = 0
    rows = two.state == State.RUNNING
    for start, end, state in zip(one.start, one.end, one.state, strict=True):
        if state == State.RUNNING:
            part = np.minimum(two.end[rows], end) - np.maximum(two.start[rows], start)
            overlap += int(part[part > 0].sum())
    running = sum(int((track.end - track.start)[track.state == State.RUNNING].sum()) for track in (one, two))
    assert overlap <= 0.01 * running
    counts = run.gils.handovers[run.gils.pid == run.pid]
    assert counts[-1] - counts[0] >= 20


@pytest.mark.usefixtures("_exact")
@pytest.mark.parametrize("version", ["3.13t", "3.14t"])
def test_without_a_gil_all_that_is_on_a_cpu_runs_and_nobody_waits_for_it(version: str, tmp_path: Path) -> None:
    run = watch([interpreter(version, "what is seen of a build without a GIL"), KNOWN, "0.12"], tmp_path)
    outcome = join(run.facts())
    assert [gil.has_gil for gil in outcome.gils.values()] == [False]
    for one in told(run):
        track = outcome.threads[one.tid]
        assert State.NATIVE not in track.state
        assert State.GIL not in track.state
        assert (track.end - track.start)[track.state == State.RUNNING].sum() >= 0.9 * one.cpu


def test_looks_alone_tell_states_where_switches_are_refused(tmp_path: Path) -> None:
    run = watch([sys.executable, KNOWN, "0.2"], tmp_path, level="sampled")
    if run.levels.switches != "sampled":
        pytest.skip("threads can be looked at on Linux only")
    lines = [one for one in told(run) if one.state in (State.SLEEP, State.LOCK, State.IO, State.CHILD)]
    lives = {one.tid: (one.begin, one.end) for one in told(run)}
    tracks = place_all(run.facts(), run.totals, lives).threads
    for one in lines:
        track = tracks[one.tid]
        length = track.end - track.start
        assert length[track.state == one.state].sum() >= 0.6 * (one.end - one.begin)
    assert len(run.edges) == 0
    assert len(run.totals) > 0


def main() -> None:
    """Print how much of the time off the CPU was told right, and of what the observer's share was."""
    executable = sys.argv[1] if sys.argv[1:] else sys.executable
    run = watch([executable, KNOWN, "0.5"], Path("/tmp/interleave-calibrations"))
    tracks = join(run.facts()).threads
    right = total = 0
    for one in told(run):
        off = one.off(tracks[one.tid])
        print(one.state.name, {state.name: round(ns / 1e6, 2) for state, ns in off.items() if ns})
        if one.state != State.NATIVE:
            right += off.get(one.state, 0)
            total += sum(off.values())
    print(f"right {right / total:.4f} of the time off the CPU, observer {run.share:.3f} of a CPU, {run.levels}")


if __name__ == "__main__":
    main()
