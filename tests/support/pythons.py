"""Interpreters of other versions than the one that runs the tests, where this machine has them."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest


def find_interpreter(version: str) -> str | None:
    """A CPython of that version ("3.12"; "3.13t": free-threaded): this one, one in PATH, or one of pyenv's."""
    own = "{}.{}".format(*sys.version_info[:2]) + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else "")
    if version == own:
        return sys.executable
    plain = version.rstrip("t")
    kept = sorted(Path.home().glob(f".pyenv/versions/{plain}.*/bin/python{version}"))
    found = shutil.which(f"python{version}")
    if kept:
        return str(kept[-1])
    return found if found and "shims" not in found else None


def interpreter(version: str, what: str) -> str:
    """The same; skips the test where there is none, saying that `what` cannot be tried."""
    found = find_interpreter(version)
    if found is None:
        pytest.skip(f"CPython {version} is not here, so {what} cannot be tried")
    return found
