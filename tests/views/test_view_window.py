"""The window as a whole: drops, closing, and the export dialog."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from visualiser.settings import Settings
from visualiser.viewmodels import OutputModel, Status
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


def test_a_message_is_read_whole_beside_a_long_word_on_the_sources(qtbot: QtBot) -> None:
    window = MainWindow(OutputModel())
    window.allow_close()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    numbers = "2.25 s · 1 process · 2 006 threads · 48 168 events · none lost"
    window.set_status(Status(numbers), "Measured: " + "calls recorded; " * 20)
    message = "Saved as /home/ada/programs/of/mine/many_requests.ilv"
    window.statusBar().showMessage(message)
    needed = window.fontMetrics().horizontalAdvance(message)
    label = next(each for each in window.statusBar().findChildren(QLabel) if each.text() == numbers)
    qtbot.waitUntil(lambda: label.x() >= needed)
    window.statusBar().clearMessage()
    qtbot.waitUntil(lambda: label.x() < needed)


def test_what_is_going_on_is_read_whole(qtbot: QtBot) -> None:
    window = MainWindow(OutputModel())
    window.allow_close()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.set_status(Status("2.25 s · 1 process · 2 006 threads"), "Measured: " + "calls recorded; " * 20)
    window.set_doing("Putting together what was recorded …")
    doing = next(each for each in window.statusBar().findChildren(QLabel) if each.text().startswith("Putting"))
    qtbot.waitUntil(lambda: doing.width() >= doing.sizeHint().width())


def test_a_table_below_the_timeline_is_shown_by_its_command_and_remembered(qtbot: QtBot) -> None:
    window = MainWindow(OutputModel())
    window.allow_close()
    qtbot.addWidget(window)
    window.show()
    dock = window.add_dock("spans", "Spans", QLabel("rows"))
    assert not dock.isVisible()
    window.actions_by_id["spans"].trigger()
    assert dock.isVisible()
    kept = window.remembered(Settings())
    dock.close()
    assert not window.actions_by_id["spans"].isChecked()
    window.restore(kept)
    assert dock.isVisible()
    assert window.actions_by_id["spans"].isChecked()


def test_in_a_narrow_window_the_sides_give_way_as_well(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    window.allow_close()
    qtbot.addWidget(window)
    window.resize(1024, 700)
    window._share_width()
    window.show()
    assert window.timeline.width() > 430


def test_a_new_doing_takes_the_place_of_an_old_message(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    window.allow_close()
    qtbot.addWidget(window)
    window.statusBar().showMessage("The run was stopped.")
    window.set_doing("Running …")
    assert not window.statusBar().currentMessage()
