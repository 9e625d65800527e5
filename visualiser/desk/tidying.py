"""When unreachable objects are looked for: among young ones as ever, among all of them hardly ever while one watches.

CPython looks through all objects again whenever a quarter as many have come. A window that draws a long run has some
hundred thousand, and each look stops it for some hundredths of a second, several times a second where much is drawn.
What makes garbage in circles here are runs that are put away. So all are looked through then, and else seldom.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QTimer

from visualiser.desk.bench import Bench

YOUNG, MIDDLE, ALL = 10_000, 20, 1_000
"""Young objects are looked through after so many new ones; those that stayed each twentieth time; all each thousandth
time after that: after 200 million new objects."""
AFTER_MS = 1000
"""Another run is drawn first."""


def settle_down(desk: Bench) -> None:
    """What there is now stays; from now on all objects are looked through when another run is shown, else hardly ever.

    To be called once the window stands, by whoever owns the whole process.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, ALL)
    gc.enable()
    later = QTimer(desk, singleShot=True, interval=AFTER_MS)
    later.setObjectName("tidying")
    later.timeout.connect(lambda: gc.collect())
    desk.store_changed.connect(lambda _: later.start())
