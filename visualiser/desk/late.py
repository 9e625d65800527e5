"""Functions of rooms that are imported when they are first called: they would delay the window's first picture."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from visualiser import viewmodels

if TYPE_CHECKING:
    from visualiser.run import Session, Target


def late(room: str, name: str) -> Callable[..., Any]:
    """A function of a room that is imported when it is first called."""

    def call(*args: Any, **options: Any) -> Any:
        return getattr(import_module(f"visualiser.{room}"), name)(*args, **options)

    return call


def new_session() -> Session:
    """A run that has not begun."""
    from visualiser.run import Session

    return Session()


def resolved(request: viewmodels.RunRequest) -> Target:
    """What is to be run, looked up. Raises BadTarget with what is wrong, in words."""
    from visualiser.run import resolve_target

    return resolve_target(request.text, module=request.module, args=request.args, variant=request.variant,
                          values=request.values, python=request.python, lines=request.lines,
                          watch=request.watch)  # fmt: skip
