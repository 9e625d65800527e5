"""A wrapping that fails half-way is taken back: the program runs as if it were not watched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import os, sys, time, signal, threading, multiprocessing
print(type(time.sleep).__module__, type(os.read) is type(os.write) is type(len), type(os._exit) is type(len))
print([one for one in sys.meta_path if "_interleave" in type(one).__module__])
print([name for name in sys.modules if name.startswith("_interleave")])
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, type(signal.default_int_handler) is type(len))
print(type(threading.Lock()), threading.Thread.start.__code__.co_filename == threading.__file__)
if not os.fork():
    print("child", flush=True)
    os._exit(0)
os.wait()
sys.exit(3)
"""


def copy_that_fails(folder: Path, module: str, function: str) -> Path:
    """The package's watching part, in which one module's wrapping raises at its end."""
    package = folder / "visualiser"
    for room in ("events", "probe"):
        shutil.copytree(ROOT / "visualiser" / room, package / room)
    shutil.copy(ROOT / "visualiser" / "__init__.py", package)
    path = package / "probe" / f"{module}.py"
    whole = f"\n\n_whole = {function}\n\n\ndef {function}(*args):\n    _whole(*args)\n    raise KeyError('broken')\n"
    path.write_text(path.read_text() + whole)
    return package


def run(folder: Path, package: Path | None, program: str) -> tuple[str, str, int]:
    path = folder / "program.py"
    path.write_text(program)
    environment = {**os.environ, "INTERLEAVE_RUN": str(folder)}
    command = [sys.executable, str(path)]
    if package is not None:
        command.insert(1, str(package / "probe" / "__main__.py"))
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder)
    return done.stdout, done.stderr, done.returncode


@pytest.mark.skipif(os.name == "nt", reason="forks")
@pytest.mark.parametrize("module", ["endings", "messages", "output", "processes"])
def test_a_wrapping_that_fails_at_the_start_leaves_the_program_as_it_was(tmp_path: Path, module: str) -> None:
    plain = run(tmp_path, None, PROGRAM)
    assert plain[2] == 3
    assert run(tmp_path, copy_that_fails(tmp_path, module, "install"), PROGRAM) == plain


LATER = """
import threading
print(threading.Thread.start.__code__.co_filename == threading.__file__, threading.Lock().__class__.__module__)
thread = threading.Thread(target=print, args=("ran",))
thread.start()
thread.join()
"""


@pytest.mark.parametrize("module", ["threads", "locks"])
def test_a_wrapping_that_fails_at_an_import_leaves_that_module_as_it_was(tmp_path: Path, module: str) -> None:
    plain = run(tmp_path, None, LATER)
    assert plain[2] == 0
    assert run(tmp_path, copy_that_fails(tmp_path, module, "change_threading"), LATER) == plain
