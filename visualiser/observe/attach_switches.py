"""Exact context switches of a process that runs already: events on each of its threads, and on what these start.

One event per thread and CPU, enabled at once and inherited by the thread's own threads and children; those of a CPU
write into one ring (PERF_EVENT_IOC_SET_OUTPUT). A thread that is born while the others are opened is either followed
already, since who bore it was (the kernel then tells of its birth), or found by the next listing and opened too.
Closing the events is all there is to letting go: the process itself is never touched. Source: perf_event_open(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from visualiser.events import blocks
from visualiser.observe.looks import threads_of
from visualiser.observe.switches import (
    LEAST_PAGES,
    NO_MEMORY,
    RING_PAGES,
    SYSTEM_CALL,
    Ring,
    Switches,
    SwitchesRefused,
    attributes,
    online_cpus,
    open_event,
    refusal,
)

SET_OUTPUT = 0x2405
LISTINGS = 8
"""How often threads are listed again until no new one is found."""

FLAGS_AT = 40
DISABLED, ENABLE_ON_EXEC = 1 << 0, 1 << 12

OTHERS = "The kernel lets nobody but its owner, or an administrator, follow the switches of that process."
TOO_MANY = "The process has too many threads for this machine's CPUs: there are not enough file descriptors."


class Record(NamedTuple):
    """One record of the kernel's: of which thread (of FORK: who was born), when, and whether it left the CPU."""

    kind: int
    tid: int
    t: int
    cpu: int
    out: bool


class AttachedSwitches(Switches):
    """The switches of running processes from now on. `followed`: their threads (native ids) when they were opened, with
    the process of each."""

    def __init__(self, rings: list[Ring], pages: int, events: list[int], followed: dict[int, int]) -> None:
        super().__init__(rings, pages)
        self._events = events
        self.followed = followed

    @classmethod
    def attach(cls, pids: Sequence[int], pages: int = RING_PAGES) -> AttachedSwitches:
        """Follow every thread of the processes, of which the first must be there. Raises SwitchesRefused."""
        if sys.platform != "linux" or os.uname().machine not in SYSTEM_CALL:
            raise SwitchesRefused("Exact switches are had on Linux on x86-64 and ARM64 only.")
        _raise_limit()
        while True:
            opening = _Opening(pids, pages)
            try:
                opening.open_all()
                return cls(opening.rings, pages, opening.events, opening.followed)
            except OSError as error:
                opening.close()
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    raise SwitchesRefused(TOO_MANY, "ulimit -n 65536") from error
                if opening.rings_refused and pages > LEAST_PAGES:
                    pages //= 2
                    continue
                raise _why(error, opening.rings_refused) from error

    def close(self) -> None:
        """Stop following; the process goes on as before."""
        super().close()
        for fd in self._events:
            os.close(fd)
        self._events = []


class _Opening:
    """What is open so far."""

    def __init__(self, pids: Sequence[int], pages: int) -> None:
        self._pids, self._pages = pids, pages
        self._attributes = _enabled_attributes()
        self._of_cpu: dict[int, int] = {}
        self.rings: list[Ring] = []
        self.events: list[int] = []
        self.followed: dict[int, int] = {}
        self.rings_refused = False

    def open_all(self) -> None:
        """Every thread, and those that were born meanwhile. Raises OSError."""
        barrier = threading.Lock()
        born: set[int] = set()
        for _ in range(LISTINGS):
            for ring in self.rings:
                born.update(one.tid for one in records(ring.peek(barrier)) if one.kind == blocks.PERF_FORK)
            alive = [(pid, tid) for pid in self._pids for tid in threads_of(pid)]
            new = [(pid, tid) for pid, tid in alive if tid not in self.followed and tid not in born]
            if not new:
                break
            for pid, tid in new:
                self._open(pid, tid)
        if self._pids[0] not in self.followed.values():
            raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))

    def _open(self, pid: int, tid: int) -> None:
        for cpu in online_cpus():
            try:
                fd = open_event(tid, cpu, self._attributes)
            except OSError as error:
                if error.errno == errno.ESRCH and tid != self._pids[0]:
                    return  # it has ended
                if error.errno == errno.ENODEV:
                    continue  # the CPU was taken offline
                raise
            self._into_ring(fd, cpu)
        self.followed[tid] = pid

    def _into_ring(self, fd: int, cpu: int) -> None:
        if cpu in self._of_cpu:
            self.events.append(fd)
            _set_output(fd, self._of_cpu[cpu])
            return
        try:
            ring = Ring(cpu, fd, self._pages)
        except OSError:
            self.rings_refused = True
            os.close(fd)
            raise
        self.rings.append(ring)
        self._of_cpu[cpu] = fd

    def close(self) -> None:
        """Let go of what was opened."""
        for ring in self.rings:
            ring.close()
        for fd in self.events:
            os.close(fd)


def _set_output(fd: int, into: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ioctl(fd, ctypes.c_ulong(SET_OUTPUT), into) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _enabled_attributes() -> ctypes.Array[ctypes.c_char]:
    """As for a launch, but counting from the start."""
    made = attributes()
    (flags,) = struct.unpack_from("<Q", made, FLAGS_AT)
    struct.pack_into("<Q", made, FLAGS_AT, flags & ~(DISABLED | ENABLE_ON_EXEC))
    return made


def _raise_limit() -> None:
    """As many descriptors as this user may have: one is needed for each thread on each CPU."""
    with contextlib.suppress(OSError, ValueError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _why(error: OSError, rings: bool) -> SwitchesRefused:
    if rings:
        return SwitchesRefused(NO_MEMORY, "sudo sysctl kernel.perf_event_mlock_kb=4096")
    if error.errno == errno.ESRCH:
        return SwitchesRefused("The process has ended.")
    told = refusal(error)
    if error.errno in (errno.EACCES, errno.EPERM) and "kernel.perf_event_paranoid is" not in told.reason:
        return SwitchesRefused(OTHERS, "sudo")
    return told


def records(data: bytes) -> Iterator[Record]:
    """One CPU's raw records, oldest first."""
    at = 0
    while at + 8 <= len(data):
        kind, misc, size = blocks.PERF_HEADER.unpack_from(data, at)
        if size < 8 or at + size > len(data):
            return
        _, tid, t, cpu, _ = blocks.SAMPLE.unpack_from(data, at + size - blocks.SAMPLE.size)
        if kind == blocks.PERF_FORK:
            tid = blocks.TASK.unpack_from(data, at + 8)[2]
        yield Record(kind, tid, t, cpu, bool(misc & blocks.MISC_OUT))
        at += size
