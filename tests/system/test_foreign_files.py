"""Traces of other tools at the command line: what works with a saved run works with them, through the same door."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.files.foreign_samples import profile_text, py_spy_text, ray_text, viz_tracer_text

ROOT = Path(__file__).resolve().parent.parent.parent

FILES = {
    "viztracer.json": viz_tracer_text().encode(),
    "viztracer.json.gz": gzip.compress(viz_tracer_text().encode()),
    "py-spy.json": py_spy_text().encode(),
    "ray.json": ray_text().encode(),
    "profile.json": profile_text(markers=[("On CPU", 0, 3), ("Has GIL", 1, 2)]).encode(),
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, in the folder."""
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("name", FILES)
def test_a_picture_tells_names_and_where_it_is_from(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    done = run(tmp_path, "export", name, "-o", "picture.svg")
    assert done.returncode == 0, done.stderr
    picture = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert "Opened from" in picture
    assert "task::square" in picture if name == "ray.json" else "work" in picture
    assert " lost" not in picture


def test_what_another_tool_does_not_tell_is_null(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(FILES["viztracer.json"])
    done = run(tmp_path, "stats", "x.json", "--json")
    facts = json.loads(done.stdout)
    threads = [thread for process in facts["processes"] for thread in process["threads"]]
    assert [one["name"] for one in threads] == ["MainThread", "worker-1"]
    assert {one["on_cpu_ns"] for one in threads} == {None}
    assert {value for one in threads for state, value in one["states_ns"].items() if state != "unknown"} == {None}
    assert facts["exit_code"] is None


def test_a_run_saved_from_it_holds_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(FILES["profile.json"])
    assert run(tmp_path, "export", "x.json", "-o", "x.ilv").returncode == 0
    first, second = (json.loads(run(tmp_path, "stats", name, "--json").stdout) for name in ("x.json", "x.ilv"))
    assert first == second
    assert first["processes"][0]["threads"][0]["states_ns"]["running"] == 1_000_000


def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"traceEvents": [{"ph": "X" "pid": 1}]}')
    done = run(tmp_path, "stats", "x.json")
    assert done.returncode == 2
    assert done.stderr == "interleave: x.json cannot be opened. The JSON in it is damaged.\n"
