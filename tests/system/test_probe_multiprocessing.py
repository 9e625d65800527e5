"""What a recorded run says about its processes: roles, waits, pickles, tasks, ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.test_probe_records import SQUARES, record

METHODS = ("fork", "spawn", "forkserver")


def test_the_program_is_called_after_its_file(tmp_path: Path) -> None:
    (process,), _ = record(tmp_path, "pass")
    assert [event.text for event in process.of("PROCESS_BEGIN")] == ["main.py"]


@pytest.mark.parametrize("method", METHODS)
def test_a_pools_worker_has_its_role_in_its_parents_words_too(method: str, tmp_path: Path) -> None:
    processes, _ = record(tmp_path, SQUARES, method)
    told = {event.value: event.text for event in processes[0].of("CHILD_STARTED")}
    assert sorted(name.split(" (")[0] for name in told.values()) == ["Pool worker 1", "Pool worker 2"]
    own = {process.pid: [event.text for event in process.of("PROCESS_NAME")] for process in processes}
    assert all(own[pid] == [name] for pid, name in told.items())
