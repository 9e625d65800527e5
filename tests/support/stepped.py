"""Runs whose lines and values were recorded, built by hand: a lost update, one global in two processes, a deadlock."""

from __future__ import annotations

from tests.support.builder import ProcessBuilder, RunBuilder, ThreadBuilder
from visualiser.events import Kind, Scope, Span, StartMethod, Wait

FILE = "/home/ada/bank.py"
SOURCE = "counter = 0\n" * 10 + "def count():\n    seen = counter\n    pause()\n    counter = seen + 1\n" + "\n" * 10
READ, PAUSE, WRITE = 12, 13, 14
"""Lines of the source."""


def line(thread: ThreadBuilder, t: float, number: int, *, left: bool = False) -> None:
    """A thread is about to run that line; `left`: its function is left after it."""
    thread.add(t, Kind.LINE, int(left), 0, thread.process.site(number, "count", FILE))


def value(thread: ThreadBuilder, t: float, name: str, number: int, *, own: bool = False) -> None:
    """What a watched name is worth, as told right before the line that comes then."""
    scope = (Scope.LOCAL if own else Scope.GLOBAL) | Scope.NUMBER
    thread.add(t, Kind.VALUE, scope, thread.process.text(name), thread.process.site(READ, "count", FILE), number)


def lost_update() -> RunBuilder:
    """Both threads read 0, at 2 and 3; both write 1, at 6 and 7. Each line is a step; values are told just before."""
    run = RunBuilder()
    process = run.process("bank.py")
    main = process.thread().begin(0)
    line(main, 1, 1)
    for number, start in enumerate((2, 3)):
        adder = process.thread(f"adder-{'ab'[number]}").begin(start - 0.5)
        if number == 0:
            value(adder, start - 0.1, "counter", 0)
        line(adder, start, READ)
        value(adder, start + 1.9, "seen", 0, own=True)
        line(adder, start + 2, PAUSE)
        line(adder, start + 4, WRITE)
        if number == 0:
            value(adder, start + 5.9, "counter", 1)
        line(adder, start + 6, WRITE, left=True)
        adder.end(start + 6.5)
    main.output(11, "expected 2, got 1").end(12)
    return run


def two_worlds() -> RunBuilder:
    """A process with `basket` 1, and its fork, which makes it 2 at 5 and sends 20 bytes back."""
    run = RunBuilder()
    parent = run.process("shop.py", 100)
    main = parent.thread().begin(0)
    value(main, 1.9, "basket", 1)
    line(main, 2, 10)
    main.started_process(3, 200, "shopper", StartMethod.FORK)
    child = run.process("shopper", 200, parent_pid=100, start=3)
    other = child.thread().begin(3.1)
    value(other, 3.9, "basket", 1)
    line(other, 4, 11)
    value(other, 4.9, "basket", 2)
    line(other, 5, 12)
    _pickle(other, child, 6, 7)
    main.add(8, Kind.PUT, Wait.QUEUE_GET, parent.thing("orders", kind="Queue"))
    other.end(9)
    main.saw_process_end(9.5, 200, 0)
    main.end(12)
    return run


def _pickle(thread: ThreadBuilder, process: ProcessBuilder, t0: float, t1: float) -> None:
    label = process.text("list")
    thread.add(t0, Kind.SPAN_BEGIN, Span.PICKLE, label)
    thread.add(t1, Kind.SPAN_END, Span.PICKLE, label, 0, 20)


def embrace() -> RunBuilder:
    """Two threads that hold one lock each and wait for the other's from 5 and 6 on, for ever."""
    run = RunBuilder()
    process = run.process("forks.py")
    left, right = process.thing("left"), process.thing("right")
    for number, (mine, other) in enumerate(((left, right), (right, left))):
        thread = process.thread(f"philosopher-{number + 1}").begin(0)
        thread.hold(2 + number, None, mine, line=READ)
        line(thread, 4 + number, PAUSE)
        thread.wait(Wait.LOCK, 5 + number, None, other, line=PAUSE)
    return run
