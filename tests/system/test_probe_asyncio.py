"""Real programs of asyncio: their tasks are told, and they behave as they do unrecorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pythons import interpreter
from visualiser.run import record, resolve_target
from visualiser.trace import TaskState, TraceStore, async_tasks, long_steps

PROGRAM = """\
import asyncio, time
async def fetch(n):
    await asyncio.sleep(0.02)
    return n
async def rude():
    time.sleep(0.15)
async def failing():
    await asyncio.sleep(0.01)
    raise ValueError("x")
async def forever():
    await asyncio.Event().wait()
async def main():
    tasks = [asyncio.create_task(fetch(n)) for n in range(3)]
    bad = asyncio.create_task(failing())
    stuck = asyncio.create_task(forever())
    await asyncio.create_task(rude())
    print(await asyncio.gather(*tasks))
    try:
        await bad
    except ValueError:
        print("failed")
    stuck.cancel()
    await asyncio.sleep(0)
asyncio.run(main())
"""


def run(folder: Path, text: str, python: str | None = None) -> tuple[TraceStore, str]:
    path = folder / "program.py"
    path.write_text(text)
    with record(resolve_target(str(path), python=python), own_terminal=False) as recording:
        return recording.store, (recording.directory.path / "stderr").read_text()


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_every_task_is_told_with_what_it_awaited_where_and_how_it_ended(tmp_path: Path, version: str) -> None:
    store, errors = run(tmp_path, PROGRAM, interpreter(version, "asyncio in it"))
    tasks = {task.label: task for task in async_tasks(store)}
    assert {"main", "fetch", "rude", "failing", "forever"} <= set(tasks)
    assert sum(task.label == "fetch" for task in async_tasks(store)) == 3
    assert [tasks[name].ended for name in ("fetch", "rude", "failing", "forever")] == [
        "returned", "returned", "failed (ValueError)", "cancelled"]  # fmt: skip
    waits = tasks["forever"]
    (row,) = (waits.state == TaskState.AWAITING).nonzero()[0].tolist()
    assert store.text(int(waits.what[row])) == "Event.wait"
    assert store.site(int(waits.site[row])).line == 11
    assert store.site(tasks["rude"].made_site).line == 16
    assert errors == ""


def test_the_call_that_blocked_the_loop_stands_out(tmp_path: Path) -> None:
    store, _ = run(tmp_path, PROGRAM)
    longest = long_steps(store)[0]
    assert longest.task.label == "rude"
    assert longest.end - longest.start >= 150_000_000
    assert longest.others >= 3


def test_an_exception_that_nobody_retrieved_is_still_reported_as_such(tmp_path: Path) -> None:
    text = """
import asyncio
async def bad():
    raise KeyError("lost")
async def main():
    asyncio.create_task(bad())
    await asyncio.sleep(0.01)
asyncio.run(main())
"""
    store, errors = run(tmp_path, text)
    assert "Task exception was never retrieved" in errors
    assert "_interleave" not in errors
    assert "probe" not in errors
    assert "failed (KeyError)" in {task.ended for task in async_tasks(store)}
