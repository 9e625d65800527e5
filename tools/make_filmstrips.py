"""Makes filmstrips of stories: a real run of a scenario, and a picture per step of its story with the words below it.

    .venv/bin/python tools/make_filmstrips.py FOLDER [SCENARIO[:VARIANT]] ...     a folder of pictures per scenario
    .venv/bin/python tools/make_filmstrips.py FOLDER --keys [SCENARIO ...]        the key moment of each scenario

The pictures are built by the same code as the window's, at the places where the window stands. Works without a display.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from visualiser.scenarios import Scenario, Variant
    from visualiser.trace import TraceStore
    from visualiser.viewmodels import StoryRun, StoryStep

WIDTH, SCALE, MARGIN = 1200, 1.0, 24
ENOUGH = 3.0
"""Seconds after which a program that does not end by itself is stopped."""

STRIPS = ("gil-relay-race", "lost-update:pause", "deadly-embrace", "producer-consumer", "who-sees-the-change")

KEYS = {
    "two-threads-one-program": 5, "accidentally-serial": 2, "who-sees-the-change": 6, "waiting-overlaps": 3,
    "gil-relay-race": 3, "two-processes-two-cores": 3, "pool-map-squares": 3, "lost-update:pause": 2, "lock-it": 2,
    "deadly-embrace": 5, "producer-consumer": 3, "traffic-lights": 4, "convoy-effect": 3, "c-code-and-the-gil": 3,
    "birth-of-a-process": 2, "fork-with-threads": 3, "small-tasks-big-overhead": 2, "moving-data": 1,
    "how-many-workers": 2, "endings": 2, "asyncio-one-thread": 1, "without-the-gil": 2, "six-ways-same-work": 1,
}  # fmt: skip
"""What to record -> the number of the step that shows what the scenario is about."""


def main() -> int:
    """Make them; 1 when a program could not be run."""
    folder, *wanted = sys.argv[1:] or ["."]
    keys = "--keys" in wanted
    names = [each for each in wanted if not each.startswith("--")] or (KEYS if keys else STRIPS)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        picked = KEYS.get(name) if keys else None
        told = make(name, Path(folder), picked)
        print(f"{name}: {told}", flush=True)
    return 0


def make(name: str, folder: Path, picked: int | None) -> str:
    """Record one scenario and draw its steps, or the picked one; returns what was told, in words."""
    from visualiser.run import record, resolve_target
    from visualiser.scenarios import find
    from visualiser.viewmodels import story_run

    scenario_id, _, variant_id = name.partition(":")
    target = resolve_target(scenario_id, variant=variant_id or None)
    scenario = find(scenario_id)
    variant = scenario.variant(target.variant)
    stopper = threading.Thread(target=stop_after, args=(ENOUGH,), daemon=True)
    if not variant.expects.ends:
        stopper.start()
    with record(target, own_terminal=False) as recording:
        story = story_run(recording.store, scenario, variant.id)
        draw(recording.store, scenario, variant, story, folder, picked)
    missing = [step.title for step in story.steps if not step.happened]
    said = f"{len(story.steps)} steps" + (f", without a moment: {', '.join(missing)}" if missing else "")
    return said + ("; not told: " + " ".join(story.unmet) if story.unmet else "")


def stop_after(seconds: float) -> None:
    """What Ctrl+C twice does, for a program that goes on for ever."""
    threading.Event().wait(seconds)
    for _ in range(2):
        os.kill(os.getpid(), signal.SIGINT)
        threading.Event().wait(1.0)


def draw(store: TraceStore, scenario: Scenario, variant: Variant, story: StoryRun, folder: Path,
         picked: int | None) -> None:  # fmt: skip
    """A picture per step, named by scenario, variant and number."""
    for number, step in enumerate(story.steps, 1):
        if picked in (None, number):
            path = folder / f"{scenario.id}-{variant.id}-{number:02}.png"
            picture(store, step, f"{scenario.title}, {number} of {len(story.steps)}: {step.title}", path)


def picture(store: TraceStore, step: StoryStep, title: str, path: Path) -> None:
    """The scene where the step stands, and its words below."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication, QImage, QPainter, QTextDocument

    from visualiser.paint import paint, theme
    from visualiser.scene import Selection, ViewWindow, build
    from visualiser.trace import row_at

    _app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    place, look = step.place, theme("light")
    row = None
    if place.thread is not None:
        row = row_at(store, place.thread, place.t - 1 if place.before else place.t)
    window = ViewWindow(place.t0, place.t1, WIDTH, None)
    chosen = Selection(thread=place.thread, index=row)
    scene = build(store, window, playhead=place.t, selection=chosen, for_export=True, title=title)
    words = QTextDocument()
    words.setDefaultStyleSheet("p { font-size: 15px; line-height: 130%; }")
    words.setHtml(step.html)
    words.setTextWidth(WIDTH - 2 * MARGIN)
    height = round(scene.height + words.size().height() + MARGIN)
    image = QImage(round(WIDTH * SCALE), round(height * SCALE), QImage.Format.Format_RGB32)
    image.fill(look.colour("back"))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint(scene, painter, look)
    painter.translate(MARGIN, scene.height)
    words.drawContents(painter)
    painter.end()
    image.save(str(path))


if __name__ == "__main__":
    sys.exit(main())
