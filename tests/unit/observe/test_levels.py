"""Which level of observation is chosen where the system refuses something, and what is said about it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from visualiser.doctor import examine, report
from visualiser.observe import forced_level, switches, try_levels
from visualiser.observe.calibrate import Calibrations, GilUnknown
from visualiser.observe.levels import choose
from visualiser.observe.looks import Threads

ROOT = Path(__file__).parents[3]
REFUSE = str(ROOT / "tests" / "support" / "refuse_perf.py")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is one level only elsewhere")


@pytest.fixture
def _refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ubuntu and Debian ship."""

    def refuse(pid: int, cpu: int) -> int:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(switches, "_open_event", refuse)
    monkeypatch.setattr(switches, "paranoid", lambda: 4)


@pytest.fixture
def _no_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(self: Threads, pid: int, tid: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Threads, "look", forbidden)


@pytest.mark.usefixtures("_refused")
def test_where_events_are_refused_looks_take_their_place_and_one_command_would_change_it() -> None:
    levels = try_levels()
    assert (levels.switches, levels.gil, levels.reasons) == ("sampled", "sampled", "sampled")
    assert levels.advice == "sudo sysctl kernel.perf_event_paranoid=2"
    assert "perf_event_paranoid is 4" in levels.why["switches"]


@pytest.mark.usefixtures("_refused")
def test_doctor_names_the_reason_and_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERLEAVE_LEVEL", raising=False)
    findings = examine()
    assert findings["sources"]["switches"] == "sampled"
    text = report(findings)
    assert "to change it: sudo sysctl kernel.perf_event_paranoid=2" in text
    assert findings["sources"]["why"]["switches"] in text


def test_a_kernel_that_really_refuses_is_believed_and_the_rest_is_had_all_the_same(tmp_path: Path) -> None:
    command = [sys.executable, REFUSE, str(errno.EACCES), sys.executable, "-m", "visualiser", "doctor", "--json"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    environment.pop("INTERLEAVE_LEVEL", None)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    sources = json.loads(done.stdout)["sources"]
    assert (sources["switches"], sources["gil"], sources["reasons"]) == ("sampled", "sampled", "sampled")
    allowed = switches.paranoid()
    if allowed is not None and allowed > 2:
        assert sources["advice"] == "sudo sysctl kernel.perf_event_paranoid=2"
    elif allowed is not None:
        assert "container" in sources["why"]["switches"]


@pytest.mark.parametrize(("mark", "tool"), [("/.dockerenv", "docker"), ("/run/.containerenv", "podman")])
def test_in_a_container_the_command_that_starts_it_is_named(
    mark: str, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int, cpu: int) -> int:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(switches, "_open_event", refuse)
    monkeypatch.setattr(switches, "paranoid", lambda: 2)
    monkeypatch.setattr("visualiser.observe.switches.os.path.exists", lambda path: path == mark)
    levels, _ = choose("exact")
    assert levels.advice == f"{tool} run --cap-add PERFMON ..."


@pytest.mark.usefixtures("_refused", "_no_looks")
@pytest.mark.parametrize(("scope", "advice"), [("2\n", "sudo sysctl kernel.yama.ptrace_scope=1"), ("3\n", "")])
def test_what_would_let_us_look_is_named_where_it_can_be_had(
    scope: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scope").write_text(scope)
    monkeypatch.setattr("visualiser.observe.levels.YAMA", str(tmp_path / "scope"))
    monkeypatch.setattr(switches, "paranoid", lambda: None)
    assert try_levels().advice == advice


@pytest.mark.usefixtures("_refused", "_no_looks")
def test_where_nothing_may_be_seen_nothing_is_promised() -> None:
    levels = try_levels()
    assert (levels.switches, levels.reasons) == ("none", "none")
    assert levels.why["reasons"].endswith(".")


@pytest.mark.usefixtures("_no_looks")
def test_exact_switches_need_no_looks() -> None:
    levels, opened = choose("exact")
    if opened is None:
        pytest.skip(f"the exact level cannot be tried here: {levels.why['switches']}")
    opened.close()
    assert (try_levels().switches, try_levels().reasons) == ("exact", "none")


def test_an_interpreter_whose_gil_is_not_found_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(self: Calibrations, place: object) -> None:
        raise GilUnknown("It hides its GIL.")

    monkeypatch.setattr(Calibrations, "layout", unknown)
    levels = try_levels("sampled")
    assert (levels.gil, levels.why["gil"], levels.reasons) == ("none", "It hides its GIL.", "sampled")


@pytest.mark.parametrize(("level", "switches"), [("sampled", "sampled"), ("psutil", "none"), ("none", "none")])
def test_a_forced_level_is_never_exceeded(level: str, switches: str) -> None:
    levels, opened = choose(level)
    assert (levels.switches, opened) == (switches, None)
    assert levels.why["switches"].endswith(".")


def test_elsewhere_only_totals_are_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualiser.observe.levels.sys.platform", "darwin")
    levels, opened = choose("exact")
    assert (levels.switches, levels.gil, levels.reasons, opened) == ("none", "none", "none", None)
    assert "Linux" in levels.why["switches"]


def test_what_is_no_level_means_the_best() -> None:
    assert [forced_level(one) for one in (None, "", "exact", "better")] == ["exact"] * 4
    assert (forced_level("recorded"), forced_level("sampled")) == ("none", "sampled")


def test_learning_about_interpreters_needs_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "not" / "there"))
    assert try_levels("sampled").gil == "sampled"
