"""The bytes of a diary file, shared by who writes (probe, observer) and who reads (trace).

    file      header (HEADER_SIZE bytes), then segments one after the other; zero bytes = not used yet
    segment   SEGMENT header (SEGMENT_HEADER bytes), then its content up to `size` bytes in all
                EVENTS   records of 24 bytes; the first record whose time is 0 has not been written yet
                STRINGS  entries; the first entry whose length word is 0 has not been written yet
                FILLER   nothing: the rest of a mapped chunk, to be skipped
    entry     ENTRY header, then UTF-8 bytes (surrogatepass), padded to a multiple of 8

Everything is little-endian in the file on every machine we run on (CPython on x86-64, ARM64), and written native.
A diary is only ever appended to. Its format has a number; a reader refuses what it does not know.
"""

from __future__ import annotations

import struct

MAGIC = b"ILVDIARY"
FORMAT = 1
SUFFIX = ".diary"

HEADER_SIZE = 4096
# magic, format, header size, pid, parent's pid, start perf_counter_ns, wall clock time_ns at the same moment,
# lost records that no segment can count, time of the first of them, length of the JSON that follows, flags
HEADER = struct.Struct("<8sIIIIQQQQII")
HEADER_LOST_AT = 40
HEADER_INFO_AT = 64

SEGMENT_MAGIC = 0x474D4753
EVENTS, STRINGS, FILLER = 1, 2, 3
SEGMENT_HEADER = 64
# magic, type, reserved, size, thread's serial (1, 2, ... in order of discovery), native thread id, Python's ident,
# lost records of this thread, time of the first of them, time the segment was begun
SEGMENT = struct.Struct("<IHHIIQQQQQ")
SEGMENT_LOST_AT = 32

RECORD = struct.Struct("<QQQ")
RECORD_SIZE = 24

ENTRY = struct.Struct("<IIII")  # length of the bytes + 1 (written last), id, table, reserved
ENTRY_SIZE = 16
