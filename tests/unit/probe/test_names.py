"""What a process is called before it says so itself."""

from __future__ import annotations

import pytest

from visualiser.probe.names import program_name


@pytest.mark.parametrize(
    ("argv", "command", "name"),
    [
        (["two.py", "x"], ["python", "two.py", "x"], "two.py"),
        (["/a b/two.py"], ["python", "/a b/two.py"], "two.py"),
        (["folder/"], ["python", "folder/"], "folder"),
        (["-m", "8000"], ["python", "-O", "-m", "http.server", "8000"], "http.server"),
        (["-m"], ["python", "-mhttp.server"], "http.server"),
        (["-m", "-m"], ["python", "-m", "timeit", "-m"], "timeit"),
        (["-m"], [], ""),
        (["-c", "x"], ["python", "-c", "print(1)", "x"], "python -c"),
        (["-c", "--multiprocessing-fork"], ["python", "-c", "from multiprocessing.spawn import spawn_main; ..."], ""),
        (
            ["-c"],
            ["python", "-c", "from joblib.externals.loky.backend.resource_tracker import main; ..."],
            "resource tracker",
        ),
        ([""], ["python"], "python"),
        ([], [], "python"),
    ],
)
def test_a_process_is_called_after_its_program(argv: list[str], command: list[str], name: str) -> None:
    assert program_name(argv, command) == name
