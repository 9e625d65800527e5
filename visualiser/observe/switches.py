"""Exact context switches of the whole process tree below this process, from the kernel, without privileges.

One event per CPU is opened on this very process, disabled, with `inherit` and `enable_on_exec`: every child inherits
it and it begins to count when the child turns into its program. So whoever launches needs no gate between fork and
exec, no thread has to be discovered, and one that lives for 50 microseconds is seen as well. The kernel writes
PERF_RECORD_SWITCH for each edge, FORK and EXIT for each thread's life and COMM for each exec into one ring per CPU,
on the clock of `time.perf_counter_ns` (CLOCK_MONOTONIC). Source: perf_event_open(2).

The first child to execute something must be the program. The kernel may swap the equal event lists of parent and
child at a context switch; then the child's exec uses up the very events that were opened here, and it was seen that
programs started later went unfollowed, or were followed for a while only.

The rings' bytes go into the diary as they are; the observer itself looks at them with `edges` only. Measured per
record (CPython 3.11, 97 000 records): copied raw 2 ns, unpacked and packed again into a record of ours 264 ns. Raw is
the cheapest for the observer, leaves judgement to the reader (numpy), and loses nothing.

The ring of one CPU is not in order with those of others. Lost records are told by a PERF_RECORD_LOST in their place.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import struct
import sys
import threading

SYSTEM_CALL = {"x86_64": 298, "aarch64": 241}
PARANOID = "/proc/sys/kernel/perf_event_paranoid"
RING_PAGES = 64
"""Per CPU: 8192 records. perf_event_mlock_kb (516 by default) allows a user 128 pages for each CPU: two runs at once.
"""
LEAST_PAGES = 4
NO_MEMORY = "The memory that the kernel lets users lock for switch events is used up, perhaps by other runs."

_HEAD, _TAIL = 1024 // 8, 1032 // 8  # words of struct perf_event_mmap_page: data_head, data_tail
_FD_CLOEXEC = 8


class SwitchesRefused(Exception):
    """The kernel does not give us switches. `reason`: one sentence; `advice`: one command that would change it, or
    "".
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class Ring:
    """One CPU's event and its mapped ring."""

    def __init__(self, cpu: int, fd: int, pages: int) -> None:
        self.cpu = cpu
        self._fd = fd
        self._size = pages * mmap.PAGESIZE
        self._map = mmap.mmap(fd, self._size + mmap.PAGESIZE)
        self._words = memoryview(self._map)[: mmap.PAGESIZE].cast("Q")
        self._data = memoryview(self._map)[mmap.PAGESIZE :]
        self._tail = 0

    def drain(self, barrier: threading.Lock) -> bytes:
        """Whole records, oldest first, and their room given back."""
        new = self.peek(barrier)
        if new:
            self._words[_TAIL] = self._tail = self._tail + len(new)  # after a release
        return new

    def peek(self, barrier: threading.Lock) -> bytes:
        """The same, and they stay where they are."""
        head, tail = self._words[_HEAD], self._tail
        if head == tail:
            return b""
        with barrier:  # an acquire: the data is not read before its head, on ARM too
            first, last = tail % self._size, head % self._size
            data = self._data
            return bytes(data[first:last]) if first < last else bytes(data[first:]) + bytes(data[:last])

    def close(self) -> None:
        """Stop the event, here and in all who inherited it."""
        self._words.release()
        self._data.release()
        self._map.close()
        os.close(self._fd)


class Switches:
    """The switches of all processes that this one starts from now on."""

    def __init__(self, rings: list[Ring], pages: int) -> None:
        self.pages = pages
        self.cpus = [ring.cpu for ring in rings]
        self._rings = rings
        self._barrier = threading.Lock()

    @classmethod
    def open(cls, pid: int = 0, pages: int = RING_PAGES) -> Switches:
        """Follow what this process (or the waiting child `pid`) and its children become at their next exec.

        Rings are made smaller where the user's share of locked memory is used up. Raises SwitchesRefused.
        """
        if sys.platform != "linux" or os.uname().machine not in SYSTEM_CALL:
            raise SwitchesRefused("Exact switches are had on Linux on x86-64 and ARM64 only.")
        while True:
            try:
                return cls(_open_rings(pid, pages), pages)
            except OSError as error:
                if error.errno not in (errno.EPERM, errno.ENOMEM) or not _opens(pid):
                    raise refusal(error) from error
                if pages <= LEAST_PAGES:
                    raise SwitchesRefused(NO_MEMORY, "sudo sysctl kernel.perf_event_mlock_kb=4096") from error
                pages //= 2

    def drain(self) -> list[tuple[int, bytes]]:
        """What is new: (CPU, raw records) of every CPU that has some. See `events.blocks` for the bytes."""
        found = []
        for ring in self._rings:
            data = ring.drain(self._barrier)
            if data:
                found.append((ring.cpu, data))
        return found

    def close(self) -> None:
        """Stop following."""
        for ring in self._rings:
            ring.close()
        self._rings = []


