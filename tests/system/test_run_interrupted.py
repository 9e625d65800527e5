"""Ctrl+C, signals and sudden deaths while a program is recorded: as under plain Python, and nobody is left."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.run.harness import (
    FORKS_FOR_EVER,
    IGNORES_SIGNALS,
    POOL_DEADLOCK,
    Recorder,
    marked,
    none_left,
    until,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

WAITS = """
    import signal
    from pathlib import Path
    Path("ready").touch()
    signal.pause()
"""


def ctrl_c(recorder: Recorder) -> None:
    """What a terminal does: the signal goes to the whole foreground process group."""
    os.killpg(recorder.process.pid, signal.SIGINT)


def test_ctrl_c_interrupts_the_program_as_under_plain_python(tmp_path: Path) -> None:
    with Recorder(tmp_path, WAITS) as recorder:
        recorder.ready()
        directory = recorder.directory
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["signal"], facts["stopped_by"], facts["interrupted"]) == (signal.SIGINT, "interrupt", True)
        assert none_left(directory)


def test_a_program_that_handles_ctrl_c_goes_on(tmp_path: Path) -> None:
    source = """
        import signal
        from pathlib import Path
        Path("ready").touch()
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("not now", flush=True)
    """
    with Recorder(tmp_path, source) as recorder:
        recorder.ready()
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["exit_code"], facts["signal"], facts["stopped_by"]) == (0, None, None)


def test_ctrl_c_during_a_deadlock_in_a_pool_leaves_nobody(tmp_path: Path) -> None:
    with Recorder(tmp_path, POOL_DEADLOCK) as recorder:
        recorder.ready("ready-0").ready("ready-1")
        directory = recorder.directory
        ctrl_c(recorder)
        recorder.facts()
        assert none_left(directory)


def test_a_second_ctrl_c_ends_a_program_that_ignores_the_first(tmp_path: Path) -> None:
    with Recorder(tmp_path, IGNORES_SIGNALS) as recorder:
        directory = recorder.ready().directory
        ctrl_c(recorder)
        assert recorder.process.stderr is not None
        hint = b"Press Ctrl+C again"
        assert hint in recorder.process.stderr.readline() + recorder.process.stderr.readline()
        ctrl_c(recorder)
        facts = recorder.facts()
        assert (facts["signal"], facts["stopped_by"]) == (signal.SIGKILL, "interrupt")
        assert none_left(directory)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_recorder_told_to_end_takes_the_program_along(tmp_path: Path, number: signal.Signals) -> None:
    with Recorder(tmp_path, WAITS) as recorder:
        directory = recorder.ready().directory
        recorder.process.send_signal(number)
        assert recorder.facts()["ended_by"] == number
        assert none_left(directory)


@pytest.mark.parametrize("source", [POOL_DEADLOCK, IGNORES_SIGNALS, FORKS_FOR_EVER])
def test_when_the_recorder_is_killed_its_observer_ends_the_tree(tmp_path: Path, source: str) -> None:
    with Recorder(tmp_path, source) as recorder:
        directory = recorder.ready().directory
        assert marked(directory)
        recorder.process.kill()
        until(lambda: none_left(directory), "the tree to end")
        until(lambda: _told(directory).get("stopped_by") == "app died", "the run to be described")
        assert _told(directory)["end_ns"] > _told(directory)["origin_ns"]


def _told(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((directory / "run.json").read_text())
    return found


def test_when_the_observer_is_killed_the_recorder_ends_the_tree(tmp_path: Path) -> None:
    with Recorder(tmp_path, POOL_DEADLOCK) as recorder:
        directory = recorder.ready("ready-0").ready("ready-1").directory
        recorder.observer().kill()
        assert recorder.facts()["failure"] == "The observer was killed, so the run was ended."
        assert none_left(directory)


def test_the_program_has_the_recorders_own_streams(tmp_path: Path) -> None:
    source = """
        import sys
        print(input().upper())
        print("aside", file=sys.stderr)
    """
    with Recorder(tmp_path, source) as recorder:
        out, err = recorder.process.communicate(b"hello\n", timeout=60)
        assert out == b"HELLO\n"
        assert err.startswith(b"aside\n")


def test_the_run_directory_is_gone_when_the_recorder_is(tmp_path: Path) -> None:
    with Recorder(tmp_path, "") as recorder:
        recorder.facts()
        assert not list(recorder.home.glob("interleave-*/run-*"))
