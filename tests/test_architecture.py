"""The rooms of the house, who may import whom, and that what must stay light does: ARCHITECTURE.md as a test.

`ROOMS` is the table. An arrow that is not in it is either a mistake, or a decision to be written down there.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "visualiser"
QT = ("PySide6", "shiboken6", "pyqtgraph")


@dataclass(frozen=True)
class Room:
    """A folder or a module of visualiser/: the rooms and the libraries (a prefix of the dotted name) it may import."""

    rooms: str = ""
    libraries: str = ""


CORE, GUI, WIDGETS = "PySide6.QtCore", "PySide6.QtCore PySide6.QtGui", "PySide6 pyqtgraph"

ROOMS = {
    "events": Room(),
    # The probe loads its own files as the package `_interleave`, so that a program's own `visualiser` is undisturbed.
    "probe": Room("events", "_interleave"),
    "observe": Room("events", "psutil"),
    "trace": Room("events", "numpy"),
    "assets": Room(),
    "settings": Room("assets", CORE),
    "preflight": Room(),
    "scenarios": Room("events assets"),
    "run": Room("events trace scenarios assets settings", f"{CORE} numpy psutil"),
    "compare": Room("run trace scenarios scene", "numpy"),
    "scene": Room("trace assets settings", "numpy"),
    "files": Room("trace assets settings", "numpy msgspec"),
    "viewmodels": Room("trace scene scenarios assets settings", f"{CORE} numpy"),
    "paint": Room("scene assets settings", f"{GUI} numpy"),
    "export": Room("scene paint assets settings", f"{GUI} numpy"),
    "views": Room("viewmodels paint assets settings", f"{WIDGETS} numpy pygments"),
    "doctor": Room("preflight events assets scenarios observe run", "psutil"),
    "desk": Room("*", "*"),
    "app": Room("*", "*"),
    "cli": Room("commands"),
    "commands": Room("*", "*"),
    "__main__": Room("cli"),
}

NO_QT = ("events", "probe", "observe", "trace", "scene", "scenarios", "files", "preflight", "doctor", "assets")
"""Rooms that are loaded here with Qt blocked. (`cli` too: it loads Qt inside the commands that need it.)"""


@dataclass(frozen=True)
class Import:
    """One imported module, by its full name, and where it is written."""

    importer: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


@cache
def modules() -> dict[str, Path]:
    """Every module of the package: dotted name -> file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str) -> tuple[Import, ...]:
    """What a module imports anywhere in it: at its top, in a function, or for the type checker only."""
    path = modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), path)):
        if isinstance(node, ast.Import):
            found += [Import(module, alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, package)
            found += [Import(module, member(base, alias.name), node.lineno) for alias in node.names]
    return tuple(found)


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module after `from`, with the leading dots of a relative import resolved."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - node.level + 1], *([node.module] if node.module else [])])


def member(base: str, name: str) -> str:
    """The module that `from base import name` means: a submodule, unless base's front gives that name out."""
    full = f"{base}.{name}"
    if base == "PySide6":
        return full
    return full if full in modules() and name not in given_out(base) else base


@cache
def given_out(package: str) -> set[str]:
    """The names that a front gives out: what it takes from its own modules, and whole modules in `__all__`."""
    tree = ast.parse(modules()[package].read_text(encoding="utf-8"))
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    taken = {alias.asname or alias.name for node in froms for alias in node.names if absolute(node, package) != package}
    listed = [node.value for node in tree.body if isinstance(node, ast.Assign) and names(node) == ["__all__"]]
    return taken | {name for value in listed for name in ast.literal_eval(value)}


def names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def room_of(module: str) -> str:
    """The room a module of the package stands in; empty for the package itself, which holds the version only."""
    return module.split(".")[1] if "." in module else ""


def inner_imports() -> Iterator[Import]:
    """All imports from one module of the package to another."""
    for module in modules():
        for found in imports(module):
            if found.target.split(".")[0] == "visualiser":
                yield found


def outer_imports() -> Iterator[Import]:
    """All imports of something that is neither ours nor the standard library's."""
    for module in modules():
        for found in imports(module):
            if found.target.split(".")[0] not in sys.stdlib_module_names | {"visualiser", "__future__"}:
                yield found


def listed(found: list[Import]) -> str:
    return "\n".join(dict.fromkeys(map(str, found)))


def test_every_room_is_in_the_table() -> None:
    assert {room_of(module) for module in modules()} - {""} <= ROOMS.keys()


def test_rooms_import_only_along_the_arrows() -> None:
    def is_allowed(found: Import) -> bool:
        here, there = room_of(found.importer), room_of(found.target)
        if here == there or not there:
            return True
        return ROOMS[here].rooms == "*" or there in ROOMS[here].rooms.split()

    wrong = [found for found in inner_imports() if not is_allowed(found)]
    assert not wrong, f"arrows that the table does not have:\n{listed(wrong)}"


def test_rooms_are_imported_through_their_fronts() -> None:
    wrong = [
        found
        for found in inner_imports()
        if room_of(found.importer) != room_of(found.target) and found.target.count(".") > 1
    ]
    assert not wrong, f"past the front of a room:\n{listed(wrong)}"


def test_only_the_composition_root_imports_the_views_and_nobody_imports_it() -> None:
    wrong = [
        found
        for found in inner_imports()
        if (room_of(found.target) == "views" and room_of(found.importer) not in ("views", "desk", "app"))
        or (room_of(found.target) == "desk" and room_of(found.importer) not in ("desk", "app"))
        or (room_of(found.target) == "app" and room_of(found.importer) != "commands")
        or (room_of(found.target) == "cli" and room_of(found.importer) != "__main__")
    ]
    assert not wrong, listed(wrong)


def test_rooms_use_only_their_libraries() -> None:
    def is_allowed(found: Import) -> bool:
        libraries = ROOMS[room_of(found.importer)].libraries.split() if room_of(found.importer) else []
        return "*" in libraries or any(f"{found.target}.".startswith(f"{library}.") for library in libraries)

    wrong = [found for found in outer_imports() if not is_allowed(found)]
    assert not wrong, f"libraries that the table does not have:\n{listed(wrong)}"


def test_no_module_imports_itself_in_a_circle() -> None:
    arrows = {
        module: {found.target for found in imports(module) if found.target in modules()} - {module, "visualiser"}
        for module in modules()
    }
    done: set[str] = set()

    def circle(module: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if module in path:
            return (*path[path.index(module) :], module)
        if module in done:
            return ()
        for target in sorted(arrows[module]):
            if found := circle(target, (*path, module)):
                return found
        done.add(module)
        return ()

    for module in arrows:
        assert not circle(module, ()), " -> ".join(circle(module, ()))


def run_python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that finds the package."""
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )


BLOCK_QT_AND_IMPORT = """
import importlib, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ImportError(name + " is blocked")
sys.meta_path.insert(0, Blocker())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_the_rooms_below_the_window_load_where_qt_does_not_exist() -> None:
    # probe/boot.py and probe/site/ are executed in a watched process, never imported.
    executed = ("visualiser.probe.boot", "visualiser.probe.site")
    names = [m for m in modules() if room_of(m) in (*NO_QT, "cli") and not m.endswith("__main__")]
    names = [m for m in names if not m.startswith(executed)]
    result = run_python(BLOCK_QT_AND_IMPORT, *names)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("room", NO_QT)
def test_the_unit_tests_of_rooms_without_qt_use_none(room: str) -> None:
    wrong = []
    for path in sorted((ROOT / "tests" / "unit" / room).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path}:{name}" for name in names if name.split(".")[0] in QT]
            if isinstance(node, ast.arg) and node.arg in ("qtbot", "qapp", "qtmodeltester"):
                wrong.append(f"{path}: fixture {node.arg}")
    assert not wrong


RUN_COMMAND = """
import json, sys
from visualiser.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code or 0
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["--help", "--version", "scenarios", "scenarios --json", "doctor", "doctor --json"])
def test_commands_that_only_tell_something_load_no_qt(command: str) -> None:
    result = run_python(RUN_COMMAND, *command.split())
    code, loaded = json.loads(result.stderr.splitlines()[-1])
    assert code == 0
    assert result.stdout.strip()
    assert {name.split(".")[0] for name in loaded}.isdisjoint(QT)


def test_a_watched_process_loads_only_the_probe_the_events_and_the_standard_library(tmp_path: Path) -> None:
    script, run = tmp_path / "script.py", tmp_path / "run"
    script.write_text("print('ran')\n")
    run.mkdir(mode=0o700)
    result = subprocess.run(
        [sys.executable, str(PACKAGE / "probe" / "__main__.py"), str(script)],
        # Python itself lists what it imports: sys.modules would not show what the probe has taken out of it again.
        env={**os.environ, "INTERLEAVE_RUN": str(run), "PYTHONPROFILEIMPORTTIME": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines() if line.startswith("import time:")}
    assert (result.returncode, result.stdout) == (0, "ran\n"), result.stderr
    ours = {name for name in loaded if name.split(".")[0] in ("_interleave", "visualiser")}
    assert {room_of(name) for name in ours} - {""} == {"events", "probe"}
    assert {name.split(".")[0] for name in loaded}.isdisjoint(("numpy", "psutil", *QT))
    assert list(run.iterdir()), "the probe wrote nothing, so this shows nothing"
