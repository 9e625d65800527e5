"""Real programs of asyncio: their tasks are told, and they behave as they do unrecorded."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.pythons import interpreter
from visualiser.run import record, resolve_target
from visualiser.trace import TaskState, TraceStore, async_tasks, handed_over, long_steps

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
    store, _, errors = whole_run(folder, text, python)
    return store, errors


def whole_run(folder: Path, text: str, python: str | None = None) -> tuple[TraceStore, str, str]:
    """What was recorded of a program, and what it wrote to its two streams."""
    path = folder / "program.py"
    path.write_text(text)
    with record(resolve_target(str(path), python=python), own_terminal=False) as recording:
        out, errors = ((recording.directory.path / name).read_text() for name in ("stdout", "stderr"))
        return recording.store, out, errors


def plain_run(folder: Path, text: str, python: str | None = None) -> tuple[str, str]:
    """What it writes without us."""
    path = folder / "program.py"
    path.write_text(text)
    done = subprocess.run(
        [python or sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout, done.stderr


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


# --- what asyncio itself does, with us and without us -----------------------------------------------------------------

EAGER = """
import asyncio
async def quick():
    return 5
async def slow(n):
    await asyncio.sleep(0.01)
    return n
async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    done, waits = asyncio.create_task(quick()), asyncio.create_task(slow(2))
    print(done.done(), await done, waits.done(), await waits, asyncio.current_task() is not None)
asyncio.run(main())
"""
GROUP = """
import asyncio
async def fail(n):
    await asyncio.sleep(0.01)
    raise ValueError(n)
async def stay():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled")
        raise
async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(stay())
            group.create_task(fail(1))
    except* ValueError as errors:
        print([str(one) for one in errors.exceptions])
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        print("timeout")
asyncio.run(main())
"""
TWICE = """
import asyncio, threading
async def main(name):
    tasks = [asyncio.create_task(asyncio.sleep(0.005, n)) for n in range(3)]
    return name, await asyncio.gather(*tasks), len(asyncio.all_tasks())
print(asyncio.run(main("first")), asyncio.run(main("second")))
found = []
threads = [threading.Thread(target=lambda n=n: found.append(asyncio.run(main(n))), name=f"loop-{n}") for n in range(2)]
for one in threads: one.start()
for one in threads: one.join()
print(sorted(found))
"""
CALLBACK = """
import asyncio, traceback
def bad():
    raise KeyError("in a callback")
def told(loop, context):
    print(context["message"].split("(")[0], type(context["exception"]).__name__)
    print("".join(traceback.format_exception(context["exception"])))
async def crash():
    await asyncio.sleep(0)
    raise RuntimeError("in a task")
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(told)
    loop.call_soon(bad)
    await asyncio.sleep(0.01)
    task = asyncio.create_task(crash())
    try:
        await task
    except RuntimeError as error:
        print("".join(traceback.format_exception(error)))
    print([frame.f_code.co_name for frame in task.get_stack()], asyncio.iscoroutinefunction(crash))
asyncio.run(main())
"""
FORK = """
import asyncio, os, warnings
warnings.simplefilter("ignore")
async def child():
    await asyncio.sleep(0.005)
    return 3
async def main():
    await asyncio.sleep(0.005)
    pid = os.fork()
    if pid == 0:
        asyncio.events._set_running_loop(None)
        os._exit(asyncio.new_event_loop().run_until_complete(child()))
    _, status = os.waitpid(pid, 0)
    print(os.waitstatus_to_exitcode(status), await child())
asyncio.run(main())
"""
LOST = """
import asyncio
async def crash():
    1 / 0
async def main():
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["message"]))
    for _ in range(3):
        asyncio.create_task(crash())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(told)
asyncio.run(main())
"""
HELPED = """
import asyncio, contextvars, time
name = contextvars.ContextVar("name")
def work(n):
    time.sleep(0.01)
    return n, name.get("none")
