"""Being woken on time: asks the kernel for short slices, which every user may (Linux 6.12 and up).

The scheduler (EEVDF) lets a task that asks for short slices run sooner after it wakes up, and not longer in all: it
is given the same share. sched_setattr(2) with `sched_runtime`, see Documentation/scheduler/sched-eevdf.rst. Only for
looks that have to tell all by themselves: of two threads that take turns at the GIL they place 82 to 86 % of the waits
right so, and 77 % without. Beside exact switches hardly anything is gained (98.6 to 98.8 and 98.0 to 98.7 %), and such
threads lose 2 % of their speed instead of 0.4 %, since more turns drive one of them off its CPU.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

SYSTEM_CALL = {"x86_64": 314, "aarch64": 274}
SLICE_NS = 300_000
_RESET_ON_FORK = 1
_ATTRIBUTES = struct.Struct("<IIQiIQQQII")  # size policy flags nice priority runtime deadline period util_min util_max


def ask_for_short_slices() -> bool:
    """For the calling thread, and not for its children. False where the kernel does not know it; nothing changes
    then.
    """
    if sys.platform != "linux" or os.uname().machine not in SYSTEM_CALL:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    raw = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, _RESET_ON_FORK, nice, 0, SLICE_NS, 0, 0, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(SYSTEM_CALL[os.uname().machine], 0, ctypes.create_string_buffer(raw), 0) == 0)
