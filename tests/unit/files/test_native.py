"""The native file: what comes back, and that the old file stays when the new one cannot be written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import ORIGIN, RunBuilder, dump, trace_from, write_diary
from visualiser.files import load, save_ilv
from visualiser.trace import EventBatch, Kind, Loss, RunInfo, Stream, TraceStore, Wait, stats

GOLDEN = Path(__file__).parents[2] / "golden"


def rich_run() -> RunBuilder:
    """Something of everything."""
    run = RunBuilder()
    main = run.process("MainProcess", python="3.11.7", gil=True)
    lock = main.thing("accounts", line=3)
    one = main.thread("MainThread").begin(0).span("load ä", 1, 9).hold(2, 5, lock, line=17).mark(6, "here")
    main.thread("worker").begin(1).wait(Wait.LOCK, 2.5, 5, lock, line=18).output(6, "hej\n").end(8, "KeyError")
    one.started_thread(0.9, 101, "worker").started_process(3, 200, "child", 1)
    run.process("child", pid=200, parent_pid=100, start=3).thread().begin(3.2).output(4, "oops", stream=Stream.STDERR)
    observer = run.process("observer", pid=50, role="observer").thread()
    observer.add(2, Kind.MEMORY, 0, 100, 0, 2048).add(9, Kind.EXITED, 0, 200, 0, 9)
    return run


def same(left: TraceStore, right: TraceStore) -> bool:
    """Whether two stores answer alike, as far as stats, pictures and texts go."""
    texts = [[store.text(one) for one in store.outputs().text.tolist()] for store in (left, right)]
    return stats(left) == stats(right) and dump(left) == dump(right) and texts[0] == texts[1]


def test_a_saved_run_opens_as_it_was(tmp_path: Path) -> None:
    store = rich_run().store(end=10, exit_code=0, parameters={"COUNT": 5})
    store.extend(EventBatch(losses=(Loss(0, 1, 3, ORIGIN),)))
    store.add_problem("Something was odd.")
    save_ilv(store, tmp_path / "run.ilv")
    opened = load(tmp_path / "run.ilv")
    assert same(opened, store)
    assert opened.info == store.info
    assert (opened.lost, opened.losses) == (3, store.losses)
    assert [problem.text for problem in opened.problems] == ["Something was odd."]
    assert opened.finished


ROWS = st.lists(
    st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF), st.integers(0, 0xFFFFFFFF)),
    max_size=20,
)


@given(st.lists(ROWS, min_size=1, max_size=3), st.lists(st.text(), max_size=5))
def test_all_records_and_definitions_come_back_bit_by_bit(threads: list, texts: list[str]) -> None:  # type: ignore[type-arg]
    run = RunBuilder()
    process = run.process()
    for text in texts:
        process.text(text)
    for rows in threads:
        thread = process.thread()
        for t, (kind, flag, a, value) in enumerate(rows, 1):
            thread.add(t, kind, flag, a, 0, value)
    store = run.store()
    with tempfile.TemporaryDirectory() as folder:
        save_ilv(store, Path(folder) / "x")
        opened = load(Path(folder) / "x")
    assert raw(opened) == raw(store)
    assert [one.text for one in opened.raw_definitions()] == [readable(one.text) for one in store.raw_definitions()]


def raw(store: TraceStore) -> list[tuple[int, int, int, bytes]]:
    return [(one.process, one.serial, one.tid, one.records.tobytes()) for one in store.raw_chunks()]


def readable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.ilv", "b.ilv"):
        save_ilv(rich_run().store(), tmp_path / name)
    assert (tmp_path / "a.ilv").read_bytes() == (tmp_path / "b.ilv").read_bytes()


def test_a_run_saved_by_the_first_format_still_opens() -> None:
    store = load(GOLDEN / "format-1.ilv")
    assert dump(store) == "MainThread ?????????? / worker .?LLL???.. // MainThread ...??????."
    assert same(store, rich_run().store(end=10, exit_code=0))
    assert store.source_text("/home/ada/bank.py") == "import threading\n"


def run_directory(folder: Path, *, info: str | None = None) -> Path:
    write_diary(folder, [(0, (40, 0, 1, 0, 0))], definitions=[(1, "here")])
    (folder / "program").mkdir()
    (folder / "program" / "bank.py").write_text("import threading\n")
    (folder / "stdout").write_bytes(b"hej\n")
    if info is not None:
        (folder / "run.json").write_text(info)
    return folder


def test_a_run_directory_opens_and_is_packed_with_its_sources_and_output(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    run_directory(directory, info=RunInfo(title="Bank", exit_code=3).to_json())
    save_ilv(directory, tmp_path / "run.ilv")
    opened = load(tmp_path / "run.ilv")
    assert (opened.info.title, opened.info.exit_code, opened.events) == ("Bank", 3, 1)
    assert dict(opened.attachments) == {"stdout": b"hej\n", "program/bank.py": b"import threading\n"}
    assert opened.source_text("/somewhere/bank.py") == "import threading\n"


@pytest.mark.parametrize("info", [None, "{", '{"format": 9}'])
def test_a_run_directory_of_a_killed_app_opens_without_its_description(tmp_path: Path, info: str | None) -> None:
    store = load(run_directory(tmp_path, info=info))
    assert store.events == 1
    assert bool(store.problems) == (info is not None)


def test_output_too_long_to_keep_is_cut_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visualiser.files.attachments.LONGEST_OUTPUT", 1 << 20)
    directory = tmp_path / "run"
    directory.mkdir()
    run_directory(directory)
    (directory / "stdout").write_bytes(b"x" * (1 << 21))
    save_ilv(directory, tmp_path / "run.ilv")
    opened = load(tmp_path / "run.ilv")
    assert len(opened.attachments["stdout"]) == 1 << 20
    assert [problem.text for problem in opened.problems] == ["Of the program's stdout, the first 1 MiB were kept."]


def test_links_out_of_the_run_directory_are_not_followed(tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    run_directory(directory)
    (tmp_path / "secret.py").write_text("secret")
    (directory / "program" / "link.py").symlink_to(tmp_path / "secret.py")
    save_ilv(directory, tmp_path / "run.ilv")
    assert "program/link.py" not in load(tmp_path / "run.ilv").attachments


def test_saving_that_is_interrupted_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "run.ilv"
    save_ilv(trace_from("main ?S"), path)
    old = path.read_bytes()

    def cancel(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_ilv(rich_run().store(), path, cancel)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    shares: list[float] = []
    save_ilv(rich_run().store(), tmp_path / "run.ilv", shares.append)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)
