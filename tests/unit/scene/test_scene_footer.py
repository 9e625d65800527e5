"""What stands below the lanes of an export beside machine and sources: what took time and is not the program's own."""

from __future__ import annotations

import pytest

from tests.support.builder import ORIGIN, STEP, RunBuilder
from visualiser.events import Kind
from visualiser.scene import Part, Text, ViewWindow, build
from visualiser.trace import LEFT, TraceStore


def run_with_lines(number: int) -> TraceStore:
    run = RunBuilder()
    main = run.process().thread().begin(0)
    for line in range(number):
        main.add(ORIGIN + (line + 1) * STEP, Kind.LINE, 0, 0, main.process.site(5 + line, "work"))
    main.add(ORIGIN + (number + 1) * STEP, Kind.LINE, LEFT, 0, main.process.site(5, "work"))
    main.end(number + 2)
    return run.store(end=number + 2)


def footer(store: TraceStore) -> str:
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 1200, None), for_export=True)
    return " ".join(item.text for item in scene.items if isinstance(item, Text) and item.part is Part.FOOTER)


@pytest.mark.parametrize(("number", "words"), [(1, "1 line recorded,"), (3, "3 lines recorded,")])
def test_an_export_tells_how_many_lines_were_recorded(number: int, words: str) -> None:
    assert words in footer(run_with_lines(number))


def test_an_export_of_a_run_without_recorded_lines_does_not_speak_of_them() -> None:
    run = RunBuilder()
    run.process().thread().begin(0).end(5)
    assert "recorded, which" not in footer(run.store(end=5))
