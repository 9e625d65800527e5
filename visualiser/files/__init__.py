"""Traces in and out: the native file (.ilv), CSV, and Chrome's trace JSON."""

from __future__ import annotations

from pathlib import Path

from visualiser.trace import TraceStore


class BadFile(ValueError):
    """A file that cannot be opened; its text is one or two plain sentences for the user."""


def save_ilv(source: TraceStore | Path, path: Path) -> None:
    """Write a run, or a run directory, to one file. Raises OSError."""
    raise NotImplementedError


def load(path: Path) -> TraceStore:
    """Open a saved run, by its content: an .ilv file or a run directory. Raises BadFile."""
    raise NotImplementedError


def write_csv(store: TraceStore, path: Path, t_range: tuple[int, int] | None = None) -> None:
    """Write all spans as CSV; `t_range` in ns after the origin. Raises OSError."""
    raise NotImplementedError


def write_chrome(store: TraceStore, path: Path, t_range: tuple[int, int] | None = None) -> None:
    """Write a trace for Perfetto and chrome://tracing; `t_range` in ns after the origin. Raises OSError."""
    raise NotImplementedError


__all__ = ["BadFile", "load", "save_ilv", "write_chrome", "write_csv"]
