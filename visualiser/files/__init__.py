"""Traces in and out. numpy and the standard library; no Qt.

    load          opens a saved run (.ilv), a run directory, or a trace of another tool, plain or gzip: Chrome's trace
                  JSON as VizTracer, py-spy, Ray and others write it; Firefox Profiler's format, as Python 3.15's
                  sampler does, or a folder of such. BadFile says in a sentence or two what is wrong with it
    save_ilv      the native file: raw records, source files, output
    write_csv     one row per span, for spreadsheets and data frames
    write_chrome  Chrome's trace JSON, for ui.perfetto.dev
    write_gecko   a profile for profiler.firefox.com

Every writer replaces its file only once it is complete. `t_range` is in ns on the run's clock (as `store.start_ns`);
`progress` is told the share done and may raise to cancel.
"""

from __future__ import annotations

from pathlib import Path

from visualiser.trace import TraceStore

from .chrome_file import write_chrome
from .csv_file import write_csv
from .errors import BadFile
from .gecko_file import write_gecko
from .native import write_native
from .opening import load
from .writing import Progress, no_progress

__all__ = ["BadFile", "Progress", "load", "save_ilv", "write_chrome", "write_csv", "write_gecko"]


def save_ilv(source: TraceStore | Path, path: Path, progress: Progress = no_progress) -> None:
    """Save a run, or a run directory, as one file. Raises OSError; BadFile when the directory holds no run."""
    store = source if isinstance(source, TraceStore) else load(source)
    write_native(store, Path(path), progress)
