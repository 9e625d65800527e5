"""Causes against the truth: a program notes itself who let whom go, and what is told of its run must be the same."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np

from tests.conftest import RunCli
from visualiser.files import load
from visualiser.trace import TraceStore, Wait
from visualiser.trace.woken import Woken, woken_by

PROGRAM = """
import json
import queue
import random
import sys
import threading
import time

lock, items, bell = threading.Lock(), queue.Queue(), threading.Condition()
truth, slots, last, alive = [], [], [""], [True]
now = time.perf_counter_ns


def spin(most, rnd):
    for _ in range(rnd.randrange(most)):
        pass


def locker(me, rnd):
    for _ in range(40):
        begin = now()
        lock.acquire()
        truth.append(("lock", me, begin, now(), last[0]))
        spin(4000, rnd)
        if rnd.random() < 0.3:
            time.sleep(rnd.random() / 2000)
        last[0] = me
        lock.release()
        spin(2000, rnd)


def producer(me, rnd):
    for _ in range(40):
        spin(6000, rnd)
        items.put(me)
        time.sleep(rnd.random() / 1000)


def consumer(me, rnd):
    for _ in range(40):
        begin = now()
        who = items.get()
        truth.append(("queue", me, begin, now(), who))
        spin(2000, rnd)


def waiter(me, rnd):
    for _ in range(40):
        with bell:
            slot = [""]
            slots.append(slot)
            begin = now()
            bell.wait()
            truth.append(("cond", me, begin, now(), slot[0]))
        spin(2000, rnd)


def notifier(me, rnd):
    while alive[0]:
        with bell:
            woken = min(rnd.choice((1, 1, 2)), len(slots))
            for slot in slots[:woken]:
                slot[0] = me
            del slots[:woken]
            if woken:
                bell.notify(woken)
        time.sleep(rnd.random() / 1000)


def thread(number, work):
    me = f"{work.__name__}-{number}"
    made = threading.Thread(target=work, name=me, args=(me, random.Random(number)))
    made.start()
    return made


ringers = [thread(number, notifier) for number in range(2)]
others = [thread(number, work) for work in (locker, producer, consumer, waiter) for number in range(3)]
for each in others:
    each.join()
alive[0] = False
for each in ringers:
    each.join()
with open(sys.argv[1], "w") as file:
    json.dump(truth, file)
"""

FLAGS = {"lock": Wait.LOCK, "queue": Wait.QUEUE_GET, "cond": Wait.CONDITION}


def waits(store: TraceStore, flag: int) -> Woken:
    """All waits for the one object of the program that is waited for most in this way."""
    seen: Counter[int] = Counter()
    for thread in store.threads:
        states = store.recorded_states(thread.index)
        seen.update(states.object[(states.flag == flag) & (states.object > 0)].tolist())
    return woken_by(store, seen.most_common(1)[0][0] if seen else 0, flag)


def test_whom_a_wait_is_said_to_be_ended_by_is_who_ended_it(run_cli: RunCli, tmp_path: Path) -> None:
    program, truth, run = tmp_path / "truth.py", tmp_path / "truth.json", tmp_path / "truth.ilv"
    program.write_text(PROGRAM)
    done = run_cli("record", program, "-o", run, "--", truth)
    assert done.returncode == 0, done.stderr
    store = load(run)
    index = {thread.name: thread.index for thread in store.threads}
    found = {kind: waits(store, flag) for kind, flag in FLAGS.items()}
    told: Counter[tuple[str, str]] = Counter()
    for kind, me, begin, end, who in json.loads(truth.read_text()):
        woken = found[kind]
        rows = np.flatnonzero((woken.thread == index[me]) & (woken.start >= begin) & (woken.end <= end))
        if not len(rows):
            continue  # it did not have to wait
        by = int(woken.by[rows[-1]])
        said = store.threads[int(woken.replies.thread[by])].name if by >= 0 else "nobody"
        told[kind, "right" if said == who else f"{who} was taken for {said}"] += 1
    assert {what for _, what in told} == {"right"}, told
    assert told["cond", "right"] == 120
    assert told["queue", "right"]
    assert told["lock", "right"]
