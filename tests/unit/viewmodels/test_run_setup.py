"""The choice of what to run, and the wish it becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualiser.scenarios import ParameterError, catalogue, find
from visualiser.viewmodels import BadArguments, RunRequest, RunSetup, rows


def with_scenario(scenario_id: str = "gil-relay-race", variant: str | None = None) -> RunSetup:
    setup = RunSetup()
    setup.choose_scenario(find(scenario_id), variant)
    return setup


def test_nothing_is_chosen_at_first() -> None:
    assert not RunSetup().chosen
    assert RunSetup().source() is None


def test_a_scenario_is_wished_with_only_what_was_changed() -> None:
    setup = with_scenario()
    assert setup.request() == RunRequest("gil-relay-race", variant="threads")
    setup.set_value("WORKERS", 3)
    assert setup.request().values == {"WORKERS": 3}


def test_a_value_out_of_bounds_is_refused_and_the_old_one_stays() -> None:
    setup = with_scenario()
    with pytest.raises(ParameterError):
        setup.set_value("WORKERS", 10_000)
    assert setup.request().values == {}


def test_a_value_holds_for_the_other_variants_too() -> None:
    setup = with_scenario()
    setup.set_value("WORKERS", 3)
    setup.choose_variant("processes")
    assert setup.request().variant == "processes"
    assert setup.request().values == {"WORKERS": 3}


def test_the_source_shown_has_the_values_in_place() -> None:
    setup = with_scenario()
    setup.set_value("WORKERS", 3)
    source = setup.source()
    assert source is not None
    assert "WORKERS = 3" in source[2]


def test_an_own_program_gets_its_arguments_split_as_a_shell_would(tmp_path: Path) -> None:
    setup = RunSetup()
    setup.choose_program(tmp_path / "x.py", "--name 'two words' 3")
    assert setup.request() == RunRequest(str(tmp_path / "x.py"), args=("--name", "two words", "3"))


def test_an_open_quotation_mark_is_refused_in_a_sentence(tmp_path: Path) -> None:
    setup = RunSetup()
    setup.choose_program(tmp_path / "x.py", "'oops")
    with pytest.raises(BadArguments, match="quotation mark"):
        setup.request()


def test_the_filter_keeps_groups_and_finds_words_in_questions() -> None:
    everything = rows(catalogue())
    assert next(row.title for row in everything if not row.id) == "START HERE"
    assert {row.id for row in rows(catalogue(), "GIL baton") if row.id} == {"gil-relay-race"}
    assert rows(catalogue(), "no such words at all") == ()
