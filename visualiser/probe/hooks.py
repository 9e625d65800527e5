"""What is to happen right after a module of the standard library has been imported, by whoever imports it.

The probe imports nothing on the program's behalf: it changes `threading` when the program (or the library) imports it.
A program's own module of the same name is not touched.
"""

from __future__ import annotations

import sys

from .places import in_library
from .undo import Before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

_BUILT_IN = sys.builtin_module_names  # of this interpreter, e.g. select: no file, and no program can have its own
_wanted: dict[str, list[Callable[[ModuleType], None]]] = {}


def after_import(name: str, change: Callable[[ModuleType], None]) -> None:
    """Call `change(module)` once `name` has been imported; at once when it has been already."""
    module = sys.modules.get(name)
    if module is not None and (_of_the_library(getattr(module, "__file__", None)) or name in _BUILT_IN):
        change(module)
    _wanted.setdefault(name, []).append(change)


def install() -> None:
    """Put the finder that notices imports in front of the others."""
    sys.meta_path.insert(0, _Finder())


def _of_the_library(origin: str | None) -> bool:
    return origin is not None and (origin == "built-in" or in_library(origin))


class _Finder:
    """Finds nothing itself: lets the other finders find a wanted module, and exchanges its loader for one import."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _wanted:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if (
                    spec.loader is not None
                    and hasattr(spec.loader, "exec_module")
                    and (spec.origin == "built-in" or _of_the_library(spec.origin))
                ):
                    spec.loader = _Loader(spec.loader, _wanted[name])  # type: ignore[assignment]
                return spec
        return None


class _Loader:
    """Loads with the real loader, under the real loader's name, then makes the changes."""

    def __init__(self, real: Any, changes: list[Callable[[ModuleType], None]]) -> None:
        self.real = real
        self.changes = changes

    def create_module(self, spec: Any) -> Any:
        return self.real.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = module.__spec__.loader = self.real
        self.real.exec_module(module)
        before = Before.change_of(module)
        try:
            for change in self.changes:
                change(module)
        except Exception:  # the program asked for the module, not for our changes
            before.restore()


class _Lender:
    """Last of the finders: serves `visualiser.probe` to a program that imports it where it is not installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        lent = isinstance(getattr(sys.modules.get("visualiser"), "__loader__", None), _Lender)
        if name != "visualiser" and not (lent and name == "visualiser.probe"):
            return None
        kind = type(sys.modules["_interleave"].__spec__)
        return kind(name, self, is_package=name == "visualiser")  # type: ignore[misc, arg-type]

    def create_module(self, spec: Any) -> Any:
        if spec.name == "visualiser":
            return None
        probe = sys.modules["_interleave.probe"]
        self.spec = probe.__spec__
        return probe

    def exec_module(self, module: Any) -> None:
        if module.__name__ == "visualiser":
            module.__version__ = sys.modules["_interleave"].__version__
        else:
            module.__spec__ = self.spec


def lend_marks() -> None:
    """Make `from visualiser import probe` succeed in the program, unless it finds another `visualiser` first."""
    sys.meta_path.append(_Lender())
