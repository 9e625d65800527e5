"""What happens when something in the app itself breaks: it is logged, and told with details that can be copied."""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtWidgets import QDialog, QWidget

from visualiser import __version__

_log = logging.getLogger(__name__)

SENTENCE = (
    "Something in Interleave itself went wrong. What you see may be incomplete from now on; your program is not "
    "affected. "
    "Please report it with the details below."
)


class CrashReporter(QObject):
    """Takes the place of Python's own hooks between `install` and `remove`. One dialog at a time."""

    _happened = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: QDialog | None = None
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From now on, nothing breaks in silence."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Give Python its own hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        text = "".join(traceback.format_exception(kind, error, trace))
        _log.error("%s", text)
        self._happened.emit(text)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, text: str) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            return
        from visualiser.views.dialogs import TextDialog

        self._dialog = TextDialog("Something went wrong", SENTENCE, f"{versions()}\n\n{text}", self._window)
        self._dialog.open()


def versions() -> str:
    """This program and what it stands on, one per line."""
    import numpy
    import PySide6

    return "\n".join((
        f"Interleave {__version__}", f"Python {platform.python_version()} ({sys.executable})",
        f"PySide6 {PySide6.__version__}, Qt {qVersion()}", f"numpy {numpy.__version__}", platform.platform(),
    ))  # fmt: skip
