"""One picture of several ways: one scale, aligned at the start of the work, the same lanes as each run has alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.support.builder import STEP
from tests.support.drawn import trace_from
from visualiser.compare import Comparison, Traits, compared, measured_runs, pictured
from visualiser.compare.measuring import Measured
from visualiser.export import ExportError, export_comparison
from visualiser.scene import STATE_LOOKS, Lines, Part, Scene, StackWindow, StateRects, Text, stack_runs
from visualiser.trace import State

SERIAL = "main RRRRRRRRRRRR"
THREADS = "main RLLLLLLLLLLR / a .RGRGRGRGRG. / b .GRGRGRGRGR."
PROCESSES = "main RPPPPPR // one .RRRRR. // two .RRRRR."
DRAWN = (("Serial", SERIAL), ("Threads", THREADS), ("Processes", PROCESSES))


def found() -> Comparison:
    stores = [(name, trace_from(drawing, step=10 * STEP)) for name, drawing in DRAWN]
    return compared("The relay race", measured_runs(stores))


def by_workers(*walls: int) -> Comparison:
    """Runs with 1, 2, 3 ... workers that took so many steps."""
    made = []
    for workers, wall in enumerate(walls, 1):
        lanes = " / ".join(f"w{n} .{'R' * (wall - 2)}." for n in range(workers)) if workers > 1 else "w0 .RR"
        store = trace_from(f"main R{'L' * (wall - 2)}R / {lanes}", step=10 * STEP)
        one = measured_runs([(f"WORKERS {workers}", store)])[0]
        made.append(Measured(one.way, one.runs, one.store, one.target, Traits(settings=(f"WORKERS={workers}",))))
    return compared("Shared out", made)


def texts(scene: Scene) -> list[str]:
    return [item.text for item in scene.items if isinstance(item, Text)]


def finishes(scene: Scene) -> list[float]:
    """x of the lines at which the work was done, from the top of the picture downwards."""
    lines = [row for item in scene.items if isinstance(item, Lines) and item.part is Part.BODY and item.width == 2.0
             and item.ink in ("text", "accent") for row in item.lines.tolist()]  # fmt: skip
    return [x for x, _, _, _ in sorted(lines, key=lambda line: line[1])]


def test_every_way_ends_where_its_time_says_on_the_one_scale() -> None:
    made = stack_runs(pictured(found()), StackWindow(1100, card=True)).scene
    left = made.x_of(0)
    serial, threads, processes = (x - left for x in finishes(made))
    assert serial == pytest.approx(threads, abs=1)
    assert processes / serial == pytest.approx(7 / 12, abs=0.01)


def states_of(scene: Scene, dx: int = 0, dy: int = 0) -> set[tuple[float, ...]]:
    """Every rectangle of a state in the lanes: its corners, and the state."""
    items = [item for item in scene.items if isinstance(item, StateRects) and item.part is Part.BODY]
    return {(round(x0 + dx, 3), round(x1 + dx, 3), round(y0 + dy, 3), round(y1 + dy, 3), state)
            for item in items for x0, x1, y0, y1, state in
            zip(item.x0, item.x1, item.y0, item.y1, item.state, strict=True)}  # fmt: skip


def test_lanes_are_those_of_the_run_alone_moved_to_their_place() -> None:
    made = stack_runs(pictured(found()), StackWindow(1100))
    alone = [states_of(row.scene, row.dx, row.dy) for row in made.rows]
    assert all(alone)
    assert states_of(made.scene) == set().union(*alone)


def test_a_painter_finds_all_states_of_the_lanes_in_one_item_over_what_lies_under_them() -> None:
    items = stack_runs(pictured(found()), StackWindow(1100, card=True)).scene.items
    states = [at for at, item in enumerate(items) if isinstance(item, StateRects) and item.part is Part.BODY]
    panels = [at for at, item in enumerate(items) if item.part is Part.BACK]
    assert len(states) == 1
    assert max(panels) < states[0]


def test_every_state_that_an_image_should_show_is_in_it(tmp_path: Path, qapp: object) -> None:
    """In each of the ways: a colour that only a state has."""
    export_comparison(pictured(found()), tmp_path / "ways.png", scale=1.0)
    image = QImage(str(tmp_path / "ways.png"))
    made = stack_runs(pictured(found()), StackWindow(1100, card=True))
    for row, state in ((made.rows[0], State.RUNNING), (made.rows[1], State.GIL), (made.rows[2], State.RUNNING)):
        wanted = STATE_LOOKS[state].colour.lower()
        lines = range(round(row.y0), round(row.y1))
        columns = range(round(made.scene.body.x0), round(made.scene.body.x1), 3)
        assert any(image.pixelColor(x, y).name() == wanted for y in lines for x in columns), row


def test_ways_stand_one_below_the_other_without_touching() -> None:
    rows = stack_runs(pictured(found()), StackWindow(1100, card=True)).rows
    assert all(upper.y1 < lower.y0 for upper, lower in pairwise(rows))


def test_no_words_of_the_card_lie_over_each_other() -> None:
    made = stack_runs(pictured(found()), StackWindow(1100, card=True)).scene
    boxes = [(item.text, item.box) for item in made.items if isinstance(item, Text) and item.part is not Part.BODY]
    for number, (one, a) in enumerate(boxes):
        for other, b in boxes[number + 1 :]:
            apart = a.x1 <= b.x0 + 1 or b.x1 <= a.x0 + 1 or a.y1 <= b.y0 + 1.5 or b.y1 <= a.y0 + 1.5
            assert apart, f"{one!r} and {other!r}"


def test_a_name_too_long_for_its_column_is_broken_not_cut() -> None:
    label = "Processes, Python 3.14.10 without a GIL"
    store = trace_from(SERIAL, step=10 * STEP)
    made = stack_runs(pictured(compared("long", measured_runs([(label, store)]))), StackWindow(1100)).scene
    assert label in " ".join(item.text for item in made.items if isinstance(item, Text) and item.part is Part.HEADER)


def test_more_lanes_than_a_slide_has_room_for_are_counted_in_words() -> None:
    many = " / ".join(f"w{n} .RRRRRR." for n in range(20))
    store = trace_from(f"main RLLLLLLR / {many}", step=10 * STEP)
    made = stack_runs(pictured(compared("many", measured_runs([("Many", store)]))), StackWindow(1100, card=True))
    row = made.rows[0]
    hidden = len(row.scene.lanes) - 16
    assert hidden > 0
    assert f"and {hidden} more lanes" in texts(made.scene)
    lowest = max(float(item.y1.max()) for item in made.scene.items if isinstance(item, StateRects) and len(item.y1)
                 and item.part is Part.BODY)  # fmt: skip
    assert lowest <= row.y1


def test_speed_up_by_workers_is_plotted_where_there_are_several_numbers_of_them_and_only_there() -> None:
    title = "Speed-up by number of workers"
    plotted = stack_runs(pictured(by_workers(12, 7, 6)), StackWindow(1100, card=True)).scene
    assert title in texts(plotted)
    assert any("Amdahl" in text for text in texts(plotted))
    assert title not in texts(stack_runs(pictured(found()), StackWindow(1100, card=True)).scene)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_svg_says_everything_in_words(tmp_path: Path, theme: str) -> None:
    export_comparison(pictured(found()), tmp_path / "ways.svg", theme=theme)
    said = "\n".join(ET.parse(tmp_path / "ways.svg").getroot().itertext())
    for words in ("The relay race", "Serial", "Threads", "Processes", "120 ms", "70 ms", "1.71x", "base",
                  "“Processes” was the fastest", "one run each", "waits for the GIL", "Measured:"):  # fmt: skip
        assert words in said


def test_a_png_is_sixteen_hundred_pixels_wide_and_a_pdf_is_one(tmp_path: Path, qapp: object) -> None:
    for name in ("ways.png", "ways.pdf"):
        export_comparison(pictured(found()), tmp_path / name)
    assert QImage(str(tmp_path / "ways.png")).width() == 1600
    assert (tmp_path / "ways.pdf").read_bytes().startswith(b"%PDF")


def test_a_name_that_is_no_picture_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"png, \.pdf or \.svg"):
        export_comparison(pictured(found()), tmp_path / "ways.gif")
