"""The native file, .ilv: a run's raw records packed. This module names its parts, states its limits, and writes it.

    header.json                 format, the run (as run.json), processes, threads with their rows, losses, problems,
                                blocks with their bytes
    definitions.json            [[process, id, table, text], ...]
    threads/<n>/<column>.npy    kind, flag, a, site, value, t of the n-th thread: one-dimensional, little-endian
    blocks/<n>.bin              what the observer saw, the n-th kind of it, as in its diary (events.blocks)
    states/<n>/<column>.npy     states of a thread that another tool told, where the run was opened from its file
    counters/<n>/<column>.npy   moments and values of a counter that it told
    files/...                   program/*.py, stdout, stderr of the run

It is an ordinary zip; arrays are .npy, format version 1.0, never with pickled objects. What is derived is not saved.
Format 1 had no blocks, 2 no states, 3 no counters; what has neither is written in format 2, without counters in 3.
"""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from visualiser.trace import Chunk, TraceStore, counters_of

from .attachments import attachments_of
from .counters import COUNTER_COLUMNS, counter_column_name
from .told_states import STATE_COLUMNS, state_column_name
from .writing import Progress, no_progress, replacing

FORMAT, WITHOUT_COUNTERS, WITHOUT_STATES = 4, 3, 2
HEADER, DEFINITIONS, FILES = "header.json", "definitions.json", "files/"
COLUMNS: Mapping[str, str] = {"kind": "<u2", "flag": "<u2", "a": "<u4", "site": "<u4", "value": "<u4", "t": "<u8"}

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip's own zero: the same run gives the same bytes


def column_name(thread: int, column: str) -> str:
    """The member that holds a column."""
    return f"threads/{thread}/{column}.npy"


def block_name(number: int) -> str:
    """The member that holds one kind of block."""
    return f"blocks/{number}.bin"


def write_native(store: TraceStore, path: Path, progress: Progress = no_progress) -> None:
    """Save a run. Raises OSError, and then leaves what was at `path`."""
    chunks = store.raw_chunks()
    files, cut = attachments_of(store)
    blocks = _gathered(store)
    header = _header(store, chunks, cut) | {"blocks": [[*what, len(data)] for what, data in blocks.items()]}
    definitions = [[one.process, one.id, one.table, one.text] for one in store.raw_definitions()]
    with replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        _write(archive, HEADER, json.dumps(header, indent=1).encode())
        _write(archive, DEFINITIONS, json.dumps(definitions).encode())
        for number, chunk in enumerate(chunks):
            progress(number / len(chunks))
            _write_columns(
                archive, {column_name(number, name): (chunk.records[name], COLUMNS[name]) for name in COLUMNS}
            )
        for number, told in enumerate(store.told_states.values()):
            columns = {name: (getattr(told, name), dtype) for name, dtype in STATE_COLUMNS.items()}
            _write_columns(archive, {state_column_name(number, name): what for name, what in columns.items()})
        for number, counter in enumerate(counters_of(store)):
            columns = {name: (getattr(counter, name), dtype) for name, dtype in COUNTER_COLUMNS.items()}
            _write_columns(archive, {counter_column_name(number, name): what for name, what in columns.items()})
        for number, data in enumerate(blocks.values()):
            _write(archive, block_name(number), data)
        for name, data in files.items():
            _write(archive, FILES + name, data)
    progress(1.0)


def _gathered(store: TraceStore) -> dict[tuple[int, int, int], bytes]:
    """The observer's blocks by process, format and channel: many small ones become a few large ones."""
    parts: dict[tuple[int, int, int], list[bytes]] = defaultdict(list)
    for block in store.raw_blocks():
        parts[block.process, block.format, block.channel].append(block.payload)
    return {what: b"".join(data) for what, data in parts.items()}


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)


def _write_columns(archive: zipfile.ZipFile, columns: Mapping[str, tuple[npt.NDArray[Any], str]]) -> None:
    """Columns with their types, by the names of the members."""
    for name, (column, dtype) in columns.items():
        info = zipfile.ZipInfo(name, _LONG_AGO)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as member:
            values = np.ascontiguousarray(column, dtype)
            np.lib.format.write_array(member, values, version=(1, 0), allow_pickle=False)


def _header(store: TraceStore, chunks: Sequence[Chunk], cut: list[str]) -> dict[str, Any]:
    counters = [[one.process, one.name, one.series, len(one.t)] for one in counters_of(store)]
    without = WITHOUT_COUNTERS if store.told_states else WITHOUT_STATES
    return {
        "format": FORMAT if counters else without,
        "run": store.info.to_data(),
        "processes": [
            {
                "key": one.key,
                "pid": one.pid,
                "parent_pid": one.parent_pid,
                "start_ns": one.start_ns,
                "info": dict(one.info),
            }
            for one in store.headers
        ],
        "threads": [
            {"process": one.process, "serial": one.serial, "tid": one.tid, "ident": one.ident, "rows": len(one.records)}
            for one in chunks
        ],
        **(
            {"states": [[thread, len(told)] for thread, told in store.told_states.items()]}
            if store.told_states or counters
            else {}
        ),
        **({"counters": counters} if counters else {}),
        "losses": [[one.process, one.serial, one.count, one.first_ns] for one in store.losses],
        "problems": [*_texts(store), *cut],
    }


def _texts(store: TraceStore) -> Iterator[str]:
    return (problem.text for problem in store.noted_problems)
