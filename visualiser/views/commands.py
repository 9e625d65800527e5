"""Every command of the window as data: where it stands in the menus, its keys, and what it says about itself.

Bare keys (Space, arrows, +) belong to the timeline: they count only while it has the focus, so that typing in a field
and pressing a focused button stay what they are. Every command can be reached from the menus without them.
"""

from __future__ import annotations

from visualiser.views.asking_commands import ASKING
from visualiser.views.command import Command

__all__ = ["COMMANDS", "MENUS", "THEME_NAMES", "Command", "plain"]

COMMANDS = (
    Command("open", "&File", "&Open …", "Open a Python program or a saved run", ("Ctrl+O",)),
    Command("save", "&File", "&Save run …", "Keep this run in a file (.ilv) that can be opened again", ("Ctrl+S",)),
    Command("export", "&File", "&Export picture …", "Save the timeline as PNG, SVG or PDF", ("Ctrl+E",)),
    Command("export_data", "&File", "Export &data …", "Save the run as CSV, or as a trace for Perfetto",
            ("Ctrl+Shift+E",)),
    Command("quit", "&File", "&Quit", "Stop what runs and close the window", ("Ctrl+Q",), before="-"),
    Command("run", "&Run", "&Run", "Run what is chosen, and watch it", ("Ctrl+R", "F5")),
    Command("stop", "&Run", "&Stop", "End the program and everything it started", ("Ctrl+.", "Shift+F5")),
    Command("arguments", "&Run", "&Arguments", "Type the arguments of your own program", ("Ctrl+L",), before="-"),
    Command("play", "&Playhead", "&Play or pause", "Play what happened, from the playhead on", ("Space", "K"), True),
    Command("next_event", "&Playhead", "&Next event", "The playhead to the next event; of the selected thread, "
            "if one is selected", (".",), True),
    Command("previous_event", "&Playhead", "Pre&vious event", "The playhead to the event before", (",",), True),
    Command("next_handover", "&Playhead", "Next &hand-over", "The playhead to the next moment when a GIL changes hands",
            ("H",), True),
    Command("previous_handover", "&Playhead", "Previous hand-over", "The playhead to the hand-over before",
            ("Shift+H",), True),
    Command("to_start", "&Playhead", "To the &start", "The playhead to the start of the run", ("Ctrl+Home",), True),
    Command("to_end", "&Playhead", "To the &end", "The playhead to the end of the run", ("Ctrl+End",), True),
    Command("faster", "&Playhead", "&Faster", "Play faster", ("]",), True, before="-"),
    Command("slower", "&Playhead", "S&lower", "Play slower", ("[",), True),
    Command("zoom_in", "&View", "Zoom &in", "A shorter stretch of time, larger", ("+", "=", "Ctrl++", "Ctrl+="), True),
    Command("zoom_out", "&View", "Zoom &out", "A longer stretch of time", ("-", "Ctrl+-"), True),
    Command("fit", "&View", "&Whole run", "Show the run from its start to its end", ("Home", "Ctrl+0"), True),
    Command("left", "&View", "Earlier", "Move to what was before", ("Left",), True),
    Command("right", "&View", "Later", "Move to what comes after", ("Right",), True),
    Command("up", "&View", "Lanes above", "Scroll up", ("Up",), True),
    Command("down", "&View", "Lanes below", "Scroll down", ("Down",), True),
    Command("follow", "&View", "&Follow the end", "Move along with the end of a running program", ("F",), True),
    Command("timeline", "&View", "Go to the &timeline", "Put the keyboard on the timeline", ("F6",), before="-"),
    Command("sidebar", "&View", "&Scenarios", "Show or fold away the list of scenarios", ("F7",), checkable=True),
    Command("output", "&View", "Program out&put", "Show or fold away what the program printed", ("F8",),
            checkable=True),
    Command("panel", "&View", "Story and &code", "Show or fold away the panel on the right", ("F9",), checkable=True),
    Command("presenter", "&View", "P&resenter mode", "Everything larger, for a room", ("Ctrl+Shift+P",),
            checkable=True, before="-"),
    Command("full_screen", "&View", "F&ull screen", "Use the whole screen", ("F11",), checkable=True),
    *ASKING,
    Command("shortcuts", "&Help", "&Keyboard shortcuts", "The list of all keys", ("?", "F1")),
    Command("about", "&Help", "&About Interleave", "Versions of this program and what it stands on"),
)  # fmt: skip

MENUS = ("&File", "&Run", "&Playhead", "&View", "&Ask", "&Help")

THEME_NAMES = (("system", "&System"), ("light", "&Light"), ("dark", "&Dark"))


def plain(text: str) -> str:
    """A menu's text without its mnemonic and dots."""
    return text.replace("&", "").removesuffix("…").strip()
