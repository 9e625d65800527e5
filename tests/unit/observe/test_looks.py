"""Looks at threads: what they tell, whom they are spent on, and what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from visualiser.events.blocks import LOOK, TOTAL, Seen
from visualiser.observe import looks as looks_module
from visualiser.observe.edges import Edge
from visualiser.observe.looks import AbsenceLooks, Look, RoundLooks, Threads, totals
from visualiser.observe.syscalls import NAMES, name, reason

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


class FewThreads(Threads):
    """Threads that are always in a read; notes who was looked at."""

    def __init__(self, seen: int = Seen.IO) -> None:
        super().__init__(lambda pid, futex: False)
        self.asked: list[int] = []
        self.seen = seen

    def look(self, pid: int, tid: int) -> Look | None:
        self.asked.append(tid)
        return Look(time.perf_counter_ns(), 1000, pid, tid, self.seen, 0, 3)


def blocked(t: int) -> Edge:
    return Edge(t, 7, True, False)


def test_an_absence_is_looked_at_once() -> None:
    threads = FewThreads()
    absences = AbsenceLooks(threads)
    absences.note({1: blocked(10), 2: blocked(20)})
    assert {look.tid for look in absences.look()} == {1, 2}
    assert absences.look() == []
    absences.note({1: Edge(30, 7, False, False)})
    absences.note({1: blocked(40)})
    assert [look.tid for look in absences.look()] == [1]


def test_who_can_run_is_not_looked_at() -> None:
    threads = FewThreads()
    absences = AbsenceLooks(threads)
    absences.note({1: Edge(10, 7, True, True), 2: Edge(10, 7, False, False), 3: Edge(10, 7, True, False, True)})
    assert absences.look() == []
    assert threads.asked == []
    assert absences.on == {1: 7, 2: 7}
    assert absences.ended_in == {7}


def test_an_edge_that_arrives_late_from_another_cpu_changes_nothing() -> None:
    absences = AbsenceLooks(FewThreads())
    absences.note({1: Edge(50, 7, False, False)})
    absences.note({1: blocked(40)})
    assert absences.look() == []


def test_an_absence_that_was_over_before_anybody_looked_is_counted_unless_it_was_short() -> None:
    absences = AbsenceLooks(FewThreads(), threshold_ns=100)
    absences.note({5: blocked(1000), 6: blocked(1000)})
    absences.note({5: Edge(1500, 1, False, False), 6: Edge(1050, 1, False, False)})
    assert absences.missed == 1


def test_each_thread_is_new_once() -> None:
    absences = AbsenceLooks(FewThreads())
    absences.note({1: blocked(10), 2: blocked(20)})
    absences.note({1: Edge(30, 7, False, False), 3: blocked(30)})
    assert absences.born == 3


def test_a_young_absence_is_left_alone() -> None:
    threads = FewThreads()
    absences = AbsenceLooks(threads, threshold_ns=10**12)
    absences.note({1: blocked(time.perf_counter_ns())})
    assert absences.look() == []
    assert 1 in absences.away


def test_a_look_that_came_too_late_names_nothing_and_is_counted() -> None:
    absences = AbsenceLooks(FewThreads(Seen.RUNNABLE))
    absences.note({1: blocked(10)})
    assert absences.look() == []
    assert absences.missed == 1


def test_looking_at_all_threads_becomes_rarer_when_it_costs_more_than_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(time, "thread_time", lambda: next(clock) * 0.001)  # each round costs a millisecond
    rounds = RoundLooks(FewThreads(), share=0.04)
    for i in range(50):
        assert rounds.look([(7, 1)], now=float(i))
    assert rounds.pause == pytest.approx(0.025, rel=0.01)
    assert rounds.look([(7, 1)], now=49.02) == []


def test_an_account_comes_with_a_look_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    class Accounted(FewThreads):
        def account(self, pid: int, tid: int) -> bytes:
            return bytes([tid])

    monkeypatch.setattr(looks_module, "ACCOUNT_S", 1e6)
    absences = AbsenceLooks(Accounted())
    for t in (10, 20, 30):
        absences.note({1: blocked(t), 2: blocked(t)})
        assert len(absences.look()) == 2
    assert sorted(absences.accounts) == [b"\1", b"\2"]
    absences.forget((1,))
    absences.note({1: blocked(40)})
    absences.look()
    assert sorted(absences.accounts) == [b"\1", b"\1", b"\2"]


class Accounted(FewThreads):
    """Threads whose account is told as the kernel words it."""

    def __init__(self, seen: int) -> None:
        super().__init__(seen)
        self.raw = b"5 6 7\n"

    def raw_account(self, pid: int, tid: int) -> bytes:
        return self.raw


def rounds_of(threads: Accounted, *rounds: tuple[int, bytes]) -> list[tuple[list[int], int]]:
    """What rounds over one thread told: the reasons seen, and the number of accounts."""
    looking = RoundLooks(threads)
    told = []
    for number, (seen, raw) in enumerate(rounds):
        threads.seen, threads.raw = seen, raw
        looks = looking.look([(7, 1)], now=1000.0 * number)
        told.append(([look.seen for look in looks], len(looking.accounts) // TOTAL.size))
    return told


def test_who_was_off_the_cpu_and_has_the_same_account_is_so_still_and_not_looked_at_again() -> None:
    threads = Accounted(Seen.GIL)
    told = rounds_of(threads, (Seen.GIL, b"5 6 7\n"), (Seen.IO, b"5 6 7\n"), (Seen.IO, b"5 6 8\n"))
    assert told == [([Seen.GIL], 1), ([Seen.GIL], 0), ([Seen.IO], 1)]
    assert len(threads.asked) == 2


def test_who_could_run_is_looked_at_again_whatever_its_account_says() -> None:
    threads = Accounted(Seen.RUNNABLE)
    told = rounds_of(threads, (Seen.RUNNABLE, b"5 6 7\n"), (Seen.IO, b"5 6 7\n"))
    assert told == [([Seen.RUNNABLE], 1), ([Seen.IO], 0)]


def test_where_the_kernel_keeps_no_accounts_every_thread_is_looked_at_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    threads = FewThreads(Seen.IO)
    monkeypatch.setattr(threads, "_accounts", {1: -1})
    monkeypatch.setattr(os, "pread", lambda file, size, offset: b"0 0 0\n")
    rounds = RoundLooks(threads)
    for number in range(3):
        assert [look.seen for look in rounds.look([(7, 1)], now=1000.0 * number)] == [Seen.IO]
    assert len(threads.asked) == 3
    assert rounds.accounts == b""


@contextmanager
def child(program: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child that waits; ended at the end."""
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", program], stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@linux
@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("import os; os.read(0, 1)", Seen.IO),
        ("import time; time.sleep(100)", Seen.SLEEP),
        ("import _thread; lock = _thread.allocate_lock(); lock.acquire(); lock.acquire()", Seen.LOCK),
        ("import select; select.select([0], [], [])", Seen.IO),
        ("import os; pid = os.fork()\nif not pid: os.read(0, 1); os._exit(0)\nos.waitpid(pid, 0)", Seen.CHILD),
    ],
)
def test_what_a_thread_waits_for_is_told_by_its_system_call(program: str, expected: int) -> None:
    threads = Threads(lambda pid, futex: False)
    with child(program) as process:
        for _ in range(100_000):
            look = threads.look(process.pid, process.pid)
            if look is not None and look.seen == expected:
                break
        else:
            pytest.fail(f"last seen: {look}")
        assert process.stdin is not None
        process.stdin.write(b"x" * 2)  # so that a forked child ends as well
    threads.close()
    assert len(look.packed()) == LOOK.size


