"""However a program ends, or does not: what is said of it is so, and nobody is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.unit.run.harness import (
    DAEMON,
    DAEMON_AND_MAIN,
    FORKS_FOR_EVER,
    IGNORES_SIGNALS,
    POOL_DEADLOCK,
    STOPPED,
    Run,
    marked,
    none_left,
    until,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


@pytest.mark.parametrize(
    ("source", "code", "number"),
    [
        ("print('done')", 0, None),
        ("raise SystemExit(3)", 3, None),
        ("raise ValueError('no')", 1, None),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", None, signal.SIGKILL),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", None, signal.SIGSEGV),
    ],
)
def test_how_a_program_ended_is_kept_exactly(tmp_path: Path, source: str, code: int | None, number: int | None) -> None:
    with Run(tmp_path, source, probe=True) as run:
        info = run.to_the_end()
        assert (info.exit_code, info.signal, info.stopped_by, info.failure) == (code, number, None, None)
        assert info.end_ns is not None
        assert info.end_ns > info.origin_ns


@pytest.mark.parametrize("source", [POOL_DEADLOCK, IGNORES_SIGNALS, STOPPED, FORKS_FOR_EVER, DAEMON_AND_MAIN])
def test_stop_leaves_no_process_of_the_tree(tmp_path: Path, source: str) -> None:
    with Run(tmp_path, source) as run:
        run.ready()
        assert marked(run.directory.path)
        run.live.stop("user")
        info = run.to_the_end()
        assert none_left(run.directory.path)
        assert info.stopped_by == "user"
        assert not run.reported("ended")[0].pids


def test_stop_ends_a_watched_pool_in_a_deadlock(tmp_path: Path) -> None:
    with Run(tmp_path, POOL_DEADLOCK, probe=True) as run:
        run.ready("ready-0").ready("ready-1")
        run.live.stop("user")
        run.to_the_end()
        assert none_left(run.directory.path)
        assert run.reported("rung")[0].rung == "ask"


def test_a_program_that_answers_the_question_is_not_killed(tmp_path: Path) -> None:
    source = """
        import signal
        from pathlib import Path
        Path("ready").touch()
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("bye")
    """
    with Run(tmp_path, source) as run:
        run.ready().live.stop("user")
        assert run.to_the_end().exit_code == 0
        assert run.output() == b"bye\n"
        assert [report.rung for report in run.reported("rung")] == ["ask"]


def test_every_rung_of_the_ladder_is_said(tmp_path: Path) -> None:
    with Run(tmp_path, IGNORES_SIGNALS) as run:
        run.ready().live.stop("user", patience=0.1)
        assert run.to_the_end().signal == signal.SIGKILL
        assert [report.rung for report in run.reported("rung")] == ["ask", "terminate", "kill"]
        assert "1 process killed." in run.live.notes


def test_kill_skips_asking(tmp_path: Path) -> None:
    with Run(tmp_path, IGNORES_SIGNALS) as run:
        run.ready().live.kill("user")
        run.to_the_end()
        assert [report.rung for report in run.reported("rung")] == ["kill"]


def test_a_daemon_that_outlives_the_program_is_ended_and_named(tmp_path: Path) -> None:
    with Run(tmp_path, DAEMON, grace=0.2) as run:
        run.ready()
        info = run.to_the_end()
        assert none_left(run.directory.path)
        assert (info.exit_code, info.stopped_by, len(info.outlived)) == (0, None, 1)
        assert any("outlived the program" in note for note in run.live.notes)


def test_children_that_end_within_the_grace_are_left_alone(tmp_path: Path) -> None:
    source = """
        import os
        from pathlib import Path
        if os.fork() == 0:
            while not Path("go").exists():
                pass
            print("last", flush=True)
    """
    with Run(tmp_path, source, grace=60.0) as run:
        until(lambda: run._ended() or run.reported("exited"), "the program to end")
        (tmp_path / "go").touch()
        info = run.to_the_end()
        assert (info.exit_code, info.outlived) == (0, ())
        assert run.output() == b"last\n"


def test_multiprocessings_own_helpers_are_nobody_who_outlived(tmp_path: Path) -> None:
    source = """
        import multiprocessing, os
        if __name__ == "__main__":
            context = multiprocessing.get_context("forkserver")
            process = context.Process(target=print, args=("hello",))
            process.start()
            process.join()
    """
    with Run(tmp_path, source) as run:
        info = run.to_the_end()
        assert (info.exit_code, info.outlived) == (0, ())


def test_a_program_that_cannot_be_started_is_a_sentence(tmp_path: Path) -> None:
    with Run(tmp_path, "", command=("/no/such/python",)) as run:
        info = run.to_the_end()
        assert info.failure == "/no/such/python could not be started: No such file or directory."
        assert (info.exit_code, info.signal) == (None, None)


def test_a_killed_observer_is_said_and_its_tree_ended(tmp_path: Path) -> None:
    with Run(tmp_path, POOL_DEADLOCK) as run:
        run.ready("ready-0").ready("ready-1")
        (observer,) = [child for child in psutil.Process().children() if "observe" in " ".join(child.cmdline())]
        observer.kill()
        info = run.to_the_end()
        assert none_left(run.directory.path)
        assert info.failure == "The observer was killed, so the run was ended."


def test_a_hundred_megabytes_of_output_are_kept(tmp_path: Path) -> None:
    source = """
        import sys
        line = "x" * 999_999 + "\\n"
        for _ in range(100):
            sys.stdout.write(line)
    """
    with Run(tmp_path, source) as run:
        assert run.to_the_end().exit_code == 0
        assert (run.directory.path / "stdout").stat().st_size == 100_000_000


def test_output_past_the_limit_is_cut_off_and_said(tmp_path: Path) -> None:
    source = """
        import os
        from pathlib import Path
        os.write(1, b"x" * 5000)
        Path("ready").touch()
        while not Path("go").exists():
            pass
    """
    with Run(tmp_path, source, output_limit=1000) as run:
        run.ready()
        until(lambda: run._ended() or run.reported("output limited"), "the limit to be said")
        (tmp_path / "go").touch()
        run.to_the_end()
        assert len(run.output()) == 1000


def test_a_captured_program_reads_end_of_file(tmp_path: Path) -> None:
    with Run(tmp_path, "import sys; print(repr(sys.stdin.read()))") as run:
        run.to_the_end()
        assert run.output() == b"''\n"
