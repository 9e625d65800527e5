"""What every test gets: no display, settings of its own, and a check that it leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

# Before anything imports Qt; a platform chosen outside (xcb, to look at the windows) is kept.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests import guards

ROOT = Path(__file__).resolve().parent.parent
RunCli = Callable[..., "subprocess.CompletedProcess[str]"]

guards.mark_this_run()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    """Fail a test that leaves a widget, thread, timer, process or open file, and name it."""
    pids, before = guards.pids_now(), guards.present(guards.pids_now())
    yield
    left = guards.left_behind(before, pids)
    guards.end_processes(pids)
    if left:
        pytest.fail("left behind:\n  " + "\n  ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def _own_settings(
    _leaves_nothing_behind: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings, recent files and data of the test's own: never those of the person who runs the tests."""
    home = tmp_path_factory.mktemp("home")
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(home / variable))
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:  # Qt reads the variables once only; this it obeys at any time
        ini, scope = core.QSettings.Format.IniFormat, core.QSettings.Scope
        core.QSettings.setPath(ini, scope.UserScope, str(home / "XDG_CONFIG_HOME"))
        core.QSettings.setPath(ini, scope.SystemScope, str(home / "system"))


@pytest.fixture
def run_cli(tmp_path: Path) -> RunCli:
    """Run `python main.py ARGS...` in a process of its own, as a user would, in an empty folder.

    `run_cli("stats", "x.ilv", input=None, cwd=None, env=None, timeout=60)` -> CompletedProcess with text; `env` is
    added to this process's environment. Never raises for an exit code: that is for the test to look at.
    """

    def run(
        *args: str | os.PathLike[str],
        input: str | None = None,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *(os.fspath(arg) for arg in args)],
            input=input if input is not None else "",
            cwd=cwd or tmp_path,
            env={**os.environ, **(env or {})},
            timeout=timeout,
            capture_output=True,
            text=True,
        )

    return run
