"""Who holds each GIL of a process, read from outside: some bytes of /proc/PID/mem, no change to the program.

    last_holder     PyThreadState*   the thread that holds the GIL, or held it last
    locked          int              1: it is held; -1: there is no GIL yet
    switch_number   unsigned long    counts every change of `last_holder`: an exact count of hand-overs

Two looks with the same count tell that nobody else held it in between. Behind the three lie the GIL's condition
variables and mutexes: a thread that sleeps in a futex in there waits for the GIL. Reading costs about 3 microseconds.
Source: struct _gil_runtime_state, CPython's Include/internal/pycore_gil.h; the same from 3.9 to 3.14.

The memory is read while the program changes it, and what `last_holder` points to may be gone: a number that no thread
can have is "not told".
"""

from __future__ import annotations

import os
import struct
import time
from typing import NamedTuple

from visualiser.events import blocks
from visualiser.observe.calibrate import Layout, Place

_STATE = struct.Struct("<QiIQ")  # last_holder, locked, padding, switch_number
_POINTER = struct.Struct("<Q")
WORD = 8
CONDITIONS = 2 * 48 + 2 * 40  # bytes: two pthread_cond_t, two pthread_mutex_t (glibc, x86-64; 16 more on ARM64)
MAX_INTERPRETERS = 64
ADDRESS_LIMIT = 1 << 63
TID_LIMIT = 1 << 22  # PID_MAX_LIMIT of Linux on 64 bits
BORROWED = "3.12."
"""Here an interpreter runs on the PyThreadState that its creator made for it, whichever thread runs it: the thread
that this names is not known to be the one (_run_script_in_interpreter in Modules/_xxsubinterpretersmodule.c).
"""


class GilLook(NamedTuple):
    """One GIL at one moment. `t`, `late`: ns before and how long it took; `holder`: native thread id, 0 not told."""

    t: int
    late: int
    interpreter: int
    held: int
    holder: int
    handovers: int

    def packed(self, pid: int) -> bytes:
        """As a row of a GILS block."""
        late = min(self.late, 0xFFFFFFFF)
        return blocks.GIL.pack(self.t, late, pid, self.holder, self.interpreter, self.held, self.handovers)


class _Gil:
    """One GIL of a process. `number`: 0 the main interpreter's, then in order of discovery."""

    def __init__(self, number: int, address: int) -> None:
        self.number = number
        self.address = address  # of last_holder
        self.seen: tuple[int, int] | None = None  # (pointer, hand-overs) for which `tid` is known
        self.tid = 0
        self.latest = (0, 0)  # hand-overs and whether it was held, at the latest look
        self.interval = 0  # microseconds, as told last


class GilReader:
    """The GILs of one process. Opened once; after an exec `read` raises and a new reader is needed.

    Raises OSError (PermissionError where the system forbids to read a child's memory).
    """

    def __init__(self, pid: int, layout: Layout, place: Place) -> None:
        self.pid = pid
        self._layout = layout
        self._runtime = place.address
        self._mem = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        main = place.address + layout.gil
        self._gils = {main: _Gil(0, main)}
        self.ranges = self._ranges()
        self.missed = 0  # looks since whose predecessor it changed more than once; for who asks to clear

    def close(self) -> None:
        """Let go of the process."""
        os.close(self._mem)

    def owns(self, futex: int) -> bool:
        """Whether who sleeps in this futex waits for a GIL of this process."""
        return any(first <= futex < last for first, last in self.ranges)

    def read(self) -> list[GilLook]:
        """Every GIL now; none before Python has made it. Raises OSError when the process has gone or turned into
        another.
        """
        looks = (self._look(gil) for gil in self._gils.values())
        return [look for look in looks if look is not None]

    def new_intervals(self) -> list[bytes]:
        """INTERVAL rows of GILs whose switch interval was not told yet, or has changed. Raises OSError.

        It lies in front of `last_holder` (`unsigned long interval`, microseconds).
        """
        rows = []
        for gil in self._gils.values():
            interval = self._pointer(gil.address - WORD)
            if interval != gil.interval and 0 < interval < 1 << 40:
                gil.interval = interval
                rows.append(blocks.INTERVAL.pack(time.perf_counter_ns(), self.pid, gil.number, interval))
        return rows

    def find_interpreters(self) -> None:
        """Look for sub-interpreters with a GIL of their own; those of the main interpreter stay. Raises OSError."""
        layout = self._layout
        if layout.first is None or layout.next is None or layout.own_gil is None:
            return
        skip = WORD + (WORD if layout.enabled is not None else 0)
        main = self._runtime + layout.gil
        alive = {main}
        interpreter = self._pointer(self._runtime + layout.first)
        for _ in range(MAX_INTERPRETERS):
            if not interpreter:
                break
            struct_at = self._pointer(interpreter + layout.own_gil)
            if struct_at:
                alive.add(struct_at + skip)
            interpreter = self._pointer(interpreter + layout.next)
        numbers = max(gil.number for gil in self._gils.values())
        for address in sorted(alive - set(self._gils)):
            numbers += 1
            self._gils[address] = _Gil(numbers, address)
        self._gils = {address: gil for address, gil in self._gils.items() if address in alive}
        self.ranges = self._ranges()

    def _look(self, gil: _Gil) -> GilLook | None:
        before = time.perf_counter_ns()
        raw = os.pread(self._mem, _STATE.size, gil.address)
        if len(raw) < _STATE.size:
            raise OSError("the process has gone")
        holder, locked, _, handovers = _STATE.unpack(raw)
        late = time.perf_counter_ns() - before
        if locked not in (0, 1):
            return None
        if self._layout.enabled is not None and not self._enabled(gil.address):
            return GilLook(before, late, gil.number, blocks.Held.NONE, 0, 0)
        changes = handovers - gil.latest[0]
        self.missed += changes > 1 or (not changes and locked != gil.latest[1])
        gil.latest = handovers, locked
        if gil.number or gil.seen != (holder, handovers):  # other interpreters give a PyThreadState to several threads
            gil.tid = self._tid(holder, gil) if holder else 0
            gil.seen = (holder, handovers) if gil.tid else None
        return GilLook(before, late, gil.number, locked, gil.tid, handovers)

    def _enabled(self, address: int) -> bool:
        assert self._layout.enabled is not None
        return os.pread(self._mem, 4, address + self._layout.enabled) != bytes(4)

    def _tid(self, state: int, gil: _Gil) -> int:
        """The native id of the thread with this PyThreadState; 0 when it has gone meanwhile, or cannot be told."""
        layout = self._layout
        if gil.number and layout.version.startswith(BORROWED):
            return 0
        try:
            if layout.native_id is not None:
                tid = self._number(state + layout.native_id, WORD)
            elif layout.ident is None or layout.pthread_tid is None:
                return 0
            else:
                tid = self._number(self._pointer(state + layout.ident) + layout.pthread_tid, 4)
        except OSError:
            return 0
        return tid if tid < TID_LIMIT else 0

    def _pointer(self, address: int) -> int:
        return self._number(address, WORD)

    def _number(self, address: int, size: int) -> int:
        raw = os.pread(self._mem, size, address) if address < ADDRESS_LIMIT else b""
        if len(raw) < size:
            raise OSError("nothing can be read there")
        return int.from_bytes(raw, "little")

    def _ranges(self) -> list[tuple[int, int]]:
        extra = 16 if os.uname().machine == "aarch64" else 0
        return [(at + _STATE.size, at + _STATE.size + CONDITIONS + extra) for at in self._gils]
