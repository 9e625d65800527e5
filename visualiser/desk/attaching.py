"""Attaching to a process that runs already: who there is, watching one for a while, and showing what was seen.

It is watched by a process of its own, the command `attach`: the window's threads would be in its way.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench
from visualiser.desk.filing import load_and_look

if TYPE_CHECKING:
    from visualiser.trace import TraceStore

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from visualiser.__main__ import start; sys.exit(start())"
TICK = 0.1
BUSY = "A program is running. Stop it first, then attach to another."
ONLY_LINUX = "Attaching to a running process is possible on Linux only."


def connect_attaching(desk: Bench) -> None:
    """File > Attach to a process."""
    desk.commands["attach"] = _Attaching(desk).ask


class _Attaching(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk

    def ask(self) -> None:
        """Look who there is, then ask whom to watch."""
        if not sys.platform.startswith("linux"):
            self._desk.warn(ONLY_LINUX)
        elif self._desk.work.is_active:
            self._desk.warn(BUSY)
        else:
            self._desk.jobs.start("attach", "Looking for Python programs", lambda _: _rows(), self._choose, self._fail)

    def _choose(self, rows: list[tuple[int, str]]) -> None:
        choice = views.ask_process(self._desk.window, rows)
        if choice is None:
            return
        pid, seconds = choice
        self._desk.jobs.start(
            "attach", f"Watching process {pid} for {seconds} s", lambda cancelled: watched(pid, seconds, cancelled),
            self._show, self._fail,
        )  # fmt: skip

    def _show(self, store: TraceStore | None) -> None:
        desk = self._desk
        if store is None or desk.work.is_active:
            return
        desk.setup.choose_nothing()
        desk.window.setWindowTitle(f"{store.info.title} — Interleave")
        desk.window.panel.set_story(_page(store))
        desk.work.show(viewmodels.Kept(store))
        desk.notice(viewmodels.notice_of(store))

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, (ValueError, OSError)):
            raise error
        self._desk.warn(str(error))


def _rows() -> list[tuple[int, str]]:
    """Who can be watched, the newest first, with words for each."""
    from visualiser.run import attaching

    rows = []
    for one in attaching.python_processes():
        version = f"Python {one.interpreter.version_text}" if one.interpreter else "a Python that is not known"
        rows.append((one.pid, f"{one.name} · process {one.pid} · {version} · {' '.join(one.argv[1:])[:80]}"))
    return sorted(rows, reverse=True)


def watched(pid: int, seconds: int, cancelled: Callable[[], bool]) -> TraceStore | None:
    """What the command saw of a process in so many seconds, or until it is cancelled (then None). Raises ValueError."""
    with tempfile.TemporaryDirectory(prefix="interleave-attach-") as folder:
        output = Path(folder) / "run.ilv"
        command = [
            sys.executable,
            "-c",
            START,
            str(ROOT),
            "attach",
            str(pid),
            "--seconds",
            str(seconds),
            "-o",
            str(output),
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as watcher:
            said = _outcome(watcher, cancelled)
        if cancelled():
            return None
        if watcher.returncode or not output.exists():
            raise ValueError(said.strip().rpartition("\n")[2].removeprefix("interleave: ") or "Watching failed.")
        return load_and_look(output)


def _outcome(watcher: subprocess.Popen[str], cancelled: Callable[[], bool]) -> str:
    """What it said when it had ended; told to end when nobody waits for it any more."""
    while True:
        try:
            return watcher.communicate(timeout=TICK)[1]
        except subprocess.TimeoutExpired:
            if cancelled():
                watcher.send_signal(signal.SIGTERM)
                return watcher.communicate()[1]


def _page(store: TraceStore) -> str:
    """What is to be said beside it: what is missing, and why."""
    told = store.info.extra.get("attached")
    missing = told.get("missing") if isinstance(told, dict) else None
    items = "".join(f"<li>{escape(str(one))}</li>" for one in missing or ())
    return (
        f"<h2>{escape(store.info.title)}</h2><p>It was watched while it ran. What is shown begins when we came, "
        f"and ends when we let go.</p>{f'<p>What is missing:</p><ul>{items}</ul>' if items else ''}"
    )
