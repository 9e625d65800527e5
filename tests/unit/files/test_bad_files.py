"""Files that are not what they say, or mean harm: refused in a sentence or two, before they can do any."""

from __future__ import annotations

import gzip
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import trace_from
from tests.unit.files.foreign_samples import profile_text, py_spy_text, viz_tracer_text
from visualiser.files import BadFile, load, save_ilv

Parts = dict[str, bytes]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "run.ilv"
    save_ilv(trace_from("main ?SS? / w1 .LL."), path)
    return path


def parts_of(path: Path) -> Parts:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def refused(path: Path) -> str:
    """What is said when `path` is refused: it names the file, and is one to three plain sentences."""
    with pytest.raises(BadFile) as caught:
        load(path)
    text = str(caught.value)
    assert text.startswith(str(path))
    assert re.fullmatch(r"[^\n]+\.", text)
    assert "Traceback" not in text
    return text


def npy(array: np.ndarray[Any, Any], *, allow_pickle: bool = False) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=(1, 0), allow_pickle=allow_pickle)
    return file.getvalue()


def change_header(parts: Parts, **changes: Any) -> Parts:
    header = json.loads(parts["header.json"])
    return parts | {"header.json": json.dumps(header | changes).encode()}


class Boom:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (Path.touch, (Path("boom"),))


def boom_array() -> bytes:
    array = np.empty(5, object)
    array[:] = [Boom() for _ in array]
    return npy(array, allow_pickle=True)


def test_a_pickled_object_is_refused_and_never_comes_to_life(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(saved.parent)
    hostile = boom_array()
    np.lib.format.read_array(io.BytesIO(hostile), allow_pickle=True)
    Path("boom").unlink()  # so it would have done harm
    for column in ("kind", "t"):
        text = refused(pack(saved.with_name("x"), parts_of(saved) | {f"threads/0/{column}.npy": hostile}))
        assert "not what the header says" in text
    assert not Path("boom").exists()


HOSTILE: dict[str, Callable[[Parts], Parts]] = {
    "a newer format": lambda parts: change_header(parts, format=7),
    "a format that is no number": lambda parts: change_header(parts, format="1"),
    "more rows than there are": lambda parts: change_header(parts, threads=[{**_thread(parts), "rows": 10**12}]),
    "fewer rows": lambda parts: change_header(parts, threads=[{**_thread(parts), "rows": 1}]),
    "negative rows": lambda parts: change_header(parts, threads=[{**_thread(parts), "rows": -1}]),
    "a thread of nothing": lambda parts: change_header(parts, threads=[None]),
    "threads that are no list": lambda parts: change_header(parts, threads={}),
    "a run that is none": lambda parts: change_header(parts, run={}),
    "processes that are none": lambda parts: change_header(parts, processes=[{"key": "0"}]),
    "a header that is no JSON": lambda parts: parts | {"header.json": b"\xff\xfe"},
    "a header that nests for ever": lambda parts: parts | {"header.json": b"[" * 100_000},
    "definitions that are none": lambda parts: parts | {"definitions.json": b'[[0, 1, 1, null], 5, ""]'},
    "a wider type": lambda parts: parts | {"threads/0/kind.npy": npy(np.zeros(8, "<u8"))},
    "two dimensions": lambda parts: parts | {"threads/0/kind.npy": npy(np.zeros((2, 4), "<u2"))},
    "a huge shape over few bytes": lambda parts: (
        parts | {"threads/0/kind.npy": npy(np.zeros(8, "<u2")).replace(b"(8,), }      ", b"(9999999,), }")}
    ),
    "no array at all": lambda parts: parts | {"threads/0/kind.npy": b"hello"},
    "an empty column": lambda parts: parts | {"threads/0/t.npy": b""},
    "times in disorder": lambda parts: (
        parts | {"threads/0/t.npy": npy(np.arange(len(_times(parts)), 0, -1, dtype="<u8"))}
    ),
    "times of zero": lambda parts: parts | {"threads/0/t.npy": npy(np.zeros(len(_times(parts)), "<u8"))},
    "a missing column": lambda parts: {name: data for name, data in parts.items() if name != "threads/1/t.npy"},
    "a path out of the archive": lambda parts: parts | {"files/program/../../evil.py": b"x"},
    "a file of its own": lambda parts: parts | {"README": b"x"},
}


def _thread(parts: Parts) -> dict[str, Any]:
    thread: dict[str, Any] = json.loads(parts["header.json"])["threads"][0]
    return thread


def _times(parts: Parts) -> np.ndarray[Any, Any]:
    return np.lib.format.read_array(io.BytesIO(parts["threads/0/t.npy"]), allow_pickle=False)


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_with_something_hostile_in_it_is_refused(saved: Path, what: str) -> None:
    refused(pack(saved.with_name("x"), HOSTILE[what](parts_of(saved))))


def test_a_newer_format_is_told_with_both_numbers(saved: Path) -> None:
    text = refused(pack(saved.with_name("x"), change_header(parts_of(saved), format=7)))
    assert "format 7; this one reads up to 4" in text
    assert "Update Interleave" in text


def test_a_zip_bomb_is_refused_before_it_goes_off(saved: Path) -> None:
    bomb = pack(saved.with_name("x"), parts_of(saved) | {"files/stdout": bytes(300 << 20)})
    assert bomb.stat().st_size < 1 << 20
    assert "far more than a run can" in refused(bomb)


def test_a_part_that_is_larger_than_it_says_is_refused(saved: Path) -> None:
    path = pack(saved.with_name("x"), parts_of(saved) | {"files/stdout": b"y" * 1000}, zipfile.ZIP_STORED)
    content = path.read_bytes()
    size = (1000).to_bytes(4, "little")
    at = content.rindex(size, 0, content.rindex(b"files/stdout"))  # in the central directory: the unpacked size
    path.write_bytes(content[:at] + (10).to_bytes(4, "little") + content[at + 4 :])
    refused(path)


def test_two_parts_of_one_name_are_refused(saved: Path) -> None:
    path = pack(saved.with_name("x"), parts_of(saved))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("header.json", b"{}")
    refused(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "It is empty."),
        (b"\x89PNG\r\n\x1a\n", "not a run saved by Interleave"),
        (b'{"traceEvents": []}', "a trace without any events"),
        (b"\n [ {", "a trace without any events"),
        (b'{"hello": [1]}', "not a trace that can be opened here"),
        (b"{]", "damaged, or something else"),
        (b"\x1f\x8b\x08 but no gzip", "packed with gzip and damaged"),
        (b"ILVDIARY" + bytes(5000), "open the folder it lies in"),
        (b"PK\x03\x04 but no zip", "damaged"),
    ],
)
def test_a_foreign_file_is_told_as_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.ilv"
    path.write_bytes(content)
    assert said in refused(path)


