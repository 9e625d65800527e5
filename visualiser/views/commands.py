"""Every command of the window as data: where it stands in the menus, its keys, and what it says about itself.

Bare keys (Space, arrows, +) belong to the timeline: they count only while it has the focus, so that typing in a field
and pressing a focused button stay what they are. Every command can be reached from the menus without them.
"""

from __future__ import annotations

from visualiser.views.asking_commands import ASKING
from visualiser.views.attaching import ATTACHING
from visualiser.views.command import Command
from visualiser.views.stepping_commands import LINES, STEPPING
from visualiser.views.story_commands import OWN_SCENARIOS, STORY

__all__ = ["COMMANDS", "GESTURES", "LANE_MENU", "MENUS", "THEME_NAMES", "Command", "plain"]

COMMANDS = (
    Command("open", "&File", "&Open …", "Open a Python program or a saved run", ("Ctrl+O",)),
    *OWN_SCENARIOS,
    *ATTACHING,
    Command("save", "&File", "&Save run …", "Keep this run in a file (.ilv) that can be opened again", ("Ctrl+S",)),
    Command("export", "&File", "&Export picture …", "Save the timeline as PNG, SVG or PDF", ("Ctrl+E",)),
    Command("export_data", "&File", "Export &data …", "Save the run as CSV, or as a trace for Perfetto",
            ("Ctrl+Shift+E",)),
    Command("quit", "&File", "&Quit", "Stop what runs and close the window", ("Ctrl+Q",), before="-"),
    Command("run", "&Run", "&Run", "Run what is chosen, and watch it", ("Ctrl+R", "F5")),
    Command("stop", "&Run", "&Stop", "End the program and everything it started", ("Ctrl+.", "Shift+F5")),
    *LINES,
    Command("arguments", "&Run", "&Arguments", "Type the arguments of your own program", ("Ctrl+L",)),
    Command("compare", "&Run", "&Compare …", "The same work several ways, side by side", ("Ctrl+Shift+R",)),
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
    *STEPPING,
    *STORY,
    Command("zoom_in", "&View", "Zoom &in", "A shorter stretch of time, larger", ("+", "=", "W", "Ctrl++", "Ctrl+="),
            True),
    Command("zoom_out", "&View", "Zoom &out", "A longer stretch of time", ("-", "S", "Ctrl+-"), True),
    Command("zoom_selection", "&View", "Zoom to &selection", "As large as it goes: the range, the span or the lane "
            "that is picked out", ("Z",), True),
    Command("fit", "&View", "&Whole run", "Show the run from its start to its end", ("Home", "Ctrl+0"), True),
    Command("left", "&View", "&Earlier", "Move to what was before", ("Left", "A"), True),
    Command("right", "&View", "&Later", "Move to what comes after", ("Right", "D"), True),
    Command("up", "&View", "Scroll up", "The lanes above", ("Up",), True),
    Command("down", "&View", "Scroll down", "The lanes below", ("Down",), True),
    Command("page_up", "&View", "A page up", "The lanes further above", ("PgUp",), True),
    Command("page_down", "&View", "A page down", "The lanes further below", ("PgDown",), True),
    Command("undo_view", "&View", "Undo zoom or &move", "Back to what was seen before", ("Alt+Left", "Ctrl+Z"), True,
            before="-"),
    Command("redo_view", "&View", "Redo zoom or mo&ve", "Forth again", ("Alt+Right", "Ctrl+Shift+Z", "Ctrl+Y"), True),
    Command("range_tool", "&View", "Draw a ran&ge", "Drag to pick out a range of time; with Shift at any time", ("R",),
            True, checkable=True, before="-"),
    Command("range_start", "&View", "Range from the playhead", "The range begins where the playhead is", ("I",), True),
    Command("range_end", "&View", "Range to the playhead", "The range ends where the playhead is", ("O",), True),
    Command("clear", "&View", "Clear the selectio&n", "Let go of the range, the span and the lane", ("Esc",), True),
    Command("follow", "&View", "&Follow the end", "Move along with the end of a running program", ("F",), True,
            before="-"),
    Command("freeze", "&View", "Free&ze the picture", "Keep the picture as it is; the program is recorded all the same",
            ("Shift+F",), True, checkable=True),
    Command("timeline", "&View", "Go to the &timeline", "Put the keyboard on the timeline", ("F6",), before="-"),
    Command("sidebar", "&View", "Scen&arios", "Show or fold away the list of scenarios", ("F7",), checkable=True),
    Command("output", "&View", "Program out&put", "Show or fold away what the program printed", ("F8",),
            checkable=True),
    Command("panel", "&View", "Story and &code", "Show or fold away the panel on the right", ("F9",), checkable=True),
    Command("presenter", "&View", "P&resenter mode", "For a projector: large type, only the story and the "
            "timeline; Page Down and Page Up step, Esc ends it", ("Ctrl+Shift+P",),
            checkable=True, before="-"),
    Command("full_screen", "&View", "F&ull screen", "Use the whole screen", ("F11",), checkable=True),
    Command("lane_above", "&Lanes", "Go to the lane &above", "The lane that this menu acts on", ("Ctrl+Up",), True),
    Command("lane_below", "&Lanes", "Go to the lane &below", "The lane that this menu acts on", ("Ctrl+Down",), True),
    Command("fold", "&Lanes", "&Fold or unfold", "The lane's process; of a crowd of short threads: the crowd",
            ("Return", "Enter"), True, before="-"),
    Command("fold_all", "&Lanes", "Fold or unfold a&ll processes", "All threads away, or all back",
            ("Shift+Return",), True),
    Command("hide", "&Lanes", "&Hide", "Hide this lane; of a process, all that is its own", ("X",), True),
    Command("show_all", "&Lanes", "&Show all again", "Every lane that was hidden", ("Shift+X",), True),
    Command("pin", "&Lanes", "&Pin to the top, or unpin", "It stays in sight while the others scroll", ("T",), True),
    Command("lane_up", "&Lanes", "Move &up", "One place up, within its process", ("Alt+Up",), True, before="-"),
    Command("lane_down", "&Lanes", "Move &down", "One place down, within its process", ("Alt+Down",), True),
    Command("sort_start", "&Lanes", "Sort by s&tart", "Who began first comes first", ("1",), True, before="-"),
    Command("sort_name", "&Lanes", "Sort by &name", "By the names of threads and processes", ("2",), True),
    Command("sort_busy", "&Lanes", "Sort by bus&y time", "Who ran longest comes first", ("3",), True),
    Command("sort_waiting", "&Lanes", "Sort by &waiting time", "Who waited longest comes first", ("4",), True),
    *ASKING,
    Command("guide", "&Help", "&Decision guide", "Threads, processes or asyncio? Answered from the run that is shown, "
            "as far as it can tell"),
    Command("shortcuts", "&Help", "&Keyboard shortcuts", "The list of all keys", ("?", "F1")),
    Command("about", "&Help", "&About Interleave", "Versions of this program and what it stands on"),
)  # fmt: skip

