"""The chart of the processes' memory."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pytestqt.qtbot import QtBot

from visualiser.viewmodels import Curve
from visualiser.views import appearance
from visualiser.views.memory import MemoryChart


def chart(qtbot: QtBot) -> MemoryChart:
    made = MemoryChart()
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    made.resize(400, 300)
    made.show()
    return made


def test_the_curve_is_drawn_in_the_colour_of_its_process(qtbot: QtBot) -> None:
    made = chart(qtbot)
    made.set_curves([Curve("worker (7)", 1, np.array([0.0, 1.0, 2.0]), np.array([10.0, 12.0, 11.0]))])
    made.set_playhead(0.5)
    image = made.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    look = appearance("light")
    assert look.theme.colour("thread/1").name() in colours
    assert look.colour("accent").name() in colours
    assert made.accessibleDescription() == "worker (7): 12.0 MB at most"


def test_without_measurements_it_says_so(qtbot: QtBot) -> None:
    made = chart(qtbot)
    made.set_curves(())
    assert made.is_empty


def test_between_two_measurements_the_curve_is_level(qtbot: QtBot) -> None:
    made = chart(qtbot)
    made.set_curves([Curve("worker (7)", 1, np.array([0.0, 1.0, 2.0]), np.array([10.0, 12.0, 11.0]))])
    path = made._plot.listDataItems()[0].curve.getPath()
    points = [(path.elementAt(n).x, path.elementAt(n).y) for n in range(path.elementCount())]
    assert (1.0, 10.0) in points
    assert (2.0, 12.0) in points
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
