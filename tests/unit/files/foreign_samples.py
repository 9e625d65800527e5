"""Small files as other tools write them: the words and orders of real ones, with invented content."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

Event = dict[str, Any]


def call(ts: float, dur: float, name: str, pid: int = 10, tid: int = 11, **more: Any) -> Event:
    """A whole span."""
    return {"pid": pid, "tid": tid, "ts": ts, "ph": "X", "cat": "fee", "dur": dur, "name": name, **more}


def name_of(what: str, name: str, pid: int = 10, tid: int = 11) -> Event:
    """A `process_name` or `thread_name`."""
    return {"ph": "M", "pid": pid, "tid": tid, "name": what, "args": {"name": name}}


def viz_tracer_text(overflow: bool = False) -> str:
    """VizTracer 1.1: calls as they end, names with lines, and behind them the source files."""
    events = [
        name_of("process_name", "MainProcess", tid=10),
        name_of("thread_name", "MainThread", tid=10),
        name_of("thread_name", "worker-1"),
        call(1002.5, 1.25, "time.sleep", tid=10),
        call(1001.125, 4.0, "work (/home/ada/app.py:2)", tid=10),
        call(1003.0, 2.0, "work (/home/ada/app.py:2)"),
        {"pid": 10, "tid": 10, "ts": 1004.0, "ph": "C", "name": "garbage", "args": {"collected": 3}},
    ]
    files = {"/home/ada/app.py": ["import time\ndef work():\n    time.sleep(1)\n", 3]}
    info = {"files": files, "functions": {"work (/home/ada/app.py:2)": ["/home/ada/app.py", 2]}}
    metadata = {"overflow": overflow, "version": "1.1.1"}
    return json.dumps({"traceEvents": events, "viztracer_metadata": metadata, "file_info": info})


def py_spy_text() -> str:
    """py-spy 0.4: halves of spans, inside two that stand for the process and the thread."""

    def half(phase: str, ts: int, name: str, file: str = "", line: int = 0) -> Event:
        about = {"args": {"filename": file, "line": line}, "cat": "py-spy", "name": name, "ph": phase}
        return {**about, "pid": 10, "tid": 139817673657216, "ts": ts}

    roots = [half("B", 100, 'process 10:"app.py"'), half("B", 100, "thread (12): worker-1")]
    calls = [
        half("B", 100, "work", "/home/ada/app.py", 2),
        half("B", 100, "inner", "/home/ada/app.py", 9),
        half("E", 400, "inner", "/home/ada/app.py", 9),
        half("E", 400, "work", "/home/ada/app.py", 2),
    ]
    ends = [half("E", 400, "thread (12): worker-1"), half("E", 400, 'process 10:"app.py"')]
    return json.dumps([*roots, *calls, *ends])


def ray_text() -> str:
    """Ray's timeline: nodes and workers by texts, times since 1970 with fractions."""
    common = {"pid": "Node 10.0.0.1", "tid": "worker:4711", "ph": "X"}
    events = [
        {"name": "process_name", "ph": "M", "pid": "Node 10.0.0.1", "args": {"name": "Node 10.0.0.1"}},
        {
            **common,
            "cat": "task",
            "name": "task::square",
            "ts": 12345,
            "dur": 250.5,
            "args": {"id": "a"},
        },
        {**common, "cat": "task:execute", "name": "execute", "ts": 1700000000123500.0, "dur": 100.25},
    ]
    return json.dumps(events).replace("12345,", "1700000000123456.789,")  # more digits than a float has


TACHYON = "Tachyon Sampling Profiler"


def profile_text(
    stacks: Iterable[int | None] = (0, 1, 1, None, 0),
    markers: Iterable[tuple[str, float, float]] = (),
    *,
    tid: int = 77,
    start: float = 5000.0,
    main: bool = True,
) -> str:
    """A profile of Python 3.15's sampler: one thread, a sample each ms; stack 0 is work, 1 is inner inside it."""
    some, told = list(stacks), list(markers)
    strings = ["work", "app.py", "inner", *dict.fromkeys(name for name, _, _ in told)]
    thread = {
        "name": f"Thread-{tid}",
        "isMainThread": main,
        "pid": "4",
        "tid": tid,
        "processName": "Python Process",
        "samples": {"stack": some, "time": [float(n) for n in range(len(some))], "length": len(some)},
        "stackTable": {"frame": [0, 1], "prefix": [None, 0], "length": 2},
        "frameTable": {"func": [0, 1], "line": [3, 9], "length": 2},
        "funcTable": {"name": [0, 2], "fileName": [1, 1], "lineNumber": [2, 8], "length": 2},
        "markers": {
            "name": [strings.index(name) for name, _, _ in told],
            "startTime": [begin for _, begin, _ in told],
            "endTime": [end for *_, end in told],
            "length": len(told),
        },
    }
    meta = {"startTime": start, "interval": 1.0, "importedFrom": TACHYON, "platform": "Linux", "product": "Python"}
    return json.dumps({"meta": meta, "libs": [], "threads": [thread], "shared": {"stringArray": strings}})
