"""How far apart turns are while something of the tree runs: as far as hardly anything changes unseen.

A turn needs a CPU, and where the watched threads have them all it takes one from them; so it does on a virtual machine
whose other CPU rests, since its kernel holds that for one that was taken away (vcpu_is_preempted). Two threads that
compute hand the GIL over every 5 ms: there, on two virtual CPUs, turns every millisecond cost them 3 to 6 % and told no
more than turns every third. Where waits are short or a GIL is let go of often, turns are as close as they can be.
"""

from __future__ import annotations

LEAST_PAUSE, MOST_PAUSE = 0.001, 0.004  # seconds; the most: under CPython's switch interval
WINDOW = 12  # turns
FEW, MANY = 0.02, 0.17  # changes unseen for each turn
LONGER = 2.0


class Rate:
    """`pause`: seconds between turns, from what they found to be over before they could look at it."""

    def __init__(self) -> None:
        self.pause = LEAST_PAUSE
        self._turns = self._unseen = 0

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
            self._begin(LEAST_PAUSE)
        elif self._turns >= WINDOW:
            self._begin(min(MOST_PAUSE, self.pause * LONGER) if self._unseen <= FEW * WINDOW else self.pause)

    def _begin(self, pause: float) -> None:
        self.pause = pause
        self._turns = self._unseen = 0
