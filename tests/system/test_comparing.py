"""The command `compare`, on real programs and on saved runs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import RunCli


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
