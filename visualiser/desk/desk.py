"""One window and everything behind it: a bench whose parts are connected, from its first picture to its end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from visualiser import views
from visualiser.desk.arranging import connect_arranging
from visualiser.desk.asking import connect_asking
from visualiser.desk.attaching import connect_attaching
from visualiser.desk.bench import Bench
from visualiser.desk.choosing import choose_target, connect_choosing
from visualiser.desk.comparing import connect_comparing
from visualiser.desk.filing import connect_files
from visualiser.desk.judging import connect_judging
from visualiser.desk.moving import connect_moving
from visualiser.desk.running import connect_running
from visualiser.desk.stepping import connect_stepping
from visualiser.desk.telling import connect_telling
from visualiser.settings import SettingsFile

if TYPE_CHECKING:
    from visualiser.run import Target

_log = logging.getLogger(__name__)

PARTS = (connect_files, connect_telling, connect_choosing, connect_moving, connect_arranging, connect_running,
         connect_asking, connect_comparing, connect_stepping, connect_judging, connect_attaching)  # fmt: skip
"""Each connects one piece of the window; later ones may use what earlier ones have made."""


class Desk(Bench):
    """The window, ready to be shown. Closing it ends whatever runs."""

    def __init__(self, settings: SettingsFile) -> None:
        super().__init__(settings)
        self._must_close = False
        self._connect_window()
        for connect in PARTS:
            connect(self)
        self._show_look()
        self.window.restore(self.preferences.now)
        self.window.sidebar.list.setFocus()
        self.setup.choice_changed.emit()  # nothing is chosen yet, and everybody says so

    def choose_target(self, target: Target) -> None:
        """Choose what the command line named."""
        choose_target(self, target)

    def end(self) -> None:
        """Close without a question: somebody who cannot answer asked for it."""
        self._must_close = True
        self.window.close()

    def close(self) -> None:
        """Remember the window, and end whatever runs, within some seconds."""
        self.preferences.save(self.window.remembered(self.preferences.now))
        self.player.pause()
        self.work.close()
        if not self.jobs.close():
            _log.warning("a worker did not end in time")

    # --- inner -------------------------------------------------------------------------------------------------------

    def _connect_window(self) -> None:
        window = self.window
        window.command_requested.connect(lambda name: self.commands[name]())
        window.switch_requested.connect(self._switch)
        window.theme_requested.connect(lambda name: self.preferences.set("theme", name))
        window.close_requested.connect(self._on_close_requested)
        self.preferences.changed.connect(self._on_preference_changed)
        QApplication.styleHints().colorSchemeChanged.connect(self._dress)
        self.commands.update(
            quit=window.close,
            shortcuts=lambda: views.show_shortcuts(window),
            about=lambda: views.show_about(window),
        )
        self.switches["full_screen"] = window.set_full_screen

    def _switch(self, name: str, on: bool) -> None:
        """A switch that no part carries out is a preference, or of a dock, which follows by itself."""
        if name in self.switches:
            self.switches[name](on)
        elif hasattr(self.preferences.now, name):
            self.preferences.set(name, on)

    def _on_preference_changed(self, name: str) -> None:
        if name in ("theme", "presenter"):
            self._dress()
        elif name in ("sidebar", "output", "panel"):
            self.window.set_part_shown(name, getattr(self.preferences.now, name))

    def _dress(self, _: object = None) -> None:
        self.look = self.dressed()
        self._show_look()

    def _show_look(self) -> None:
        self.window.set_look(self.look)
        self.timeline.set_presenter(self.preferences.now.presenter)
        self.look_changed.emit(self.look)

    def _on_close_requested(self) -> None:
        if self.work.shelf.precious and not self._must_close and not views.ask_lose(self.window):
            return
        self.window.allow_close()
        self.close()
