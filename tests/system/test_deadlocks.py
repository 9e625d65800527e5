"""Deadlocks of real programs are recognised from their record, and programs that are merely slow are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import RunCli

START = """
import multiprocessing, os, threading, time

def start(function, *args, name=None):
    thread = threading.Thread(target=function, args=args, daemon=True, name=name)
    thread.start()
    return thread

a, b, c = threading.Lock(), threading.RLock(), threading.Lock()
"""

EAT = """
def eat(first, second):
    with first:
        everybody_has_one.wait()
        with second:
            print("eats")

def dinner(*tools):
    global everybody_has_one
    everybody_has_one = threading.Barrier(len(tools))
    diners = [start(eat, one, two, name=f"diner {n}") for n, (one, two) in enumerate(zip(tools, tools[1:] + tools[:1]))]
    for diner in diners:
        diner.join(0.2)
"""

POOL = """
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.starmap(dinner, [(0, 0)])
        pool.close()  # the worker ends itself: one that is killed might have helped
        pool.join()
"""

POOL_EAT = EAT.replace("def dinner(*tools):", "def dinner(*_):\n    tools = (a, b)")

SELF = """
def twice():
    with a:
        with a:
            pass

start(twice, name="diner 0").join(0.2)
"""

DEADLOCKS = {
    "two diners": (EAT + "dinner(a, b)", 2),
    "three diners": (EAT + "dinner(a, b, c)", 3),
    "in a worker of a Pool": (POOL_EAT + POOL, 2),
    "one lock, taken twice": (SELF, 1),
}


def deadlocks_of(run_cli: RunCli, folder: Path, text: str) -> list[dict[str, Any]]:
    path = folder / "program.py"
    path.write_text(START + text)
    done = run_cli("record", path, "--json")
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])["verdict"]
    return [one for one in found if one["code"] == "deadlock"]


@pytest.mark.parametrize("name", DEADLOCKS)
def test_a_deadlock_is_told_with_all_holders_and_lines(run_cli: RunCli, tmp_path: Path, name: str) -> None:
    text, diners = DEADLOCKS[name]
    (found,) = deadlocks_of(run_cli, tmp_path, text)
    told = found["evidence"]
    assert found["code"] == "deadlock"
    assert told["threads"] == [f"diner {n}" for n in range(diners)]
    assert told["held_by"] == told["threads"][1:] + told["threads"][:1]
    source = (START + text).splitlines()
    first, second = ("with a:", "with a:") if diners == 1 else ("with first:", "with second:")
    assert {source[int(each.rpartition(":")[2]) - 1].strip() for each in told["held_at"]} == {first}
    assert {source[int(each.rpartition(":")[2]) - 1].strip() for each in told["waits_at"]} == {second}
    assert len(set(told["objects"])) == diners


SLOW = {
    "opposite order with a timeout": """
def eat(first, second, pause):
    while True:
        with first:
            time.sleep(0.01)
            if second.acquire(timeout=0.02):
                return second.release()
        time.sleep(pause)

for each in [start(eat, a, c, 0.01), start(eat, c, a, 0.07)]:
    each.join()
""",
    "cut off while its holder is at work": """
taken = threading.Event()

def hold():
    with a:
        taken.set()
        while True:
            sum(range(1000))

start(hold)
taken.wait()
start(a.acquire).join(0.1)
""",
    "a lock as a signal, cut off before it is given": """
a.acquire()
start(lambda: (time.sleep(60), a.release()))
c.acquire()
start(lambda: (time.sleep(60), c.release()))

def client():
    gate = threading.Lock()
    gate.acquire()
    start(lambda: (time.sleep(60), gate.release()))
    gate.acquire()

start(client).join(0.2)
""",
    "a knot that a third thread undoes": """
both = threading.Barrier(3)

def knot(mine, other):
    mine.acquire()
    both.wait()
    other.acquire()

ends = [start(knot, a, c), start(knot, c, a)]
both.wait()
time.sleep(0.1)
a.release(), c.release()
for each in ends:
    each.join()
""",
    "an event that nobody sets": """
stuck = threading.Event()

def wait():
    with b, b:
        stuck.wait()

for each in [start(wait) for _ in range(3)]:
    each.join(0.05)
""",
}


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_program_is_no_deadlock(run_cli: RunCli, tmp_path: Path, name: str) -> None:
    assert deadlocks_of(run_cli, tmp_path, SLOW[name]) == []
