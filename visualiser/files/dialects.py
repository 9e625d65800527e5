"""The dialects of Chrome's trace format: which tool wrote a file, what its words mean, and what it cannot tell.

VizTracer   names are "function (file:line)"; behind the events stand its version and the source files
py-spy      two outer spans are no calls, but the process and the thread; `args` has file and line
Ray         processes and threads are nodes and workers, named by texts
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from .attachments import LONGEST_SOURCE, MOST_SOURCES
from .chrome_events import Call, Event, arguments
from .foreign import Foreign, Name
from .json_pieces import JsonPieces

_CALL = re.compile(r"(.+) \((.+):(\d{1,9})\)", re.DOTALL)
_THREAD = re.compile(r"thread \((\d+)\)(?:: (.*))?", re.DOTALL)
_PROCESS = re.compile(r"process (\d+):(.*)", re.DOTALL)


class _FileInfo(msgspec.Struct):
    files: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)


class _VizTracer(msgspec.Struct):
    version: str = ""
    overflow: bool = False


class Rest(msgspec.Struct):
    """What stands behind the events, as far as it is used."""

    viztracer_metadata: _VizTracer | None = None
    file_info: _FileInfo | None = None
    otherData: dict[str, Any] = msgspec.field(default_factory=dict)


def rest_from(pieces: JsonPieces) -> Rest:
    """Whatever follows the events; of no use when it is cut off or something else."""
    before = b", ".join(b'"%s": %s' % (key.encode(), text) for key, text in pieces.keys.items() if key in _USED)
    text = pieces.rest()
    both = b"{" + before + (b", " if before and text[1:].strip() != b"}" else b"") + text[1:]
    try:
        return msgspec.json.decode(both, type=Rest)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Rest()


_USED = ("viztracer_metadata", "file_info", "otherData")


@dataclass(frozen=True)
class Dialect:
    """Chrome's trace format as such. `name`: of the tool's files; `calls`: RunInfo's source of calls."""

    name: str = "Chrome trace JSON"
    calls: str = "none"
    rest: Rest = field(default_factory=Rest)

    @property
    def why(self) -> str:
        """What cannot be told, as a sentence."""
        return f"The run was opened from {self.name}, which does not tell it."

    @property
    def problems(self) -> list[str]:
        """What the file says was lost."""
        return []

    def with_rest(self, rest: Rest) -> Dialect:
        """The dialect, once what stands behind the events is known."""
        if rest.viztracer_metadata is not None:
            return VizTracer(rest=rest)
        if "sources" in rest.otherData and "lost" in rest.otherData:
            return replace(self, name="Interleave's Chrome export")
        return replace(self, rest=rest)

    def keys(self, events: Sequence[Call]) -> list[Hashable]:
        """What tells spans of different names apart; `meaning` understands it."""
        return [one.name for one in events]

    def meaning(self, key: Any) -> Name:
        """What a key means."""
        name = "" if key is None else str(key)
        found = _CALL.fullmatch(name)
        return (name, "") if found is None else (found[1], f"{found[3]}\t{found[1]}\t{found[2]}")

    def lane(self, event: Event, outer: int, told: Foreign) -> int:
        """Where a span that begins belongs; `outer`: where the span around it does, or -1."""
        return outer if outer >= 0 else told.lanes[event.pid, event.tid]

    def is_root(self, event: Event) -> bool:
        """Whether the span that begins here is no call, but stands for the whole thread or process."""
        return False

    def attachments(self) -> Mapping[str, bytes]:
        """Source files, by the names that a saved run gives them."""
        return {}


@dataclass(frozen=True)
class VizTracer(Dialect):
    """https://viztracer.readthedocs.io; every call, timed inside the program."""

    name: str = "VizTracer's JSON"
    calls: str = "none"

    @property
    def problems(self) -> list[str]:
        told = self.rest.viztracer_metadata
        lost = told is not None and told.overflow
        return ["VizTracer's buffer was full: what came before the first calls is missing."] if lost else []

    def attachments(self) -> Mapping[str, bytes]:
        files = self.rest.file_info.files if self.rest.file_info is not None else {}
        own_first = sorted(files, key=lambda path: ("/lib/python" in path, path))
        found: dict[str, bytes] = {}
        for path in own_first:
            parts = [part for part in re.split(r"[/\\]", path) if part]
            text = files[path][0].encode("utf-8", "replace")
            fits = path.endswith(".py") and ".." not in parts and "\0" not in path and "\\" not in path
            if fits and len(text) <= LONGEST_SOURCE and len(found) < MOST_SOURCES:
                found["program/" + "/".join(parts)] = text
        return found


@dataclass(frozen=True)
class PySpy(Dialect):
    """https://github.com/benfred/py-spy, `--format chrometrace`: what was on the stack, looked at so often a second."""

    name: str = "py-spy's chrometrace"

    def keys(self, events: Sequence[Call]) -> list[Hashable]:
        return [(one.name, bytes(one.args) if isinstance(one, Event) else b"") for one in events]

    def meaning(self, key: Any) -> Name:
        name, args = key
        told = arguments(Event(args=msgspec.Raw(args)))
        file, line = told.get("filename"), told.get("line")
        site = f"{line}\t{name}\t{file}" if isinstance(file, str) and file and type(line) is int and line > 0 else ""
        return str(name), site

    def lane(self, event: Event, outer: int, told: Foreign) -> int:
        """py-spy numbers threads by their pthread, which several may have; their own number is in an outer span."""
        found = _THREAD.fullmatch(str(event.name)) if self.is_root(event) else None
        if found is None:
            return super().lane(event, outer, told)
        key = event.pid, int(found[1])
        if found[2]:
            told.thread_names[key] = found[2]
        return told.lanes[key]

    def is_root(self, event: Event) -> bool:
        name = str(event.name)
        found = _PROCESS.fullmatch(name) or _THREAD.fullmatch(name)
        return found is not None and arguments(event).get("filename") == ""


@dataclass(frozen=True)
class Ray(Dialect):
    """https://docs.ray.io, `ray timeline`."""

    name: str = "Ray's timeline"


def dialect_of(events: Sequence[Call]) -> Dialect:
    """By the first events of a file; VizTracer and our own export only tell behind them (`Dialect.with_rest`)."""
    some = events[:100]
    if any(isinstance(one, Event) and one.cat == "py-spy" for one in some):
        return PySpy()
    if any(isinstance(one.tid, str) and one.tid.startswith(("worker:", "driver:")) for one in some):
        return Ray()
    return Dialect()
