"""The observer sees every process below it, tells multiprocessing's helpers apart, and writes memory down."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from visualiser.events import Kind
from visualiser.observe.control import Channel
from visualiser.observe.memory import MemorySampler
from visualiser.observe.notebook import Notebook
from visualiser.observe.output import OutputFiles
from visualiser.observe.reaping import AT_ONCE, Reaper
from visualiser.observe.tree import Tree

NESTED = """
import subprocess, sys
if len(sys.argv) > 1:
    print(flush=True)
    sys.stdin.readline()
else:
    subprocess.run([sys.executable, __file__, "inner"])
"""


@pytest.fixture
def nested(tmp_path: Path) -> Any:
    """A process with a child of its own, both waiting."""
    program = tmp_path / "nested.py"
    program.write_text(NESTED)
    with subprocess.Popen([sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.communicate()


def test_heirs_are_our_own_children_only(nested: Any) -> None:
    tree = Tree()
    if not tree._has_children_files:
        pytest.skip("this kernel does not list children")
    (inner,) = [member.pid for member in tree.scan() if member.parent == nested.pid]
    assert nested.pid in tree.heirs()
    assert inner not in tree.heirs()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX only")
def test_who_ends_without_end_does_not_keep_the_reaper_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = itertools.count(1 << 22)  # no pid is as large
    reaper = Reaper(subprocess.Popen([sys.executable, "-c", ""]))
    with reaper._program:
        monkeypatch.setattr(os, "waitpid", lambda pid, options: (next(endless), 0))
        assert len(list(itertools.islice(reaper.reap(), AT_ONCE + 1))) == AT_ONCE
        monkeypatch.undo()


@pytest.mark.parametrize("with_children_files", [True, False])
def test_children_and_their_children_are_seen_once(nested: Any, with_children_files: bool) -> None:
    tree = Tree()
    if with_children_files and not tree._has_children_files:
        pytest.skip("this kernel does not list children")
    tree._has_children_files = with_children_files
    fresh = {member.pid: member.parent for member in tree.scan()}
    assert fresh[nested.pid] == os.getpid()
    (inner,) = [pid for pid, parent in fresh.items() if parent == nested.pid]
    assert {nested.pid, inner} <= set(tree.members)
    assert nested.pid not in {member.pid for member in tree.scan()}
    nested.communicate()
    tree.scan()
    assert not {nested.pid, inner} & set(tree.members)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork server there")
def test_a_child_of_the_fork_server_is_no_helper() -> None:
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_wait, args=(theirs,))
    process.start()
    tree = Tree()
    tree.scan()
    helpers = {pid for pid, member in tree.members.items() if tree.is_helper(member)}
    assert process.pid in tree.members
    assert process.pid not in helpers
    assert tree.members[process.pid].parent in helpers
    ours.send(None)
    process.join()
    ours.close()
    theirs.close()


def _wait(end: Any) -> None:
    end.recv()


def test_memory_is_written_into_a_diary_of_its_own(tmp_path: Path, nested: Any) -> None:
    tree = Tree()
    tree.scan()
    notebook = Notebook()
    notebook.open(str(tmp_path), 1 << 30)
    MemorySampler(notebook).sample([tree.members[nested.pid]])
    notebook.close()
    (diary,) = tmp_path.glob("*.diary")
    assert b'"role": "observer"' in diary.read_bytes()[:4096]
    first, second, t = struct.unpack_from("<QQQ", diary.read_bytes(), 4096 + 64)
    assert (first & 0xFFFF, first >> 32) == (Kind.MEMORY, nested.pid)
    uss, rss = second & 0xFFFFFFFF, second >> 32
    assert 1000 < rss < 1_000_000
    assert 0 < uss <= rss
    assert t > 0


def test_the_line_survives_an_app_that_does_not_read() -> None:
    ours, theirs = socket.socketpair()
    channel = Channel(theirs)
    for number in range(20_000):
        channel.say("rung", count=number)
    received = b""
    while received.count(b"\n") < 20_000:
        received += ours.recv(1 << 20)
        channel.flush()
    assert received.splitlines()[-1] == b'{"what": "rung", "count": 19999}'
    ours.close()
    channel.say("ended")
    assert channel.commands() == []
    assert channel.app_died
    channel.finish(1.0)


def test_commands_may_arrive_in_pieces() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(theirs)
        ours.sendall(b'{"do": "st')
        assert channel.commands() == []
        ours.sendall(b'op"}\nnonsense\n{"do": "kill"}\n')
        assert channel.commands() == [{"do": "stop"}, {"do": "kill"}]
        assert channel.commands() == []
        assert not channel.app_died


def test_output_is_cut_at_its_limit_and_said_once(tmp_path: Path) -> None:
    path = tmp_path / "stdout"
    files = OutputFiles([str(path)], limit=2 << 20)
    os.write(files.fds[0], bytes(1 << 20))
    assert files.trim() == ""
    os.write(files.fds[0], bytes(2 << 20))
    assert files.trim() == "Only the first 2 MiB of the output are kept."
    assert path.stat().st_size == 2 << 20
    os.write(files.fds[0], b"more")
    assert files.trim() == ""
    assert path.stat().st_size == 2 << 20
    files.close()


def test_a_nearly_full_disk_keeps_no_more_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "stdout"
    files = OutputFiles([str(path)], limit=1 << 30)
    os.write(files.fds[0], b"kept")
    monkeypatch.setattr("visualiser.observe.output.RESERVE", 1 << 62)
    assert files.trim() == "The disk is nearly full: no more output is kept in files."
    os.write(files.fds[0], b"gone")
    files.trim()
    assert path.read_bytes() == b"kept"
    files.close()
