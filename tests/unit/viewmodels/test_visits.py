"""Where a line of code ran, in runs whose lines were not recorded."""

from __future__ import annotations

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Wait
from visualiser.viewmodels.line_work import visits_of

FILE = "/home/ada/bank.py"


def test_a_line_is_found_where_a_wait_or_output_began_there_and_no_line_is_nowhere() -> None:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    main.wait(Wait.SLEEP, 2, 4, line=7).wait(Wait.SLEEP, 5, 6).output(8, "done\n", line=7).end(9)
    store = run.store(end=9)
    times, threads = visits_of(store, FILE, 7)
    assert times.tolist() == [ORIGIN + 2 * STEP, ORIGIN + 8 * STEP]
    assert threads.tolist() == [0, 0]
    for file in (FILE, ""):
        assert len(visits_of(store, file, 0)[0]) == 0
