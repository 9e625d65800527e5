"""What can be done in each state of a run; buttons and menus follow this table alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RunState:
    """What a state of the session allows. `doing`: what is going on, for the progress line."""

    can_run: bool
    can_stop: bool
    has_run: bool
    doing: str = ""


_STATES = {
    "idle": RunState(can_run=True, can_stop=False, has_run=False),
    "starting": RunState(can_run=False, can_stop=True, has_run=False, doing="Starting the program …"),
    "running": RunState(can_run=False, can_stop=True, has_run=False, doing="Running …"),
    "draining": RunState(can_run=False, can_stop=True, has_run=False, doing="Reading the last events …"),
    "done": RunState(can_run=True, can_stop=False, has_run=True),
    "failed": RunState(can_run=True, can_stop=False, has_run=True),
}


def run_state(name: str) -> RunState:
    """What the session's state of that name (`SessionState.value`) allows. Raises KeyError for an unknown one."""
    return _STATES[name]
