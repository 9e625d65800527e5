"""Builds of CPython that turn up while a program runs: learnt aside, and nobody takes that for the program."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from visualiser.observe.calibrate import Calibrations, GilUnknown, Layout, Place, find_runtime
from visualiser.observe.learner import Learner
from visualiser.observe.reaping import Reaper
from visualiser.observe.tree import Tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="GILs are read on Linux only")


class Waiting(Calibrations):
    """Learns by means of a child that ends when it is told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.child: subprocess.Popen[bytes] | None = None
        self.begun, self.done = threading.Event(), threading.Event()

    def layout(self, place: Place) -> Layout:
        if not self.begun.is_set():
            self.child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
            self.begun.set()
            self.child.wait()
            found = super().layout(place)
            self.done.set()
            return found
        return super().layout(place)


@pytest.fixture
def ourselves() -> Place:
    """This very interpreter."""
    place = find_runtime(os.getpid())
    assert place is not None
    return place


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    """Its child is ended in the end."""
    made = Waiting(tmp_path)
    yield made
    if made.child is not None and made.child.stdin is not None:
        made.child.stdin.close()
        made.done.wait(10)


def test_an_unknown_build_is_learnt_while_the_one_who_asks_goes_on(waiting: Waiting, ourselves: Place) -> None:
    learner = Learner(waiting)
    assert learner.layout(ourselves) is None
    assert waiting.begun.wait(10)
    assert learner.layout(ourselves) is None
    assert waiting.child is not None
    assert waiting.child.stdin is not None
    waiting.child.stdin.close()
    assert waiting.done.wait(10)
    known = learner.layout(ourselves)
    assert known is not None
    assert known.gil > 0
    learner.close()


def test_what_is_started_to_learn_is_neither_seen_nor_reaped_with_the_program(
    waiting: Waiting, ourselves: Place
) -> None:
    learner = Learner(waiting)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as program:
        learner.layout(ourselves)
        assert waiting.begun.wait(10)
        tree, all_children = Tree(learner.tid), Tree()
        tree.scan()
        all_children.scan()
        assert waiting.child is not None
        assert program.pid in tree.members
        assert waiting.child.pid in all_children.members
        assert waiting.child.pid not in tree.members
        assert waiting.child.stdin is not None
        waiting.child.stdin.close()
        assert waiting.done.wait(10)
        assert waiting.child.returncode == 0  # so it was its own thread that reaped it
        reaper = Reaper(program)
        assert waiting.child.pid not in [end.pid for end in reaper.reap()]
        assert not reaper.childless
    learner.close()


def test_a_build_that_cannot_be_learnt_is_refused_once_that_is_known(tmp_path: Path, ourselves: Place) -> None:
    learner = Learner(Calibrations(tmp_path))
    stranger = Place(ourselves.address, ourselves.file, "/bin/true")
    with pytest.raises(GilUnknown, match="not a plain Python"):
        ask_until_known(learner, stranger)
    learner.close()


def ask_until_known(learner: Learner, place: Place) -> None:
    """Ask again and again, as Gils does, though for longer."""
    for _ in range(1_000_000):
        if learner.layout(place) is not None:
            return
