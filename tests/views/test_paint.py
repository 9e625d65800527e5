"""What the painter makes of a scene: compared with pictures that somebody looked at, and pixel by pixel."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from tests.support.builder import RunBuilder
from tests.support.drawn import trace_from
from tests.unit.scene.measured_runs import measured
from visualiser.events import Kind, Wait
from visualiser.paint import paint, theme
from visualiser.scene import LIGHT, Part, Scene, StateRects, Strip, ViewWindow, build, layers_of
from visualiser.scene.palette import rgb
from visualiser.trace import TraceStore

GOLDEN = Path(__file__).parent.parent / "golden"
BLOCK = 8
"""Pictures are compared by the mean colours of blocks: fonts differ a little from machine to machine."""

pytestmark = pytest.mark.usefixtures("qapp")


def painted(scene: Scene, name: str = "light", scale: float = 1.0, parts: frozenset[Part] | None = None) -> QImage:
    """The scene on a white image."""
    image = QImage(round(scene.width * scale), round(scene.height * scale), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(scene, painter, theme(name), parts or frozenset(Part))
    painter.end()
    return image


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(height, width, 3), red first."""
    data = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return data[:, : image.width(), 2::-1].copy()


def blocks(image: QImage) -> NDArray[np.float64]:
    """Mean colours of blocks."""
    data = pixels(image).astype(np.float64)
    height, width = (n // BLOCK * BLOCK for n in data.shape[:2])
    shaped = data[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
    means: NDArray[np.float64] = shaped.mean(axis=(1, 3))
    return means


def relay() -> TraceStore:
    """Every state, one relay of the GIL."""
    return trace_from(
        "main LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL / a ..RRRRRGGGGGRRRRRGGGGGRRRRR.... / "
        "b ..GGGGGRRRRRGGGGGRRRRRGGGGGRRRR. / c ..NNNNNNNNCCCCIIIIIISSSSSSPPPP???"
    )


def machine() -> TraceStore:
    """Two threads that take turns on two CPUs, with who held the GIL; and a dense beginning."""
    turns = "RRRRRGGGGGCRRRRR"
    a, b = turns * 12, turns.replace("R", "x").replace("G", "R").replace("x", "G") * 12
    holder = "".join("1" if one == "R" else "2" if other == "R" else "?" for one, other in zip(a, b, strict=True))
    cpus = ["".join(who if k // 60 % 2 == cpu else "." for k, who in enumerate(holder)) for cpu in (0, 1)]
    running = [lane.replace("?", ".") for lane in cpus]
    return measured(f"main {'L' * len(a)} / burner-a {a} / burner-b {b}", gil=holder, cpus=tuple(running))


def pool() -> TraceStore:
    """Two processes, a task, a lock, a mark, output, memory, a kill and what cannot be seen any more."""
    run = RunBuilder()
    main = run.process("MainProcess", 100)
    thread = main.thread().begin(0).started_process(5, 200, "worker", 1)
    thread.span("load", 6, 20).hold(8, 15, main.thing("accounts")).mark(30, "half way")
    thread.wait(Wait.POOL_RESULT, 35, 90, main.thing("Pool"), line=12).output(92, "[1, 4, 9]").end(100)
    child = run.process("ForkPoolWorker-1", 200, parent_pid=100, start=8, method="fork")
    worker = child.thread().begin(8)
    for number in range(3):
        at = 12 + 20 * number
        worker.span(f"square({number})", at, at + 16, flag=2).wait(Wait.SLEEP, at + 1, at + 15)
        worker.output(at + 15.5, f"square({number})\n")
    watcher = run.process("observer", 50, role="observer").thread()
    for t in range(0, 100, 10):
        watcher.add(t, Kind.MEMORY, 0, 100, 0, 9000 + 40 * t)
    watcher.add(75, Kind.EXITED, 0, 200, 0, 9)
    return run.store(end=104, title="Pool.map squares", variant="processes", python="3.13.0")


def dense() -> TraceStore:
    """More spans than pixels."""
    letters = "".join("RGRNL"[(7 * n * n + n) % 5] for n in range(6000))
    return trace_from(f"main {letters} / w {letters[::-1]}", step=20_000)


@pytest.mark.parametrize(
    ("name", "make", "theme_name", "scale"),
    [
        ("relay-light", relay, "light", 1.0),
        ("relay-dark", relay, "dark", 1.0),
        ("pool-light", pool, "light", 1.0),
        ("machine-light", machine, "light", 1.0),
        ("machine-dark", machine, "dark", 1.5),
        ("dense-light", dense, "light", 1.5),
    ],
)
def test_a_picture_looks_as_it_did_when_somebody_looked(
    name: str, make: Callable[[], TraceStore], theme_name: str, scale: float, tmp_path: Path
) -> None:
    store = make()
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 800), for_export=True)
    image = painted(scene, theme_name, scale)
    path = GOLDEN / f"{name}.png"
    if os.environ.get("INTERLEAVE_NEW_GOLDEN"):
        image.save(str(path), "PNG")  # type: ignore[call-overload]
    expected = QImage(str(path))
    assert (image.width(), image.height()) == (expected.width(), expected.height())
    difference = np.abs(blocks(image) - blocks(expected.convertToFormat(QImage.Format.Format_RGB32)))
    image.save(str(tmp_path / f"{name}.png"), "PNG")  # type: ignore[call-overload]
    assert difference.mean() < 2.5, tmp_path
    assert (difference.max(axis=2) > 60).mean() < 0.02, tmp_path


def test_neighbouring_spans_share_an_edge_without_a_seam() -> None:
    store = trace_from("main " + "RN" * 20)
    for width, scale in ((701, 1.0), (703, 1.25), (640, 2.0)):
        scene = build(store, ViewWindow(store.start_ns, store.end_ns, width, label_width=100))
        image = pixels(painted(scene, scale=scale, parts=frozenset({Part.BODY})))
        lane = scene.lanes[1]
        row = image[round((lane.bar[0] + 2) * scale), round(101 * scale) : round((scene.body.x1 - 3) * scale)]
        known = [np.array(rgb(colour)) for colour in ("#009E73", "#56B4E9", "#CDE9F8")]
        strange = [colour for colour in row if min(np.abs(colour - one).max() for one in known) > 3]
        assert not strange


def test_a_strip_has_as_many_pixels_of_a_state_as_its_share_says() -> None:
    store = dense()
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 500, label_width=100))
    strip = next(item for item in scene.items if isinstance(item, Strip))
    image = pixels(painted(scene, parts=frozenset({Part.BODY})))
    x0 = int(strip.columns[0])
    area = image[round(strip.y0) : round(strip.y1), x0 : int(strip.columns[-1]) + 1]
    running = np.abs(area.astype(int) - rgb(LIGHT.colour("state/1"))).max(axis=2) < 3
    order, tops = layers_of(strip)
    expected = (strip.y1 - tops[:, order.index(1)]).sum()
    assert running.sum() == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("zoom", [1, 40, 300])
