"""When threads waited for the GIL by the kernel's own word: uprobes on CPython's take_gil, in tracefs (root only).

    with GilProbes(library) as probes: ... run the program ...
    probes.waits -> {native id: [(from, to), ...]} in ns of time.perf_counter_ns()

`library`: the file that has the symbols (python or libpython). A wait is the time inside of take_gil; where the GIL
was free that is less than a microsecond. Source: Documentation/trace/uprobetracer.rst of Linux.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

EVENTS = "interleave"
SETTINGS = ("buffer_size_kb", "trace_clock", "tracing_on")
_LINE = re.compile(r"\s*.+-(\d+)\s+\[\d+\]\s+\S+\s+(\d+)\.(\d+): (\w+):")


class NoProbes(Exception):
    """Uprobes cannot be had; the text says why."""


class GilProbes:
    """The waits of all threads of all processes that map `library`, while the block runs. Raises NoProbes."""

    def __init__(self, library: str) -> None:
        self.waits: dict[int, list[tuple[int, int]]] = {}
        self.lost = False
        if os.geteuid() != 0:
            raise NoProbes("Uprobes need root.")
        self._offset = _offset_in_file(library, "take_gil")
        self._library = library
        self._folder, self._mounted = _tracefs()
        self._before: dict[str, str] = {}

    def __enter__(self) -> GilProbes:
        self._before = {name: _chosen((self._folder / name).read_text()) for name in SETTINGS}
        for name, text in (("tracing_on", "0"), ("trace_clock", "mono"), ("buffer_size_kb", "16384"), ("trace", "")):
            self._write(name, text)
        where = f"{self._library}:{self._offset:#x}"
        self._write("uprobe_events", f"p:{EVENTS}/take {where}\n", append=True)
        self._write("uprobe_events", f"r:{EVENTS}/took {where}\n", append=True)
        self._write(f"events/{EVENTS}/enable", "1")
        self._write("tracing_on", "1")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("tracing_on", "0")
        self._write(f"events/{EVENTS}/enable", "0")
        self._read()
        for event in ("take", "took"):
            self._write("uprobe_events", f"-:{EVENTS}/{event}\n", append=True)
        self._write("trace", "")
        for name in SETTINGS:
            self._write(name, self._before[name])
        if self._mounted:
            subprocess.run(["umount", str(self._folder)], capture_output=True, check=False)

    def _read(self) -> None:
        began: dict[int, int] = {}
        with open(self._folder / "trace", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                found = _LINE.match(line)
                if not found:
                    self.lost |= "LOST" in line
                    continue
                tid, t = int(found[1]), int(found[2]) * 10**9 + int(found[3].ljust(9, "0")[:9])
                if found[4] == "take":
                    began[tid] = t
                elif found[4] == "took" and tid in began:
                    self.waits.setdefault(tid, []).append((began.pop(tid), t))

    def _write(self, name: str, text: str, append: bool = False) -> None:
        flags = os.O_WRONLY | (os.O_APPEND if append else os.O_TRUNC)
        try:
            file = os.open(self._folder / name, flags)
            try:
                if text:
                    os.write(file, text.encode())
            finally:
                os.close(file)
        except OSError as error:
            raise NoProbes(f"Uprobes cannot be set: {name}: {error.strerror}.") from error


def _chosen(text: str) -> str:
    """The value of a setting: one of several is told as "local [mono] boot", a size perhaps as "7 (expanded: 1408)"."""
    return text.partition("[")[2].partition("]")[0] or text.split()[0]


def _tracefs() -> tuple[Path, bool]:
    """Where it is mounted, and whether it was mounted just now."""
    with open("/proc/mounts", encoding="utf-8") as mounts:
        for line in mounts:
            part = line.split()
            if part[2] == "tracefs":
                return Path(part[1]), False
    folder = Path(tempfile.gettempdir()) / "interleave-tracefs"
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-t", "tracefs", "none", str(folder)], capture_output=True, check=False).returncode:
        raise NoProbes("This kernel's tracefs cannot be mounted.")
    return folder, True


def _offset_in_file(library: str, symbol: str) -> int:
    """Where the function begins in the file, in bytes."""
    try:
        names = subprocess.run(["nm", "-a", library], capture_output=True, text=True, check=False).stdout
        parts = subprocess.run(["readelf", "-lW", library], capture_output=True, text=True, check=False).stdout
    except OSError as error:
        raise NoProbes("The commands nm and readelf (binutils) are needed.") from error
    found = re.search(rf"^([0-9a-f]+) [tT] {symbol}$", names, re.MULTILINE)
    if not found:
        raise NoProbes(f"{library} has no symbol {symbol}.")
    address = int(found[1], 16)
    for part in re.finditer(r"^\s*LOAD\s+(\S+)\s+(\S+)\s+\S+\s+(\S+)", parts, re.MULTILINE):
        offset, start, size = (int(one, 16) for one in part.groups())
        if start <= address < start + size:
            return address - start + offset
    raise NoProbes(f"{symbol} lies in no part of {library} that is loaded.")
