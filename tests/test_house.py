"""The house itself: style, types, pins, the set-up, and what is said where it cannot run."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import visualiser
from visualiser.__main__ import DEPENDENCIES, complaint_about

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def run(*command: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_ruff_has_nothing_to_say(command: str) -> None:
    result = run(sys.executable, "-m", "ruff", *command.split(), ".")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.timeout(330)  # the first run reads the stubs of Qt
def test_mypy_strict_has_nothing_to_say() -> None:
    result = run(sys.executable, "-m", "mypy", "--strict")
    assert result.returncode == 0, result.stdout + result.stderr


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0].lower() for line in requirements}


def test_the_lock_hashes_every_dependency_and_names_no_address() -> None:
    text = "\n".join(line for line in LOCK.splitlines() if not line.lstrip().startswith("#"))
    blocks = re.split(r"\n(?=\S)", text.strip())
    project = PYPROJECT["project"]
    assert names(project["dependencies"] + project["optional-dependencies"]["test"]) <= names(blocks)
    assert [block for block in blocks if "==" not in block or "--hash=sha256:" not in block] == []
    assert all(word not in LOCK for word in ("://", "--index", "--extra-index", "--find-links"))


def test_uv_and_pip_install_the_same_tools_for_the_tests() -> None:
    assert PYPROJECT["dependency-groups"]["dev"] == PYPROJECT["project"]["optional-dependencies"]["test"]


def test_the_modules_whose_absence_is_explained_are_those_of_the_dependencies() -> None:
    distributions = packages_distributions()
    explained = {name.lower() for module in DEPENDENCIES for name in distributions[module]}
    assert {re.sub("_", "-", name) for name in explained} - {"shiboken6"} == names(PYPROJECT["project"]["dependencies"])


def test_an_old_python_reads_main_py_and_is_told_which_is_needed() -> None:
    for name in ("main.py", "visualiser/__init__.py", "visualiser/__main__.py"):
        ast.parse((ROOT / name).read_text(encoding="utf-8"), name, feature_version=(3, 6))
    assert "Python 3.11 or newer" in complaint_about(3, 9)
    assert "is Python 3.9" in complaint_about(3, 9)
    assert complaint_about(3, 11) == complaint_about(4, 0) == ""


def test_without_the_dependencies_one_sentence_says_what_to_do() -> None:
    # -S: no site-packages, so nothing but the standard library is there.
    result = run(sys.executable, "-S", "main.py", "stats", "nothing.ilv")
    assert result.returncode == 69
    assert "make run" in result.stderr
    assert "Traceback" not in result.stderr


def test_worker_processes_that_import_main_py_again_load_no_qt() -> None:
    result = run(sys.executable, "-c", "import main, sys; sys.exit('PySide6' in sys.modules)")
    assert result.returncode == 0, result.stderr


def test_the_version_stands_in_one_place() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert ROOT / PYPROJECT["tool"]["hatch"]["version"]["path"] == Path(visualiser.__file__)
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"[{visualiser.__version__}]" in changelog or "[Unreleased]" in changelog


def test_every_command_that_pip_installs_exists() -> None:
    project = PYPROJECT["project"]
    for target in {**project["scripts"], **project["gui-scripts"]}.values():
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small copy of what the set-up uses, whose lock asks for nothing: so that it takes no network."""
    for name in ("Makefile", "tools/setup.sh", "visualiser/__init__.py", "visualiser/preflight.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    (tmp_path / "main.py").write_text("import sys\nprint('started', sys.prefix, sys.argv[1:])\n")
    return tmp_path


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # As if typed by a person: the `make test` that may run these tests passes its own variables and depth on.
    quiet = {
        "MAKEFLAGS": "",
        "MAKELEVEL": "0",
        "PYTHON": "",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    return run("make", *arguments, cwd=checkout, env=quiet)


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="this machine has no make")


@needs_make
def test_make_run_sets_up_once_and_repairs_what_was_interrupted(checkout: Path) -> None:
    python = f"PYTHON={sys.executable}"
    first = make(checkout, "run", python, "ARGS=scenarios --json")
    assert first.returncode == 0, first.stderr
    assert first.stdout == f"started {checkout / '.venv'} ['scenarios', '--json']\n"
    assert "Setting up .venv" in first.stderr

    assert make(checkout, "run", python).stderr == "", "the second run must have nothing to set up"

    # Interrupted in the middle, and its Python gone as after an upgrade of the system.
    for name in (".ready", "pyvenv.cfg", "bin/python"):
        (checkout / ".venv" / name).unlink()
    assert make(checkout, "run", python).stdout.startswith(f"started {checkout / '.venv'}")

    (checkout / "requirements.lock").write_text("# something else\n")
    assert "Setting up .venv" in make(checkout, "run", python).stderr, "a new lock is a new environment"


def fake_python(folder: Path, name: str, version: str) -> Path:
    """A Python that is too old: refuses the check as an old one would, and tells its version."""
    path = folder / name
    path.write_text(f'#!/bin/sh\ncase "$2" in *print*) echo "Python {version}";; *) exit 1;; esac\n')
    path.chmod(0o755)
    return path


@needs_make
def test_a_python_that_is_too_old_or_absent_is_named_and_nothing_is_made(checkout: Path) -> None:
    old = fake_python(checkout, "oldpython", "3.9.6")
    told = make(checkout, "run", f"PYTHON={old}")
    assert f"PYTHON={old} is Python 3.9.6" in told.stderr
    absent = make(checkout, "run", "PYTHON=/nowhere/python3")
    assert "PYTHON=/nowhere/python3 does not exist" in absent.stderr
    assert told.returncode
    assert absent.returncode
    assert not (checkout / ".venv").exists()


def test_a_machine_whose_only_python_is_too_old_is_told_what_to_install(checkout: Path) -> None:
    tools = checkout / "bin"
    tools.mkdir()
    for tool in ("sh", "cat", "cksum", "rm", "mv"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    fake_python(tools, "python3", "3.9.6")
    result = run(str(tools / "sh"), "tools/setup.sh", cwd=checkout, env={"PATH": str(tools), "PYTHON": ""})
    assert result.returncode == 69
    assert "needs Python 3.11 to 3.14, and python3 is Python 3.9.6" in result.stderr
    assert "make run PYTHON=" in result.stderr
