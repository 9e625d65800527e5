"""The stop ladder asks, terminates and kills, in that order and at its times."""

from __future__ import annotations

import signal
from typing import Any, cast

import psutil
import pytest

from visualiser.observe.ladder import ASK, KILL, LAST_PATIENCE, TERMINATE, Ladder
from visualiser.observe.pace import Pace
from visualiser.observe.tree import Member

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="POSIX signals")


class Fake:
    """A process as far as the ladder sees it."""

    def __init__(self, pid: int, gone: bool = False) -> None:
        self.pid = pid
        self.gone = gone
        self.sent: list[int] = []

    def create_time(self) -> float:
        return 0.0

    def send_signal(self, number: int) -> None:
        if self.gone:
            raise psutil.NoSuchProcess(self.pid)
        self.sent.append(number)


def member(pid: int, gone: bool = False) -> tuple[Member, list[int]]:
    """A member of the tree, and what it will have been sent."""
    process = Fake(pid, gone)
    return Member(cast(Any, process), 1), process.sent


def test_the_rungs_come_one_by_one_when_nobody_ends() -> None:
    said: list[tuple[int, int]] = []
    main, main_sent = member(2)
    child, child_sent = member(3)
    ladder = Ladder(ASK, 1.0, lambda rung, count: said.append((rung, count)))
    for now in (10.0, 10.9):
        ladder.step(now, main, [main, child])
    assert (main_sent, child_sent) == ([signal.SIGINT, signal.SIGCONT], [])
    ladder.step(11.0, main, [main, child])
    assert child_sent == [signal.SIGTERM, signal.SIGCONT]
    ladder.step(12.0, main, [main, child])
    assert child_sent[-1] == signal.SIGKILL
    assert said == [(ASK, 1), (TERMINATE, 2), (KILL, 2)]


def test_killing_is_repeated_until_it_is_in_vain() -> None:
    late, sent = member(4)
    ladder = Ladder(KILL, 1.0, lambda rung, count: None)
    ladder.step(0.0, None, [])
    ladder.step(0.1, None, [late])
    assert sent == [signal.SIGKILL]
    assert not ladder.gave_up
    ladder.step(LAST_PATIENCE, None, [late])
    assert ladder.gave_up


def test_nobody_is_asked_once_the_program_has_ended() -> None:
    said: list[int] = []
    child, sent = member(3)
    Ladder(ASK, 1.0, lambda rung, count: said.append(rung)).step(0.0, None, [child])
    assert (said, sent) == ([TERMINATE], [signal.SIGTERM, signal.SIGCONT])


def test_hurrying_goes_to_killing_at_once() -> None:
    main, sent = member(2)
    ladder = Ladder(ASK, 100.0, lambda rung, count: None)
    ladder.step(0.0, main, [main])
    ladder.hurry()
    ladder.step(0.1, main, [main])
    assert sent[-1] == signal.SIGKILL


def test_whoever_has_gone_meanwhile_is_no_error() -> None:
    gone, _ = member(2, gone=True)
    Ladder(KILL, 1.0, lambda rung, count: None).step(0.0, None, [gone])


def test_a_look_that_cost_much_is_repeated_late(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = iter([0.0, 0.5, 1.0, 1.0])
    monkeypatch.setattr("time.process_time", lambda: next(cpu))
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    pace = Pace(period=0.1, share=0.01)
    assert pace.due(100.0)
    with pace.look():
        pass
    assert not pace.due(149.9)
    assert pace.due(150.0)
    with pace.look():
        pass
    assert not pace.due(100.05)
    assert pace.due(100.2)
