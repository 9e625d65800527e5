"""Starts the probe inside a process to be watched; executed, not imported, before the program's first line.

The package is loaded under the private name `_interleave`, from this file's place and without a `sys.path` entry, so a
program with a module called `visualiser` of its own is undisturbed. Modules of the standard library that only the
probe needed are taken out of `sys.modules` again: a program's own `json.py` or `struct.py` must be found.
If anything fails here, the program runs unrecorded: to watch is never a reason to fail.
"""

import _signal  # type: ignore[import-not-found]
import _thread
import os
import sys


def _load(package: str, settings: dict[str, str]) -> None:
    """Load the package under its private name, by the import system's own parts, and start the probe."""
    external, internal = sys.modules["_frozen_importlib_external"], sys.modules["_frozen_importlib"]
    path = os.path.join(package, "__init__.py")
    spec = external.spec_from_file_location("_interleave", path, submodule_search_locations=[package])
    assert spec is not None
    module = internal.module_from_spec(spec)
    sys.modules["_interleave"] = module
    spec.loader.exec_module(module)
    from _interleave.probe.start import start  # type: ignore[import-not-found]

    start(settings)


def _forget(before: set[str]) -> None:
    """Take out of `sys.modules` what was not there before, but for our own."""
    for name in set(sys.modules) - before:
        if name.partition(".")[0] != "_interleave":
            del sys.modules[name]


def _in_main_interpreter() -> bool:
    """Python runs this for every sub-interpreter too, whose threads are those of a process that is watched already."""
    told = getattr(_thread, "_is_main_interpreter", None)  # from Python 3.12 on
    handler = _signal.getsignal(_signal.SIGINT)
    if told is not None or handler is None:
        return told is None or bool(told())
    try:
        _signal.signal(_signal.SIGINT, handler)  # changes nothing, and is refused to sub-interpreters
    except ValueError:
        return False
    return True


def boot(package: str, settings: dict[str, str]) -> None:
    """Watch this process, once. `settings`: the INTERLEAVE_ variables of the environment."""
    before = set(sys.modules)
    if "_interleave" in before or not _in_main_interpreter():
        return
    try:
        _load(package, settings)
    except Exception:
        for name in [name for name in sys.modules if name.partition(".")[0] == "_interleave"]:
            del sys.modules[name]
        if "INTERLEAVE_DEBUG" in settings:
            raise
    finally:
        _forget(before)
