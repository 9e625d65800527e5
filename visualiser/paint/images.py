"""Images of stretches of a run that were painted once, kept while their stretch is and there is room for them."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from PySide6.QtGui import QImage

from visualiser.scene import Stretch

from .theme import Theme

MOST_BYTES = 96 << 20
"""That all images take together, but for the newest one; a screen of 1600 x 800 pixels has 4 to 5 MB in each."""


class Images:
    """Images by stretch, of one theme and scale each; the ones that were used longest ago go first."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Stretch, tuple[str, int, QImage]] = WeakKeyDictionary()

    def of(self, stretch: Stretch, theme: Theme, scale: int, paint: Callable[[Stretch, Theme, int], QImage]) -> QImage:
        """The image of a stretch, painted now if it is not there."""
        known = self._kept.pop(stretch, None)
        if known is None or known[:2] != (theme.name, scale):
            known = theme.name, scale, paint(stretch, theme, scale)
            self._make_room(known[2].sizeInBytes())
        self._kept[stretch] = known
        return known[2]

    @property
    def nbytes(self) -> int:
        """What they take."""
        return sum(image.sizeInBytes() for _, _, image in self._kept.values())

    def _make_room(self, needed: int) -> None:
        for stretch in list(self._kept):
            if self.nbytes + needed <= MOST_BYTES:
                return
            self._kept.pop(stretch, None)
