"""The commands as a user types them: what they print, what they refuse, and how they end."""

from __future__ import annotations

import json
import os
import pickle
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.stats_schema import check_stats

RunCli = Callable[..., subprocess.CompletedProcess[str]]
HERE = Path(__file__).resolve().parents[2]

NUMBERS_AND_LETTERS = """\
import threading
import time


def print_numbers():
    for i in range(1, 6):
        print(i)
        time.sleep(0.02)


def print_letters():
    for letter in "CODE":
        print(letter)
        time.sleep(0.02)


t1 = threading.Thread(target=print_numbers, name="numbers")
t2 = threading.Thread(target=print_letters, name="letters")
t1.start()
t2.start()
t1.join()
t2.join()
"""

SQUARES = """\
import multiprocessing
import sys
import time


def square(x):
    time.sleep(0.1)  # long enough for both workers to be born before all is done
    return x * x


if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        print(pool.map(square, [1, 2, 3, 4, 5]))
"""


def program(folder: Path, source: str, name: str = "program.py") -> Path:
    path = folder / name
    path.write_text(source)
    return path


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small run, saved; shared by the tests that only read it."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "run.ilv"
    command = [
        sys.executable,
        str(HERE / "main.py"),
        "record",
        str(program(folder, NUMBERS_AND_LETTERS)),
        "-o",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return path


def test_two_threads_print_as_under_plain_python_and_appear_by_name(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, NUMBERS_AND_LETTERS)
    done = run_cli("record", str(script), "-o", str(tmp_path / "run.ilv"), "--json")
    *output, facts = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    printed = "".join(output)  # lines of two threads may glue together, as under plain Python
    assert "".join(filter(str.isdigit, printed)) == "12345"
    assert "".join(filter(str.isalpha, printed)) == "CODE"
    (process,) = json.loads(facts)["processes"]
    assert [thread["name"] for thread in process["threads"]] == ["MainThread", "numbers", "letters"]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_pools_workers_appear_as_processes_of_the_main_one(run_cli: RunCli, tmp_path: Path, method: str) -> None:
    script = program(tmp_path, SQUARES)
    output = str(tmp_path / "run.ilv")
    done = run_cli("record", str(script), "-o", output, "--json", "--", method)
    assert done.returncode == 0, done.stderr
    *printed, facts = done.stdout.splitlines()
    assert printed == ["[1, 4, 9, 16, 25]"]
    processes = json.loads(facts)["processes"]
    main = processes[0]
    workers = [process for process in processes if "Pool worker" in process["name"]]
    assert len(workers) == 2
    assert {worker["parent"] for worker in workers} == {main["pid"]}


def test_stats_of_a_saved_run_keep_the_contract(run_cli: RunCli, recorded: Path) -> None:
    done = run_cli("stats", str(recorded), "--json")
    facts = json.loads(done.stdout)
    check_stats(facts)
    (process,) = facts["processes"]
    numbers = next(thread for thread in process["threads"] if thread["name"] == "numbers")
    assert numbers["states_ns"]["sleep"] >= 5 * 20_000_000
    measured = facts["sources"]["switches"] != "none"
    assert (numbers["states_ns"]["running"] is not None) == measured


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf", ".csv", ".json", ".ilv"])
def test_a_run_is_exported_in_every_format(run_cli: RunCli, recorded: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out{suffix}"
    done = run_cli("export", str(recorded), "-o", str(output))
    assert done.returncode == 0, done.stderr
    assert output.stat().st_size > 300


def test_a_picture_of_a_range_shows_that_range_under_its_title(run_cli: RunCli, recorded: Path, tmp_path: Path) -> None:
    output = tmp_path / "part.svg"
    done = run_cli("export", str(recorded), "-o", str(output), "--range", "50ms:60ms", "--title", "Ten milliseconds")
    assert done.returncode == 0, done.stderr
    drawn = output.read_text()
    assert "Ten milliseconds" in drawn
    ticks = [float(number) for number in re.findall(r">([\d.]+) ms<", drawn)]
    assert 50 in ticks
    assert all(50 <= tick <= 60 for tick in ticks)


def test_a_program_that_exits_with_3_is_said_and_kept(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, "import sys\nprint('so far')\nsys.exit(3)\n")
    done = run_cli("record", str(script), "-o", str(tmp_path / "run.ilv"))
    assert done.returncode == 1
    assert "exit code 3" in done.stderr
    assert "so far" in done.stdout
    assert run_cli("stats", str(tmp_path / "run.ilv")).returncode == 0


def test_a_program_that_raises_shows_its_own_traceback_and_nothing_of_ours(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, "def f():\n    1 / 0\n\n\nf()\n")
    plain = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    done = run_cli("record", str(script), "-o", str(tmp_path / "run.ilv"))
    assert done.returncode == 1
    assert plain.stderr in done.stderr
    assert "probe" not in done.stderr


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_program_that_is_killed_is_said_and_kept(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, "import os, signal\nprint('alive', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n")
    done = run_cli("record", str(script), "-o", str(tmp_path / "run.ilv"), "--json")
    assert done.returncode == 1
    assert "SIGKILL" in done.stderr
    assert "alive" in done.stdout
    assert json.loads(done.stdout.splitlines()[-1])["exit_code"] is None


def test_a_run_whose_folder_has_gone_meanwhile_is_kept_in_another_place(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, "import shutil\nshutil.rmtree('results')\nprint('done')\n")
    (tmp_path / "results").mkdir()
    (tmp_path / "temporary").mkdir()
    env = {"TMPDIR": str(tmp_path / "temporary")}
    done = run_cli("record", str(script), "-o", "results/run.ilv", "--json", env=env)
    assert done.returncode == 2
    assert "results/run.ilv could not be written: No such file or directory. The run is saved as" in done.stderr
    assert "Traceback" not in done.stderr
    kept = Path(json.loads(done.stdout.splitlines()[-1])["file"])
    assert kept.is_relative_to(tmp_path / "temporary")
    assert json.loads(run_cli("stats", str(kept), "--json").stdout)["exit_code"] == 0


def bad_files(folder: Path) -> dict[str, Path]:
    paths = {name: folder / f"{name}.ilv" for name in ("empty", "foreign", "pickled", "bomb", "version")}
    paths["empty"].write_bytes(b"")
    paths["foreign"].write_bytes(b"GIF89a" + bytes(100))
    with zipfile.ZipFile(paths["pickled"], "w") as archive:
        archive.writestr("header.json", pickle.dumps({"format": 1}))
    with zipfile.ZipFile(paths["bomb"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.json", b" " * (1 << 28))
    with zipfile.ZipFile(paths["version"], "w") as archive:
        archive.writestr("header.json", json.dumps({"format": 999}))
    return paths


@pytest.mark.parametrize("kind", ["empty", "foreign", "pickled", "bomb", "version", "truncated", "missing"])
def test_a_bad_run_file_gets_a_sentence_and_no_traceback(
    run_cli: RunCli, recorded: Path, tmp_path: Path, kind: str
) -> None:
    path = bad_files(tmp_path).get(kind, tmp_path / f"{kind}.ilv")
    if kind == "truncated":
        path.write_bytes(recorded.read_bytes()[: recorded.stat().st_size // 2])
    done = run_cli("stats", str(path))
    assert_refused(done)


@pytest.mark.parametrize(
    "arguments",
    [
        ["record"],
        ["record", "nowhere.py"],
        ["record", "."],
        ["record", "two-threads-one-programme"],
        ["record", "two-threads-one-program", "--variant", "sideways"],
        ["record", "two-threads-one-program", "--set", "PAUSE=plenty"],
        ["record", "two-threads-one-program", "--set", "COLOUR=3"],
        ["record", "two-threads-one-program", "--python", "/nonexistent/python"],
        ["record", "two-threads-one-program", "-o", "/nonexistent/folder/run.ilv"],
        ["record", "two-threads-one-program", "-o", "run.txt"],
        ["export", "two-threads-one-program", "-o", "picture.bmp"],
        ["export", "two-threads-one-program", "-o", "picture.png", "--range", "2s:1s"],
        ["export", "two-threads-one-program", "-o", "picture.png", "--size", "big"],
        ["scenarios", "--", "x"],
        ["doctor", "--jsn"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_gets_a_sentence_and_exit_code_2(run_cli: RunCli, arguments: list[str]) -> None:
    assert_refused(run_cli(*arguments))


@pytest.mark.parametrize("command", ["record", "stats"])
def test_arguments_of_the_program_without_two_dashes_are_shown_their_place(run_cli: RunCli, command: str) -> None:
    done = run_cli(command, "two-threads-one-program", "--size", "5")
    assert_refused(done)
    assert "program.py -- --size 5" in done.stderr
    assert "program.py -- --name 'Ada L'" in run_cli(command, "two-threads-one-program", "--name", "Ada L").stderr


def test_a_level_that_does_not_exist_is_refused(run_cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLEAVE_LEVEL", "none")
    done = run_cli("doctor")
    assert_refused(done)
    assert "exact, sampled, psutil, recorded" in done.stderr


def assert_refused(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("interleave: ")
    assert 1 <= done.stderr.count(". ") + done.stderr.strip().endswith(".") <= 3


def test_a_syntax_error_is_pythons_own_and_keeps_the_run(run_cli: RunCli, tmp_path: Path) -> None:
    script = program(tmp_path, "def f(:\n")
    plain = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    done = run_cli("record", str(script), "-o", str(tmp_path / "run.ilv"))
    assert done.returncode == 1
    assert plain.stderr in done.stderr


def test_a_module_is_run_with_its_arguments(run_cli: RunCli, tmp_path: Path) -> None:
    program(tmp_path, "import sys\nprint(__name__, __spec__.name, sys.argv[1:])\n", "greeter.py")
    done = run_cli("record", "-m", "greeter", "-o", "run.ilv", "--", "-t", "x", cwd=tmp_path)
    assert done.stdout == "__main__ greeter ['-t', 'x']\n"
    assert done.returncode == 0


def test_standard_input_reaches_the_program(tmp_path: Path) -> None:
    script = program(tmp_path, "print(input().upper())\n")
    command = [sys.executable, str(HERE / "main.py"), "record", str(script), "-o", str(tmp_path / "run.ilv")]
    done = subprocess.run(command, input="hello\n", capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "HELLO\n"


def test_without_a_display_the_first_scenarios_picture_is_left_and_said(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [sys.executable, str(HERE / "main.py")]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path, env=environment
    )
    assert done.returncode == 0, done.stderr
    (picture,) = tmp_path.glob("*.png")
    assert picture.name in done.stdout
    assert "display" in done.stdout


def test_doctor_says_what_can_be_measured(run_cli: RunCli) -> None:
    findings = json.loads(run_cli("doctor", "--json").stdout)
    assert findings["sources"]["calls"] == "recorded"
    assert findings["sources"]["switches"] in ("exact", "sampled", "none")
    text = run_cli("doctor").stdout
    assert all(check["name"] in text for check in findings["checks"])


@pytest.mark.parametrize(("level", "switches"), [("sampled", "sampled"), ("psutil", "none"), ("recorded", "none")])
def test_doctor_says_what_a_lower_level_lacks_and_why(
    run_cli: RunCli, monkeypatch: pytest.MonkeyPatch, level: str, switches: str
) -> None:
    monkeypatch.setenv("INTERLEAVE_LEVEL", level)
    sources = json.loads(run_cli("doctor", "--json").stdout)["sources"]
    assert sources["switches"] == (switches if sys.platform == "linux" else "none")
    assert sources["why"]["switches"].endswith(".")
    assert sources["why"]["switches"] in run_cli("doctor").stdout


def test_the_catalogue_lists_every_scenario_with_its_variants(run_cli: RunCli) -> None:
    catalogue = json.loads(run_cli("scenarios", "--json").stdout)
    assert [scenario["id"] for scenario in catalogue][:1] == ["two-threads-one-program"]
    assert all(scenario["variants"] for scenario in catalogue)
    text = run_cli("scenarios").stdout
    assert all(scenario["id"] in text and scenario["question"] in text for scenario in catalogue)
