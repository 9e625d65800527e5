"""Scenarios that somebody wrote: taken in, remembered, complained of, and dropped when they are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import OwnScenarios, RunSetup, rows
from visualiser.viewmodels.own_scenarios import is_own

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "example-scenario"


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with two scenarios, one of which is broken, and something else."""
    for name in ("kitchen", "broken"):
        shutil.copytree(EXAMPLE, tmp_path / "shelf" / name)
    (tmp_path / "shelf" / "broken" / "story.json").write_text('{"format": 1}')
    (tmp_path / "shelf" / "notes").mkdir()
    return tmp_path / "shelf"


def test_what_can_be_read_is_taken_in_and_what_is_wrong_is_told(qtbot: QtBot, shelf: Path) -> None:
    own = OwnScenarios()
    told: list[str] = []
    own.complained.connect(told.append)
    first = own.open(str(shelf))
    assert first is not None
    assert first.title == "Two cooks, one stove"
    assert [each.id for each in own.scenarios] == [str(shelf / "kitchen")]
    assert own.folders == (str(shelf),)
    assert len(told) == 1
    assert "wrong in" in told[0]
    assert f"{Path('broken') / 'story.json'}" in told[0]


def test_a_folder_without_a_scenario_is_not_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    own = OwnScenarios()
    told: list[str] = []
    own.complained.connect(told.append)
    assert own.open(str(tmp_path)) is None
    assert own.folders == ()
    assert "there is no story.json" in told[0]


def test_they_are_there_again_at_the_next_start_without_those_that_are_gone(qtbot: QtBot, shelf: Path) -> None:
    own = OwnScenarios()
    own.open(str(shelf))
    again = OwnScenarios()
    again.restore((*own.folders, str(shelf / "nowhere")))
    assert again.folders == own.folders
    assert again.get(str(shelf / "kitchen")) is not None
    shutil.rmtree(shelf / "kitchen")
    with qtbot.waitSignal(again.changed):
        again.drop_gone()
    assert again.scenarios == ()
    assert again.folders == ()


def test_they_stand_in_a_group_of_their_own_and_run_from_where_they_are(qtbot: QtBot) -> None:
    own, setup = OwnScenarios(), RunSetup()
    scenario = own.open(str(EXAMPLE))
    assert scenario is not None
    assert is_own(scenario)
    assert [row.title for row in rows(own.scenarios)] == ["YOUR OWN", "Two cooks, one stove"]
    setup.choose_scenario(scenario)
    setup.set_value("DISHES", 2)
    request = setup.request()
    assert request.text == str(EXAMPLE / "one-stove.py")
    assert request.variant is None
    assert dict(request.values) == {"DISHES": 2}
