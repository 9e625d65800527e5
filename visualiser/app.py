"""The desktop app's entry: starts Qt, makes the desk, and opens or runs what the command line named.

`visualiser.desk` holds the rest of the composition root: who is connected to whom.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from visualiser import views
from visualiser.desk import Desk, settle_down
from visualiser.settings import SettingsFile

if TYPE_CHECKING:
    from visualiser.run import Target

__all__ = ["Desk", "run_app", "settle_down"]

LOOK_AFTER_MS = 300
"""Looking for interpreters starts processes: not before the window stands."""


def run_app(*, target: Target | None = None, file: Path | None = None, autorun: bool = True,
            settings: Path | None = None) -> int:  # fmt: skip
    """Open the window and return the exit code when it is closed.

    `target`: choose this, and run it unless `autorun` is False; `file`: open this saved run; `settings`: another file
    than the user's own.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Interleave")
    assert isinstance(app, QApplication)
    app.setDesktopFileName("interleave")
    app.setStyle("Fusion")
    desk = Desk(SettingsFile(settings))
    crash, signals = views.CrashReporter(desk.window), views.UnixSignals(desk.end)
    crash.install()
    if target is not None:
        desk.choose_target(target)

    def begin() -> None:
        if file is not None:
            desk.menu.open_path(str(file))
        if target is not None and autorun:
            desk.work.start()

    desk.window.drawn.connect(begin)
    desk.window.show()

    def settle() -> None:
        settle_down(desk)
        desk.pythons.look(desk.preferences.now.python)

    QTimer.singleShot(LOOK_AFTER_MS, settle)
    try:
        return app.exec()
    finally:
        signals.remove()
        crash.remove()
        desk.close()
