"""What an observer would have seen, as blocks: drawn letter by letter, for tests of what follows from it.

`R` on a CPU, `r` preempted, `.` blocked; one letter is a step after the origin.
"""

from __future__ import annotations

from tests.support.builder import ORIGIN, STEP
from visualiser.events import blocks
from visualiser.trace import Block

KEY = 99  # of the observer's diary, which nobody looks up


def _switch(t: int, pid: int, tid: int, cpu: int, misc: int) -> bytes:
    size = blocks.SWITCH.size
    return blocks.PERF_HEADER.pack(blocks.PERF_SWITCH, misc, size) + blocks.SAMPLE.pack(pid, tid, t, cpu, 0)


def _task(kind: int, t: int, pid: int, tid: int, cpu: int, parent: tuple[int, int] = (1, 1)) -> bytes:
    body = blocks.TASK.pack(pid, parent[0], tid, parent[1], t) + blocks.SAMPLE.pack(pid, tid, t, cpu, 0)
    return blocks.PERF_HEADER.pack(kind, 0, 8 + len(body)) + body


def lost(t: float, count: int, cpu: int = 0) -> Block:
    """Records that the kernel could not write."""
    body = blocks.LOST_BODY.pack(1, count) + blocks.SAMPLE.pack(1, 1, ORIGIN + round(t * STEP), cpu, 0)
    return Block(KEY, blocks.SWITCHES, cpu, blocks.PERF_HEADER.pack(blocks.PERF_LOST, 0, 8 + len(body)) + body)


def named(t: float, pid: int, tid: int, name: str) -> Block:
    """A thread is called so from then on."""
    text = name.encode().ljust(16, b"\0")
    body = blocks.PERF_HEADER.pack(pid, tid & 0xFFFF, tid >> 16) + text + blocks.SAMPLE.pack(pid, tid, _at(t), 0, 0)
    return Block(KEY, blocks.SWITCHES, 0, blocks.PERF_HEADER.pack(blocks.PERF_COMM, 0, 8 + len(body)) + body)


def switches(
    letters: str,
    pid: int,
    tid: int,
    cpu: int = 0,
    begin: float = 0,
    born: bool = True,
    parent: tuple[int, int] = (1, 1),
) -> Block:
    """A whole life of a thread: it is born a tenth of a step before its first letter, and ends after its last.
    `parent`: pid and native id of who bore it.
    """
    rows = [_task(blocks.PERF_FORK, _at(begin - 0.1), pid, tid, cpu, parent)] if born else []
    before = ""
    for number, letter in enumerate(letters):
        if letter != before:
            misc = {"R": 0, "r": blocks.MISC_OUT | blocks.MISC_PREEMPTED, ".": blocks.MISC_OUT}[letter]
            rows.append(_switch(_at(begin + number), pid, tid, cpu, misc))
        before = letter
    rows.append(_task(blocks.PERF_EXIT, _at(begin + len(letters)), pid, tid, cpu))
    return Block(KEY, blocks.SWITCHES, cpu, b"".join(rows))


def looks(pid: int, *rows: tuple[float, int, int]) -> Block:
    """Looks at threads: (step, native id, `Seen`)."""
    data = b"".join(blocks.LOOK.pack(_at(t), 1000, pid, tid, seen, 202, 0) for t, tid, seen in rows)
    return Block(KEY, blocks.LOOKS, 0, data)


def gils(pid: int, *rows: tuple[float, int, int, int], interpreter: int = 0) -> Block:
    """Looks at a GIL: (step, holder, `Held`, hand-overs)."""
    data = b"".join(blocks.GIL.pack(_at(t), 1000, pid, tid, interpreter, held, count) for t, tid, held, count in rows)
    return Block(KEY, blocks.GILS, 0, data)


def totals(pid: int, *rows: tuple[float, int, int]) -> Block:
    """Accounts: (step, native id, ns on a CPU)."""
    return Block(KEY, blocks.TOTALS, 0, b"".join(blocks.TOTAL.pack(_at(t), pid, tid, ns, 0, 1) for t, tid, ns in rows))


def interval(pid: int, micros: int) -> Block:
    """A switch interval."""
    return Block(KEY, blocks.INTERVALS, 0, blocks.INTERVAL.pack(ORIGIN, pid, 0, micros))


def watch(*rows: tuple[float, int, int]) -> Block:
    """The observer's own account: (step, ns of CPU so far, latest ns)."""
    return Block(
        KEY, blocks.WATCH, 0, b"".join(blocks.WATCH_ROW.pack(_at(t), cpu, 1, late, 1, 0) for t, cpu, late in rows)
    )


def _at(t: float) -> int:
    return ORIGIN + round(t * STEP)
