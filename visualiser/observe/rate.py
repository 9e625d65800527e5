"""How far apart turns are while something of the tree runs: as far as hardly anything changes unseen.

A turn needs a CPU, and where the watched threads have them all it takes one from them; so it does on a virtual machine
whose other CPU rests, since its kernel holds that for one that was taken away (vcpu_is_preempted). Two threads that
compute hand the GIL over every 5 ms: there, on two virtual CPUs, turns every millisecond cost them 3 to 6 % and told no
more than turns every fourth. Where waits are short or a GIL is let go of often, turns are as close as they can be; and
the more often wider ones turned out too wide, the longer until they are tried again.
"""

from __future__ import annotations

LEAST_PAUSE, MOST_PAUSE = 0.001, 0.004  # seconds; the most: well under CPython's switch interval
WINDOW = 25  # turns
FEW, MANY = 0.02, 0.08  # changes unseen for each turn
STEP = 2.0
MOST_WINDOWS = 32  # until wider turns are tried again


class Rate:
    """`pause`: seconds between turns, from what they found to be over before they could look at it."""

    def __init__(self) -> None:
        self.pause = LEAST_PAUSE
        self._turns = self._unseen = 0
        self._windows = 1  # of calm, until wider turns are tried
        self._calm = 0  # windows without much unseen, up to now

    @property
    def is_least(self) -> bool:
        """Whether turns are as close together as they can be."""
        return self.pause <= LEAST_PAUSE

    def note(self, unseen: int) -> None:
        """Another turn, and how much was new or unseen: absences and changes of a GIL that were over before anybody
        looked, and threads that may be as short.
        """
        self._turns += 1
        self._unseen += unseen
        if self._unseen > MANY * WINDOW:
            self._closer()
        elif self._turns >= WINDOW:
            self._calm = self._calm + 1 if self._unseen <= FEW * WINDOW else 0
            if self._calm >= self._windows:
                self._wider()
            self._turns = self._unseen = 0

    def _closer(self) -> None:
        """Much at once: as close as can be; else a step."""
        if not self.is_least:
            self._windows = min(2 * self._windows, MOST_WINDOWS)
        at_once = self._unseen > 2 * MANY * WINDOW
        self.pause = LEAST_PAUSE if at_once else max(LEAST_PAUSE, self.pause / STEP)
        self._turns = self._unseen = self._calm = 0

    def _wider(self) -> None:
        if self.pause < MOST_PAUSE:
            self.pause = min(MOST_PAUSE, self.pause * STEP)
            self._calm = 0
        elif self._calm > 2 * MOST_WINDOWS:
            self._windows = 1
