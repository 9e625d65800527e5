"""System calls by number: in which a thread waits, and for what. Linux on x86-64 and ARM64.

Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h of Linux 6.x; they never change.
"""

from __future__ import annotations

import os

from visualiser.events import blocks

# name: (number on x86-64, number on ARM64); -1: not there
_FUTEX = {"futex": (202, 98), "futex_waitv": (449, 449), "futex_wait": (455, 455)}
_SLEEP = {"nanosleep": (35, 101), "clock_nanosleep": (230, 115), "pause": (34, -1)}
_CHILD = {"wait4": (61, 260), "waitid": (247, 95), "vfork": (58, -1)}
_IO = {
    "read": (0, 63),
    "write": (1, 64),
    "poll": (7, -1),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "readv": (19, 65),
    "writev": (20, 66),
    "select": (23, -1),
    "sendfile": (40, 71),
    "connect": (42, 203),
    "accept": (43, 202),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "open": (2, -1),
    "flock": (73, 32),
    "fcntl": (72, 25),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "getdents64": (217, 61),
    "io_getevents": (208, 4),
    "epoll_wait": (232, -1),
    "openat": (257, 56),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "splice": (275, 76),
    "sync_file_range": (277, 84),
    "epoll_pwait": (281, 22),
    "accept4": (288, 242),
    "preadv": (295, 69),
    "pwritev": (296, 70),
    "recvmmsg": (299, 243),
    "sendmmsg": (307, 269),
    "copy_file_range": (326, 285),
    "io_uring_enter": (426, 426),
    "epoll_pwait2": (441, 441),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
}
# Not waits of their own, but seen when a thread is off the CPU inside them; here to be named.
_OTHER = {
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "madvise": (28, 233),
    "sched_yield": (24, 124),
    "clone": (56, 220),
    "fork": (57, -1),
    "execve": (59, 221),
    "exit": (60, 93),
    "rt_sigsuspend": (130, 133),
    "rt_sigtimedwait": (128, 137),
    "exit_group": (231, 94),
    "close": (3, 57),
    "stat": (4, -1),
    "unlink": (87, -1),
    "membarrier": (324, 283),
    "clone3": (435, 435),
}
_SEMAPHORES = ("semop", "semtimedop")

_COLUMN = {"x86_64": 0, "aarch64": 1}.get(os.uname().machine if hasattr(os, "uname") else "", -1)


def _by_number() -> tuple[dict[int, int], dict[int, str]]:
    reasons: dict[int, int] = {}
    names: dict[int, str] = {}
    kinds = blocks.Seen
    groups = (
        (kinds.LOCK, _FUTEX),
        (kinds.SLEEP, _SLEEP),
        (kinds.CHILD, _CHILD),
        (kinds.IO, _IO),
        (kinds.OTHER, _OTHER),
    )
    for seen, group in groups:
        for name, numbers in group.items():
            if _COLUMN >= 0 and numbers[_COLUMN] >= 0:
                reasons[numbers[_COLUMN]] = blocks.Seen.LOCK if name in _SEMAPHORES else seen
                names[numbers[_COLUMN]] = name
    return reasons, names


REASONS, NAMES = _by_number()
FUTEXES = frozenset(numbers[_COLUMN] for numbers in _FUTEX.values()) if _COLUMN >= 0 else frozenset()
"""The numbers whose first argument is the address that a thread waits at."""


def reason(number: int) -> int:
    """What a thread waits for in that system call (`Seen`), as far as the number tells: a futex counts as a lock."""
    return REASONS.get(number, blocks.Seen.OTHER)


def name(number: int) -> str:
    """The call's name, or "system call N"."""
    return NAMES.get(number, f"system call {number}")
