"""The models and the window, made but not connected: what every part of the desk is given."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from visualiser import viewmodels, views
from visualiser.desk.late import late, new_session, resolved
from visualiser.settings import SettingsFile
from visualiser.trace import TraceStore

FILES = (("desk.filing", "load_and_look"), ("files", "save_ilv"), ("export", "export_picture"), ("files", "write_csv"),
         ("files", "write_chrome"))  # fmt: skip
"""Who reads and writes, in the order of `FileFunctions`: room and function."""


class Bench(QObject):
    """The models and the window, and what everybody may say to the user.

    Facts for the parts: `store_changed(TraceStore or None)`: another run is shown; `grew()`: more is known of it;
    `look_changed(Appearance)`: paint in this theme. `commands` and `switches` say what each command of
    `views.COMMANDS` does, by its id; parts add theirs.
    """

    store_changed = Signal(object)
    grew = Signal()
    look_changed = Signal(object)

    def __init__(self, settings: SettingsFile) -> None:
        super().__init__()
        self.preferences = viewmodels.Preferences(settings, self)
        self.jobs = viewmodels.Jobs(self)
        self.setup = viewmodels.RunSetup(self)
        self.pythons = viewmodels.Pythons(
            self.jobs, late("run", "interpreters"), late("run", "probe_interpreter"), self
        )
        self.player = viewmodels.Player(self)
        self.timeline = viewmodels.TimelineModel(self.player, self)
        self.overview = viewmodels.Overview(self)
        self.output = viewmodels.OutputModel(self)
        self.code = viewmodels.CodeModel(self.player, self)
        self.work = viewmodels.RunWork(new_session, self.setup, self.jobs, resolved, self)
        self.files = viewmodels.FileWork(self.jobs, viewmodels.FileFunctions(*(late(*each) for each in FILES)), self)
        self.look = self.dressed()  # before there are widgets: those that exist do not all take a new font
        self.window = views.MainWindow(self.output)
        behind = self.files, self.work, self.setup, self.timeline, self.preferences
        self.menu = views.FileMenu(self.window, *behind, theme=lambda: self.look.theme.name)
        self.commands: dict[str, Callable[[], object]] = {}
        self.switches: dict[str, Callable[[bool], object]] = {}
        self._place: tuple[int, int] | None = None
        self.window.banner.show_requested.connect(self._show_place)

    @property
    def store(self) -> TraceStore | None:
        """The run that is shown."""
        return self.work.run.store if self.work.run is not None else None

    def tell(self, text: str) -> None:
        """Say something good or indifferent, for a while."""
        self.window.statusBar().showMessage(text, 8000)

    def warn(self, text: str) -> None:
        """Say what went wrong, until it is put away."""
        self.window.banner.tell(text, bad=True)

    def notice(self, notice: viewmodels.Notice | None) -> None:
        """Say it, with what can be done about it."""
        if notice is not None:
            self._place = notice.show
            self.window.banner.tell(notice.text, notice.bad, notice.show is not None, notice.command)

    def dressed(self) -> views.Appearance:
        """The whole application in the look that the user prefers."""
        look = views.appearance(self.preferences.now.theme, self.preferences.now.presenter)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        views.dress(app, look)
        return look

    def _show_place(self) -> None:
        if self._place is not None and self.store is not None:
            self.timeline.show_range(*self._place)
