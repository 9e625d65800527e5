"""Firefox Profiler's processed format as typed tables, as far as it is used; every index checked before its use.

The format: https://github.com/firefox-devtools/profiler/blob/main/src/types/profile.ts. Older files have tables in each
thread, newer ones in `shared`. Times are milliseconds after `meta.startTime`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from .errors import BadFile

LARGEST = 256 << 20
"""Bytes of text, all of which is in memory at once, and about four times as much as tables."""
DAMAGED = "It is a profile in Firefox Profiler's format, but damaged, or of a version that cannot be opened here."
RAW = (
    "It is a profile as Firefox writes it itself. Open it on profiler.firefox.com, and save it there, to open it here."
)

Index = int | None
Number = int | float | None


class Samples(msgspec.Struct):
    stack: list[Index] = []
    time: list[float] | None = None
    time_deltas: list[float] | None = msgspec.field(default=None, name="timeDeltas")
    weight_type: str | None = msgspec.field(default=None, name="weightType")
    schema: msgspec.Raw = msgspec.Raw()

    @property
    def are_changes(self) -> bool:
        """They say whenever the stack changed, and each holds until the next: nothing was sampled."""
        return self.weight_type == "tracing-ms"

    def times(self) -> Iterator[float]:
        """Of each sample, in ms."""
        if self.time is not None:
            yield from self.time
            return
        t = 0.0
        for delta in self.time_deltas or ():
            t += delta
            yield t


class StackTable(msgspec.Struct):
    frame: list[int] = []
    prefix: list[Index] | None = None


class FrameTable(msgspec.Struct):
    func: list[int] = []


class FuncTable(msgspec.Struct):
    name: list[int] = []
    file_name: list[Index] | None = msgspec.field(default=None, name="fileName")
    source: list[Index] | None = None
    line: list[Index] | None = msgspec.field(default=None, name="lineNumber")


class Sources(msgspec.Struct):
    filename: list[int] = []


class Markers(msgspec.Struct):
    name: list[int] = []
    start: list[Number] = msgspec.field(default_factory=list, name="startTime")
    end: list[Number] = msgspec.field(default_factory=list, name="endTime")


class Tables(msgspec.Struct):
    """What stands in a thread, or in what all threads share."""

    stack_table: StackTable | None = msgspec.field(default=None, name="stackTable")
    frame_table: FrameTable | None = msgspec.field(default=None, name="frameTable")
    func_table: FuncTable | None = msgspec.field(default=None, name="funcTable")
    strings: list[str] | None = msgspec.field(default=None, name="stringArray")
    sources: Sources | None = None


class Thread(Tables):
    name: str = ""
    tid: int | float | str | None = None
    pid: int | float | str | None = None
    process_name: str | None = msgspec.field(default=None, name="processName")
    is_main: bool = msgspec.field(default=False, name="isMainThread")
    samples: Samples = msgspec.field(default_factory=Samples)
    markers: Markers = msgspec.field(default_factory=Markers)


class Meta(msgspec.Struct):
    start: Number = msgspec.field(default=0, name="startTime")
    interval: Number = 1
    product: str | None = None
    platform: str | None = None
    imported_from: str | None = msgspec.field(default=None, name="importedFrom")


class Profile(msgspec.Struct):
    meta: Meta
    threads: list[Thread]
    shared: Tables = msgspec.field(default_factory=Tables)


def decode(text: bytes) -> Profile:
    """The profile in a text. Raises BadFile."""
    try:
        profile = msgspec.json.decode(text, type=Profile)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadFile(DAMAGED) from error
    if any(bytes(one.samples.schema) for one in profile.threads):
        raise BadFile(RAW)
    return profile


class Calls:
    """The call paths of a thread's stacks: nodes numbered from 0, each below its parent. Raises BadFile.

    Stacks that differ in lines alone are one node: they are one call, as far as samples can tell.
    """

    DEEPEST = 255
    """Calls inside each other; what is deeper belongs to the last of them."""

    def __init__(self, thread: Thread, shared: Tables) -> None:
        stacks = thread.stack_table or shared.stack_table or StackTable()
        frames = thread.frame_table or shared.frame_table or FrameTable()
        self._funcs = thread.func_table or shared.func_table or FuncTable()
        self._strings = thread.strings or shared.strings or []
        self._sources = (shared.sources or thread.sources or Sources()).filename
        self.parent: list[int] = []
        self.depth: list[int] = []
        self.func: list[int] = []
        self.node: list[int] = []
        """By stack."""
        known: dict[tuple[int, int], int] = {}
        prefixes = stacks.prefix or [None] * len(stacks.frame)
        if len(prefixes) != len(stacks.frame):
            raise BadFile(DAMAGED)
        for at, (frame, prefix) in enumerate(zip(stacks.frame, prefixes, strict=True)):
            if prefix is not None and not 0 <= prefix < at:
                raise BadFile(DAMAGED)
            above = -1 if prefix is None else self.node[prefix]
            self.node.append(self._node(known, above, _item(frames.func, frame)))

    def _node(self, known: dict[tuple[int, int], int], above: int, func: int) -> int:
        if above >= 0 and self.depth[above] >= self.DEEPEST:
            return above
        node = known.get((above, func))
        if node is None:
            _item(self._funcs.name, func)
            node = known[above, func] = len(self.parent)
            self.parent.append(above)
            self.depth.append(1 if above < 0 else self.depth[above] + 1)
            self.func.append(func)
        return node

    def name(self, func: int) -> tuple[str, str]:
        """What a function is called, and its line as "line\\tfunction\\tfile", or ""."""
        table = self._funcs
        name = self.string(_item(table.name, func))
        file = _optional(table.file_name, func)
        if file is None and (source := _optional(table.source, func)) is not None:
            file = _item(self._sources, source)
        line = _optional(table.line, func)
        if file is None or line is None or not 0 < line < 1 << 31:
            return name, ""
        return name, f"{line}\t{name}\t{self.string(file)}"

    def string(self, number: int) -> str:
        """A text by its number."""
        if not 0 <= number < len(self._strings):
            raise BadFile(DAMAGED)
        return self._strings[number]


def _item(items: list[int], at: int) -> int:
    if not 0 <= at < len(items):
        raise BadFile(DAMAGED)
    return items[at]


def _optional(items: list[Index] | None, at: int) -> int | None:
    return items[at] if items is not None and 0 <= at < len(items) else None
