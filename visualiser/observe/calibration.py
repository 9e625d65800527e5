"""Runs inside a short-lived interpreter, by path, to find where that build of CPython keeps its GIL: prints JSON.

`EXE -I -S -X gil=1 calibration.py`. Nothing here runs in a watched program. No table of structures: the interpreter
is made to hold recognisable values (a switch interval of 12347 microseconds, the running thread's state, its native
id), and its memory is searched for them, a second time from a second thread. Python 3.9 and up, on Linux.

    gil            bytes from _PyRuntime to the main interpreter's `last_holder`, followed by locked and switch_number
                   (struct _gil_runtime_state in CPython's Include/internal/pycore_gil.h)
    native_id      bytes from a PyThreadState to its native_thread_id (3.11 and up), else null
    ident          bytes from a PyThreadState to its thread_id, which is pthread_self()
    pthread_tid    bytes from pthread_self() to the kernel's thread id, where native_id is null
    first, next    bytes from _PyRuntime to the first PyInterpreterState, and from each to the next, else null
    own_gil        bytes from a PyInterpreterState to the pointer to its GIL's struct (3.12 and up), else null
    file           the file that _PyRuntime is mapped from
    enabled        bytes from last_holder to the int that says whether there is a GIL (free-threaded builds), else null
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

INTERVAL = 12347  # microseconds; not a number that is found by chance in front of the right pointer
RUNTIME_LIMIT, INTERPRETER_LIMIT, THREAD_LIMIT, PTHREAD_LIMIT = 1 << 20, 1 << 18, 2048, 2048
WORD = 8

api = ctypes.pythonapi
for function in ("PyThreadState_Get", "PyInterpreterState_Head", "PyInterpreterState_Main"):
    getattr(api, function).restype = ctypes.c_void_p
pread = ctypes.PyDLL(None).pread
pread.restype, pread.argtypes = ctypes.c_ssize_t, (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64)
memory = os.open("/proc/self/mem", os.O_RDONLY)
runtime = ctypes.addressof(ctypes.c_char.in_dll(api, "_PyRuntime"))


def read(address: int, limit: int) -> bytes:
    """What can be read there. Through the kernel: behind a file's end, memory is mapped that nobody may touch.

    By a PyDLL, which keeps the GIL: os.pread lets it go, and then another thread is its holder.
    """
    buffer = ctypes.create_string_buffer(limit)
    size = max(pread(memory, buffer, limit, address), 0)
    return buffer.raw[:size]


def file_of(address: int) -> str | None:
    """The file whose mapping, or whose zeroed memory right behind it, the address lies in."""
    path, last_end = None, 0
    with open("/proc/self/maps") as maps:
        for line in maps:
            part = line.split(None, 5)
            first, last = (int(end, 16) for end in part[0].split("-"))
            if len(part) == 6 and part[5].startswith("/"):
                path = part[5].strip()
            elif first != last_end:
                path = None
            if first <= address < last:
                return path
            last_end = last
    return None


def places(address: int, limit: int, value: int, size: int = WORD) -> set[int]:
    """Offsets from `address` at which `value` lies."""
    raw = read(address, limit)
    needle, at = value.to_bytes(size, "little"), -1
    found: set[int] = set()
    while True:
        at = raw.find(needle, at + 1)
        if at < 0:
            return found
        if at % size == 0:
            found.add(at)


def here() -> dict[str, set[int]]:
    """What the running thread can tell: sets of offsets, by name."""
    state, ident = api.PyThreadState_Get(), threading.get_ident()
    native = threading.get_native_id()
    found = {
        "gil": {at for at in places(runtime, RUNTIME_LIMIT, state) if word(runtime + at - WORD) == INTERVAL},
        "ident": places(state, THREAD_LIMIT, ident),
        "native_id": places(state, THREAD_LIMIT, native) if sys.version_info >= (3, 11) else set(),
        "pthread_tid": places(ident, PTHREAD_LIMIT, native, 4),
    }
    return found


def word(address: int) -> int:
    """The unsigned machine word at an address of this process."""
    return int.from_bytes(read(address, WORD), "little")


def twice() -> dict[str, int | None]:
    """The offsets that hold in this thread and in another one; the least of each name, None where there is none."""
    results = [here()]
    thread = threading.Thread(target=lambda: results.append(here()))
    thread.start()
    thread.join()
    first, second = results
    return {name: min(first[name] & second[name], default=None) for name in first}


def interpreters(gil: int) -> dict[str, int | None]:
    """Where the list of interpreters begins and how it goes on, told by a second interpreter with a GIL of its own."""
    nothing: dict[str, int | None] = {"first": None, "next": None, "own_gil": None}
    main = api.PyInterpreterState_Main()
    struct = runtime + gil - WORD - (WORD if is_free_threaded() else 0)
    own = places(main, INTERPRETER_LIMIT, struct)
    if sys.version_info < (3, 12) or not own:
        return nothing
    before = places(runtime, 1 << 14, main)
    number, destroy = second_interpreter()
    try:
        head = api.PyInterpreterState_Head()
        first = min(before & places(runtime, 1 << 14, head), default=None)
        following = min(places(head, 1 << 16, main), default=None)
        where = {at for at in own if head < word(head + at) < head + INTERPRETER_LIMIT}
        if head == main or first is None or following is None or not where:
            return nothing
        return {"first": first, "next": following, "own_gil": min(where)}
    finally:
        destroy(number)


def second_interpreter() -> tuple[Any, Callable[[Any], object]]:
    """A new interpreter with a GIL of its own, and what ends it. The module's name is CPython's own affair."""
    if sys.version_info >= (3, 13):
        module = __import__("_interpreters")
        return module.create("isolated"), module.destroy
    module = __import__("_xxsubinterpreters")
    return module.create(isolated=True), module.destroy


def is_free_threaded() -> bool:
    """Whether this build of CPython can do without a GIL."""
    return "t" in getattr(sys, "abiflags", "")


def main() -> None:
    """Search, and print what was found as one JSON object."""
    sys.setswitchinterval(INTERVAL / 1e6)
    found: dict[str, Any] = dict(twice())
    if found["gil"] is None:
        found.update(first=None, next=None, own_gil=None)
    else:
        try:
            found.update(interpreters(found["gil"]))
        except Exception as error:
            found.update(first=None, next=None, own_gil=None, problem=repr(error))
    # in a free-threaded build `int enabled` stands before `interval`
    found["enabled"] = -2 * WORD if is_free_threaded() else None
    found["file"] = file_of(runtime)
    found["version"] = "{}.{}.{}".format(*sys.version_info[:3])
    print(json.dumps(found))


main()
