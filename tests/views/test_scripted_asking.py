"""A scripted user asks the real window: clicks on spans, follows causes, measures ranges, searches, reads tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from tests.support import ORIGIN, STEP, RunBuilder
from tests.support.desks import CTRL, LEFT, NO_KEYS, SHIFT, DeskUser, open_desk
from tests.support.seen import gils, looks, switches
from visualiser.app import Desk
from visualiser.events.blocks import Held, Seen
from visualiser.run import resolve_target
from visualiser.scene import Lines, Scene, StateRects
from visualiser.trace import EventBatch, Kind, RunInfo, State, TraceStore, Wait
from visualiser.views.filter_bar import FilterBar
from visualiser.views.search_bar import SearchBar
from visualiser.views.span_table import SpanTableView

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # menus, without a window manager

EXACT = {"switches": "exact", "gil": "sampled", "reasons": "sampled", "calls": "recorded", "why": {}}


def bakery() -> TraceStore:
    """Five threads: each of the ways in which one waits for another, once."""
    run = RunBuilder()
    process = run.process("bakery", python="3.11.7")
    main = process.thread("main").begin(0)
    till = process.thing("till", line=3)
    orders = process.thing("orders", kind="Queue", line=4)
    bell = process.thing("bell", kind="Event", line=5)
    cake = process.thing("cake", kind="Future", line=6)
    names = ("baker", "waiter", "guest")
    for number, name in enumerate(names):
        main.add(1 + number, Kind.THREAD_STARTED, 0, process.text(name), process.site(40), 101 + number)
    baker, waiter, guest = (process.thread(name).begin(1.2 + number) for number, name in enumerate(names))
    baker.hold(2, 14, till, line=11).output(8, "kneading\n", line=12).mark(9, "Oven hot").span("rising", 9, 12)
    baker.add(20, Kind.PUT, Wait.QUEUE_GET, orders, process.site(13), 1)
    baker.add(26, Kind.NOTIFY, Wait.EVENT, bell, process.site(14), 1)
    baker.add(32, Kind.NOTIFY, Wait.FUTURE, cake, process.site(15), 1)
    baker.wait(Wait.SLEEP, 33, 38).end(40)
    waiter.wait(Wait.LOCK, 4, 14.2, till, line=21).hold(14.3, 16, till, line=21)
    waiter.wait(Wait.QUEUE_GET, 17, 20.2, orders, line=22)
    waiter.add(20.3, Kind.GET, Wait.QUEUE_PUT, orders, process.site(22), 1)
    waiter.end(30)
    guest.wait(Wait.EVENT, 5, 26.2, bell, line=31).wait(Wait.FUTURE, 28, 32.2, cake, line=32).end(36)
    main.wait(Wait.THREAD_JOIN, 34, 40.2, process.thing("baker", kind="Thread"), line=41)
    main.add(40.25, Kind.THREAD_JOINED, 0, process.text("baker"), process.site(41), 101)
    return run.store(end=50, sources={"switches": "none", "gil": "none", "reasons": "none", "calls": "recorded",
                                      "why": {}})  # fmt: skip


def measured() -> TraceStore:
    """Two threads, watched: exact switches, looks at the GIL."""
    run = RunBuilder()
    process = run.process(gil=True)
    lock = process.thing("accounts", line=3)
    process.thread("MainThread").begin(1).wait(Wait.LOCK, 2.5, 6.5, lock, line=18).end(9)
    process.thread("worker").begin(1).hold(1.5, 6, lock, line=7).wait(Wait.SLEEP, 4, 5).end(9)
    info = RunInfo(origin_ns=ORIGIN, end_ns=ORIGIN + 11 * STEP, sources=EXACT)
    store = TraceStore(info)
    store.extend(run.batch())
    blocks = (
        switches("RRR...RRRR", 100, 100, cpu=0),
        switches("rr..RRRR.R", 100, 101, cpu=1),
        looks(100, (4, 100, Seen.LOCK), (3, 101, Seen.GIL)),
        gils(100, (0.5, 100, Held.HELD, 7), (2.9, 100, Held.HELD, 7), (4.5, 101, Held.HELD, 8), (9.5, 101, 0, 8)),
    )
    store.extend(EventBatch(blocks=blocks))
    store.finish(info)
    return store


class User(DeskUser):
    """Asks. Moments are steps of a drawn run."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        super().__init__(desk, qtbot)
        self.panel = desk.window.panel

    @property
    def store(self) -> TraceStore:
        assert self.desk.store is not None
        return self.desk.store

    def click_on(self, name: str, step: float) -> None:
        """A click on what a thread does at a moment."""
        self.click(self.at(name, step))

    def measure(self, name: str, begin: float, end: float) -> None:
        """Shift and a drag."""
        start, stop = self.at(name, begin), self.at(name, end)
        QTest.mousePress(self.canvas, LEFT, SHIFT, start)
        QTest.mouseMove(self.canvas, (start + stop) / 2)
        QTest.mouseMove(self.canvas, stop)
        QTest.mouseRelease(self.canvas, LEFT, SHIFT, stop)
        self.see()

    @property
    def selected(self) -> tuple[str, float]:
        """Whose span is selected, and since which step it lasts."""
        chosen = self.line.selection
        assert chosen.thread is not None
        assert chosen.index is not None
        start = int(self.store.states(chosen.thread).start[chosen.index])
        return self.store.threads[chosen.thread].name, (start - ORIGIN) / STEP

    def table(self, command: str, name: str) -> QTableView:
        """Open one of the tables with its menu entry."""
        self.window.actions_by_id[command].trigger()
        found = next(each for each in self.window.findChildren(QTableView) if each.accessibleName() == name)
        self.qtbot.waitUntil(found.isVisible)
        return found

    def click_row(self, table: QTableView, row: int) -> None:
        QTest.mouseClick(table.viewport(), LEFT, NO_KEYS, table.visualRect(table.model().index(row, 0)).center())
        self.see()

    def cells(self, table: QTableView, column: int) -> list[str]:
        model = table.model()
        return [str(model.index(row, column).data()) for row in range(model.rowCount())]

    def sort(self, table: QTableView, column: int) -> None:
        """A click on a header."""
        header = table.horizontalHeader()
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        QTest.mouseClick(header.viewport(), LEFT, NO_KEYS, QPoint(x, header.height() // 2))


@pytest.fixture
def user(qtbot: QtBot, tmp_path: Path) -> Iterator[User]:
    with open_desk(qtbot, tmp_path, (1366, 1000)) as desk:
        qtbot.waitUntil(lambda: desk.window.findChild(SearchBar) is not None)  # made once the window stands
        made = User(desk, qtbot)
        made.open(bakery())
        yield made


# --- details and causes


def test_a_click_on_a_span_tells_all_that_is_known_of_it(user: User) -> None:
    user.click_on("waiter", 8)
    assert user.panel.tabs.currentWidget() is user.panel.details
    said = user.panel.details.text()
    for words in ("waits for a Lock: Lock till", "10.2 ms, from 4.000 ms", "bank.py:21 in work", "recorded by",
                  "baker held it at bank.py:11, for 2 ms when it began to wait", "baker released it"):  # fmt: skip
        assert words in said


def test_a_click_on_a_measured_span_tells_its_cpu_and_what_it_ended(user: User) -> None:
    user.open(measured())
    user.click_on("worker", 5.5)
    said = user.panel.details.text()
    assert "CPU 1" in said
    assert "exact, from the kernel's record of switches" in said
    user.click_on("MainThread", 4.5)
    assert "worker released it" in user.panel.details.text()


@pytest.mark.parametrize(
    ("name", "step", "cause"),
    [
        ("waiter", 8, ("baker", "released it")),
        ("waiter", 18, ("baker", "put an item")),
        ("guest", 9, ("baker", "set it")),
        ("guest", 30, ("baker", "brought the result")),
        ("main", 36, ("baker", "ended")),
        ("guest", 3.5, ("main", "started it")),
    ],
)
def test_one_jumps_to_who_ended_a_wait_and_back(user: User, name: str, step: float, cause: tuple[str, str]) -> None:
    user.click_on(name, step)
    before = user.selected
    assert f"{cause[0]} {cause[1]}" in user.panel.details.text()
    user.key(Qt.Key.Key_J)
    assert user.selected[0] == cause[0]
    user.key(Qt.Key.Key_J, SHIFT)
    assert user.selected == before


def test_a_link_of_the_details_leads_to_the_place_and_the_button_back(user: User, qtbot: QtBot) -> None:
    user.click_on("waiter", 8)
    browser = user.panel.details.browser
    browser.setFocus()
    qtbot.waitUntil(browser.hasFocus)
    QTest.keyClick(browser, Qt.Key.Key_Tab)  # to the first link
    QTest.keyClick(browser, Qt.Key.Key_Return)
    assert user.selected[0] == "baker"
    assert user.panel.details.back_button.isEnabled()
    QTest.mouseClick(user.panel.details.back_button, LEFT)
    assert user.selected == ("waiter", 4)
    assert not user.panel.details.back_button.isEnabled()
    QTest.mouseClick(user.panel.details.cause_button, LEFT)
    assert user.selected[0] == "baker"
    assert user.desk.player.playhead.t <= ORIGIN + 14 * STEP


def test_where_no_cause_is_known_one_is_told_so_and_stays(user: User) -> None:
    user.click_on("baker", 35)
    before = user.selected
    user.key(Qt.Key.Key_J)
    assert user.selected == before
    assert "not known" in user.window.statusBar().currentMessage()


def arrows(scene: Scene, ink: str) -> int:
    """How many dashed lines there are in an ink."""
    return sum(len(item.lines) for item in scene.items if isinstance(item, Lines) and item.dashed and item.ink == ink)


def test_the_selected_spans_cause_is_drawn_always_others_only_when_they_can_be_told_apart(user: User) -> None:
    plain = user.see()
    assert arrows(plain, "accent") == 0
    assert arrows(plain, "arrow") > 0
    user.click_on("waiter", 8)
    assert arrows(user.see(), "accent") > 0
    run = RunBuilder()
    process = run.process()
    ann, bob = (process.thread(name).begin(0) for name in ("ann", "bob"))
    lock = process.thing("till")
    for t in range(0, 900, 10):
        ann.hold(t, t + 8, lock)
        bob.wait(Wait.LOCK, t + 1, t + 8.5, lock)
    user.open(run.store(end=900))
    assert arrows(user.see(), "arrow") == 0
    user.click_on("bob", 405)
    assert arrows(user.see(), "accent") > 0
    user.line.show_exactly(ORIGIN + 400 * STEP, ORIGIN + 440 * STEP)
    assert arrows(user.see(), "arrow") > 0


PROGRAM = """
import queue, threading, time

till, orders = threading.Lock(), queue.Queue()

def baker():
    for number in range(3):
        with till:
            time.sleep(0.03)
        orders.put(number)

def waiter():
    for number in range(3):
        orders.get()
        with till:
            time.sleep(0.02)

threads = [threading.Thread(target=each, name=each.__name__) for each in (baker, waiter)]
for each in threads:
    each.start()
for each in threads:
    each.join()
"""


def test_a_real_run_tells_who_let_whom_go(user: User, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "cafe.py"
    path.write_text(PROGRAM)
    user.desk.choose_target(resolve_target(str(path)))
    user.desk.work.start()
    qtbot.waitUntil(lambda: not user.desk.work.is_active, timeout=30_000)
    waits = user.table("contention", "What threads waited for")
    qtbot.waitUntil(lambda: any(name.startswith("Queue") for name in user.cells(waits, 0)))
    for kind, verb in (("Queue", "baker put an item"), ("Lock", "released it")):
        row = next(row for row, name in enumerate(user.cells(waits, 0)) if name.startswith(kind))
        user.click_row(waits, row)
        said = user.panel.details.text()
        assert verb in said, said
        assert "cafe.py" in said
    here = user.selected
    user.canvas.setFocus()
    user.key(Qt.Key.Key_J)
    assert {user.selected[0], here[0]} == {"baker", "waiter"}


# --- a range


def test_a_range_that_is_drawn_is_measured_and_copied(user: User) -> None:
    user.open(measured())
    user.measure("MainThread", 4, 8)
    panel = user.panel.range
    assert user.panel.tabs.currentWidget() is panel
    assert panel.totals is not None
    assert panel.totals.length_ns == pytest.approx(4 * STEP, rel=0.02)
    assert panel.totals.mean_parallelism == pytest.approx(1.5, abs=0.05)
    assert panel.totals.max_parallelism == 2
    assert panel.totals.handovers is not None
    lock = panel.totals.threads[0].states[State.LOCK]
    assert lock == pytest.approx(2 * STEP, rel=0.02)
    QTest.mouseClick(panel.text_button, LEFT)
    assert "MainThread" in QGuiApplication.clipboard().text()
    QTest.mouseClick(panel.csv_button, LEFT)
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["thread"] for row in rows] == ["MainThread", "worker"]
    assert int(rows[0]["lock_ns"]) == lock
    user.key(Qt.Key.Key_C, CTRL | SHIFT)
    assert QGuiApplication.clipboard().text().startswith("From ")


def test_without_a_range_the_panel_says_how_to_draw_one_and_again_when_it_is_gone(user: User) -> None:
    def said() -> str:
        return " ".join(each.text() for each in user.panel.range.findChildren(QLabel) if not each.isHidden())

    assert "Hold Shift and drag" in said()
    user.measure("main", 4, 8)
    assert "Hold Shift" not in said()
    user.key(Qt.Key.Key_Escape)
    assert "Hold Shift and drag" in said()


# --- search


def test_search_opens_with_a_slash_goes_on_back_and_closes(user: User, qtbot: QtBot) -> None:
    bar = user.window.findChild(SearchBar)
    assert isinstance(bar, SearchBar)
    user.key(Qt.Key.Key_Slash)
    qtbot.waitUntil(bar.edit.hasFocus)
    QTest.keyClicks(bar.edit, "till")
    qtbot.waitUntil(lambda: bar.count.text() == "3 hits")
    seen = []
    for _ in range(4):
        QTest.keyClick(bar.edit, Qt.Key.Key_Return)
        seen.append(bar.count.text())
    assert seen == ["1 of 3 hits", "2 of 3 hits", "3 of 3 hits", "1 of 3 hits"]
    QTest.keyClick(bar.edit, Qt.Key.Key_Return, SHIFT)
    assert bar.count.text() == "3 of 3 hits"
    assert "holds Lock till" in bar.found.text()
    QTest.keyClick(bar.edit, Qt.Key.Key_Escape)
    assert bar.isHidden()
    qtbot.waitUntil(user.canvas.hasFocus)
    QTest.keyClick(user.canvas, Qt.Key.Key_F3)
    assert bar.count.text() == "1 of 3 hits"


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("waiter", 2.2),
        ("orders", 17),
        ("kneading", 8),
        ("sleep", 33),
        ("oven hot", 9),
        ("rising", 9),
        ("bank.py:31", 5),
    ],
)
def test_what_is_found_is_gone_to(user: User, qtbot: QtBot, words: str, step: float) -> None:
    bar = user.window.findChild(SearchBar)
    assert isinstance(bar, SearchBar)
    user.line.show_exactly(ORIGIN + 44 * STEP, ORIGIN + 48 * STEP)
    user.key(Qt.Key.Key_F, CTRL)
    QTest.keyClicks(bar.edit, words)
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)  # without waiting for the count
    assert user.desk.player.playhead.t == ORIGIN + round(step * STEP)
    t0, t1 = user.line.visible_range()
    assert t0 <= ORIGIN + step * STEP <= t1


