"""The observer's blocks: what it saw, many rows at a time, as bytes in segments of their own.

A block is a header and a payload of one format, padded to a multiple of 8; a length of 0 has not been written yet.
Rows are packed as they were seen, several hundred in one go, so a row costs the observer a fraction of what a record
would. Every row carries its own time (perf_counter_ns of the machine).

    SWITCHES   the kernel's records from one CPU's ring, raw, whole and in order (perf_event_open(2), "MMAP layout");
               each is 8 bytes of header and a body that ends in SAMPLE. `channel`: the CPU
    LOOKS      LOOK rows: what a thread was seen doing. `channel`: 0
    GILS       GIL rows: who held a GIL
    TOTALS     TOTAL rows: the kernel's own account of a thread (/proc/PID/task/TID/schedstat)
    WATCH      WATCH rows: what watching cost the observer itself
    INTERVALS  INTERVAL rows: after how long a thread asks for a GIL to be given up, whenever that changes
    NAMES      NAME rows: what threads are called by the kernel, where no switch records tell (those hold it themselves)

Little-endian throughout.
"""

from __future__ import annotations

import struct

BLOCKS = 4  # the type of a segment that holds blocks (beside layout.EVENTS, STRINGS, FILLER)
BLOCK = struct.Struct("<IIII")  # length of the payload + 1 (written last), format, channel, reserved

SWITCHES, LOOKS, GILS, TOTALS, WATCH, INTERVALS, NAMES = 1, 2, 3, 4, 5, 6, 7

# One record of the kernel begins with type u32, misc u16, size u16 (`struct perf_event_header`).
PERF_COMM, PERF_EXIT, PERF_LOST, PERF_FORK, PERF_SWITCH = 3, 4, 2, 7, 14
PERF_HEADER = struct.Struct("<IHH")
SAMPLE = struct.Struct("<IIQII")  # pid, tid, t, cpu, reserved: sample_id of PERF_SAMPLE_TID | TIME | CPU
SWITCH = struct.Struct("<QIIQII")  # header as one word, then SAMPLE
TASK = struct.Struct("<IIIIQ")  # body of FORK and EXIT before SAMPLE: pid, parent's pid, tid, parent's tid, t
LOST_BODY = struct.Struct("<QQ")  # body of LOST before SAMPLE: event id, records lost
MISC_OUT, MISC_PREEMPTED, MISC_EXEC = 1 << 13, 1 << 14, 1 << 13  # the last one of COMM

LOOK = struct.Struct("<QIIIHHQ")  # t before, ns it took, pid, tid, Seen, number of the system call, its first argument
GIL = struct.Struct(
    "<QIIIHHQ"
)  # t before, ns it took, pid, tid of the holder (0: not told), interpreter, Lock, hand-overs
TOTAL = struct.Struct("<QIIQQQ")  # t, pid, tid, ns on a CPU, ns ready without one, times it was given one
WATCH_ROW = struct.Struct(
    "<QQIIII"
)  # t, ns of CPU so far, turns so far, latest turn ns, looks so far, lost records so far
INTERVAL = struct.Struct("<QIIQ")  # t, pid, interpreter, microseconds
NAME = struct.Struct("<QII16s")  # t, pid, tid, up to 15 bytes and zeros


class Seen:
    """What a look found a thread doing. The first is no wait: the thread could run."""

    RUNNABLE = 1
    GIL = 2
    LOCK = 3
    IO = 4
    SLEEP = 5
    CHILD = 6
    OTHER = 7  # in a system call that is none of these; its number says which


class Held:
    """Whether a GIL was held at a look."""

    FREE = 0
    HELD = 1
    NONE = 2  # this interpreter runs without a GIL
