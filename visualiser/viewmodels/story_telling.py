"""Tells a scenario's story: asks before the run, judges after it, and leads through the run step by step.

Position 0 is the page with the question; then come the steps; the last page says what to take away. Before the first
step the user's own place is remembered, and going back to position 0 returns to it.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from visualiser.scenarios import Machine, Scenario, Variant, unmet
from visualiser.trace import TraceStore
from visualiser.viewmodels import story
from visualiser.viewmodels.player import Player
from visualiser.viewmodels.story import StoryPage, StoryQuestion
from visualiser.viewmodels.story_run import StoryRun, story_run
from visualiser.viewmodels.story_stage import Stand, StoryStage
from visualiser.viewmodels.timeline import TimelineModel

UNKNOWN = "I do not know"
START, LAST = "The question", "Take away"


class StoryTelling(QObject):
    """Fact: `page_changed(StoryPage)`. The player is told when the steps happened."""

    page_changed = Signal(object)

    def __init__(self, player: Player, timeline: TimelineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.position = 0
        self._player, self._stage = player, StoryStage(player, timeline)
        self._scenario: Scenario | None = None
        self._variant: Variant | None = None
        self._machine: Machine | None = None
        self._running = False
        self._run: StoryRun | None = None
        self._before: Stand | None = None
        self._answers: dict[tuple[str, str], int] = {}
        self._moving = False
        self._t = player.playhead.t
        player.moved.connect(self._on_moved)

    # --- what is told ------------------------------------------------------------------------------------------------

    def set_choice(self, scenario: Scenario | None, variant: Variant | None) -> None:
        """Tell this story from its question on; none for other programs."""
        self._scenario, self._variant = scenario, variant
        self._forget()

    def set_machine(self, machine: Machine) -> None:
        """What the program would be run on."""
        self._machine = machine
        self._tell()

    def set_run(self, store: TraceStore | None, running: bool) -> None:
        """This run is shown, or none; `running`: it is not over, and nothing can be told of it yet."""
        self._running = running
        self._run = None
        if store is not None and not running and self._scenario is not None and self._variant is not None:
            self._run = story_run(store, self._scenario, self._variant.id)
        self._forget()

    def answer(self, number: int) -> None:
        """The user's answer to the question, by its number; the one after the last is "I do not know"."""
        if self._key is not None and self._run is None and not self._running:
            self._answers[self._key] = number
            self._tell()

    # --- where in it -------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """One step on."""
        self.go(self.position + 1)

    def back(self) -> None:
        """One step back."""
        self.go(self.position - 1)

    def go(self, position: int) -> None:
        """To that page, and in the run to where it is."""
        if self._run is None or not 0 <= position < len(self._titles) or position == self.position:
            return
        if self.position == 0:
            self._before = self._stage.stand
        self.position = position
        self._moving = True
        try:
            self._stand()
        finally:
            self._moving = False
        self._tell()

    def _stand(self) -> None:
        run = self._run
        assert run is not None
        if self.position == 0:
            if self._before is not None:
                self._stage.back_to(self._before)
        elif self.position <= len(run.steps):
            self._stage.go(run.steps[self.position - 1].place)
        else:
            self._stage.go(run.end)

    def _on_moved(self, t: int) -> None:
        """The page follows the playhead: to the step that it stands at or has just been played past."""
        was, self._t = self._t, t
        if self._run is None or self._moving:
            return
        playing = self._player.playhead.playing
        for number, step in enumerate(self._run.steps, 1):
            passed = was < step.place.t <= t if playing else step.place.t == t
            if step.is_moment and passed and number != self.position:
                if self.position == 0:
                    self._before = replace(self._stage.stand, t=was)
                self.position = number
                self._tell()
                return

    def _forget(self) -> None:
        """From the beginning."""
        self.position, self._before = 0, None
        self._player.set_cue_times(self._run.times if self._run is not None else ())
        self._tell()

    @property
    def _unmet(self) -> tuple[str, ...]:
        """Why the chosen variant cannot show here what it is about."""
        if self._scenario is None or self._variant is None or self._machine is None:
            return ()
        return unmet(self._scenario, self._machine, self._variant.id)

    # --- the page ----------------------------------------------------------------------------------------------------

    @property
    def page(self) -> StoryPage:
        """What is told now."""
        scenario, run = self._scenario, self._run
        if scenario is None or self._variant is None:
            return StoryPage(story.NOTHING_CHOSEN)
        if self._running:
            going_on = story.RUNNING if self._variant.expects.ends else story.ENDLESS
            return StoryPage(story.beginning(scenario, self._unmet, going_on), self._question)
        if run is None:
            return StoryPage(story.beginning(scenario, self._unmet), self._question)
        last = len(self._titles) - 1
        step = run.steps[self.position - 1] if 0 < self.position <= len(run.steps) else None
        return StoryPage(
            html=step.html if step is not None else self._around(scenario, run),
            question=self._question if self.position == 0 else None,
            position=self.position,
            titles=self._titles,
            can_back=self.position > 0,
            can_next=self.position < last,
            next_text="Step through it" if self.position == 0 and run.steps else "Next",
            can_compare=len(scenario.variants) > 1 and self.position in (0, last),
        )

    def _around(self, scenario: Scenario, run: StoryRun) -> str:
        """The page before the steps, or that after them."""
        if self.position:
            return story.ending(scenario)
        if run.unmet:
            return story.refused(scenario, run.unmet)
        return story.judged(scenario) if self._question is not None else story.beginning(scenario, ())

    @property
    def _titles(self) -> tuple[str, ...]:
        return (START, *(step.title for step in self._run.steps), LAST) if self._run is not None else ()

    @property
    def _key(self) -> tuple[str, str] | None:
        scenario, variant = self._scenario, self._variant
        return (str(variant.path), scenario.id) if scenario is not None and variant is not None else None

    @property
    def _question(self) -> StoryQuestion | None:
        scenario, variant, run = self._scenario, self._variant, self._run
        asked = scenario.prediction_for(variant.id) if scenario is not None and variant is not None else None
        if asked is None or self._key is None:
            return None
        answers = (*(each.text for each in asked.answers), UNKNOWN)
        chosen = self._answers.get(self._key)
        if run is None:
            return StoryQuestion(asked.question, answers, chosen, open=not self._running)
        verdict = " ".join(part for part in (_verdict(chosen, run.right, len(asked.answers)), run.figures) if part)
        return StoryQuestion(asked.question, answers, chosen, run.right, False, verdict)

    def _tell(self) -> None:
        self.page_changed.emit(self.page)


def _verdict(chosen: int | None, right: int | None, unknown: int) -> str:
    """What the run says to the answer."""
    if right is None:
        return "This run does not tell: what decides it was not measured."
    if chosen is None or chosen == unknown:
        return "This is what happened in this run."
    return "You were right." if chosen == right else "In this run it was otherwise."
