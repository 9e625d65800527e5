"""A scripted user reads the verdict on a run: follows it to the timeline, measures the estimate, asks the guide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.support.builder import STEP
from tests.support.desks import open_desk
from tests.support.drawn import trace_from
from visualiser import viewmodels
from visualiser.app import Desk
from visualiser.desk.comparing import Comparing
from visualiser.desk.judging import Judging
from visualiser.scenarios import find
from visualiser.trace import TraceStore
from visualiser.viewmodels import guide_page, verdict_page
from visualiser.viewmodels.story_run import DISTURBED, story_run

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

GIL = "main RLLLLLLLLLLLLLLLLLLR / a .RGRGRGRGRGRGRGRGRG. / b .GRGRGRGRGRGRGRGRGR."
WAITS = "main RSSSSSSSSSSSSSSSSSSR"
CALM = "main RR..RR"
BUSY = "main RCCRCCCRCCRRCCCRCCRR"


def run_of(drawing: str, **info: object) -> TraceStore:
    store = trace_from(drawing, step=10 * STEP)
    store.info = replace(store.info, machine={**store.info.machine, "cpus": 2}, **info)  # type: ignore[arg-type]
    return store


class User:
    """Somebody who looks at the tab "Verdict"."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        found = desk.findChild(Judging)
        assert found is not None
        self.part, self.panel = found, found.panel

    def open(self, store: TraceStore) -> None:
        self.desk.work.show(viewmodels.Kept(store, saved=True))
        tabs = self.desk.window.panel.tabs
        tabs.setCurrentWidget(self.panel)

    def follow(self, link: str) -> None:
        self.panel.browser.anchorClicked.emit(QUrl(link))


@pytest.fixture
def user(qtbot: QtBot, tmp_path: Path) -> Iterator[User]:
    with open_desk(qtbot, tmp_path, (1366, 900)) as desk:
        yield User(desk, qtbot)


def test_the_verdict_says_what_holds_the_run_up_what_helps_and_how_sure_that_is(user: User) -> None:
    user.open(run_of(GIL))
    said = user.panel.text()
    for words in ("Threads take turns at the GIL", "What helps:", "Processes have a GIL each", "certain", "Show",
                  "Threads or processes?", "Processes: about"):  # fmt: skip
        assert words in said


def test_show_leads_to_the_stretch_of_the_run_and_to_the_lane(user: User) -> None:
    user.open(run_of("main RSSSSSSSSSSSSSSSSSSR / a .LLLLLLLLLLLLLLLLLL."))
    row = user.part.page.rows[0]
    user.follow("#show/0")
    t0, t1 = user.desk.timeline.visible_range()
    assert t0 <= row.span[0]
    assert row.span[1] <= t1 + 1
    assert user.desk.player.playhead.t == row.span[0]


def test_a_run_with_nothing_to_say_says_so_and_no_run_asks_for_one(user: User) -> None:
    user.desk.window.panel.tabs.setCurrentWidget(user.panel)
    assert "Run a program" in user.panel.text()
    assert not user.panel.measure_button.isEnabled()
    page = verdict_page(run_of("main R"))
    assert page.rows[0].title == "Too little to go by"


def test_a_scenario_with_several_variants_can_be_measured_from_its_verdict(user: User) -> None:
    user.open(run_of(GIL, scenario="gil-relay-race", variant="threads"))
    assert user.panel.measure_button.isEnabled()
    QTest.mouseClick(user.panel.measure_button, Qt.MouseButton.LeftButton)
    comparing = user.desk.findChild(Comparing)
    assert comparing is not None
    assert comparing.window is not None
    user.qtbot.waitActive(comparing.window)
    request = comparing.window.choice.request
    assert request is not None
    assert (request.offer.kind, request.offer.key) == ("scenario", "gil-relay-race")


def test_a_program_that_goes_one_way_says_how_it_could_be_measured(user: User) -> None:
    user.open(run_of(GIL))
    assert not user.panel.measure_button.isEnabled()
    assert "WORKERS = 4" in user.panel.text()


def test_the_guide_is_filled_in_with_the_figures_of_the_run_and_lights_one_rule(user: User) -> None:
    user.open(run_of(GIL))
    QTest.mouseClick(user.panel.guide_button, Qt.MouseButton.LeftButton)
    said = user.panel.text()
    assert "Rule 7" in said
    assert "ProcessPoolExecutor, as many processes as there are CPUs." in said
    assert "it computes (measured: on a CPU, or ready for one, in 100 % of the run" in said
    assert said.count("\u25b6") == 1
    QTest.mouseClick(user.panel.guide_button, Qt.MouseButton.LeftButton)
    assert "Threads take turns at the GIL" in user.panel.text()