def test_search_starts_from_the_playhead(user: User) -> None:
    bar = user.window.findChild(SearchBar)
    assert isinstance(bar, SearchBar)
    user.click_on("main", 10)
    user.key(Qt.Key.Key_Slash)
    QTest.keyClicks(bar.edit, "till")
    QTest.keyClick(bar.edit, Qt.Key.Key_Return)
    assert bar.count.text() == "3 of 3 hits"


def test_what_is_nowhere_is_said_to_be_nowhere(user: User, qtbot: QtBot) -> None:
    bar = user.window.findChild(SearchBar)
    assert isinstance(bar, SearchBar)
    user.key(Qt.Key.Key_Slash)
    QTest.keyClicks(bar.edit, "xyzzy")
    qtbot.waitUntil(lambda: "Nothing" in bar.count.text())
    assert not bar.next_button.isEnabled()


# --- tables


def test_a_row_of_the_waits_leads_to_its_longest_wait(user: User) -> None:
    table = user.table("contention", "What threads waited for")
    assert user.cells(table, 0)[:2] == ["Event bell", "Lock till"]
    user.sort(table, 0)
    assert user.cells(table, 0) == sorted(user.cells(table, 0))
    row = user.cells(table, 0).index("Lock till")
    assert user.cells(table, 6)[row] == "baker 10 ms"
    user.click_row(table, row)
    assert user.selected == ("waiter", 4)
    assert user.desk.player.playhead.t == ORIGIN + 4 * STEP


