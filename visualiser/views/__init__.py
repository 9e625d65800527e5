"""The widgets: they show what they are told (`set_...`), say what the user wants (`..._requested`), decide nothing.

No widget here knows the trace or a run: what reaches them are words, plain values, scenes, and models made for showing.
Only the composition root (`visualiser.app`) imports this room.
"""

from visualiser.views.appearance import Appearance, appearance, dress
from visualiser.views.commands import COMMANDS
from visualiser.views.dialogs import ExportDialog, PictureChoice, ShortcutsDialog, TextDialog
from visualiser.views.main_window import MainWindow

__all__ = [
    "COMMANDS",
    "Appearance",
    "ExportDialog",
    "MainWindow",
    "PictureChoice",
    "ShortcutsDialog",
    "TextDialog",
    "appearance",
    "dress",
]