async def main():
    name.set("mine")
    loop = asyncio.get_running_loop()
    print(await asyncio.to_thread(work, 1), await loop.run_in_executor(None, work, 2))
    print(await asyncio.gather(*(asyncio.to_thread(work, n) for n in range(3))))
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("text", "version"),
    [(EAGER, "3.12"), (EAGER, "3.13"), (GROUP, "3.11"), (GROUP, "3.13"), (TWICE, "3.9"), (TWICE, "3.11"),
     (TWICE, "3.13"), (CALLBACK, "3.11"), (CALLBACK, "3.13"), (FORK, "3.11"), (FORK, "3.12"), (HELPED, "3.9"),
     (LOST, "3.11"), (LOST, "3.12"), (LOST, "3.13"),
     (HELPED, "3.13")],
    ids=lambda one: one if len(one) < 5 else re.findall(r"[a-z]+", one)[2],
)  # fmt: skip
def test_a_program_of_asyncio_writes_the_same_recorded_and_not(tmp_path: Path, text: str, version: str) -> None:
    python = interpreter(version, "asyncio in it")
    store, out, errors = whole_run(tmp_path, text, python)
    assert (out, errors) == plain_run(tmp_path, text, python)
    assert out.strip()
    assert async_tasks(store)


def test_loops_in_two_threads_have_their_tasks_each_in_their_own_thread(tmp_path: Path) -> None:
    store, _ = run(tmp_path, TWICE)
    tasks = [task for task in async_tasks(store) if task.label.endswith("main")]
    names = sorted(store.threads[task.thread].name for task in tasks)
    assert names == ["MainThread", "MainThread", "loop-0", "loop-1"]
    assert all(task.ended == "returned" for task in tasks)
    for task in async_tasks(store):
        assert task.made_by == task.thread


def test_the_tasks_of_a_forked_child_are_its_own(tmp_path: Path) -> None:
    store, _ = run(tmp_path, FORK, interpreter("3.11", "a fork inside a loop"))
    mine, other = ([task for task in async_tasks(store) if task.process == one] for one in (0, 1))
    assert "child" in {task.label for task in other}
    assert "main" in {task.label for task in mine}
    assert all(task.thread in store.processes[task.process].threads for task in (*mine, *other))


def test_what_is_given_to_another_thread_is_told_with_who_gave_it_and_who_did_it(tmp_path: Path) -> None:
    store, _ = run(tmp_path, HELPED)
    found = handed_over(store)
    assert len(found) == 5
    for one in found:
        assert store.threads[one.worker].name.startswith("asyncio_")
        assert store.threads[one.thread].name == "MainThread"
        assert one.t <= one.start < one.end
        assert one.task is not None
    given_by = [async_tasks(store)[one.task].label for one in found if one.task is not None]
    assert given_by.count("main") == 2
    assert given_by.count("to_thread") == 3


# --- CPython's own tests of asyncio -----------------------------------------------------------------------------------

FAST = ("test_runners", "test_futures2", "test_queues", "test_timeouts", "test_threads", "test_locks", "test_futures")
"""Modules of the package `test.test_asyncio` that take less than a second each."""


@pytest.mark.parametrize("version", ["3.11", "3.13"])
def test_tests_of_asyncio_itself_pass_recorded(version: str) -> None:
    python = interpreter(version, "the tests of asyncio")
    names = [f"test.test_asyncio.{name}" for name in FAST]
    asked = subprocess.run([python, "-c", f"import {', '.join(names)}"], capture_output=True, check=False, timeout=60)
    if asked.returncode:
        pytest.skip(f"CPython {version} came without its test package, so its tests of asyncio cannot be run recorded")
    target = resolve_target(module="unittest", args=["-q", *names], python=python)
    with record(target, own_terminal=False) as recording:
        errors = (recording.directory.path / "stderr").read_text()
        assert recording.info.exit_code == 0, errors[-4000:]
    counted = re.search(r"Ran (\d+) tests", errors)
    assert counted is not None
    assert int(counted[1]) > 200
