"""What may follow what in the life of a thread, as a table that is consulted when events enter.

Matching of beginnings and ends (`nesting`, `crossing`) finds what is missing; here is what each needs, and in which
words it is said that it was missing.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from visualiser.events import Kind, Span

from .values import Records


class Group(IntEnum):
    """What an event is about, and so who takes it in."""

    UNKNOWN = 0
    LIFE = 1
    WAIT = 2
    HOLD = 3
    SPAN = 4
    MARK = 5
    OUTPUT = 6
    MEMORY = 7
    EXITED = 8
    OTHER = 9
    LINE = 10
    VALUE = 11
    TASK = 12


_GROUPS = {
    Group.LIFE: (
        Kind.PROCESS_BEGIN,
        Kind.PROCESS_END,
        Kind.PROCESS_NAME,
        Kind.CHILD_STARTED,
        Kind.CHILD_ENDED,
        Kind.THREAD_BEGIN,
        Kind.THREAD_END,
        Kind.THREAD_NAME,
        Kind.THREAD_STARTED,
        Kind.THREAD_JOINED,
    ),
    Group.WAIT: (Kind.WAIT_BEGIN, Kind.WAIT_END),
    Group.HOLD: (Kind.HOLD, Kind.RELEASE),
    Group.SPAN: (Kind.SPAN_BEGIN, Kind.SPAN_END),
    Group.MARK: (Kind.MARK,),
    Group.OUTPUT: (Kind.OUTPUT,),
    Group.MEMORY: (Kind.MEMORY,),
    Group.EXITED: (Kind.EXITED,),
    Group.OTHER: (Kind.STOP_RUNG, Kind.NOTIFY, Kind.PUT, Kind.GET, Kind.SUBMIT),
    Group.LINE: (Kind.LINE,),
    Group.VALUE: (Kind.VALUE,),
    Group.TASK: (Kind.TASK_CREATED, Kind.TASK_READY, Kind.TASK_RUNS, Kind.TASK_RESTS),
}

GROUP_OF_KIND = np.zeros(1 << 16, np.uint8)
"""Group by kind; kinds that this version does not know are Group.UNKNOWN."""
for _group, _kinds in _GROUPS.items():
    GROUP_OF_KIND[list(_kinds)] = _group

OF_OBJECTS, OF_TEXTS = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
"""By kind: whether the record's `a` is the id of an object, or of a text."""
for _group in (Group.WAIT, Group.HOLD):
    OF_OBJECTS[list(_GROUPS[_group])] = True
OF_OBJECTS[[Kind.NOTIFY, Kind.PUT, Kind.GET, Kind.SUBMIT]] = True
for _group in (Group.LIFE, Group.SPAN, Group.MARK, Group.OUTPUT, Group.VALUE, Group.TASK):
    OF_TEXTS[list(_GROUPS[_group])] = True
OF_TEXTS[Kind.CHILD_ENDED] = False  # its `a` is an exit code

SAYS_LAST = (Span.UNPICKLE, Span.SHARED_MEMORY)
"""Spans whose end tells, in place of a line of source, a text: the type, or the name of the block."""


def with_last_words(records: Records) -> npt.NDArray[np.bool_]:
    """Which records' `site` is the id of a text."""
    return np.asarray((records["kind"] == Kind.SPAN_END) & np.isin(records["flag"], SAYS_LAST))


ONCE = {
    Kind.PROCESS_BEGIN: "a process begins twice",
    Kind.PROCESS_END: "a process ends twice",
    Kind.THREAD_END: "a thread ends twice",
}
"""What can happen once in the life of a thread's log, and what to say when it happens again."""

NEEDS = {
    Kind.WAIT_END: "a wait ends that never began",
    Kind.SPAN_END: "a span ends that never began",
    Kind.RELEASE: "a lock is released that nobody holds",
}
"""Ends that need a beginning, and what to say when there is none."""

UNENDED = {
    Kind.WAIT_BEGIN: "a wait ends only with the one around it",
    Kind.SPAN_BEGIN: "a span ends only with the one around it",
}
"""Beginnings that need an end of their own, and what to say when that of another ended them."""
