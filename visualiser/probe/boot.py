"""Starts the probe inside a process to be watched; executed, not imported, before the program's first line.

The package is loaded under the private name `_interleave`, from this file's place and without a `sys.path` entry, so a
program with a module called `visualiser` of its own is undisturbed. Modules of the standard library that only the probe
needed are taken out of `sys.modules` again: a program's own `json.py` or `struct.py` must be found as under plain Python.
If anything fails here, the program runs unrecorded: to watch is never a reason to fail.
"""

import sys


def _load(name, path):  # type: ignore[no-untyped-def]
    """Import the package at `path` as `name`, with the import system's own parts and without importing `importlib`."""
    external, internal = sys.modules["_frozen_importlib_external"], sys.modules["_frozen_importlib"]
    folder = path.rpartition("__init__")[0]
    spec = external.spec_from_file_location(name, path, submodule_search_locations=[folder])
    module = internal.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _boot(package):  # type: ignore[no-untyped-def]
    """Load the probe and start it, once per process, when the environment asks for it."""
    import os

    if "INTERLEAVE_RUN" not in os.environ or "_interleave" in sys.modules:
        return
    before = set(sys.modules)
    try:
        _load("_interleave", os.path.join(package, "__init__.py"))
        from _interleave.probe.start import start  # type: ignore[import-not-found]

        start()
    except Exception:
        if "INTERLEAVE_DEBUG" in os.environ:
            raise
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] != "_interleave":
                del sys.modules[name]


_boot(__file__.replace("\\", "/").rsplit("/", 2)[0])