def test_a_zip_of_something_else_is_told_so(tmp_path: Path) -> None:
    assert "a zip archive, but not a run" in refused(pack(tmp_path / "x.ilv", {"holiday.jpg": b"..."}))


def test_a_missing_file_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "gone.ilv")
    assert "a folder without a recorded run" in refused(tmp_path)


@pytest.fixture
def saved_profile(tmp_path: Path) -> Path:
    """A run with states that its records do not tell."""
    (tmp_path / "profile.json").write_text(profile_text(markers=[("On CPU", 0, 3), ("Has GIL", 1, 2)]))
    save_ilv(load(tmp_path / "profile.json"), tmp_path / "run.ilv")
    return tmp_path / "run.ilv"


def test_told_states_come_back(saved_profile: Path) -> None:
    one, other = load(saved_profile).states(0), load(saved_profile.with_name("profile.json")).states(0)
    assert "states/0/state.npy" in parts_of(saved_profile)
    assert (one.start == other.start).all()
    assert (one.state == other.state).all()
    assert (one.source == other.source).all()


@pytest.mark.parametrize("column", ["start", "end", "state", "source"])
def test_told_states_that_make_no_sense_are_refused(saved_profile: Path, column: str) -> None:
    parts = parts_of(saved_profile)
    name = f"states/0/{column}.npy"
    wrong = np.lib.format.read_array(io.BytesIO(parts[name]), allow_pickle=False) + np.asarray(99, "u1")
    assert "make no sense" in refused(pack(saved_profile, parts | {name: npy(wrong)}))


def small_run() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        save_ilv(trace_from("main ?SS? / w1 .LL."), Path(folder) / "x")
        return (Path(folder) / "x").read_bytes()


SMALL_RUN = small_run()


def opens_or_is_refused(content: bytes) -> None:
    """Any other exception is an error of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.ilv"
        path.write_bytes(content)
        with suppress(BadFile):
            load(path)


@settings(max_examples=60)
@given(st.integers(0, len(SMALL_RUN) - 1))
def test_a_file_cut_off_at_any_byte_is_refused(length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.ilv"
        path.write_bytes(SMALL_RUN[:length])
        with pytest.raises(BadFile):
            load(path)


@settings(max_examples=100)
@given(st.integers(0, len(SMALL_RUN) - 1), st.binary(min_size=1, max_size=8))
def test_bytes_changed_anywhere_never_raise_anything_else(at: int, scribble: bytes) -> None:
    opens_or_is_refused(SMALL_RUN[:at] + scribble + SMALL_RUN[at + len(scribble) :])


FOREIGN = {
    "chrome": viz_tracer_text().encode(),
    "py-spy": py_spy_text().encode(),
    "profile": profile_text(markers=[("On CPU", 0, 3), ("Has GIL", 1, 2)]).encode(),
}


@settings(max_examples=150)
@given(st.sampled_from(sorted(FOREIGN)), st.data())
def test_another_tools_file_changed_anywhere_never_raises_anything_else(which: str, data: st.DataObject) -> None:
    content = FOREIGN[which]
    at = data.draw(st.integers(0, len(content)))
    change = data.draw(st.sampled_from(['"', "}", "[", ",", "\\", "\x00", "-1", "1e999", "null", '"X"', "},{", "é"]))
    gone = data.draw(st.integers(0, 20))
    opens_or_is_refused(content[:at] + change.encode() + content[at + gone :])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"[" * (20 << 20)), "far longer than an event can be"),
        (gzip.compress(b'{"a":' + b"[" * (17 << 20)), "not a trace that can be opened here"),
        (gzip.compress(b'{"a":"' + b'\\"' * (10 << 20)), "not a trace that can be opened here"),
        (b"[" + b"{}," * 3_000_000, "Most of the events in it make no sense"),
    ],
    ids=["brackets", "brackets in front", "a text in front", "no events"],
)
def test_a_text_that_would_take_for_ever_is_refused_early(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    assert said in refused(path)
