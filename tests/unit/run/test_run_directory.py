"""The directory of a run is private, goes when it is closed, and is swept up when its owner has died."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from visualiser.run import BadRunDirectory, RunDirectory
from visualiser.run.directory import OWNER, is_alive, sweep


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_nobody_else_may_look_into_it() -> None:
    with RunDirectory.create() as directory:
        for path in (directory.path, directory.path.parent):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_it_is_gone_once_closed() -> None:
    with RunDirectory.create() as directory:
        (directory.path / "something").touch()
    assert not directory.path.exists()
    directory.close()


def dead_pid() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_runs_whose_owner_has_died_are_swept_up_and_others_stay() -> None:
    with RunDirectory.create() as mine, RunDirectory.create() as stale:
        (stale.path / OWNER).write_text(json.dumps({"pid": dead_pid(), "create_time": 1.0}))
        sweep()
        assert mine.path.exists()
        assert not stale.path.exists()


def test_a_pid_that_was_given_to_another_process_does_not_count_as_its_owner() -> None:
    with RunDirectory.create() as stale:
        created = psutil.Process().create_time() - 3600
        (stale.path / OWNER).write_text(json.dumps({"pid": os.getpid(), "create_time": created}))
        sweep()
        assert not stale.path.exists()


def test_a_directory_that_is_only_being_made_is_left_alone() -> None:
    with RunDirectory.create() as young, RunDirectory.create() as old:
        (young.path / OWNER).unlink()
        (old.path / OWNER).write_text("{")
        os.utime(old.path, (1.0, 1.0))
        sweep()
        assert young.path.exists()
        assert not old.path.exists()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="POSIX owners")
def test_a_folder_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"interleave-{os.getuid()}").symlink_to(elsewhere)
    with pytest.raises(BadRunDirectory, match="belongs to someone else"):
        RunDirectory.create()


def test_a_zombie_does_not_live(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    created = psutil.Process(process.pid).create_time()
    assert is_alive(process.pid, created)
    assert not is_alive(process.pid, created - 100)
    process.communicate(b"\n")
    assert not is_alive(process.pid, created)
