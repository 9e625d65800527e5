"""Real programs with every line recorded: what ran, in which thread, and what names were worth then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.pythons import interpreter
from visualiser.run import record, resolve_target
from visualiser.trace import LEFT, Kind, TraceStore, changes, lines_of, worth_at

COUNT = """\
import json
import threading
counter = 0
class Loud:
    def __repr__(self):
        print("somebody looked")
        return "Loud"
def add_one(value):
    return value + 1
def work(steps):
    global counter
    thing = Loud()
    for _ in range(steps):
        counter = add_one(counter)
    json.dumps([counter])
first = threading.Thread(target=work, args=(3,), name="first")
first.start()
first.join()
work(2)
print(counter)
"""
PROCESSES = """\
import multiprocessing
basket = []
def shop(item):
    basket.append(item)
    return basket
if __name__ == "__main__":
    shop("apple")
    child = multiprocessing.get_context("{method}").Process(target=shop, args=("pear",))
    child.start()
    child.join()
"""
VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.13t")


def run(folder: Path, text: str, *watch: str, python: str | None = None) -> TraceStore:
    path = folder / "program.py"
    path.write_text(text)
    target = resolve_target(str(path), python=python, lines=True, watch=watch)
    with record(target, own_terminal=False) as recording:
        assert (recording.info.exit_code, recording.notes) == (0, ())
        return recording.store


def walk(store: TraceStore, thread: str) -> list[int]:
    (index,) = (one.index for one in store.threads if one.name == thread)
    lines = lines_of(store, index)
    return [store.site(int(site)).line for site in lines.site[lines.flag != LEFT]]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_threads_lines_are_those_that_it_ran(tmp_path: Path, version: str) -> None:
    python = interpreter(version, "lines in it")
    store = run(tmp_path, COUNT, "counter", "value", "thing", python=python)
    assert walk(store, "first") == [12, *[13, 14, 9] * 3, 13, 15]
    assert walk(store, "MainThread")[-10:] == [12, 13, 14, 9, 13, 14, 9, 13, 15, 20]
    assert [one.text for one in changes(store, "counter")] == list("012345")
    assert [one.text for one in changes(store, "thing")] == ["<__main__.Loud>"] * 2
    printed = store.outputs()
    assert [store.text(int(text)) for text in printed.text] in (["5\n"], ["5", "\n"])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_global_of_two_processes_is_two_things(tmp_path: Path, method: str) -> None:
    store = run(tmp_path, PROCESSES.format(method=method), "basket")
    found = {one.process: one.text for one in worth_at(store, store.end_ns)}
    child = "['apple', 'pear']" if method == "fork" else "['pear']"
    assert [found[process] for process in sorted(found)] == ["['apple']", child]


def test_without_being_asked_no_line_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(COUNT)
    with record(replace(resolve_target(str(path)), lines=False), own_terminal=False) as recording:
        kinds = {
            int(kind) for thread in recording.store.threads for kind in recording.store.records(thread.index)["kind"]
        }
    assert not kinds & {Kind.LINE, Kind.VALUE}
