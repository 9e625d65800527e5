"""Where the GIL is, and who holds it, in real interpreters from outside."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.pythons import interpreter
from visualiser.events.blocks import Held
from visualiser.observe.calibrate import Calibrations, GilUnknown, Place, find_runtime, layout_from
from visualiser.observe.elf import find_symbol
from visualiser.observe.gil import GilLook, GilReader
from visualiser.observe.gils import Gils

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="another process's memory is read on Linux only")

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
WHAT = "its GIL"
SPIN = """
import os, threading
def spin():
    print(threading.get_native_id(), flush=True)
    while True: pass
threading.Thread(target=spin, daemon=True).start()
os.read(0, 1)
os._exit(0)
"""
SUB = """
import threading, os
try: import _interpreters as module; number, run = module.create("isolated"), module.exec
except ImportError: import _xxsubinterpreters as module; number, run = module.create(isolated=True), module.run_string
thread = threading.Thread(target=run, args=(number, "while True: pass"), daemon=True)
thread.start()
print(thread.native_id, flush=True)
os.read(0, 1)
os._exit(0)
"""


@contextmanager
def running(executable: str, program: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program as a child, and its first line."""
    command = [executable, "-I", "-S", *options, "-c", program]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield child, child.stdout.readline().strip()
    finally:
        child.kill()
        child.stdin.close()
        child.stdout.close()
        child.wait()


def until(reader: GilReader, wanted: set[tuple[int, int]]) -> list[GilLook]:
    """Look until every (interpreter, holder) in `wanted` was seen; gives up after many looks."""
    looks: list[GilLook] = []
    seen: set[tuple[int, int]] = set()
    for _ in range(200_000):
        looks = reader.read()
        seen |= {(look.interpreter, look.holder) for look in looks if look.held == Held.HELD}
        if wanted <= seen:
            return looks
    pytest.fail(f"seen only {seen}, not {wanted}")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_thread_that_computes_is_seen_holding_the_gil(version: str, tmp_path: Path) -> None:
    with running(interpreter(version, WHAT), SPIN) as (child, line):
        place = find_runtime(child.pid)
        assert place is not None
        reader = GilReader(child.pid, Calibrations(tmp_path).layout(place), place)
        until(reader, {(0, int(line))})
        first, last = reader.ranges[0]
        assert reader.owns(first)
        assert not reader.owns(last)
        reader.close()


@pytest.mark.parametrize("version", ["3.13t", "3.14t"])
def test_a_build_without_a_gil_says_so(version: str, tmp_path: Path) -> None:
    with running(interpreter(version, WHAT), SPIN) as (child, _):
        place = find_runtime(child.pid)
        assert place is not None
        reader = GilReader(child.pid, Calibrations(tmp_path).layout(place), place)
        assert [look.held for look in reader.read()] == [Held.NONE]
        reader.close()


@pytest.mark.parametrize("version", ["3.13t", "3.14t"])
def test_a_build_that_may_do_without_a_gil_is_seen_with_one_where_it_was_asked_for(
    version: str, tmp_path: Path
) -> None:
    with running(interpreter(version, WHAT), SPIN, "-X", "gil=1") as (child, line):
        place = find_runtime(child.pid)
        assert place is not None
        reader = GilReader(child.pid, Calibrations(tmp_path).layout(place), place)
        until(reader, {(0, int(line))})
        reader.close()


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_an_interpreter_with_a_gil_of_its_own_is_found(version: str, tmp_path: Path) -> None:
    with running(interpreter(version, WHAT), SUB) as (child, line):
        place = find_runtime(child.pid)
        assert place is not None
        reader = GilReader(child.pid, Calibrations(tmp_path).layout(place), place)
        assert len(reader.ranges) == 1
        reader.find_interpreters()
        assert len(reader.ranges) == 2
        for _ in range(200_000):
            looks = {look.interpreter: look for look in reader.read()}
            told = looks[1].holder == int(line) if version != "3.12" else looks[1].holder == 0  # there it is borrowed
            if looks[1].held == Held.HELD and told:
                break
        else:
            pytest.fail(f"the second interpreter's GIL was never seen held by {line}, but {looks[1]}")
        reader.close()


