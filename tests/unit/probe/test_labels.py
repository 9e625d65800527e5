"""What a Pool's task is called."""

from __future__ import annotations

import functools
from multiprocessing import pool
from typing import Any

import pytest

from visualiser.probe.pools import label


def square(number: int) -> int:
    return number * number


class Loud:
    """Shows itself by running code of the program's."""

    def __repr__(self) -> str:
        raise AssertionError("nothing of the program's may be run for a label")

    __str__ = __repr__


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "said"),
    [
        (square, (3,), {}, "square(3)"),
        (square, (-2.5,), {}, "square(-2.5)"),
        (square, ("a",), {}, "square('a')"),
        (square, (3, 4), {}, "square"),
        (square, (3,), {"by": 2}, "square"),
        (square, ("a" * 100,), {}, "square"),
        (square, (10**1000,), {}, "square"),
        (square, (Loud(),), {}, "square"),
        (square, (), {}, "square"),
        (functools.partial(square), (3,), {}, "square(3)"),
        (Loud(), (3,), {}, "Loud(3)"),
        (pool.mapstar, ((square, (7,)),), {}, "square(7)"),  # type: ignore[attr-defined]
        (pool.mapstar, ((square, (1, 2, 3, 4)),), {}, "square x4"),  # type: ignore[attr-defined]
        (pool.starmapstar, ((pow, ((2, 3),)),), {}, "pow"),  # type: ignore[attr-defined]
        (pool.starmapstar, ((pow, ((2, 3), (3, 2))),), {}, "pow x2"),  # type: ignore[attr-defined]
    ],
)
def test_a_task_is_labelled_by_its_function_and_a_small_argument(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], said: str
) -> None:
    assert label((1, 0, function, args, kwargs)) == said


def test_what_is_no_task_is_called_task() -> None:
    assert label(("stop",)) == "task"
