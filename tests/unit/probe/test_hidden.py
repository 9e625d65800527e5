"""A diary without a file descriptor."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.unit.probe.diaries import read_run
from visualiser.events import DEFAULT_LIMIT, Full, Kind, ThreadLog, word
from visualiser.probe import hidden
from visualiser.probe.hidden import HiddenDiary

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors are hidden where they are inherited")


def test_a_diary_holds_no_descriptor_however_much_it_grows(tmp_path: Path) -> None:
    before = set(os.listdir("/dev/fd"))
    diary = HiddenDiary(str(tmp_path), {}, DEFAULT_LIMIT)
    log = ThreadLog(diary, 1, 1)
    for _ in range(30_000):
        log.record(word(Kind.MARK), 0)
    assert set(os.listdir("/dev/fd")) == before
    (process,) = read_run(tmp_path)
    assert len(process.of("MARK")) == 30_000


def test_without_room_for_a_header_there_is_no_diary_and_no_descriptor(tmp_path: Path) -> None:
    before = set(os.listdir("/dev/fd"))
    with pytest.raises(OSError):  # noqa: PT011  (any is fine: the program runs unrecorded)
        HiddenDiary(str(tmp_path), {}, 1000)
    assert set(os.listdir("/dev/fd")) == before


def test_a_vanished_directory_loses_events_and_says_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    diary = HiddenDiary(str(directory), {}, DEFAULT_LIMIT)
    (file,) = directory.iterdir()
    file.unlink()
    directory.rmdir()
    log = ThreadLog(diary, 1, 1)
    for _ in range(30_000):
        log.record(word(Kind.MARK), 0)
    with pytest.raises(Full):
        diary.segment(1, 64, log)


@pytest.mark.parametrize("limit", [270_000, 300_000, 500_000, 700_000, 1_000_000])
def test_a_limit_is_used_to_its_last_page(limit: int, tmp_path: Path) -> None:
    diary = HiddenDiary(str(tmp_path), {}, limit)
    log = ThreadLog(diary, 1, 1)
    for _ in range(50_000):
        log.record(word(Kind.MARK), 0)
    (process,) = read_run(tmp_path)
    kept = len(process.of("MARK"))
    assert kept + process.lost == 50_000
    overhead = 4096 + 4096 + 64 * 20  # the header, a page that is not whole, the segments' own headers
    assert kept * 24 >= limit - overhead


def test_where_the_system_does_not_list_descriptors_events_are_kept_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, real = [], os.listdir

    def listdir(place: str) -> list[str]:
        listed.append(place)
        if place in ("/dev/fd", "/proc/self/fd"):
            raise FileNotFoundError(place)
        return real(place)

    with monkeypatch.context() as bare:
        bare.setattr(os, "listdir", listdir)
        diary = HiddenDiary(str(tmp_path), {}, DEFAULT_LIMIT)
        log = ThreadLog(diary, 1, 1)
        for _ in range(30_000):
            log.record(word(Kind.MARK), 0)
    (file,) = tmp_path.glob("*.diary")
    hidden._close_all(file.stat().st_dev, file.stat().st_ino)  # what stayed open
    assert listed[:2] == ([] if sys.version_info >= (3, 13) else ["/dev/fd", "/proc/self/fd"])
    (process,) = read_run(tmp_path)
    assert len(process.of("MARK")) == 30_000


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="no mapping has a descriptor any more")
def test_without_dev_fd_descriptors_are_found_by_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("this system has only the one")
    before, real = set(os.listdir("/dev/fd")), os.listdir

    def listdir(place: str) -> list[str]:
        if place == "/dev/fd":
            raise FileNotFoundError(place)
        return real(place)

    with monkeypatch.context() as bare:
        bare.setattr(os, "listdir", listdir)
        HiddenDiary(str(tmp_path), {}, DEFAULT_LIMIT)
    assert set(os.listdir("/dev/fd")) == before
