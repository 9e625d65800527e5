"""What threads are called by the kernel, and how often that is told."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from visualiser.events import blocks
from visualiser.observe.names import Names
from visualiser.trace.observed import Kin, names_from

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


@contextmanager
def thread(name: bytes | None) -> Iterator[int]:
    """A thread that the kernel knows by this name; its native id."""
    ready, over = threading.Event(), threading.Event()

    def work() -> None:
        if name is not None:
            ctypes.CDLL(None).pthread_setname_np(ctypes.c_ulong(threading.get_ident()), name)
        ready.set()
        over.wait(60)

    one = threading.Thread(target=work)
    one.start()
    assert ready.wait(60)
    try:
        yield one.native_id or 0
    finally:
        over.set()
        one.join()


def told(names: Names, *tids: int) -> list[tuple[int, str]]:
    """(thread, name) of the next rows, read back."""
    return [(kin.tid, kin.name) for kin in names_from(b"".join(names.rows([(os.getpid(), tid) for tid in tids])))]


def test_a_thread_that_named_itself_is_told_once_and_one_that_did_not_never() -> None:
    names = Names()
    with open("/proc/self/comm", encoding="utf-8") as file:
        process = file.read().strip()
    with thread("größer".encode()) as named, thread(None) as plain:
        assert told(names, os.getpid(), named, plain) == [(os.getpid(), process), (named, "größer")]
        assert told(names, os.getpid(), named, plain) == []


def test_a_name_that_is_given_after_the_birth_is_told_then() -> None:
    names = Names()
    with thread(None) as tid:
        assert len(told(names, os.getpid(), tid)) == 1
        with open(f"/proc/self/task/{tid}/comm", "w", encoding="utf-8") as file:
            file.write("later")
        assert told(names, tid) == [(tid, "later")]


def test_a_number_that_is_given_again_is_read_again() -> None:
    names = Names()
    with thread(b"first") as tid:
        assert told(names, tid) == [(tid, "first")]
        names.forget(tid)
        assert told(names, tid) == [(tid, "first")]


def test_who_has_gone_has_no_name_and_half_a_row_is_damaged() -> None:
    assert Names().rows([(2**22 - 2, 2**22 - 2)]) == []
    row = blocks.NAME.pack(5, 1, 2, b"abc")
    assert names_from(row) == [Kin(5, 1, 2, 0, 0, "abc")]
    with pytest.raises(ValueError, match="whole rows"):
        names_from(row[:-1])
