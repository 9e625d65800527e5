"""The interpreters that a program can be run with: found in a worker, or pointed at by the user."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from visualiser.viewmodels.jobs import Jobs

_log = logging.getLogger(__name__)


class InterpreterLike(Protocol):
    """What is needed of `run.Interpreter`."""

    @property
    def executable(self) -> str: ...

    @property
    def version_text(self) -> str: ...


class Pythons(QObject):
    """Facts: `changed()`; `refused(sentence)`. `known`: (executable, label), this app's own first, with "" for it."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, jobs: Jobs, find_all: Callable[[], Iterable[InterpreterLike]],
                 ask: Callable[[str], InterpreterLike], parent: QObject | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.known: list[tuple[str, str]] = [("", "this app's own")]
        self.chosen = ""
        self._wanted = ""
        self._jobs, self._find_all, self._ask = jobs, find_all, ask

    def look(self, wanted: str = "") -> None:
        """Find the interpreters of this machine; `wanted` is chosen if it is among them."""
        self._wanted = wanted
        self._jobs.start("pythons", "", lambda _: list(self._find_all()), self._on_found, self._on_nothing_found)

    def add(self, executable: str) -> None:
        """Ask an executable what it is, and choose it."""
        self._jobs.start("python", "Asking that Python for its version", lambda _: self._ask(executable),
                         lambda found: self.put(found.executable, found.version_text),
                         lambda error: self.refused.emit(str(error)))  # fmt: skip

    def put(self, executable: str, label: str) -> None:
        """Add one that is known already, and choose it."""
        if executable not in {each for each, _ in self.known}:
            self.known.append((executable, label))
        self.choose(executable)

    def choose(self, executable: str) -> None:
        """Use that one from now on."""
        self.chosen, self._wanted = executable, ""
        self.changed.emit()

    def _on_found(self, found: list[InterpreterLike]) -> None:
        own, *others = found
        here = {executable for executable, _ in self.known}
        self.known[0] = ("", f"{own.version_text} (this app's)")
        self.known += [(each.executable, each.version_text) for each in others if each.executable not in here]
        if self._wanted in {executable for executable, _ in self.known}:
            self.chosen = self._wanted
        self.changed.emit()

    def _on_nothing_found(self, error: Exception) -> None:
        _log.info("looking for interpreters: %s", error)
