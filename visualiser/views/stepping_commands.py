"""The commands that step through a run, as data: by lines, context switches, output, the story; loops and lines."""

from __future__ import annotations

from visualiser.views.command import Command

LINES = (
    Command("lines", "&Run", "Record every &line", "Tell of every line of the program in the next run, and what "
            "watched names are worth; it takes longer then", ("Ctrl+Shift+L",), checkable=True, before="-"),
)  # fmt: skip

STEPPING = (
    Command("next_line", "&Playhead", "Next l&ine", "The playhead to the next line that a thread runs; of the selected "
            "thread, if one is selected", ("L",), True, before="-"),
    Command("previous_line", "&Playhead", "Previous line", "The playhead to the line before", ("Shift+L",), True),
    Command("next_switch", "&Playhead", "Next &context switch", "The playhead to the next moment when a thread gets "
            "onto a CPU; of the selected thread, also off it", ("C",), True),
    Command("previous_switch", "&Playhead", "Previous context switch", "The playhead to the context switch before",
            ("Shift+C",), True),
    Command("next_output", "&Playhead", "Next &output line", "The playhead to the next thing printed", ("P",), True),
    Command("previous_output", "&Playhead", "Previous output line", "The playhead to what was printed before",
            ("Shift+P",), True),
    Command("next_cue", "&Playhead", "Next stor&y moment", "The playhead to the next moment that the story tells of",
            ("N",), True),
    Command("previous_cue", "&Playhead", "Previous story moment", "The playhead to the story's moment before",
            ("Shift+N",), True),
    Command("next_visit", "&Playhead", "Nex&t visit of the line", "The playhead to the next time that the picked line "
            "of the program runs", ("V",), True, before="-"),
    Command("previous_visit", "&Playhead", "Previous visit of the line", "The playhead to the time before",
            ("Shift+V",), True),
    Command("loop", "&Playhead", "Repeat the ran&ge", "Play the selected range over and over, else the whole run",
            ("Shift+Space",), True, checkable=True),
)  # fmt: skip
