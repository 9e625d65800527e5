"""Stand-ins for functions written in C, such as `os.read`: what a program can tell of them is as ever.

Like the functions they stand for they are no descriptors, so they do not become methods of a class.
"""

from __future__ import annotations

import sys

from .interrupts import may_be_interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class _StandIn:
    """In place of `real`."""

    __slots__ = ()
    _real: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)  # e.g. __qualname__, which a class cannot have for its objects

    @property
    def __signature__(self) -> Any:
        return sys.modules["inspect"].signature(self._real)  # asked for by `inspect` itself

    def __repr__(self) -> str:
        return repr(self._real)

    def __reduce__(self) -> Any:
        return self._real.__reduce__()  # pickled by its name, as the function is

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def imitate(real: Any, call: Callable[..., Any], **more: Any) -> Any:
    """An object that shows itself as the function `real` and does `call(self, ...)`. `more`: methods of its own."""
    told = {"__slots__": (), "_real": real, "__call__": call, "__doc__": real.__doc__, "__module__": real.__module__}
    told.update(__name__=real.__name__, __self__=getattr(real, "__self__", None))
    told["__text_signature__"] = getattr(real, "__text_signature__", None)
    may_be_interrupted(call)
    return type("builtin_function_or_method", (_StandIn,), {**told, **more})()


def stand_in(name: str, call: Callable[..., Any], *modules: Any) -> None:
    """Exchange the function `name` of these modules, where there is one, for one that does `call(self, ...)`."""
    real = getattr(modules[0], name, None)
    if real is None:
        return
    made = imitate(real, call)
    for module in modules:
        if getattr(module, name, None) is real:
            setattr(module, name, made)