def test_the_table_of_spans_goes_along_with_the_timeline_both_ways(user: User, qtbot: QtBot) -> None:
    table = user.table("spans", "Spans in view")
    whole = table.model().rowCount()
    assert whole == sum(len(user.store.states(one.index)) for one in user.store.threads)
    user.click_on("waiter", 8)
    row = table.currentIndex().row()
    assert user.cells(table, 3)[row] == "waiter"
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert user.selected[0] == user.cells(table, 3)[row + 1]
    assert user.selected != ("waiter", 4)
    user.line.show_exactly(ORIGIN + 34 * STEP, ORIGIN + 36 * STEP)
    qtbot.waitUntil(lambda: 0 < table.model().rowCount() < whole)


def test_the_table_of_spans_is_sorted_by_its_headers(user: User) -> None:
    table = user.table("spans", "Spans in view")
    user.sort(table, 1)
    user.sort(table, 1)
    assert user.cells(table, 1)[0] == "34 ms"  # main, before it joins
    user.sort(table, 3)
    assert user.cells(table, 3) == sorted(user.cells(table, 3))


def test_the_table_of_spans_is_filtered_by_state_thread_and_length(user: User, qtbot: QtBot) -> None:
    table = user.table("spans", "Spans in view")
    view = user.window.findChild(SpanTableView)
    assert isinstance(view, SpanTableView)
    view.state_actions[State.LOCK].trigger()
    assert {words.split()[-1] for words in user.cells(table, 4)} == {"lock"}
    locks = table.model().rowCount()
    view.threads.setFocus()
    QTest.keyClick(view.threads, Qt.Key.Key_W)  # the waiter
    assert set(user.cells(table, 3)) == {"waiter"}
    assert table.model().rowCount() < locks
    QTest.keyClicks(view.least, "5 ms")
    qtbot.waitUntil(lambda: user.cells(table, 1) == ["10.2 ms"])
    QTest.keyClicks(view.least, "x")
    qtbot.waitUntil(lambda: any("Write a length" in label for label in labels(view)))
    QTest.mouseClick(view.clear_button, LEFT)
    assert table.model().rowCount() > locks


