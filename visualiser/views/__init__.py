"""The widgets: they show what they are told (`set_...`), say what the user wants (`..._requested`), decide nothing.

No widget here knows the trace or a run: what reaches them are words, plain values, scenes, and models made for showing.
Only the composition root (`visualiser.app`, `visualiser.desk`) imports this room.
"""

from visualiser.views.appearance import Appearance, appearance, dress
from visualiser.views.asking import ask_folder, ask_lose, ask_python, show_about, show_shortcuts
from visualiser.views.asking_dock import AskingViews, add_asking
from visualiser.views.attaching import ask_process
from visualiser.views.commands import COMMANDS
from visualiser.views.comparison import ComparisonWindow, ask_picture_place, ask_runs
from visualiser.views.crash import CrashReporter
from visualiser.views.details import html_style
from visualiser.views.file_menu import FileMenu
from visualiser.views.main_window import MainWindow
from visualiser.views.presenter import Presenter
from visualiser.views.timeline import EMPTY
from visualiser.views.unix_signals import UnixSignals
from visualiser.views.values import ValuesView
from visualiser.views.verdict_panel import VerdictPanel
from visualiser.views.visit_marks import VisitMarks

__all__ = [
    "COMMANDS",
    "EMPTY",
    "Appearance",
    "AskingViews",
    "ComparisonWindow",
    "CrashReporter",
    "FileMenu",
    "MainWindow",
    "Presenter",
    "UnixSignals",
    "ValuesView",
    "VerdictPanel",
    "VisitMarks",
    "add_asking",
    "appearance",
    "ask_folder",
    "ask_lose",
    "ask_picture_place",
    "ask_process",
    "ask_python",
    "ask_runs",
    "dress",
    "html_style",
    "show_about",
    "show_shortcuts",
]