@linux
def test_a_futex_of_the_gil_is_told_from_a_lock() -> None:
    program = "import _thread; lock = _thread.allocate_lock(); lock.acquire(); lock.acquire()"
    threads = Threads(lambda pid, futex: futex > 0)
    with child(program) as process:
        for _ in range(100_000):
            look = threads.look(process.pid, process.pid)
            if look is not None and look.seen == Seen.GIL:
                break
        else:
            pytest.fail(f"last seen: {look}")
    threads.close()


@linux
def test_a_thread_that_has_gone_is_nobody() -> None:
    threads = Threads(lambda pid, futex: False)
    with child("pass") as process:
        process.wait()
        assert threads.look(process.pid, process.pid) is None
    threads.close()


@linux
def test_the_kernels_account_of_a_thread_is_read() -> None:
    row = totals(os.getpid(), [os.getpid(), 2**31 - 2])
    assert len(row) == TOTAL.size
    t, pid, tid, on_cpu, _, times = TOTAL.unpack(row)
    assert (pid, tid) == (os.getpid(), os.getpid())
    assert t > 0
    assert on_cpu > 0
    assert times > 0


@linux
def test_system_calls_are_named_and_those_unknown_are_numbered() -> None:
    assert "futex" in NAMES.values()
    assert name(4095) == "system call 4095"
    assert reason(4095) == Seen.OTHER