def labels(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel)]


def test_who_does_not_see_is_told_each_cell_with_its_column(user: User) -> None:
    table = user.table("spans", "Spans in view")
    spoken = table.model().index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Thread: main"
    waits = user.table("contention", "What threads waited for")
    assert waits.model().index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Waits: 1"


def test_tables_are_put_away_by_their_button_and_their_command(user: User, qtbot: QtBot) -> None:
    table = user.table("spans", "Spans in view")
    user.window.actions_by_id["spans"].trigger()
    qtbot.waitUntil(lambda: not table.isVisible())
    user.window.actions_by_id["spans"].trigger()
    qtbot.waitUntil(table.isVisible)
    view = user.window.findChild(SpanTableView)
    assert isinstance(view, SpanTableView)
    QTest.mouseClick(view.close_button, LEFT)
    qtbot.waitUntil(lambda: not table.isVisible())
    assert not user.window.actions_by_id["spans"].isChecked()


def test_another_run_leaves_nothing_of_the_last_one(user: User) -> None:
    user.click_on("waiter", 8)
    user.measure("main", 4, 8)
    spans = user.table("spans", "Spans in view")
    user.open(measured())
    assert user.panel.range.totals is None
    assert "waiter" not in user.panel.details.text()
    user.qtbot.waitUntil(lambda: "MainThread" in user.cells(spans, 3))
    assert "waiter" not in user.cells(spans, 3)
    assert not user.panel.details.back_button.isEnabled()


