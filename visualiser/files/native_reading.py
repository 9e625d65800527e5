"""Reads the native file as if an enemy had written it: sizes, names, types and numbers are checked before their use.

Nothing is unpickled, nothing is extracted to the disk, and no member is inflated before it is known what it should be.
"""

from __future__ import annotations

import errno
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from visualiser.trace import (
    RECORD_DTYPE,
    SOURCE_NAMES,
    STATE_NAMES,
    Block,
    Chunk,
    Counter,
    Definition,
    EventBatch,
    Loss,
    ProcessHeader,
    RunInfo,
    TraceStore,
    keep_counters,
)

from .counters import COUNTER_COLUMNS, are_counted, counter_column_name
from .errors import BadFile
from .native import (
    COLUMNS,
    DEFINITIONS,
    FILES,
    FORMAT,
    HEADER,
    WITHOUT_COUNTERS,
    WITHOUT_STATES,
    block_name,
    column_name,
)
from .told_states import STATE_COLUMNS, are_sound, plain_states, state_column_name
from .writing import Progress, no_progress

LARGEST = 8 << 30
"""Bytes, unpacked, of the largest file that is opened."""
HIGHEST_RATIO = 300
"""A real run shrinks by a factor of 3 to 30. What claims to have shrunk by more is only believed up to SMALL bytes."""
SMALL = 256 << 20

_NAME = re.compile(
    r"header\.json|definitions\.json|threads/(0|[1-9]\d{0,6})/(kind|flag|a|site|value|t)\.npy"
    r"|states/(0|[1-9]\d{0,6})/(start|end|state|source)\.npy"
    r"|counters/(0|[1-9]\d{0,3})/(t|value)\.npy"
    r"|blocks/(0|[1-9]\d{0,5})\.bin"
    r"|files/(stdout|stderr|program/(?!.*(?:^|/)\.\.(?:/|$))[^\\\x00]+\.py)"
)

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, TypeError)
"""What reading a damaged zip, array or JSON text raises (RecursionError is a RuntimeError)."""


