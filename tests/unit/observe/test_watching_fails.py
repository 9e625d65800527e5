"""Should watching itself fail, the program goes on, and nothing is claimed of it from then on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

from visualiser.observe.control import Channel
from visualiser.observe.notebook import Notebook
from visualiser.observe.observer import Observer
from visualiser.observe.watcher import Watcher
from visualiser.trace import DiaryReader, TraceStore


class Said:
    """In place of the line to the app."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def say(self, what: str, **facts: Any) -> None:
        self.lines.append((what, facts))


class Broken:
    """A watcher that meets something it cannot deal with."""

    turns = 0

    def turn(self, pids: list[int]) -> None:
        self.turns += 1
        raise RuntimeError("that was not expected")


def observer(notebook: Notebook, watcher: Broken) -> tuple[Observer, Said]:
    """One that has launched; without the signal handlers and the sub-reaping of a real one."""
    said = Said()
    made = Observer.__new__(Observer)
    vars(made).update(_channel=cast(Channel, said), _notebook=notebook, _watcher=cast(Watcher, watcher))
    return made, said


def test_the_app_is_told_and_what_follows_is_not_known(tmp_path: Path) -> None:
    notebook = Notebook()
    notebook.open(str(tmp_path), 1 << 24)
    made, said = observer(notebook, Broken())
    before = time.perf_counter_ns()
    made._look(cast(Watcher, made._watcher), [])
    assert made._watcher is None
    ((what, facts),) = said.lines
    assert what == "problem"
    assert "that was not expected" in facts["text"]
    batch = DiaryReader(tmp_path).poll(final=True)
    assert batch is not None
    store = TraceStore()
    store.extend(batch)
    assert store.blind_ns is not None
    assert before <= store.blind_ns <= time.perf_counter_ns()
    notebook.close()


def test_without_room_for_a_diary_there_is_nothing_to_lose_sight_of() -> None:
    made, said = observer(Notebook(), Broken())
    made._look(cast(Watcher, made._watcher), [])
    assert made._watcher is None
    assert len(said.lines) == 1
