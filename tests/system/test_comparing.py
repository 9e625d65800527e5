"""The command `compare`, on real programs and on saved runs."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import RunCli
from tests.support.pythons import interpreter
from visualiser.compare import Cancelled, measure, ways_of


def test_waiting_in_threads_is_told_to_be_faster_than_one_after_another(run_cli: RunCli) -> None:
    done = run_cli("compare", "waiting-overlaps", "--variants", "serial,threads", "--repeats", "1", "--json")
    serial, threads = json.loads(done.stdout.splitlines()[-1])["ways"]
    assert serial["speed_up"] == 1
    assert threads["speed_up"] > 2
    assert threads["figures"]["workers"] == 5
    assert serial["figures"]["verdicts"][0] == "io-bound"


def test_saved_runs_are_set_side_by_side(run_cli: RunCli, tmp_path: Path) -> None:
    for name in ("one", "two"):
        run_cli("record", "pool-map-squares", "--variant", "serial", "-o", tmp_path / f"{name}.ilv")
    done = run_cli("compare", tmp_path / "one.ilv", tmp_path / "two.ilv")
    assert done.stdout.startswith("one and two: 2 ways, one run each")
    assert done.returncode == 0


def test_a_way_that_fails_ends_the_comparison_in_a_sentence(run_cli: RunCli, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit(3)")
    done = run_cli("compare", broken, "--python", "python3,python3")
    assert done.returncode == 2
    assert "ended with exit code 3" in done.stderr


def test_the_picture_shows_every_way_with_its_time_and_what_it_says(run_cli: RunCli, tmp_path: Path) -> None:
    goal = tmp_path / "ways.svg"
    done = run_cli("compare", "waiting-overlaps", "--repeats", "1", "-o", goal, "--json")
    assert done.returncode == 0
    assert f"Wrote {goal}" in done.stderr
    said = "\n".join(ElementTree.parse(goal).getroot().itertext())
    for way in json.loads(done.stdout)["ways"]:
        assert way["way"] in said
    assert "Waiting together is free" in said
    assert "since the start of the work" in said


def test_a_place_that_no_picture_can_go_to_is_refused_before_anything_runs(run_cli: RunCli, tmp_path: Path) -> None:
    for goal in (tmp_path / "ways.txt", tmp_path / "nowhere" / "ways.png"):
        done = run_cli("compare", "waiting-overlaps", "-o", goal)
        assert done.returncode == 2
        assert done.stdout == ""


def test_a_ready_made_comparison_goes_by_its_name(run_cli: RunCli) -> None:
    done = run_cli("compare", "polite-or-rude", "--repeats", "1", "--json")
    told = json.loads(done.stdout)
    assert [one["way"] for one in told["ways"]] == ["time.sleep", "await asyncio.sleep", "asyncio.to_thread"]
    times = {one["way"]: one["median_ns"] for one in told["ways"]}
    assert times["time.sleep"] > 2 * times["await asyncio.sleep"]


def test_what_is_ready_made_is_told_to_who_names_nothing(run_cli: RunCli) -> None:
    done = run_cli("compare")
    assert done.returncode == 2
    assert "zebra-or-two-lanes" in done.stderr


def test_the_same_work_is_compared_across_pythons_each_beside_its_own_serial_way(run_cli: RunCli) -> None:
    """What threads bring without a GIL is not asserted: on a busy machine it may be little."""
    free, usual = interpreter("3.13t", "a Python without a GIL"), interpreter("3.13", "the same with a GIL")
    done = run_cli("compare", "gil-relay-race", "--variants", "serial,threads", "--set", "STEPS=200000", "--repeats",
                   "1", "--python", f"{usual},{free}", "--json")  # fmt: skip
    ways = json.loads(done.stdout)["ways"]
    assert [one["figures"]["has_gil"] for one in ways] == [True, False, True, False]
    assert all(one["way"].endswith("without a GIL") == (not one["figures"]["has_gil"]) for one in ways)
    assert [one["beside"].partition(", ")[2] for one in ways] == [one["way"].partition(", ")[2] for one in ways]


def test_a_comparison_with_a_program_that_never_ends_can_be_given_up(tmp_path: Path) -> None:
    endless, runs = tmp_path / "endless.py", tmp_path / "runs"
    endless.write_text(
        f"import pathlib, threading\nWORKERS = 1\npathlib.Path({str(runs)!r}).touch()\nthreading.Event().wait()\n"
    )
    ways = ways_of(str(endless), settings=["WORKERS=1,2"])
    with pytest.raises(Cancelled):
        measure(ways, 1, cancelled=runs.exists)
