"""The window as a whole: drops, closing, and the export dialog."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.support.desks import open_desk
from visualiser.settings import Settings
from visualiser.viewmodels import OutputModel, Status
from visualiser.views import MainWindow
from visualiser.views.dialogs import ExportDialog


def drop(window: MainWindow, *places: str | Path) -> bool:
    """Drag files, or an address, into the window and let go; whether the window takes them."""
    data = QMimeData()
    data.setUrls([QUrl(str(each)) if "://" in str(each) else QUrl.fromLocalFile(str(each)) for each in places])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(50, 50), *how)
    enter.ignore()
    window.dragEnterEvent(enter)
    window.dropEvent(QDropEvent(QPointF(50, 50), *how, QEvent.Type.Drop))
    return enter.isAccepted()


def test_one_dropped_file_of_any_kind_is_asked_for(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    window.allow_close()
    qtbot.addWidget(window)
    for path in ("/tmp/x.py", "/tmp/x.ilv", "/tmp/x.png", "/tmp/x"):
        with qtbot.waitSignal(window.file_requested) as asked:
            assert drop(window, path)
        assert asked.args == [path]
    with qtbot.assertNotEmitted(window.file_requested):
        assert not drop(window, "/tmp/x.py", "/tmp/y.py")
        assert not drop(window, "https://example.org/x.py")


def test_a_dropped_picture_is_refused_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "cat.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with open_desk(qtbot, tmp_path) as desk:
        with qtbot.waitSignal(desk.files.refused, timeout=30_000):
            drop(desk.window, picture)
        assert "cat.png cannot be opened. It is not a run saved by Interleave" in desk.window.banner.text


def test_scenarios_have_room_for_their_lines_beside_the_scroll_bar(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desk(qtbot, tmp_path) as desk:
        side = desk.window.sidebar
        listed = side.list
        side.choose("gil-relay-race")

        def fits() -> bool:
            tops = [listed.visualItemRect(listed.item(row)).top() for row in range(listed.count())]
            return [b - a for a, b in pairwise(tops)] == [listed.sizeHintForRow(row) for row in range(len(tops) - 1)]

        for width in range(216, 250, 4):
            side.setFixedWidth(width)
            qtbot.waitUntil(lambda: fits() and listed.verticalScrollBar().isVisible())
            side.filter_requested.emit("")  # all rows anew
            qtbot.waitUntil(fits)


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
    window.status.set_numbers(Status(numbers), "Measured: " + "calls recorded; " * 20)
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
    window.status.set_numbers(Status("2.25 s · 1 process · 2 006 threads"), "Measured: " + "calls recorded; " * 20)
    window.status.set_doing("Putting together what was recorded …")
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
    window.share_width()
    window.show()
    assert window.timeline.width() > 430


def test_a_new_doing_takes_the_place_of_an_old_message(qtbot: QtBot) -> None:
    model = OutputModel()
    window = MainWindow(model)
    window.allow_close()
    qtbot.addWidget(window)
    window.statusBar().showMessage("The run was stopped.")
    window.status.set_doing("Running …")
    assert not window.statusBar().currentMessage()
