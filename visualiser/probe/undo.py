"""Takes back what was wrapped when a wrapping fails half-way: the program then runs as if nothing had been tried."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

_ABSENT = object()


class Before:
    """What these modules, and the classes they define, are like now; the finders and the handler of SIGINT too."""

    def __init__(self, modules: Iterable[Any]) -> None:
        self._spaces: list[tuple[Any, dict[str, Any]]] = []
        for module in modules:
            space = getattr(module, "__dict__", None)
            if type(space) is dict:
                self._spaces.append((module, dict(space)))
        self._finders = list(sys.meta_path)
        self._interrupted = _signal.getsignal(_signal.SIGINT)

    @classmethod
    def change_of(cls, module: Any) -> Before:
        """With the classes of that one module: what a change right after its import may touch."""
        made = cls([module])
        for thing in list(vars(module).values()):
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                made._spaces.append((thing, dict(vars(thing))))
        return made

    def restore(self) -> None:
        """Make them so again."""
        for owner, space in self._spaces:
            for name, value in list(vars(owner).items()):
                if space.get(name, _ABSENT) is not value:
                    _put_back(owner, name, space.get(name, _ABSENT))
            for name in space.keys() - vars(owner).keys():
                _put_back(owner, name, space[name])
        sys.meta_path[:] = self._finders
        if _signal.getsignal(_signal.SIGINT) is not self._interrupted:
            _signal.signal(_signal.SIGINT, self._interrupted)


def _put_back(owner: Any, name: str, value: Any) -> None:
    try:
        if value is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, value)
    except (AttributeError, TypeError):  # __dict__ and the like, which nobody changes
        pass