def test_an_answer_changes_the_rule_that_fits_and_another_run_forgets_it(user: User) -> None:
    user.open(run_of(GIL))
    QTest.mouseClick(user.panel.guide_button, Qt.MouseButton.LeftButton)
    user.follow("#answer/job/tiny")
    assert "Rule 6" in user.panel.text()
    assert "your answer" in user.panel.text()
    user.open(run_of(GIL))
    assert "Rule 7" in user.panel.text()


def test_a_scenario_of_a_rule_is_a_click_away(user: User) -> None:
    user.open(run_of(GIL))
    user.panel.guide_button.click()
    user.follow("#scenario/two-processes-two-cores")
    assert user.desk.setup.scenario is find("two-processes-two-cores")


# --- the guide, rule by rule

WAITING = {"does": "waits"}
COMPUTING = {"does": "computes", "where": "python"}


@pytest.mark.parametrize(
    ("told", "rule"),
    [
        ({"matters": "no"}, 0),
        ({"killable": "yes"}, 1),
        ({**WAITING, "many": "many", "libraries": "yes"}, 2),
        ({**WAITING, "many": "many", "libraries": "no"}, 3),
        ({**WAITING, "many": "few", "libraries": "yes"}, 3),
        ({**WAITING, "async": "yes", "many": "many", "libraries": "yes"}, 4),
        ({"does": "computes", "where": "native"}, 5),
        ({**COMPUTING, "job": "tiny"}, 6),
        (COMPUTING, 7),
        ({**COMPUTING, "data": "big"}, 8),
        ({"does": "both"}, 11),
    ],
)
def test_the_first_rule_that_fits_wins(told: dict[str, str], rule: int) -> None:
    assert guide_page(None, told).lit.number == rule


@pytest.mark.parametrize(
    ("told", "rule"), [({"free": "yes"}, 9), ({"interpreters": "yes"}, 10), ({"quick": "yes"}, 12)]
)
def test_what_else_fits_is_the_next_best(told: dict[str, str], rule: int) -> None:
    page = guide_page(None, {**COMPUTING, **told})
    assert page.lit.number == 7
    assert [one.number for one in page.rules if one.next] == [rule]


def test_pythons_without_a_gil_or_with_sub_interpreters_are_offered_only_where_they_are_found() -> None:
    def answers(*pythons: str) -> dict[str, tuple[str, str]]:
        page = guide_page(None, {}, pythons)
        return {one.id: (one.source, one.figures) for one in page.questions if one.id in ("free", "interpreters")}

    assert answers("3.11.7") == dict.fromkeys(("free", "interpreters"), ("measured", "no such Python was found here"))
    found = answers("3.11.7", "3.14.0 without a GIL")
    assert found["free"][1] == found["interpreters"][1] == "found here: Python 3.14.0 without a GIL"
    assert found["free"][0] != "measured"  # whether its libraries are ready is for the user to say


def test_what_a_run_cannot_tell_is_marked_as_taken_for_granted() -> None:
    page = guide_page(run_of(WAITS), {})
    sources = {one.id: one.source for one in page.questions}
    assert "assumed" in sources["matters"]
    assert sources["does"] == "measured"
    assert {one.id: one.answer for one in page.questions}["does"] == "waits"


def test_the_decision_guide_is_found_in_the_help_menu_before_any_run(user: User) -> None:
    user.desk.window.set_part_shown("panel", False)
    user.desk.preferences.set("panel", False)
    user.desk.window.actions_by_id["guide"].trigger()
    assert user.desk.window.panel.tabs.currentWidget() is user.panel
    assert user.panel.isVisible()
    assert "To see it, run: The GIL relay race" in user.panel.text()
    assert "assumed; this run cannot tell" in user.panel.text()


def test_waiting_for_a_cpu_that_others_have_is_no_waiting_of_the_program() -> None:
    answers = {one.id: one.answer for one in guide_page(run_of(BUSY), {}).questions}
    assert answers["does"] == "computes"


@pytest.mark.parametrize(("drawing", "disturbed"), [(BUSY, True), (GIL, False)])
def test_what_a_busy_machine_says_of_speed_is_not_said_without_a_warning(drawing: str, disturbed: bool) -> None:
    told = story_run(run_of(drawing), find("gil-relay-race"), "threads")
    assert told.figures.endswith(DISTURBED) is disturbed
