"""What a process that runs already is called when somebody attaches to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from visualiser.run import attaching

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are attached to on Linux only")

SLEEP = str(Path(shutil.which("sleep") or "sleep").resolve())  # in some systems one program goes by many names


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ([SLEEP, "600"], Path(SLEEP).name),
        ([sys.executable, "-c", "input()"], "python -c"),
        ([sys.executable, "-X", "dev", "-m", "code", "-q"], "code"),
    ],
)
def test_a_python_is_called_after_what_it_runs_and_another_program_by_its_own_name(
    command: list[str], name: str
) -> None:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
        try:
            while psutil.Process(one.pid).cmdline() != command:  # it has none for a moment, right after its start
                pass
            assert attaching.running(one.pid).name == name
        finally:
            one.kill()
