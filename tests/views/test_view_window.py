"""The window as a whole: drops, closing, and the export dialog."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import OutputModel
from visualiser.views import MainWindow
from visualiser.views.dialogs import ExportDialog


def drop(window: MainWindow, path: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    event = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                       Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop)  # fmt: skip
    window.dropEvent(event)


def test_a_dropped_program_is_asked_for_and_anything_else_is_not(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    window.allow_close()
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.file_requested) as asked:
        drop(window, "/tmp/x.py")
    assert asked.args == ["/tmp/x.py"]
    with qtbot.assertNotEmitted(window.file_requested):
        drop(window, "/tmp/x.png")


def test_the_window_stays_open_until_it_is_allowed_to_go(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    qtbot.addWidget(window, before_close_func=lambda each: each.allow_close())
    window.show()
    with qtbot.waitSignal(window.close_requested):
        assert not window.close()
    window.allow_close()
    assert window.close()


def test_the_export_dialog_gives_what_was_set(qtbot: QtBot) -> None:
    dialog = ExportDialog("My run", "dark", "1 ms to 2 ms")
    qtbot.addWidget(dialog)
    dialog.range_combo.setCurrentIndex(1)
    dialog.width_spin.setValue(1920)
    choice = dialog.choice
    assert (choice.width, choice.height, choice.theme, choice.visible_only, choice.title) == (
        1920,
        0,
        "dark",
        True,
        "My run",
    )
