"""The real window for tests, and somebody in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.builder import ORIGIN, STEP
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.scene import Lane, Scene
from visualiser.settings import SettingsFile
from visualiser.trace import TraceStore

LEFT = Qt.MouseButton.LeftButton
NO_KEYS, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@contextmanager
def open_desk(qtbot: QtBot, folder: Path, size: tuple[int, int] | None = None) -> Iterator[Desk]:
    """The window, shown and active, with its settings in a folder; afterwards the application looks as before."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    style, font, palette = app.styleSheet(), app.font(), app.palette()
    desk = Desk(SettingsFile(folder / "settings.ini"))
    if size is not None:
        desk.window.resize(*size)
    with qtbot.waitActive(desk.window):
        desk.window.show()
    yield desk
    desk.end()
    desk.window.deleteLater()
    desk.deleteLater()
    app.setStyleSheet(style)
    app.setFont(font)
    app.setPalette(palette)


class DeskUser:
    """Somebody in front of the window who looks at the timeline, with the keyboard on it."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.window = desk, qtbot, desk.window
        self.canvas, self.line = desk.window.timeline.canvas, desk.timeline

    def open(self, store: TraceStore) -> None:
        """A run is there to be looked at."""
        self.desk.work.show(viewmodels.Kept(store, saved=True))
        self.see()
        self.canvas.setFocus()

    def see(self) -> Scene:
        """The picture, as of now."""
        self.line.rebuild()
        assert self.line.scene is not None
        return self.line.scene

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        """A key, and the picture after it."""
        QTest.keyClick(self.canvas, key, keys)
        self.see()

    def x(self, step: float) -> int:
        """Where a moment of a drawn run is, in pixels."""
        return round(self.see().x_of(ORIGIN + step * STEP))

    def lane(self, name: str) -> Lane:
        """The first lane of that name."""
        return next(lane for lane in self.see().lanes if lane.name == name)

    def at(self, name: str, step: float | None = None) -> QPoint:
        """The middle of a lane's bar at a moment; without one, of its name."""
        lane = self.lane(name)
        y = (lane.bar[0] + lane.bar[1]) / 2 if step is not None else (lane.y0 + lane.y1) / 2
        return QPoint(self.x(step) if step is not None else 60, round(y))

    def click(self, where: QPoint) -> None:
        """A click, and the picture after it."""
        QTest.mouseClick(self.canvas, LEFT, NO_KEYS, where)
        self.see()
