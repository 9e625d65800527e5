# mypy: ignore-errors
# ruff: noqa: C402
"""Loaded by Python itself, through PYTHONPATH, before the program: starts the probe and hides the way it came.

So the program is started by the interpreter exactly as without us: same `__main__`, stack, traceback, exit code. What
was changed for it is hidden first: `sys.path`, our variables in `os.environ`, and the place of a sitecustomize that the
machine has itself. The environment below `os.environ` keeps our variables: a Python started by the program without an
environment of its own (spawn, forkserver, subprocess) comes here too. Any Python may: so nothing newer than 2.7 here.
"""

import os
import sys

OLDEST = (3, 9)


def _hide():
    """Take our folder out of `sys.path`, and our variables out of `os.environ` only; return those."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry != here]
    sys.path_importer_cache.pop(here, None)
    visible = os.environ._data
    first, _, rest = os.environ.get("PYTHONPATH", "").partition(os.pathsep)
    if first == here:
        key = os.environ.encodekey("PYTHONPATH")
        if rest:
            visible[key] = os.environ.encodevalue(rest)
        else:
            del visible[key]
    ours = dict((name, os.environ[name]) for name in list(os.environ) if name.startswith("INTERLEAVE_"))
    for name in ours:
        del visible[os.environ.encodekey(name)]
    return ours


def _start(settings):
    """Execute boot.py, which lies beside this folder."""
    probe = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = os.path.join(probe, "boot.py")
    room = {"__file__": path, "__name__": "_interleave_boot"}
    with open(path, "rb") as source:
        exec(compile(source.read(), path, "exec"), room)
    room["boot"](os.path.dirname(probe), settings)


def _hand_over():
    """Run the sitecustomize that would have run without us; when there is none, say so in the words `site` expects."""
    internal, external = sys.modules["_frozen_importlib"], sys.modules["_frozen_importlib_external"]
    spec = external.PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        raise ImportError("No module named 'sitecustomize'", name="sitecustomize")
    module = internal.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if sys.version_info >= OLDEST:
    settings = _hide()
    if "INTERLEAVE_RUN" in settings:
        _start(settings)
    _hand_over()
