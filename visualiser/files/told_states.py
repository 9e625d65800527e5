"""States of threads that another tool told, as plain columns: no records tell them, so they are kept as such.

They are part of a saved run as states/<n>/<column>.npy: start, end (ns), state, source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace import Spans, no_spans

STATE_COLUMNS: Mapping[str, str] = {"start": "<i8", "end": "<i8", "state": "|u1", "source": "|u1"}
_NOT_TOLD = ("result", "amount")


def state_column_name(number: int, column: str) -> str:
    """The member of a saved run that holds a column."""
    return f"states/{number}/{column}.npy"


def plain_states(columns: Mapping[str, npt.NDArray[Any]]) -> Spans:
    """Spans of states from STATE_COLUMNS; why and where is not told."""
    rows = len(columns["start"])
    made = {one.name: np.zeros(rows, getattr(no_spans(), one.name).dtype) for one in fields(Spans)}
    for name in _NOT_TOLD:
        made[name] -= 1
    made |= {name: np.ascontiguousarray(column, made[name].dtype) for name, column in columns.items()}
    return Spans(**made)


def are_sound(columns: Mapping[str, npt.NDArray[Any]], states: int, sources: int, begin: int, end: int) -> bool:
    """Whether they are gapless states from `begin` to `end` (ns)."""
    start, until = columns["start"], columns["end"]
    if not len(start) or start[0] != begin or until[-1] != end:
        return False
    flows = (until >= start).all() and (start[1:] == until[:-1]).all()
    return bool(flows and columns["state"].max() < states and columns["source"].max() < sources)
