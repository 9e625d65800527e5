"""Workers killed at a random moment leave all they recorded. By hand, more of them:

python -m tests.system.test_probe_killed 200
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import pytest

from tests.system.test_probe_records import record
from visualiser.trace import DiaryReader, RunInfo, TraceStore

PROGRAM = """
    import multiprocessing, os, random, signal, sys, time
    from visualiser import probe

    def count(pipe, told):
        number = 0
        while True:
            probe.mark("counted")
            number += 1
            told.send_bytes(number.to_bytes(8, "little"))  # only after the record was written
            if pipe.poll():
                return

    def newest(end):
        number = 0
        try:
            while end.poll():
                number = int.from_bytes(end.recv_bytes(), "little")
        except EOFError:
            pass
        return number

    if __name__ == "__main__":
        random.seed(int(sys.argv[2]))
        context = multiprocessing.get_context(sys.argv[1])
        workers = []
        for name in ("victim", "witness"):
            stop, pipe = context.Pipe()
            end, told = context.Pipe()
            process = context.Process(target=count, args=(pipe, told), name=name)
            process.start()
            told.close()
            workers.append((process, stop, end))
        victim, witness = (process for process, _, _ in workers)
        seen = [0, 0]
        while not all(seen):  # a first record of each
            seen = [newest(end) or known for known, (_, _, end) in zip(seen, workers)]
        until = time.perf_counter() + random.random() * 0.03
        while time.perf_counter() < until:
            seen = [newest(end) or known for known, (_, _, end) in zip(seen, workers)]
        os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        seen[0] = newest(workers[0][2]) or seen[0]
        before = seen[1]
        while seen[1] <= before:  # the other goes on
            seen[1] = newest(workers[1][2]) or seen[1]
        workers[1][1].send_bytes(b"stop")
        while witness.is_alive():
            seen[1] = newest(workers[1][2]) or seen[1]
        witness.join()
        seen[1] = newest(workers[1][2]) or seen[1]
        print(victim.pid, seen[0], witness.pid, seen[1])
    """


def kill_one(folder: Path, method: str, seed: int) -> tuple[int, int]:
    """One run; how many records the victim told of, and how many are in its diary. Raises AssertionError."""
    _, out = record(folder, PROGRAM, method, str(seed))
    victim, told, witness, told_by_witness = map(int, out.split())
    store = TraceStore(RunInfo(target="main.py"))
    batch = DiaryReader(folder).poll(final=True)
    assert batch is not None
    store.extend(batch)
    marks = {process.pid: sum(len(store.marks(thread).t) for thread in process.threads) for process in store.processes}
    ends = {process.pid: process.ended_how for process in store.processes}
    assert ends[victim] == "killed (SIGKILL)"
    assert told <= marks[victim] <= told + 1  # the last one may have been written and not told of any more
    assert ends[witness] != "killed (SIGKILL)"
    assert marks[witness] == told_by_witness
    assert store.lost == 0
    return told, marks[victim]


@pytest.mark.parametrize("seed", range(4))
def test_a_worker_killed_at_any_moment_leaves_all_it_recorded(seed: int, tmp_path: Path) -> None:
    kill_one(tmp_path, ("fork", "spawn", "forkserver")[seed % 3], seed)


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        with tempfile.TemporaryDirectory() as place:
            kill_one(Path(place), random.choice(("fork", "fork", "spawn", "forkserver")), number)
    print(f"{number + 1} runs: every record is there")
