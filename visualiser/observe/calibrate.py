"""Learns once where a build of CPython keeps its GIL, and remembers it.

The watched program is left alone: another, short-lived process of the same interpreter searches its own memory
(`calibration.py`, about 0.07 s). What it finds are distances from the exported symbol `_PyRuntime`, which hold for
that file as long as it is not changed. They are kept as JSON, by the file's path, time and size.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from visualiser.observe.elf import Symbol, find_symbol

SCRIPT = str(Path(__file__).with_name("calibration.py"))
RUNTIME = "_PyRuntime"
TIMEOUT = 20.0  # seconds; it takes 0.1
FORMAT = 2
_PYTHON = re.compile(r"python\d?(\.\d+)?[dt]*$")


class GilUnknown(Exception):
    """Where this process keeps its GIL cannot be told; the text says why, in one sentence."""


@dataclass(frozen=True)
class Layout:
    """Where things are in one build of CPython, in bytes; see `calibration.py`. None: not in this build."""

    gil: int
    ident: int | None
    native_id: int | None
    pthread_tid: int | None
    first: int | None
    next: int | None
    own_gil: int | None
    enabled: int | None
    version: str
    file: str  # that `_PyRuntime` is mapped from


@dataclass(frozen=True)
class Place:
    """Where a process has its `_PyRuntime`: its address, and the file (python or libpython) that it comes from."""

    address: int
    file: str
    executable: str


def find_runtime(pid: int) -> Place | None:
    """Look through a process's mapped files for `_PyRuntime`; None when it is not (yet) Python. Raises OSError."""
    executable = os.readlink(f"/proc/{pid}/exe")
    for path, start, offset in _mapped_files(pid):
        if path == executable or "python" in os.path.basename(path):
            symbol = _symbol(path)
            if symbol is not None:
                return Place(symbol.address(start, offset), path, executable)
    return None


_symbols: dict[tuple[str, int, int], Symbol | None] = {}


def _symbol(path: str) -> Symbol | None:
    status = os.stat(path)
    key = (path, status.st_mtime_ns, status.st_size)
    if key not in _symbols:
        _symbols[key] = find_symbol(path, RUNTIME)
    return _symbols[key]


def _mapped_files(pid: int) -> list[tuple[str, int, int]]:
    """(path, address, file offset) of the first mapping of each file."""
    found: dict[str, tuple[int, int]] = {}
    with open(f"/proc/{pid}/maps", encoding="utf-8", errors="surrogateescape") as maps:
        for line in maps:
            part = line.split(maxsplit=5)
            if len(part) == 6 and part[5].startswith("/"):
                found.setdefault(part[5].rstrip("\n"), (int(part[0].partition("-")[0], 16), int(part[2], 16)))
    return [(path, *where) for path, where in found.items()]


def default_cache() -> Path | None:
    """Where this user's layouts are kept between runs; None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME")
    with contextlib.suppress(RuntimeError):
        return Path(base or Path.home() / ".cache") / "interleave"
    return None


class Calibrations:
    """All layouts known so far. `folder`: where they are kept between runs; None: only as long as this lives."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._known: dict[str, Layout] = {}
        self._refused: dict[str, str] = {}

    def layout(self, place: Place) -> Layout:
        """The layout of that build; runs its interpreter once when it is not known. Raises GilUnknown, OSError."""
        return self._get(_key(place.file), place.executable)

    def knows(self, place: Place) -> bool:
        """Whether `layout` would answer, or refuse, at once. Raises OSError."""
        key = _key(place.file)
        if key not in self._known and key not in self._refused:
            known = self._load(key)
            if known is None:
                return False
            self._known[key] = known
        return True

    def learn(self, executable: str) -> Layout:
        """Make sure that the layout of this interpreter is known before it runs. Raises GilUnknown, OSError."""
        known = self._get(_key(os.path.realpath(executable)), executable)
        if known.file:
            _symbol(known.file)  # some milliseconds that are better spent now
        return known

    def _get(self, key: str, executable: str) -> Layout:
        if key in self._refused:
            raise GilUnknown(self._refused[key])
        known = self._known.get(key) or self._load(key)
        if known is None:
            try:
                known = _calibrate(executable)
            except GilUnknown as error:
                self._refused[key] = str(error)
                raise
            # by the library too: which one belongs to an executable, only a running process tells
            for each in {key, _key(known.file)} if known.file else {key}:
                self._known[each] = known
                self._save(each, known)
        self._known[key] = known
        return known

    def _load(self, key: str) -> Layout | None:
        if self._folder is not None:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                return layout_from(json.loads((self._folder / f"{key}.json").read_text(encoding="utf-8")))
        return None

    def _save(self, key: str, layout: Layout) -> None:
        """Written beside and moved into place: another run may read it at this moment. A full disk is no reason to
        fail.
        """
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._folder / f"{key}.{os.getpid()}"
            new.write_text(json.dumps(asdict(layout)), encoding="utf-8")
            new.replace(self._folder / f"{key}.json")


def layout_from(found: dict[str, object]) -> Layout:
    """A layout from calibration's JSON. Raises GilUnknown when it found no GIL, ValueError when it makes no sense."""
    if found.get("gil") is None:
        raise GilUnknown("Where this interpreter keeps its GIL was not found.")
    version, file = (str(found.get(name) or "") for name in ("version", "file"))
    distances: dict[str, Any] = {one.name: found.get(one.name) for one in fields(Layout)}
    del distances["version"], distances["file"]
    if not all(value is None or (isinstance(value, int) and abs(value) < 1 << 24) for value in distances.values()):
        raise ValueError("a distance is not a small number")
    return Layout(**distances, version=version, file=file)


def _key(path: str) -> str:
    status = os.stat(path)
    text = f"{FORMAT}\0{path}\0{status.st_mtime_ns}\0{status.st_size}"
    return "gil-" + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _calibrate(executable: str) -> Layout:
    if not _PYTHON.match(os.path.basename(executable)):  # we do not start a program that we do not know
        raise GilUnknown(f"{os.path.basename(executable)} is not a plain Python interpreter.")
    command = [executable, "-I", "-S", "-X", "gil=1", SCRIPT]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise GilUnknown(f"{executable} could not be asked where its GIL is: {error}.") from error
    try:
        return layout_from(json.loads(done.stdout))
    except ValueError as error:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise GilUnknown(f"{executable} did not say where its GIL is: {last or error}.") from error