# --- the system call ------------------------------------------------------------------------------------------------


def attributes() -> ctypes.Array[ctypes.c_char]:
    """struct perf_event_attr: PERF_COUNT_SW_DUMMY, that is no counting, only the side records."""
    raw = bytearray(128)
    tid, time_, cpu = 1 << 1, 1 << 2, 1 << 7
    struct.pack_into("<IIQQQQ", raw, 0, 1, len(raw), 9, 0, tid | time_ | cpu, 0)
    # disabled inherit exclude_kernel exclude_hv comm enable_on_exec task sample_id_all use_clockid context_switch
    struct.pack_into("<Q", raw, 40, sum(1 << bit for bit in (0, 1, 5, 6, 9, 12, 13, 18, 25, 26)))
    struct.pack_into("<i", raw, 92, 1)  # CLOCK_MONOTONIC
    return (ctypes.c_char * len(raw)).from_buffer(raw)


def _open_event(pid: int, cpu: int) -> int:
    return open_event(pid, cpu, attributes())


def open_event(pid: int, cpu: int, wanted: ctypes.Array[ctypes.c_char]) -> int:
    """The descriptor of an event on a thread (0: the one that calls) and a CPU (-1: all). Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    number = SYSTEM_CALL[os.uname().machine]
    fd: int = libc.syscall(number, wanted, pid, cpu, -1, _FD_CLOEXEC)
    if fd < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return fd


def _open_rings(pid: int, pages: int) -> list[Ring]:
    rings: list[Ring] = []
    try:
        for cpu in online_cpus():
            with _gone_cpu():
                fd = _open_event(pid, cpu)
                try:
                    rings.append(Ring(cpu, fd, pages))
                except OSError:
                    os.close(fd)
                    raise
    except OSError:
        for ring in rings:
            ring.close()
        raise
    return rings


def _gone_cpu() -> contextlib.AbstractContextManager[None]:
    """A CPU may be taken offline between reading the list and opening it."""
    return _Suppress(errno.ENODEV)


class _Suppress(contextlib.AbstractContextManager[None]):
    def __init__(self, number: int) -> None:
        self.number = number

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        return isinstance(error, OSError) and error.errno == self.number


def _opens(pid: int) -> bool:
    """Whether the event itself is allowed, so that a refusal was about the ring's memory."""
    try:
        os.close(_open_event(pid, -1))
    except OSError:
        return False
    return True


def online_cpus() -> list[int]:
    """All CPUs that run: a program may widen the set it was given."""
    try:
        with open("/sys/devices/system/cpu/online", encoding="ascii") as file:
            return cpus_in(file.read())
    except (OSError, ValueError):
        return sorted(os.sched_getaffinity(0))


def cpus_in(text: str) -> list[int]:
    """The numbers in the kernel's list format, e.g. "0-2,5" -> [0, 1, 2, 5]. Raises ValueError."""
    numbers: list[int] = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def paranoid() -> int | None:
    """The value of kernel.perf_event_paranoid; None where there is none (then the kernel has no events at all)."""
    try:
        with open(PARANOID, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def _container_advice() -> str:
    """The command that starts this container with the right to it; "" where none was recognised.

    Their seccomp profiles refuse perf_event_open to those without CAP_PERFMON.
    """
    marks = {"docker": "/.dockerenv", "podman": "/run/.containerenv"}
    return next((f"{tool} run --cap-add PERFMON ..." for tool, mark in marks.items() if os.path.exists(mark)), "")


def refusal(error: OSError) -> SwitchesRefused:
    """Why the kernel refused, and what would change that."""
    level = paranoid()
    if error.errno == errno.ENOSYS or level is None:
        return SwitchesRefused("This kernel was built without perf events, so switches cannot be had exactly.")
    if error.errno in (errno.EACCES, errno.EPERM):
        if level > 2:
            reason = (
                f"The kernel keeps switch events from users (kernel.perf_event_paranoid is {level}; 2 allows them)."
            )
            return SwitchesRefused(reason, "sudo sysctl kernel.perf_event_paranoid=2")
        reason = "Switch events are refused although kernel.perf_event_paranoid allows them, perhaps by a container."
        return SwitchesRefused(reason, _container_advice())
    return SwitchesRefused(f"Switch events could not be opened: {error.strerror}.")
