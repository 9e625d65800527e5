"""Starting the watched program: as a child of the observer, with its streams, folder and environment as ordered."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys

from visualiser.observe.control import LaunchOrder
from visualiser.observe.output import OutputFiles

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def become_subreaper() -> bool:
    """Let orphans of the tree become children of this process (Linux; prctl(2)); False where that cannot be had."""
    if sys.platform != "linux":
        return False
    with contextlib.suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def launch(order: LaunchOrder, files: OutputFiles) -> subprocess.Popen[bytes]:
    """Start the program. Signals are as we found them: those that Python ignores for itself are set back.

    Raises OSError or ValueError, as subprocess does.
    """
    out, err = files.fds or (None, None)
    nothing = subprocess.DEVNULL if files.fds else None
    environment = {**os.environ, **order.environment}
    try:
        return subprocess.Popen(
            order.argv, cwd=order.cwd or None, env=environment, stdin=nothing, stdout=out, stderr=err
        )
    finally:
        files.close()


def why_not(order: LaunchOrder, error: Exception) -> str:
    """One sentence on why the program could not be started."""
    if isinstance(error, OSError) and order.cwd and error.filename == order.cwd:
        return f"The program cannot be started in {order.cwd}: {error.strerror}."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{order.argv[0]} could not be started: {reason}."