def read_native(file: BinaryIO, size: int, progress: Progress = no_progress) -> TraceStore:
    """The run in an open .ilv file of `size` bytes. Raises BadFile."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _Reading(archive, size).store(progress)
    except BadFile:
        raise
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place in the file that cannot be
            raise
        raise BadFile("It is damaged, or was not written completely.") from error
    except (*DAMAGED, OverflowError, IndexError, MemoryError) as error:
        raise BadFile("It is damaged, or was not written completely.") from error


class _Reading:
    """One file being read."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._members = _checked_members(archive, size)

    def store(self, progress: Progress) -> TraceStore:
        header = self._header()
        info = RunInfo.from_data(header["run"])
        headers = tuple(_process(one) for one in _list(header["processes"]))
        definitions = tuple(_definition(one) for one in _list(self._json(DEFINITIONS)))
        losses = tuple(Loss(*(_number(one) for one in _list(loss, 4))) for loss in _list(header["losses"]))
        threads = _list(header["threads"])
        store = TraceStore(info)
        store.extend(EventBatch(headers, (), definitions))
        for number, thread in enumerate(threads):
            progress(number / len(threads))
            store.extend(EventBatch(chunks=(self._chunk(number, thread),)))
        blocks = tuple(self._block(number, one) for number, one in enumerate(_list(header["blocks"])))
        store.extend(EventBatch(losses=losses, blocks=blocks))
        for problem in _list(header["problems"]):
            store.add_problem(_text(problem))
        store.attachments = {name[len(FILES) :]: self._read(name) for name in self._members if name.startswith(FILES)}
        store.finish(info)
        for number, told in enumerate(_list(header["states"])):
            self._add_states(store, number, *(_number(one) for one in _list(told, 2)))
        counters = [self._counter(store, number, one) for number, one in enumerate(_list(header["counters"]))]
        if counters:
            keep_counters(store, counters)
        return store

    def _counter(self, store: TraceStore, number: int, told: Any) -> Counter:
        process, name, series, rows = _list(told, 4)
        names = {column: counter_column_name(number, column) for column in COUNTER_COLUMNS}
        columns = {name: self._column(names[name], dtype, _number(rows)) for name, dtype in COUNTER_COLUMNS.items()}
        if _number(process) >= len(store.processes) or not are_counted(columns):
            raise BadFile("It is damaged: the counters in it make no sense.")
        return Counter(process, _text(name), _text(series), **columns)

    def _add_states(self, store: TraceStore, number: int, thread: int, rows: int) -> None:
        columns = {
            name: self._column(state_column_name(number, name), dtype, rows) for name, dtype in STATE_COLUMNS.items()
        }
        life = store.threads[thread]
        end = store.end_ns if life.end_ns is None else life.end_ns
        if not are_sound(columns, len(STATE_NAMES), len(SOURCE_NAMES), life.start_ns, end):
            raise BadFile("It is damaged: the states in it make no sense.")
        store.replace_states(thread, plain_states(columns))

    def _header(self) -> Mapping[str, Any]:
        if HEADER not in self._members:
            raise BadFile("It is a zip archive, but not a run saved by Interleave.")
        header = _mapping(self._json(HEADER))
        number = header.get("format")
        if isinstance(number, int) and number > FORMAT:
            raise BadFile(
                f"It was saved by a newer version of Interleave (format {number}; this one reads up to {FORMAT}). "
                "Update Interleave to open it."
            )
        if not isinstance(number, int) or number < 1:
            raise BadFile("It has a format that no version of Interleave has written.")
        return upgraded(header)

    def _json(self, name: str) -> Any:
        return json.loads(self._read(name))

    def _read(self, name: str) -> bytes:
        info = self._members[name]
        with self._archive.open(info) as member:
            data = member.read(info.file_size + 1)
        if len(data) != info.file_size:
            raise BadFile("It is damaged: a part of it has another size than it says.")
        return data

    def _block(self, number: int, what: Any) -> Block:
        process, kind, channel, size = (_number(one) for one in _list(what, 4))
        name = block_name(number)
        if self._members[name].file_size != size:
            raise BadFile("It is damaged: a part of it has another size than it says.")
        return Block(process, kind, channel, self._read(name))

    def _chunk(self, number: int, thread: Any) -> Chunk:
        thread = _mapping(thread)
        rows = _number(thread["rows"])
        columns = {name: self._column(column_name(number, name), dtype, rows) for name, dtype in COLUMNS.items()}
        records = np.empty(rows, RECORD_DTYPE)
        for name, column in columns.items():
            records[name] = column
        times = records["t"]
        if rows and (times.min() == 0 or times.max() >= 1 << 63 or (times[1:] < times[:-1]).any()):
            raise BadFile("It is damaged: the times in it are in disorder.")
        process, serial, tid, ident = (_number(thread[name]) for name in ("process", "serial", "tid", "ident"))
        return Chunk(process, serial, tid, ident, records)

    def _column(self, name: str, dtype: str, rows: int) -> Any:
        """One column. Its size follows from `rows`, and is compared with what the zip says before anything is read."""
        info = self._members[name]
        expected = np.dtype(dtype)
        with self._archive.open(info) as member:
            if np.lib.format.read_magic(member) != (1, 0):
                raise BadFile("It holds an array of a version that Interleave never writes.")
            shape, _, found = np.lib.format.read_array_header_1_0(member, max_header_size=1024)
            if found != expected or shape != (rows,) or member.tell() + rows * expected.itemsize != info.file_size:
                raise BadFile("It is damaged: an array in it is not what the header says.")
            data = member.read(rows * expected.itemsize)
            complete = len(data) == rows * expected.itemsize and not member.read(1)
        if not complete:
            raise BadFile("It is damaged, or was not written completely.")
        return np.frombuffer(data, expected)


def upgraded(header: Mapping[str, Any]) -> Mapping[str, Any]:
    """The header as this version writes it, from one of an older format."""
    if header["format"] == 1:
        header = {**header, "format": 2, "blocks": []}
    if header["format"] == WITHOUT_STATES:
        header = {**header, "format": 3, "states": []}
    if header["format"] == WITHOUT_COUNTERS:
        header = {**header, "format": FORMAT, "counters": []}
    return header


def _checked_members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name, none of them doubtful."""
    members = {info.filename: info for info in archive.infolist()}
    total = sum(info.file_size for info in archive.infolist())
    if total > LARGEST or total > max(SMALL, HIGHEST_RATIO * size):
        raise BadFile("It claims to hold far more than a run can; it is not opened.")
    if HEADER in members:  # else it is some other zip, and is told so
        for name, info in members.items():
            if not _NAME.fullmatch(name) or info.flag_bits & 1:
                raise BadFile("It holds things that do not belong into a saved run; it is not opened.")
        if len(members) != len(archive.infolist()):
            raise BadFile("It is damaged: it holds two parts of one name.")
    return members


def _process(data: Any) -> ProcessHeader:
    data = _mapping(data)
    key, pid, parent_pid, start = (_number(data[name]) for name in ("key", "pid", "parent_pid", "start_ns"))
    return ProcessHeader(key, pid, parent_pid, start, _mapping(data["info"]))


def _definition(data: Any) -> Definition:
    process, number, table, text = _list(data, 4)
    return Definition(_number(process), _number(number), _number(table), _text(text))


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 64:
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()


def _list(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise TypeError(value)
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value