def test_what_no_thread_can_be_called_is_not_told(tmp_path: Path) -> None:
    """Memory that is read while it changes may hold anything."""
    layout = replace(Calibrations(tmp_path).layout(find_ourselves()), native_id=0)
    reader = GilReader(os.getpid(), layout, find_ourselves())  # the first word of a PyThreadState is a pointer, or 0
    (look,) = reader.read()
    assert look.holder == 0
    assert look.packed(os.getpid())
    wild = replace(layout, first=0, next=1, own_gil=3)  # a list of interpreters that leads nowhere
    other = GilReader(os.getpid(), wild, find_ourselves())
    with contextlib.suppress(OSError):
        other.find_interpreters()
    reader.close()
    other.close()


def find_ourselves() -> Place:
    """Where this very process has its `_PyRuntime`."""
    place = find_runtime(os.getpid())
    assert place is not None
    return place


def test_hand_overs_that_nobody_looked_at_are_counted(tmp_path: Path) -> None:
    two = SPIN.replace("threading.Thread", "threading.Thread(target=spin, daemon=True).start()\nthreading.Thread", 1)
    with running(sys.executable, two) as (child, _):
        place = find_runtime(child.pid)
        assert place is not None
        layout = Calibrations(tmp_path).layout(place)
        rarely, often = GilReader(child.pid, layout, place), GilReader(child.pid, layout, place)
        before = rarely.read()[0].handovers
        rarely.missed = often.missed = 0
        for _ in range(500_000):
            if often.read()[0].handovers >= before + 4:
                break
        rarely.read()
        assert rarely.missed == 1
        for reader in (rarely, often):
            reader.close()


def test_a_process_that_has_gone_ends_its_reader(tmp_path: Path) -> None:
    gils = Gils(Calibrations(tmp_path))
    with running(sys.executable, SPIN) as (child, _):
        assert gils.rows([child.pid], 0.0)
    assert gils.rows([child.pid], 0.0) == []
    assert gils.problems == {}
    gils.close()


def test_a_process_that_is_no_python_has_no_gil(tmp_path: Path) -> None:
    gils = Gils(Calibrations(tmp_path))
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE) as child:
        assert gils.rows([child.pid], 0.0) == []
        assert find_runtime(child.pid) is None
        child.communicate()
    gils.close()


def test_what_was_learnt_is_remembered_between_runs(tmp_path: Path) -> None:
    Calibrations(tmp_path).learn(sys.executable)
    place = find_ourselves()
    nowhere = Place(place.address, place.file, "/no/such/python")
    assert Calibrations(tmp_path).layout(nowhere).gil > 0
    with pytest.raises(GilUnknown, match="could not be asked"):
        Calibrations(None).layout(nowhere)


def test_a_program_that_is_not_known_is_not_started(tmp_path: Path) -> None:
    place = find_ourselves()
    with pytest.raises(GilUnknown, match="not a plain Python"):
        Calibrations(tmp_path).layout(Place(place.address, place.file, "/bin/true"))


def test_a_damaged_memory_is_learnt_anew(tmp_path: Path) -> None:
    Calibrations(tmp_path).learn(sys.executable)
    for file in tmp_path.iterdir():
        file.write_text('{"gil": "far away"}')
    place = find_ourselves()
    assert Calibrations(tmp_path).layout(place).gil > 0


def test_a_layout_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="small number"):
        layout_from({"gil": 1 << 40})
    with pytest.raises(GilUnknown):
        layout_from({"gil": None})


def test_a_file_that_is_cut_short_holds_no_symbol(tmp_path: Path) -> None:
    place = find_ourselves()
    whole = Path(place.file).read_bytes()
    cut = tmp_path / "cut"
    for length in (0, 5, 63, 64, 4096, len(whole) // 2):
        cut.write_bytes(whole[:length])
        assert find_symbol(str(cut), "_PyRuntime") is None
    assert find_symbol(place.file, "_PyRuntime") is not None
    assert find_symbol(place.file, "_PyRuntim") is None
