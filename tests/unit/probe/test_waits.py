"""What is waited for: how it is kept, how items are numbered, what tasks and programs are called."""

from __future__ import annotations

import copy
import functools
import os
import queue
from collections.abc import Callable
from concurrent.futures import process
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualiser.probe.children import _program
from visualiser.probe.futures import label
from visualiser.probe.places import NOWHERE
from visualiser.probe.queues import _Order, _order_of
from visualiser.probe.standins import stand_in
from visualiser.probe.things import Thing, find, keep


class Waited:
    """Something to wait for."""


def test_a_thing_is_found_as_long_as_its_object_lives() -> None:
    waited = Waited()
    key = id(waited)
    thing = Thing("Waited", 1, NOWHERE)
    keep(thing, waited)
    assert find(key) is thing
    del waited
    assert find(key) is None


def numbered(make: Callable[[], Any], steps: list[bool]) -> tuple[list[int], list[int]]:
    """The numbers given to what came out of a queue, and those it should have; `steps`: True puts, False gets."""
    items = make()
    order = order_of(items)
    said, true = [], []
    for number, put in enumerate(steps):
        if put:
            items.put((steps[:number].count(True) + 1,))
            order.put()
        elif items.qsize():
            true.append(items.get()[0])
            said.append(order.get())
    return said, true


def order_of(items: Any) -> _Order:
    return _order_of(items, queue.Queue, queue.LifoQueue)


@pytest.mark.parametrize("make", [queue.Queue, queue.LifoQueue])
@given(steps=st.lists(st.booleans()))
def test_an_item_taken_has_the_number_it_was_put_with(make: Callable[[], Any], steps: list[bool]) -> None:
    said, true = numbered(make, steps)
    assert said == true


@given(steps=st.lists(st.booleans()))
def test_a_queue_with_an_order_of_its_own_numbers_nothing(steps: list[bool]) -> None:
    assert set(numbered(queue.PriorityQueue, steps)[0]) <= {0}


def test_once_items_vanish_there_are_no_numbers_any_more() -> None:
    items: queue.Queue[int] = queue.Queue()
    order = order_of(items)
    items.put(1)
    assert order.put() == 1
    items.queue.clear()
    items.put(2)
    assert order.put() == 0
    items.get()
    assert order.get() == 0


def square(number: int) -> int:
    return number * number


CHUNK = functools.partial(process._process_chunk, square)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ((square, (3,), {}), "square(3)"),
        (((square, (3,), {}),), "square(3)"),
        ((CHUNK, ([(3,)],), {}), "square(3)"),
        ((CHUNK, ([(3,), (4,)],), {}), "square x2"),
        ((3,), "task"),
        ((), "task"),
    ],
)
def test_a_submitted_task_is_called_by_its_function(rest: tuple[Any, ...], said: str) -> None:
    assert label(rest) == said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ls -l", "ls"),
        (["/bin/ls", "-l"], "ls"),
        (b"/bin/ls", "ls"),
        (os.fspath("/usr/bin/two words"), "two"),
        (["/usr/bin/two words"], "two words"),
        ([], ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_subprocess_is_called_by_its_program(command: Any, said: str) -> None:
    assert _program(command) == said


def test_a_stand_in_differs_from_the_real_function_in_nothing_but_what_it_does() -> None:
    module = ModuleType("like os")
    real: Any = os.getpgid
    module.getpgid = real  # type: ignore[attr-defined]
    stand_in("getpgid", lambda self, pid: ("told", real(pid)), module)
    ours = module.getpgid
    assert ours is not real
    assert ours(0) == ("told", real(0))
    assert (repr(ours), ours.__name__, ours.__qualname__) == (repr(real), real.__name__, real.__qualname__)
    assert (ours.__module__, ours.__doc__, ours.__self__) == (real.__module__, real.__doc__, real.__self__)
    assert copy.deepcopy(ours) is ours
    assert type("Holder", (), {"call": ours})().call(0) == ("told", real(0))
