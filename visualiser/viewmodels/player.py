"""The playhead in motion: one `Playhead`, moved by the user, by a growing run, or by a timer while it plays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from visualiser.viewmodels.playhead import Playhead

FRAME_MS = 16


class Player(QObject):
    """Holds the playhead. Times in ns.

    Facts: `moved(t)`, `playing_changed(bool)`, `speed_changed(float)`, `loop_changed((t0, t1) or None)`,
    `cues_changed()`. `cue_times`: the moments of a story that is told about this run, sorted (i8).
    """

    moved = Signal(object)  # an int; Qt's own int would cut it to 32 bits
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    loop_changed = Signal(object)
    cues_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playhead = Playhead()
        self.cue_times: NDArray[np.int64] = np.empty(0, np.int64)
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setObjectName("playback")
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_tick)

    def begin(self, start: int) -> None:
        """A new run begins at `start`; the playhead goes there, and stays at the end while the run grows."""
        self._become(replace(self.playhead, t=start, start=start, end=start, playing=False, rest=0.0,
                             loop=None))  # fmt: skip

    def grow(self, end: int) -> None:
        """The run now lasts until `end`. A playhead that stands at the end goes along."""
        at_end = self.playhead.t >= self.playhead.end and not self.playhead.playing
        grown = self.playhead.within(self.playhead.start, end)
        self._become(grown.moved(end) if at_end else grown)

    def seek(self, t: int) -> None:
        """Stand at `t`, or at the nearer end of the run."""
        self._become(self.playhead.moved(t))

    def step(self, times: NDArray[np.int64], direction: int) -> None:
        """To the next or previous of the sorted `times`."""
        self._become(self.playhead.step(times, direction))

    def toggle(self) -> None:
        """Play or pause."""
        self._become(self.playhead.toggled())

    def pause(self) -> None:
        """Stop playing."""
        self._become(replace(self.playhead, playing=False))

    def pace(self, direction: int) -> None:
        """One step faster or slower."""
        self._become(self.playhead.paced(direction))

    def set_speed(self, speed: float) -> None:
        """Play at `speed` from now on."""
        self._become(self.playhead.with_speed(speed))

    def set_loop(self, span: tuple[int, int] | None) -> None:
        """Play this stretch again and again; None: play to the end."""
        self._become(replace(self.playhead, loop=None) if span is None else self.playhead.looped(*span))

    def set_cue_times(self, times: Iterable[int] | NDArray[np.int64]) -> None:
        """When the steps of this run's story happened; none: no story is told. In any order."""
        cues = np.unique(np.asarray(list(times), np.int64))
        if not np.array_equal(cues, self.cue_times):
            self.cue_times = cues
            self.cues_changed.emit()

    def _on_tick(self) -> None:
        self._become(self.playhead.advance(self._clock.nsecsElapsed()))
        self._clock.restart()

    def _become(self, new: Playhead) -> None:
        """Take on the new state and tell what changed. A slot may move the playhead again: the later state counts."""
        old, self.playhead = self.playhead, new
        if new.playing and not old.playing:
            self._clock.start()
            self._timer.start()
        elif not new.playing:
            self._timer.stop()
        if new.t != old.t:
            self.moved.emit(new.t)
        if new.playing != old.playing:
            self.playing_changed.emit(new.playing)
        if new.speed != old.speed:
            self.speed_changed.emit(new.speed)
        if new.loop != old.loop:
            self.loop_changed.emit(new.loop)