MENUS = ("&File", "&Run", "&Playhead", "&View", "&Lanes", "&Ask", "&Help")

LANE_MENU = ("fold", "hide", "pin", "", "lane_up", "lane_down", "", "sort_start", "sort_name", "sort_busy",
             "sort_waiting", "", "zoom_selection", "fold_all", "show_all")  # fmt: skip
"""What the menu of a lane's name offers, by id; empty for a line between."""

GESTURES = (
    ("Wheel", "zoom about the cursor (Ctrl+wheel and a pinch too)"),
    ("Shift+wheel", "move in time"),
    ("Wheel over the names", "scroll the lanes"),
    ("Two fingers on a touchpad", "move the picture"),
    ("Drag", "move the picture; on the axis, the playhead"),
    ("Shift+drag", "pick out a range of time"),
    ("Click", "put the playhead there and pick out the span"),
    ("Double click", "zoom to the span; on the axis, to the whole run"),
    ("Click on a process's name", "fold or unfold it"),
    ("Drag of a name", "move the lane to another place"),
    ("Right click", "menu of the lane"),
    ("Drag below, on the whole run", "move; at the frame's edges, see more or less"),
)
"""What the mouse does on the timeline."""

THEME_NAMES = (("system", "&System"), ("light", "&Light"), ("dark", "&Dark"))


def plain(text: str) -> str:
    """A menu's text without its mnemonic and dots."""
    return text.replace("&", "").removesuffix("…").strip()
