"""The commands of stories, as data: the steps of the one that is told, and scenarios of the user's own."""

from __future__ import annotations

from visualiser.views.command import Command

OWN_SCENARIOS = (
    Command("open_folder", "&File", "Open scenario &folder …", "Scenarios that you or somebody else wrote",
            ("Ctrl+Shift+O",)),
)  # fmt: skip

STORY = (
    Command("next_step", "&Playhead", "Read on in the story", "To its next step, and in the run to where that is",
            ("Ctrl+PgDown",), before="-"),
    Command("previous_step", "&Playhead", "Back in the story", "To the step before", ("Ctrl+PgUp",)),
)  # fmt: skip
