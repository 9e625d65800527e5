"""Learns about builds of CPython that turn up while a program runs, in a thread, so that no look comes late for it.

It is begun before the switch events are opened. What it starts is then not followed by them, is no child of the thread
that reaps the program's orphans, and is found under this thread in /proc: so nobody takes it for a part of the program.
"""

from __future__ import annotations

import contextlib
import queue
import threading

from visualiser.observe.calibrate import Calibrations, GilUnknown, Layout, Place


class Learner:
    """Layouts without waiting. Used by one thread; `close` when it is over."""

    def __init__(self, calibrations: Calibrations) -> None:
        self._calibrations = calibrations
        self._orders: queue.SimpleQueue[Place | None] = queue.SimpleQueue()
        self._asked: set[str] = set()
        self._thread = threading.Thread(target=self._serve, name="learner", daemon=True)
        self._thread.start()

    @property
    def tid(self) -> int:
        """Its thread's native id."""
        return self._thread.native_id or 0

    def layout(self, place: Place) -> Layout | None:
        """The layout of that build; None while it is being found out. Raises GilUnknown, OSError."""
        if self._calibrations.knows(place):
            return self._calibrations.layout(place)
        if place.file not in self._asked:
            self._asked.add(place.file)
            self._orders.put(place)
        return None

    def close(self) -> None:
        """No more is asked. What is being learnt still ends by itself."""
        self._orders.put(None)

    def _serve(self) -> None:
        while (place := self._orders.get()) is not None:
            with contextlib.suppress(GilUnknown, OSError):  # who asks again is told
                self._calibrations.layout(place)
