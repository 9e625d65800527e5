"""A scripted user compares: chooses, waits or gives up, zooms all ways at once, saves the picture, opens one run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.support.builder import STEP
from tests.support.desks import open_desk
from tests.support.drawn import trace_from
from visualiser import viewmodels, views
from visualiser.app import Desk
from visualiser.desk.comparing import Comparing
from visualiser.files import save_ilv
from visualiser.scenarios import find
from visualiser.scene import Stack
from visualiser.viewmodels import ComparedWays, CompareRequest, ComparisonModel, Jobs

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
RUNS = {
    "serial": "main RRRRRRRRRRRR",
    "threads": "main RLLLLLLLLLLR / a .RGRGRGRGRG. / b .GRGRGRGRGR.",
    "processes": "main RPPPPPR // one .RRRRR. // two .RRRRR.",
}


class User:
    """Somebody in front of the Compare window, with three saved runs at hand."""

    def __init__(self, desk: Desk, qtbot: QtBot, files: list[str], patch: pytest.MonkeyPatch) -> None:
        self.desk, self.qtbot, self.files, self.patch = desk, qtbot, files, patch
        found = desk.findChild(Comparing)
        assert found is not None
        self.part = found

    @property
    def window(self) -> views.ComparisonWindow:
        assert self.part.window is not None
        return self.part.window

    @property
    def words(self) -> str:
        """All that the labels of the window say."""
        return "\n".join(label.text() for label in self.window.findChildren(QLabel) if label.isVisible())

    def open(self) -> None:
        self.desk.window.actions_by_id["compare"].trigger()
        self.qtbot.waitActive(self.window)

    def choose(self, key: str) -> None:
        self.window.choice.choose(key)
        QTest.mouseClick(self.window.choice.start_button, LEFT)

    def compare_files(self) -> None:
        """Three saved runs, side by side."""
        self.open()
        self.patch.setattr(views, "ask_runs", lambda *_: self.files)
        self.choose("files")
        self.qtbot.waitUntil(lambda: not self.part.model.busy and self.part.model.stack is not None, timeout=20_000)

    @property
    def stack(self) -> Stack:
        assert self.part.model.stack is not None
        return self.part.model.stack


@pytest.fixture
def user(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    files = []
    for name, drawing in RUNS.items():
        save_ilv(trace_from(drawing, step=10 * STEP), tmp_path / f"{name}.ilv")
        files.append(str(tmp_path / f"{name}.ilv"))
    with open_desk(qtbot, tmp_path, (1200, 800)) as desk:
        yield User(desk, qtbot, files, monkeypatch)


def test_saved_runs_are_stacked_with_their_times_and_a_table(user: User) -> None:
    user.compare_files()
    assert [run.facts.label for run in user.part.model.result.stacked.runs] == list(RUNS)  # type: ignore[union-attr]
    table = user.window.table
    rows = [[str(table.model().index(row, column).data()) for column in range(4)] for row in range(table.rowCount())]
    assert [row[0] for row in rows] == list(RUNS)
    assert len({row[1] for row in rows}) == 2  # serial and threads took as long, processes did not
    assert user.window.canvas.scene is user.stack.scene
    assert "3 ways" in user.words
    assert {"R", "G", "L"} <= {entry.letter for entry in user.window.legend.shown()}


def test_the_wheel_zooms_all_ways_about_the_cursor_and_home_shows_all_again(user: User) -> None:
    user.compare_files()
    canvas, whole = user.window.canvas, user.part.model.visible
    body = user.stack.scene.body
    at = QPointF((body.x0 + body.x1) / 2, body.y0 + 40)
    before = user.stack.scene.t_of(at.x())
    wheel = QWheelEvent(at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton, NO_KEYS,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(canvas, wheel)
    seen = user.part.model.visible
    assert seen[1] - seen[0] < (whole[1] - whole[0]) / 2
    assert user.stack.scene.t_of(at.x()) == pytest.approx(before, abs=(seen[1] - seen[0]) / 100)
    assert len(user.stack.rows) == 3
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Home)
    assert user.part.model.visible == whole


def test_a_click_puts_one_playhead_into_all_runs(user: User, qtbot: QtBot) -> None:
    user.compare_files()
    body = user.stack.scene.body
    with qtbot.waitSignal(user.part.model.playhead_moved) as moved:
        QTest.mouseClick(user.window.canvas, LEFT, NO_KEYS, QPoint(round(body.x0 + 100), round(body.y0 + 20)))
    assert moved.args == [user.stack.scene.t_of(round(body.x0 + 100))]
    assert user.part.model.window.playhead == moved.args[0]


def test_what_the_mouse_points_at_is_told_of_the_run_that_stands_there(user: User) -> None:
    user.compare_files()
    model, row = user.part.model, user.stack.rows[1]
    lane = next(lane for lane in row.scene.lanes if lane.name == "a")
    told: list[viewmodels.Facts] = []
    model.hovered.connect(told.append)
    model.hover(row.dx + row.scene.x_of(row.scene.window.t0 + 25 * STEP), row.dy + sum(lane.bar) / 2)
    assert told[-1].title.startswith("a")
    model.hover(2, 2)
    assert told[-1].title == ""


def test_the_picture_is_saved_as_it_is_told_to(user: User, tmp_path: Path) -> None:
    user.compare_files()
    goal = tmp_path / "slide.svg"
    user.patch.setattr(views, "ask_picture_place", lambda *_: str(goal))
    QTest.mouseClick(user.window.save_button, LEFT)
    user.qtbot.waitUntil(goal.exists, timeout=20_000)
    assert "processes" in goal.read_text(encoding="utf-8")


def test_a_double_click_shows_one_run_alone_and_the_menu_leads_back(user: User) -> None:
    user.compare_files()
    row = user.stack.rows[2]
    QTest.mouseDClick(user.window.canvas, LEFT, NO_KEYS, QPoint(20, round((row.y0 + row.y1) / 2)))
    assert user.desk.store is not None
    assert len(user.desk.store.processes) == 3
    assert not user.window.isVisible()
    user.open()
    assert "3 ways" in user.words


def test_too_few_files_are_asked_for_again_in_words(user: User) -> None:
    user.open()
    user.patch.setattr(views, "ask_runs", lambda *_: user.files[:1])
    user.choose("files")
    assert "Choose two saved runs at least." in user.words


def test_a_file_that_is_no_run_is_refused_in_words(user: User, tmp_path: Path) -> None:
    (tmp_path / "no.ilv").write_text("nothing")
    user.open()
    user.patch.setattr(views, "ask_runs", lambda *_: [user.files[0], str(tmp_path / "no.ilv")])
    user.choose("files")
    user.qtbot.waitUntil(lambda: not user.part.model.busy, timeout=20_000)
    assert "no.ilv" in user.words


def test_what_is_chosen_is_offered_first_then_what_is_ready_made_then_runs_that_were_made(user: User) -> None:
    user.desk.setup.choose_scenario(find("gil-relay-race"))
    stores = [trace_from(RUNS[name], step=10 * STEP) for name in ("serial", "threads")]
    for store in stores:
        user.desk.work.show(viewmodels.Kept(store))
    offers = user.part.offers()
    assert offers[0].title == "The GIL relay race: all variants"
    assert offers[0].takes_values
    assert "Computing: threads beside processes" in [offer.title for offer in offers]
    assert [offer.title for offer in offers[-2:]] == ["The 2 runs of this session", "Saved runs …"]


def test_the_story_leads_to_the_comparison_of_its_variants(user: User) -> None:
    user.desk.setup.choose_scenario(find("waiting-overlaps"))
    user.desk.window.panel.story.compare_button.click()
    user.qtbot.waitActive(user.window)
    request = user.window.choice.request
    assert request is not None
    assert (request.offer.kind, request.offer.key) == ("scenario", "waiting-overlaps")


def test_nothing_is_compared_while_a_program_runs_that_would_disturb_it(user: User) -> None:
    user.desk.setup.choose_scenario(find("waiting-overlaps"))
    user.open()
    user.patch.setattr(type(user.desk.work), "is_active", True)
    user.choose("waiting-overlaps")
    assert "Stop it first" in user.words
    assert not user.part.model.busy
    user.patch.undo()


def test_the_runs_of_this_session_are_compared_as_they_are(user: User) -> None:
    stores = [trace_from(RUNS[name], step=10 * STEP) for name in ("serial", "processes")]
    for store in stores:
        user.desk.work.show(viewmodels.Kept(store))
    user.open()
    user.choose("session")
    user.qtbot.waitUntil(lambda: user.part.model.stack is not None, timeout=20_000)
    assert len(user.stack.rows) == 2


def test_two_pythons_and_values_are_asked_for_as_they_are_ticked_and_typed(user: User) -> None:
    user.desk.setup.choose_scenario(find("gil-relay-race"))
    user.open()
    choice = user.window.choice
    choice.set_pythons([("", "3.11.7 (this app's)"), ("/opt/python3.13t", "3.13.5 without a GIL")])
    for row in range(2):
        choice.pythons.item(row).setCheckState(Qt.CheckState.Checked)
    QTest.keyClicks(choice.values_edit, "WORKERS=1,2 STEPS=10000")
    choice.repeats_spin.setValue(5)
    request = choice.request
    assert request is not None
    assert request.pythons == ("", "/opt/python3.13t")
    assert request.settings == ("WORKERS=1,2", "STEPS=10000")
    assert request.repeats == 5
    assert choice.pythons.item(1).text() == "Python 3.13.5 without a GIL"


# --- measuring


def told_of(result: ComparedWays, begun: threading.Event, go: threading.Event) -> Callable[..., ComparedWays]:
    """A way to measure that says so when it has begun, and waits until it may go on or is cancelled."""

    def measure(
        request: CompareRequest, told: Callable[[str, int, int], None], cancelled: Callable[[], bool]
    ) -> ComparedWays:
        told("Run 1 of 3: Threads", 1, 9)
        begun.set()
        while not cancelled() and not go.wait(0.01):
            pass
        return result

    return measure


@pytest.fixture
def result() -> ComparedWays:
    from visualiser.compare import HEAD, compared, measured_runs, pictured, table

    stores = [(name, trace_from(drawing, step=10 * STEP)) for name, drawing in RUNS.items()]
    found = compared("drawn", measured_runs(stores))
    return ComparedWays(pictured(found), HEAD, tuple(tuple(row) for row in table(found)))


def test_progress_is_told_while_the_window_goes_on_and_the_result_comes_by_itself(
    qtbot: QtBot, result: ComparedWays
) -> None:
    jobs, begun, go = Jobs(), threading.Event(), threading.Event()
    model = ComparisonModel(jobs, told_of(result, begun, go))
    offer = viewmodels.CompareOffer("pair", "drawn", "Drawn")
    with qtbot.waitSignal(model.progress_changed) as progress:
        model.start(CompareRequest(offer))
    assert progress.args == ["Run 1 of 3: Threads", 1, 9]
    assert model.busy
    with qtbot.waitSignal(model.result_changed):
        go.set()
    assert not model.busy
    assert model.stack is not None
    assert jobs.close()


def test_giving_up_ends_what_runs_and_drops_what_it_answers(qtbot: QtBot, result: ComparedWays) -> None:
    jobs, begun, go = Jobs(), threading.Event(), threading.Event()
    model = ComparisonModel(jobs, told_of(result, begun, go))
    model.start(CompareRequest(viewmodels.CompareOffer("pair", "drawn", "Drawn")))
    assert begun.wait(20)
    model.cancel()
    assert not model.busy
    assert jobs.close(20_000)
    QApplication.processEvents()
    assert model.result is None


def test_zooming_and_moving_never_leave_the_runs(qtbot: QtBot, result: ComparedWays) -> None:
    model = ComparisonModel(Jobs(), told_of(result, threading.Event(), threading.Event()))
    model.show(result)
    end = result.stacked.longest_ns * 1.25
    for factor, dx in ((0.01, 5000.0), (100.0, -5000.0), (1e-9, 1.0), (3.0, -1e9)):
        assert model.stack is not None
        model.zoom(factor, model.stack.scene.body.x0 + 200)
        model.pan(dx)
        t0, t1 = model.visible
        assert 0 <= t0 < t1 <= end
