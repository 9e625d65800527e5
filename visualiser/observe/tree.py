"""The processes below the observer: who they are, found without looking at the whole machine where the kernel lets us.

Linux: `/proc/PID/task/TID/children` (proc(5); CONFIG_PROC_CHILDREN). It may leave someone out while processes come and
go, so whoever needs to be sure looks again until nothing new is found. Elsewhere, and in kernels without that file,
psutil's scan of all processes.
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass, field

import psutil

HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Processes that multiprocessing starts for itself; they end when the last program process has."""


@dataclass
class Member:
    """One process of the tree. `parent` is the pid of its parent when it was first seen: orphans change theirs."""

    process: psutil.Process
    parent: int
    created: float = field(init=False)

    def __post_init__(self) -> None:
        self.created = self.process.create_time()

    @property
    def pid(self) -> int:
        """Its process id."""
        return int(self.process.pid)


class Tree:
    """All processes that descend from this one. `members` holds those that lived at the last scan, by pid. `besides`:
    a thread of ours (its native id) whose children are not meant.
    """

    def __init__(self, besides: int = 0) -> None:
        self.me = os.getpid()
        self._besides = besides
        self.members: dict[int, Member] = {}
        self._has_children_files = os.path.exists(f"/proc/{self.me}/task/{self.me}/children")

    def scan(self) -> list[Member]:
        """Look again; returns whoever was not known before."""
        found = self._linux_pairs() if self._has_children_files else self._portable_pairs()
        fresh = []
        for pid, parent in found.items():
            known = self.members.get(pid)
            if known is None or not known.process.is_running():
                with contextlib.suppress(psutil.Error):
                    fresh.append(Member(psutil.Process(pid), parent))
        new = {member.pid: member for member in fresh}
        self.members = {pid: new.get(pid) or self.members[pid] for pid in found if pid in new or pid in self.members}
        return fresh

    def forget(self, pid: int) -> None:
        """It was reaped: its number may be given to another process from now on."""
        self.members.pop(pid, None)

    def heirs(self) -> list[int]:
        """Children of the calling thread, zombies too: the program, and orphans that came to us. Nobody, where the
        kernel keeps no list of them.
        """
        if not self._has_children_files:
            return []
        with open(f"/proc/{self.me}/task/{threading.get_native_id()}/children", "rb", buffering=0) as file:
            return list(map(int, file.readall().split()))

    def is_helper(self, member: Member) -> bool:
        """Whether this is a process of multiprocessing's own. A child forked by the fork server is none."""
        if not _looks_like_a_helper(member.process):
            return False
        parent = self.members.get(member.parent)
        return parent is None or parent is member or not _looks_like_a_helper(parent.process)

    def _linux_pairs(self) -> dict[int, int]:
        """The pid of every descendant, with its parent's."""
        pairs: dict[int, int] = {}
        todo = [self.me]
        while todo:
            parent = todo.pop()
            for pid in children_of(parent, self._besides):
                if pid not in pairs:
                    pairs[pid] = parent
                    todo.append(pid)
        return pairs

    def _portable_pairs(self) -> dict[int, int]:
        """The same by psutil, and whoever was known and lives: without a subreaper, orphans leave the tree."""
        pairs = {pid: member.parent for pid, member in self.members.items() if _lives(member.process)}
        for process in psutil.Process(self.me).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                pairs[process.pid] = process.ppid()
        return pairs


def children_of(pid: int, besides: int = 0) -> list[int]:
    """The children of every thread of that process but one; empty when it has gone."""
    pids: list[int] = []
    folder = f"/proc/{pid}/task"
    try:
        threads = os.listdir(folder)
    except OSError:
        return pids
    for thread in threads:
        if int(thread) == besides:
            continue
        with contextlib.suppress(OSError), open(f"{folder}/{thread}/children", "rb", buffering=0) as file:
            pids.extend(map(int, file.readall().split()))
    return pids


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _looks_like_a_helper(process: psutil.Process) -> bool:
    try:
        return any(helper in argument for argument in process.cmdline() for helper in HELPERS)
    except psutil.Error:
        return False
