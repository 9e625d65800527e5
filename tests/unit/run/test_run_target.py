"""What the user asks for is understood, or refused in a sentence that says what to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from visualiser.run import BadInterpreter, BadTarget, interpreters, own_interpreter, probe_interpreter, resolve_target
from visualiser.run.target import prepare_program


def refused(*args: str, **more: object) -> str:
    """The sentence with which a target is refused."""
    with pytest.raises(BadTarget) as caught:
        resolve_target(*args, **more)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_scenario_is_known_by_its_id() -> None:
    target = resolve_target("pool-map-squares")
    assert (target.kind, target.scenario, target.python) == ("scenario", "pool-map-squares", sys.executable)
    assert target.path is not None
    assert target.path.is_file()


def test_an_unknown_scenario_names_near_matches() -> None:
    assert "Did you mean pool-map-squares" in refused("pool-map-square")


def test_parameters_may_be_typed_or_given_as_values(tmp_path: Path) -> None:
    typed = resolve_target("pool-map-squares", values=["COUNT=7"])
    assert typed.values == resolve_target("pool-map-squares", values={"COUNT": 7}).values == {"COUNT": 7}
    copy = prepare_program(typed, tmp_path)
    assert copy is not None
    assert "COUNT = 7" in copy.read_text()


@pytest.mark.parametrize("values", [["NOPE=1"], ["COUNT=many"], ["COUNT"], {"COUNT": "many"}])
def test_parameters_that_cannot_be_are_refused_before_the_run(values: object) -> None:
    assert refused("pool-map-squares", values=values)


def test_an_unknown_variant_names_those_there_are() -> None:
    assert "There is" in refused("pool-map-squares", variant="zzz")


def test_a_file_is_taken_as_it_is(folder: Path) -> None:
    (folder / "mine.py").write_text("this need not be Python")
    target = resolve_target("mine.py", args=["--size", "5"])
    assert (target.kind, target.title, target.path, target.args) == (
        "file",
        "mine.py",
        folder / "mine.py",
        ("--size", "5"),
    )
    copy = prepare_program(target, folder / "program")
    assert copy is not None
    assert copy.read_bytes() == (folder / "mine.py").read_bytes()


def test_what_is_no_program_is_refused_by_its_kind(folder: Path) -> None:
    (folder / "notes.txt").touch()
    (folder / "notes").touch()
    (folder / "sub").mkdir()
    (folder / "sub.py").mkdir()
    (folder / "other.py").touch()
    assert refused("missing.py") == "There is no file missing.py."
    assert "is a folder" in refused("sub")
    assert "is a folder" in refused("sub.py")
    assert "is a folder" in refused(".")
    assert "is not a Python program" in refused("./notes.txt")
    assert "is not a Python program" in refused("notes")
    assert "Did you mean the file other.py?" in refused("other")
    assert refused()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(folder: Path) -> None:
    (folder / "secret.py").touch(mode=0)
    assert "no permission" in refused("secret.py")


def test_a_module_is_named_as_in_an_import() -> None:
    target = resolve_target(module="json.tool")
    assert (target.kind, target.module, target.title) == ("module", "json.tool", "-m json.tool")
    assert "no name of a module" in refused(module="json/tool.py")


def test_only_scenarios_have_variants_and_parameters(folder: Path) -> None:
    (folder / "mine.py").touch()
    assert "Only scenarios" in refused("mine.py", variant="fast")
    assert "Only scenarios" in refused(module="json", values=["A=1"])


def script(folder: Path, text: str) -> str:
    """An executable that is no Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="shell scripts")
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("exit 1", "does not answer as a Python does"),
        ("echo hello", "does not answer as a Python does"),
        ("""echo '[[3, 8, 1], "cpython", true, "x"]'""", "is Python 3.8.1; 3.9 or newer is needed."),
        ("""echo '[[3, 11, 1], "pypy", true, "x"]'""", "is pypy; only CPython can be watched."),
    ],
)
def test_an_interpreter_that_cannot_watch_is_refused(folder: Path, answer: str, sentence: str) -> None:
    (folder / "mine.py").touch()
    assert sentence in refused("mine.py", python=script(folder, answer))


def test_an_interpreter_that_is_not_there_is_refused(folder: Path) -> None:
    (folder / "plain").touch()
    with pytest.raises(BadInterpreter, match="was not found"):
        probe_interpreter("no-such-python")
    with pytest.raises(BadInterpreter, match="cannot be run"):
        probe_interpreter(str(folder / "plain"))


def test_this_interpreter_comes_first_and_none_twice() -> None:
    found = interpreters()
    assert found[0] == own_interpreter()
    real = [os.path.realpath(each.executable) for each in found]
    assert len(set(real)) == len(real)
    assert all(each.version >= (3, 9) for each in found)


def test_a_pyenv_that_cannot_be_looked_at_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "PYENV_ROOT", os.sep + "x" * 300
    )  # too long a name: an error for root, too, as a locked one is not
    assert interpreters()[0] == own_interpreter()