# --- a filter


def test_what_does_not_pass_a_filter_is_pale_and_the_window_says_so_until_it_is_let_go_of(user: User) -> None:
    def drawn() -> set[int]:
        return {int(state) for one in user.see().items if isinstance(one, StateRects) for state in one.state}

    bar, table = user.window.findChild(FilterBar), user.window.findChild(SpanTableView)
    assert isinstance(bar, FilterBar)
    assert isinstance(table, SpanTableView)
    everything = drawn()
    assert bar.isHidden()
    table.state_actions[State.SLEEP].trigger()
    assert drawn() == {State.SLEEP} < everything
    assert bar.isVisible()
    assert "sleeps" in bar.words.text()
    user.key(Qt.Key.Key_Escape, SHIFT)
    assert drawn() == everything
    assert bar.isHidden()
    table.state_actions[State.SLEEP].trigger()
    QTest.mouseClick(bar.clear_button, LEFT)
    assert drawn() == everything


def test_a_filter_for_one_thread_goes_with_the_run_that_the_thread_is_of(user: User) -> None:
    bar, table = user.window.findChild(FilterBar), user.window.findChild(SpanTableView)
    assert isinstance(bar, FilterBar)
    assert isinstance(table, SpanTableView)
    user.key(Qt.Key.Key_T, CTRL)
    table.threads.setCurrentIndex(2)
    assert table.threads.currentText() in bar.words.text()
    user.open(measured())
    assert bar.isHidden()
    assert table.filter.is_off
