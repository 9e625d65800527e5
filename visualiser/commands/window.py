"""The commands that open the window, and what they say where no window can be shown."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from visualiser import __version__

from .errors import UNAVAILABLE, CommandError
from .sources import qt_ready, run_quietly, target_from, target_of


def desktop(options: argparse.Namespace) -> int:
    if options.version:
        return _versions()
    ready = qt_ready(window=True)
    if not ready.has_display:
        return _first_picture(ready.reason)
    return load_app()()


def load_app() -> Callable[..., int]:
    """`run_app`, imported in the way that takes least: with Qt there every import costs a third more, because PySide6
    looks into each, and there is nothing to collect yet (a fifth of the time together). `run_app` collects again once
    its window stands."""
    gc.disable()
    for room in ("scene", "scenarios"):
        import_module(f"visualiser.{room}")
    from visualiser.app import run_app

    return run_app


def _first_picture(reason: str) -> int:
    """Without a display: the first scenario run for real, its picture exported, and said so."""
    from visualiser.export import export_picture
    from visualiser.scenarios import catalogue

    first = catalogue()[0]
    store = run_quietly(target_of(first.id))
    path = Path.cwd() / f"{first.id}.png"
    export_picture(store, path)
    print(f"No window can be shown ({reason}), so the scenario “{first.title}” was run and its picture saved as {path}")
    return 0


def open(options: argparse.Namespace) -> int:
    path = Path(options.file)
    if not path.exists():
        raise CommandError(f"There is no file {path}.")
    return _app(file=path)


def run(options: argparse.Namespace) -> int:
    return _app(target=target_from(options))


def _app(**what: Any) -> int:
    ready = qt_ready(window=True)
    if not ready.has_display:
        raise CommandError(
            f"No window can be shown ({ready.reason}). The commands record, export and stats work without one.",
            UNAVAILABLE,
        )
    return load_app()(**what)


def _versions() -> int:
    from importlib.metadata import PackageNotFoundError, version

    print(f"Interleave {__version__} · Python {sys.version.split()[0]}")
    for name in ("PySide6-Essentials", "pyqtgraph", "numpy", "psutil", "msgspec", "Pygments"):
        try:
            print(f"{name} {version(name)}")
        except PackageNotFoundError:
            print(f"{name} is not installed")
    return 0
