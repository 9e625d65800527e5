"""Goes to the places of a story: playhead, zoom, selection; and back to where the user was before the story."""

from __future__ import annotations

from dataclasses import dataclass

from visualiser.scene import LaneKind, Selection
from visualiser.trace import row_at
from visualiser.viewmodels.lanes import LaneKey
from visualiser.viewmodels.player import Player
from visualiser.viewmodels.story_places import StoryPlace
from visualiser.viewmodels.timeline import TimelineModel
from visualiser.viewmodels.viewport import Follow, Viewport


@dataclass(frozen=True)
class Stand:
    """Where the user is: all that a story moves."""

    t: int
    viewport: Viewport
    selection: Selection
    current: LaneKey | None


class StoryStage:
    """Moves the timeline and its playhead. Every place is stood at in the same way, from wherever it is gone to."""

    def __init__(self, player: Player, timeline: TimelineModel) -> None:
        self._player, self._timeline = player, timeline

    @property
    def stand(self) -> Stand:
        """Where the user is now."""
        line = self._timeline
        return Stand(self._player.playhead.t, line.viewport, line.selection, line.current)

    def go(self, place: StoryPlace) -> None:
        """Stand at a place of the story."""
        line, store = self._timeline, self._timeline.store
        if store is None:
            return
        line.clear()
        if place.whole:
            line.fit()
        else:
            line.show_exactly(place.t0, place.t1)
        self._seek(place.t)
        if place.thread is not None:
            row = row_at(store, place.thread, place.t - 1 if place.before else place.t)
            line.select(place.thread, row)
            line.reveal_lane(LaneKey(LaneKind.THREAD, store.threads[place.thread].process, place.thread))

    def back_to(self, stand: Stand) -> None:
        """Stand as the user did."""
        line = self._timeline
        line.clear()
        if stand.viewport.follow is Follow.WHOLE:
            line.fit()
        else:
            line.show_exactly(stand.viewport.t0, stand.viewport.t1)
        if stand.viewport.follow is Follow.END:
            line.follow()
        self._seek(stand.t)
        if stand.selection.t0 is not None:
            line.set_range(stand.selection.t0, stand.selection.t1)
        if stand.selection.thread is not None:
            line.select(stand.selection.thread, stand.selection.index)
        line.set_current(stand.current)

    def _seek(self, t: int) -> None:
        self._player.pause()
        self._player.seek(t)
