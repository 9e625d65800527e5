"""What is found out about a machine before Qt is loaded, and what is said and done about it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from visualiser import preflight

ROOT = Path(__file__).resolve().parents[2]
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves libraries to the system")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


class Machine:
    """A Linux machine with chosen libraries, displays and tools, in place of the one that the tests run on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lacks: set[str] = set()
        self.x_answers = self.wayland_answers = self.root = False
        self.tools = {"apt-get"}
        self.installed: list[tuple[str, ...]] = []
        self.apt_has_it = True
        self.environment = monkeypatch
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(preflight, "loads", lambda library: library not in self.lacks)
        monkeypatch.setattr(preflight, "x_display_answers", lambda: self.x_answers)
        monkeypatch.setattr(preflight, "wayland_answers", lambda: self.wayland_answers)
        monkeypatch.setattr(preflight, "runs_as_root", lambda: self.root)
        monkeypatch.setattr(shutil, "which", lambda tool: f"/usr/bin/{tool}" if tool in self.tools else None)
        monkeypatch.setattr(preflight, "apt_install", self.install)

    def install(self, packages: tuple[str, ...]) -> None:
        self.installed.append(packages)
        if self.apt_has_it:
            brought = {name for name, package in (preflight.CORE | preflight.XCB).items() if package in packages}
            self.lacks -= brought


def test_without_a_display_pictures_are_drawn_offscreen_and_the_reason_is_told(machine: Machine) -> None:
    ready = preflight.ready_for_qt(window=True)
    assert (ready.platform, ready.has_display, ready.missing) == ("offscreen", False, ())
    assert ready.reason == "there is no display"


def test_a_display_that_does_not_answer_is_named(machine: Machine) -> None:
    machine.environment.setenv("DISPLAY", ":77")
    ready = preflight.ready_for_qt(window=True)
    assert ready.platform == "offscreen"
    assert "DISPLAY=:77" in ready.reason


def test_a_window_on_x_wants_the_xcb_libraries_and_a_picture_does_not(machine: Machine) -> None:
    machine.x_answers, machine.lacks = True, {"libxcb-icccm.so.4"}
    assert preflight.ready_for_qt(window=True).missing == ("libxcb-icccm4",)
    assert preflight.ready_for_qt(window=True).has_display
    picture = preflight.ready_for_qt(window=False)
    assert (picture.platform, picture.missing, picture.advice) == ("offscreen", (), "")


def test_the_xcb_libraries_are_not_asked_for_without_a_display(machine: Machine) -> None:
    machine.lacks = set(preflight.XCB)
    assert preflight.ready_for_qt(window=True).missing == ()


def test_wayland_is_preferred_and_x_comes_after_it(machine: Machine) -> None:
    machine.wayland_answers = machine.x_answers = True
    assert preflight.ready_for_qt(window=True).platform == "wayland;xcb;offscreen"


def test_a_platform_chosen_by_the_user_is_left_alone(machine: Machine) -> None:
    machine.x_answers = True
    machine.environment.setenv("QT_QPA_PLATFORM", "offscreen:configfile=screens.json")
    ready = preflight.ready_for_qt(window=False)
    assert (ready.platform, ready.has_display) == (None, False)


def test_a_chosen_platform_whose_display_is_dead_is_not_believed_because_qt_would_abort(machine: Machine) -> None:
    machine.environment.setenv("QT_QPA_PLATFORM", "xcb")
    ready = preflight.ready_for_qt(window=True)
    assert (ready.platform, ready.has_display) == ("offscreen", False)


def test_missing_libraries_are_named_in_one_line_with_the_command_that_installs_them(machine: Machine) -> None:
    machine.lacks = {"libGL.so.1", "libEGL.so.1"}
    ready = preflight.ready_for_qt(window=False)
    assert ready.missing == ("libegl1", "libgl1")
    assert ready.advice.endswith("sudo apt-get install --no-install-recommends libegl1 libgl1")
    assert "\n" not in ready.advice


def test_where_there_is_no_apt_the_library_itself_is_named(machine: Machine) -> None:
    machine.lacks, machine.tools = {"libGL.so.1"}, {"dnf"}
    assert "sudo dnf install 'libGL.so.1()(64bit)'" in preflight.ready_for_qt(window=True).advice
    machine.tools = set()
    assert "libGL.so.1" in preflight.ready_for_qt(window=True).advice


def test_root_with_apt_gets_what_is_missing_installed(machine: Machine) -> None:
    machine.root, machine.lacks = True, {"libGL.so.1"}
    assert preflight.fix() == 0
    assert machine.installed == [("libgl1",)]


def test_a_user_is_told_and_nothing_is_installed(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.lacks = {"libGL.so.1"}
    assert preflight.fix() == 69
    assert machine.installed == []
    assert capsys.readouterr().err.count("\n") == 1


def test_an_installation_that_does_not_help_is_tried_once_and_ends_in_the_advice(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.root, machine.lacks, machine.apt_has_it = True, {"libGL.so.1"}, False
    assert preflight.fix() == 69
    assert machine.installed == [("libgl1",)]
    assert "apt-get install" in capsys.readouterr().err


def test_the_package_of_venv_is_asked_for_where_python_comes_without_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"python{version}-venv" in preflight.lacking_for_setup(with_venv=True)
    assert preflight.lacking_for_setup(with_venv=False) == {}


def test_elsewhere_than_on_linux_nothing_is_checked(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    machine.lacks = set(preflight.CORE)
    ready = preflight.ready_for_qt(window=True)
    assert (ready.platform, ready.missing, ready.has_display) == (None, (), True)


@ON_LINUX
def test_the_loader_is_really_asked() -> None:
    assert preflight.missing({"libc.so.6": "libc6", "libnothing-of-the-kind.so.9": "none"}) == {
        "libnothing-of-the-kind.so.9": "none"
    }


@ON_LINUX
def test_a_dead_x_display_is_found_out_without_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4095")
    assert not preflight.x_display_answers()


@ON_LINUX
def test_a_dead_wayland_display_is_found_out_without_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "nothing-listens-here")
    monkeypatch.delenv("WAYLAND_SOCKET", raising=False)
    assert not preflight.wayland_answers()


def test_as_a_script_on_a_machine_that_has_everything_it_says_nothing() -> None:
    # The tests themselves needed these libraries, so this machine has them.
    result = subprocess.run(
        [sys.executable, "-I", str(ROOT / "visualiser" / "preflight.py")], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