def test_bars_composed_together_are_those_composed_one_by_one(scale: float, zoom: int) -> None:
    store = dense()
    window = ViewWindow(store.start_ns, store.start_ns + (store.end_ns - store.start_ns) // zoom, 500, label_width=100)
    scene = build(store, window)
    bars = [item for item in scene.items if isinstance(item, Strip | StateRects) and item.part is Part.BODY]
    assert any(isinstance(item, Strip) for item in bars) == (zoom < 300)
    alone = QImage(round(scene.width * scale), round(scene.height * scale), QImage.Format.Format_RGB32)
    alone.fill(0xFFFFFFFF)
    painter = QPainter(alone)
    painter.scale(scale, scale)
    for item in bars:
        paint(replace(scene, items=(item,)), painter, theme("light"))
    painter.end()
    assert (pixels(painted(replace(scene, items=tuple(bars)), scale=scale)) == pixels(alone)).all()


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.5, 1.75])
def test_columns_of_a_strip_that_hold_nothing_stay_empty_wherever_the_lane_lies(shift: float) -> None:
    drawing = ("01" * 3 + "." * 300) * 3
    store = measured(f"a {'R' * len(drawing)} / b {'R' * len(drawing)}", gil=drawing, step=100_000)
    scene = build(store, ViewWindow(store.start_ns, store.end_ns, 500, top=shift, label_width=100))
    strip = next(item for item in scene.items if isinstance(item, Strip) and item.inks)
    empty = strip.columns[strip.shares.sum(axis=1) == 0]
    assert len(empty) > 50
    image = pixels(painted(scene, parts=frozenset({Part.BODY})))
    area = image[round(strip.y0) : round(strip.y1) + 1, empty]
    grid = np.abs(area.astype(int) - rgb(LIGHT.colour("grid"))).max(axis=2) < 3
    assert ((area == 255).all(axis=2) | grid).all()


def test_parts_can_be_painted_alone_and_together_make_the_whole() -> None:
    store = pool()
    window = ViewWindow(store.start_ns, store.end_ns, 700)
    scene = build(store, window, for_export=True, playhead=store.start_ns + 10**7)
    image = QImage(round(scene.width), round(scene.height), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    for part in (Part.BACK, Part.BODY, Part.LABELS, Part.AXIS, Part.HEADER, Part.FOOTER, Part.OVERLAY):
        paint(scene, painter, theme("light"), {part})
    painter.end()
    whole = pixels(painted(scene))
    assert (np.abs(pixels(image).astype(int) - whole).max(axis=2) > 40).mean() < 0.001


def test_nothing_of_the_body_is_painted_over_names_or_axis() -> None:
    store = pool()
    window = ViewWindow(store.start_ns + 20_000_000, store.start_ns + 60_000_000, 700, 200, top=25)
    scene = build(store, window)
    image = pixels(painted(scene, parts=frozenset({Part.BODY})))
    assert (image[:, : round(scene.body.x0)] == 255).all()
    assert (image[: round(scene.body.y0)] == 255).all()
