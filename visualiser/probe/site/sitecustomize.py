"""Loaded by Python itself, through PYTHONPATH, before the program: starts the probe and leaves no trace of the way it came.

So the program is started by the interpreter exactly as without us: same `__main__`, stack, traceback, exit code. What
was changed for it is undone first: `sys.path`, PYTHONPATH, and the place of a sitecustomize that the machine has itself.
"""

import os
import sys


def _restore_path():  # type: ignore[no-untyped-def]
    """Take our folder out of `sys.path` and out of the environment."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    rest = os.environ.get("PYTHONPATH", "").split(os.pathsep, 1)
    if rest[0] == here:
        if len(rest) == 2:
            os.environ["PYTHONPATH"] = rest[1]
        else:
            del os.environ["PYTHONPATH"]


def _boot():  # type: ignore[no-untyped-def]
    boot = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "boot.py")
    with open(boot, "rb") as source:
        exec(compile(source.read(), boot, "exec"), {"__file__": boot, "__name__": "_interleave_boot"})


def _hand_over():  # type: ignore[no-untyped-def]
    """Run the sitecustomize that would have run without us; when there is none, say so in the words `site` expects."""
    internal, external = sys.modules["_frozen_importlib"], sys.modules["_frozen_importlib_external"]
    spec = external.PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        raise ImportError("No module named 'sitecustomize'", name="sitecustomize")
    module = internal.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_restore_path()
_boot()
_hand_over()
