"""A picture that takes over what was kept of those before it looks the same, pixel by pixel, as one made of nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from tests.support.builder import ORIGIN, STEP, RunBuilder
from tests.unit.scene.random_runs import runs
from tests.unit.scene.test_scene_growing import LENGTH, busy_runs
from visualiser.events import Wait
from visualiser.paint import paint, theme
from visualiser.paint.images import MOST_BYTES, Images
from visualiser.scene import Kept, LaneKind, Scene, Selection, Stretch, ViewWindow, build, hit, whole_pixels
from visualiser.scene.kept import BESIDE, STRETCHES
from visualiser.trace import Chunk, EventBatch, RunInfo, SpanFilter, State, TraceStore

pytestmark = pytest.mark.usefixtures("qapp")

WIDTH, HEIGHT = 560, 300


def pixels(scene: Scene, scale: float, name: str) -> NDArray[np.uint32]:
    image = QImage(round(WIDTH * scale), round(HEIGHT * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint(scene, painter, theme(name))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


class User:
    """Moves a window over a run, and looks."""

    def __init__(self, store: TraceStore, scale: float = 1.0) -> None:
        self.store, self.scale, self.theme, self.kept = store, scale, "light", Kept()
        self.selection, self.fields = Selection(), dict[str, Any]()
        self.t0, self.length = float(store.start_ns), float(max(store.end_ns - store.start_ns, WIDTH * 1000))

    def window(self) -> ViewWindow:
        shown = ViewWindow(round(self.t0), round(self.t0 + self.length), WIDTH, HEIGHT, **self.fields)
        body = build(self.store, shown).body
        t0, t1 = whole_pixels(shown.t0, shown.t1, body.x1 - body.x0, self.store.start_ns)
        return replace(shown, t0=t0, t1=t1)

    def move(self, what: str, much: float) -> None:
        """`much`: 0 to 1."""
        if what == "drag":
            self.t0 += self.length * (much - 0.5) / 4
        elif what == "zoom":
            middle = self.t0 + self.length / 2
            self.length = max(self.length * (0.6 if much < 0.7 else 1.5), WIDTH * 1000.0)
            self.t0 = middle - self.length / 2
        elif what == "jump":
            self.t0 = self.store.start_ns + much * (self.store.end_ns - self.store.start_ns)
        elif what == "theme":
            self.theme = "dark" if self.theme == "light" else "light"
        elif what == "filter":
            chosen = SpanFilter(states=frozenset({State.LOCK, State.SLEEP})) if much < 0.7 else None
            self.fields["filter"] = chosen
        elif what == "arrange":
            self._arrange(much)
        elif what == "select":
            t = round(self.t0 + much * self.length)
            last = len(self.store.states(0)) - 1
            self.selection = Selection(t, t + round(self.length / 5), 0, round(much * last) if last >= 0 else None)

    def _arrange(self, much: float) -> None:
        if much < 0.3:
            self.fields["collapsed"] = frozenset({0}) - self.fields.get("collapsed", frozenset())
        elif much < 0.6:
            self.fields["top"] = round(100 * much)
        else:
            self.fields["without"] = frozenset({LaneKind.OUTPUT}) - self.fields.get("without", frozenset())

    def scenes(self) -> tuple[Scene, Scene]:
        """With what was kept, and from nothing."""
        window, playhead = self.window(), round(self.t0 + self.length / 3)
        kept = build(self.store, window, playhead=playhead, selection=self.selection, kept=self.kept)
        return kept, build(self.store, window, playhead=playhead, selection=self.selection)

    def look(self) -> bool:
        """Compares; answers whether anything was kept."""
        one, other = self.scenes()
        differ = np.argwhere(pixels(one, self.scale, self.theme) != pixels(other, self.scale, self.theme))
        assert not len(differ), f"from y, x {differ.min(axis=0)} to {differ.max(axis=0)}"
        for x in range(150, WIDTH, 67):
            for y in range(30, HEIGHT, 13):
                assert hit(one, x, y) == hit(other, x, y)
        return one.ground is not None


moves = st.lists(
    st.tuples(
        st.sampled_from(["drag"] * 6 + ["zoom"] * 3 + ["jump", "theme", "filter", "arrange", "select"]),
        st.floats(0, 1),
    ),
    min_size=4,
    max_size=7,
)
scales = st.sampled_from([1.0, 1.25, 2.0])


@settings(max_examples=25, deadline=None)
@given(st.one_of(runs(), busy_runs().map(lambda run: run.store(end=LENGTH))), moves, scales)
def test_wherever_the_user_goes_the_picture_is_as_from_nothing(
    store: TraceStore, steps: list[Any], scale: float
) -> None:
    user = User(store, scale)
    user.look()
    for what, much in steps:
        user.move(what, much)
        user.look()


@settings(max_examples=10, deadline=None)
@given(busy_runs(), st.lists(st.floats(0, LENGTH), min_size=2, max_size=4).map(sorted), moves)
def test_while_the_run_grows_the_picture_is_as_from_nothing(
    run: RunBuilder, stops: list[float], steps: list[Any]
) -> None:
    store, user = TraceStore(RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN)), None
    for part in parts_of(run, stops):
        store.extend(part)
        if store.threads and user is None:
            user = User(store)
        if user is not None:
            for what, much in steps:
                user.move(what, much / 2)
                user.look()
    assert user is not None
    store.finish(RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN, end_ns=ORIGIN + LENGTH * STEP))
    user.look()


def parts_of(run: RunBuilder, stops: list[float]) -> list[EventBatch]:
    """The records of a run as they arrive, until each of some moments (ms)."""
    batch = run.batch()
    found = [EventBatch(headers=batch.headers, definitions=batch.definitions)]
    for first, last in pairwise([0, *(ORIGIN + round(stop * STEP) for stop in stops), 1 << 62]):
        chunks = []
        for chunk in batch.chunks:
            times = chunk.records["t"].astype(np.int64)
            some = chunk.records[(times >= first) & (times < last)]
            chunks += [Chunk(chunk.process, chunk.serial, chunk.tid, chunk.ident, some)] if len(some) else []
        found.append(EventBatch(chunks=tuple(chunks)))
    return found


def relay(until: int = 4000) -> RunBuilder:
    """Two threads that sleep and hold a lock by turns, every ms."""
    run = RunBuilder()
    process = run.process("main")
    for number, name in enumerate(("MainThread", "worker")):
        thread, lock = process.thread(name).begin(0), process.thing("Lock")
        for at in range(number, until, 2):
            thread.wait(Wait.SLEEP, at, at + 0.7).hold(at + 0.7, at + 1.2, lock)
    return run


def test_a_drag_moves_what_was_drawn_and_draws_it_no_second_time() -> None:
    user = User(relay().store(end=4000))
    user.look()
    user.move("zoom", 0)
    first = user.scenes()[0].ground
    user.t0 += (user.length / 400) * (BESIDE // 2)
    second = user.scenes()[0].ground
    assert first is not None
    assert second is not None
    assert second.stretch is first.stretch
    assert second.dx < first.dx


def test_what_is_settled_of_a_run_that_goes_on_is_drawn_no_second_time() -> None:
    store = TraceStore(RunInfo(title="drawn", target="drawn.py", origin_ns=ORIGIN))
    user, seen = None, set[int]()
    for part in parts_of(relay(), [1000, 2000, 3000]):
        store.extend(part)
        if not store.threads:
            continue
        if user is None:
            user = User(store)
            user.t0, user.length = ORIGIN + 100.0 * STEP, 400.0 * STEP
            user.scenes()
        ground = user.scenes()[0].ground
        assert ground is not None
        seen.add(id(ground.stretch))
        assert user.look()
    assert len(seen) == 1


def test_no_more_levels_are_kept_than_promised() -> None:
    user = User(relay().store(end=4000))
    for _ in range(STRETCHES + 3):
        user.move("zoom", 0)
        user.scenes()
    assert len(user.kept._stretches) == STRETCHES


def test_images_take_no_more_room_than_promised() -> None:
    images = Images()
    stretches = [Stretch(user_body(), (), number) for number in range(5)]
    large = MOST_BYTES // 3 // 4 // 1000
    for stretch in stretches:
        images.of(stretch, theme("light"), 1, lambda *_: QImage(1000, large, QImage.Format.Format_RGB32))
        assert images.nbytes <= MOST_BYTES
    del stretch, stretches
    assert images.nbytes == 0


def user_body() -> Any:
    return build(relay(10).store(end=10), ViewWindow(ORIGIN, ORIGIN + STEP, WIDTH)).body
