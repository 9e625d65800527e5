"""The observer's eye: which levels it chooses, and what it does where it may not look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from visualiser.events.blocks import LOOK, LOOKS, SWITCHES, TOTALS, WATCH
from visualiser.observe.looks import Threads
from visualiser.observe.switches import Switches, SwitchesRefused
from visualiser.observe.watcher import Watcher

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only the lowest level is there elsewhere")
BUSY = "import sys, threading; threading.Thread(target=sum, args=(range(3_000_000),)).start(); sys.stdin.read(1)"

BRIEF = """
import threading, time
for _ in range(20):
    thread = threading.Thread(target=time.sleep, args=(0.02,))
    thread.start()
    print(thread.native_id)
    thread.join()
"""


def refuse(*args: object) -> Switches:
    """As a kernel that keeps switches from users."""
    raise SwitchesRefused("It is forbidden.", "sudo allow it")


def watched(watcher: Watcher, turns: int) -> list[int]:
    """Which formats of blocks a child gives in so many turns."""
    watcher.arm(sys.executable)
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", BUSY], stdin=subprocess.PIPE) as child:
        for _ in range(turns):
            watcher.turn([child.pid])
        child.communicate(b"x")
    watcher.finish()
    return [kind for kind, _ in blocks_of[watcher]]


blocks_of: dict[Watcher, list[tuple[int, bytes]]] = {}


def new(cache: Path, level: str = "exact") -> Watcher:
    """A watcher whose blocks are kept."""
    blocks: list[tuple[int, bytes]] = []
    watcher = Watcher(lambda kind, channel, data: blocks.append((kind, data)), cache, level)
    blocks_of[watcher] = blocks
    return watcher


def test_where_switches_are_refused_every_thread_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Switches, "open", refuse)
    watcher = new(tmp_path)
    kinds = watched(watcher, 3000)
    assert {LOOKS, TOTALS, WATCH} <= set(kinds)
    assert SWITCHES not in kinds
    levels = watcher.levels
    assert (levels.switches, levels.gil, levels.reasons) == ("sampled", "sampled", "sampled")
    assert levels.why["switches"] == "It is forbidden."
    assert levels.advice == "sudo allow it"


def test_without_switches_short_lived_threads_are_met(tmp_path: Path) -> None:
    watcher = new(tmp_path, "sampled")
    watcher.arm(sys.executable)
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", BRIEF], stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            watcher.turn([child.pid])
        assert child.stdout is not None
        threads = set(map(int, child.stdout.read().split()))
    watcher.finish()
    rows = b"".join(data for kind, data in blocks_of[watcher] if kind == LOOKS)
    seen = {tid for _, _, _, tid, *_ in LOOK.iter_unpack(rows)}
    assert len(threads) == 20
    assert len(threads & seen) >= 16  # each lives for 20 ms


def test_where_nobody_may_look_no_reason_is_claimed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: Threads, pid: int, tid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Threads, "look", forbidden)
    monkeypatch.setattr(Switches, "open", refuse)
    watcher = new(tmp_path)
    assert LOOKS not in watched(watcher, 3000)
    assert (watcher.levels.switches, watcher.levels.gil, watcher.levels.reasons) == ("none", "none", "none")
    assert watcher.levels.why["reasons"].endswith(".")


def test_the_lowest_level_watches_nothing(tmp_path: Path) -> None:
    watcher = new(tmp_path, "none")
    assert set(watched(watcher, 10)) <= {WATCH}
    assert watcher.levels.switches == "none"
