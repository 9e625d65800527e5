"""The composition root of the desktop app: builds the rooms, connects their signals, and starts Qt.

Nobody else knows both a view and a run. What takes time to import and is not needed for the first picture of the window
(readers, writers, Pygments) is imported where it is first used.
"""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from visualiser import viewmodels, views
from visualiser.scenarios import ParameterError, ScenarioError, catalogue, find
from visualiser.settings import SettingsFile
from visualiser.trace import TraceStore

if TYPE_CHECKING:
    from visualiser.run import Session, Target

_log = logging.getLogger(__name__)

STATUS_EVERY_MS = 500
"""Numbers that change faster than this cannot be read."""


FILES = (("files", "load"), ("files", "save_ilv"), ("export", "export_picture"), ("files", "write_csv"),
         ("files", "write_chrome"))  # fmt: skip
"""Who reads and writes, in the order of `FileFunctions`: room and function."""

LOOK_AFTER_MS = 300
"""Looking for interpreters starts processes: not before the window stands."""


class Desk(QObject):
    """One window and everything behind it. Closing the window ends whatever runs."""

    def __init__(self, settings: SettingsFile) -> None:
        super().__init__()
        self.preferences = viewmodels.Preferences(settings, self)
        self.jobs = viewmodels.Jobs(self)
        self.setup = viewmodels.RunSetup(self)
        self.pythons = viewmodels.Pythons(
            self.jobs, _late("run", "interpreters"), _late("run", "probe_interpreter"), self
        )
        self.player = viewmodels.Player(self)
        self.timeline = viewmodels.TimelineModel(self.player, self)
        self.overview = viewmodels.Overview(self)
        self.output = viewmodels.OutputModel(self)
        self.code = viewmodels.CodeModel(self.player, self)
        self.work = viewmodels.RunWork(_session, self.setup, self.jobs, _resolved, self)
        self.files = viewmodels.FileWork(self.jobs, viewmodels.FileFunctions(*(_late(*each) for each in FILES)), self)
        self._look = self._dressed()  # before there are widgets: those that exist do not all take a new font
        self.window = views.MainWindow(self.output)
        behind = self.files, self.work, self.setup, self.timeline, self.preferences
        self.menu = views.FileMenu(self.window, *behind, theme=lambda: self._look.theme.name)
        self._commands = self._command_table()
        self._must_close = False
        self._deadlocks = viewmodels.DeadlockWatch()
        self._place: tuple[int, int] | None = None
        self._numbers = QTimer(self, singleShot=True, interval=STATUS_EVERY_MS)
        self._numbers.setObjectName("numbers")
        self._numbers.timeout.connect(self._show_numbers)
        self._connect_window()
        self._connect_choice()
        self._connect_timeline()
        self._connect_work()
        self._begin()

    # --- connections -------------------------------------------------------------------------------------------------

    def _connect_window(self) -> None:
        window = self.window
        window.command_requested.connect(lambda name: self._commands[name]())
        window.switch_requested.connect(self._switch)
        window.theme_requested.connect(partial(self.preferences.set, "theme"))
        window.file_requested.connect(self.menu.open_path)
        window.clear_recent_requested.connect(self.preferences.forget_recent)
        window.close_requested.connect(self._on_close_requested)
        window.sidebar.open_requested.connect(self.menu.open)
        self.preferences.changed.connect(self._on_preference_changed)
        self.preferences.recent_changed.connect(self._show_recent)
        QApplication.styleHints().colorSchemeChanged.connect(self._dress)

    def _connect_choice(self) -> None:
        side, bar, setup = self.window.sidebar, self.window.run_bar, self.setup
        side.filter_requested.connect(lambda text: side.set_rows(viewmodels.rows(catalogue(), text)))
        side.scenario_requested.connect(lambda scenario_id: setup.choose_scenario(find(scenario_id)))
        side.scenario_run_requested.connect(lambda _: self.work.start())
        bar.run_requested.connect(self.work.start)
        bar.stop_requested.connect(self.work.stop)
        bar.export_requested.connect(self.menu.export)
        bar.variant_requested.connect(setup.choose_variant)
        bar.value_requested.connect(self._set_value)
        bar.arguments_requested.connect(setup.set_arguments)
        bar.python_requested.connect(self.pythons.choose)
        bar.browse_python_requested.connect(self._ask_python)
        setup.choice_changed.connect(self._on_choice_changed)
        setup.values_changed.connect(self._on_values_changed)
        self.pythons.changed.connect(self._on_pythons_changed)
        self.pythons.refused.connect(self._warn)

    def _connect_timeline(self) -> None:
        model, panel, transport = self.timeline, self.window.panel, self.window.transport
        self.window.timeline.attach(model)
        self.overview.changed.connect(self.window.timeline.overview.set_scene)
        self.window.timeline.overview.resized.connect(self.overview.resize)
        model.hover_changed.connect(panel.set_hovered)
        model.selection_changed.connect(panel.set_selected)
        self.code.files_changed.connect(panel.code.set_files)
        self.code.tags_changed.connect(panel.code.set_tags)
        transport.speed_requested.connect(self.player.set_speed)
        self.player.playing_changed.connect(transport.set_playing)
        self.player.speed_changed.connect(transport.set_speed)
        self.player.moved.connect(self._on_playhead_moved)
        self.window.output.seek_requested.connect(self._seek)
        self.output.rowsInserted.connect(lambda: self.window.output.set_playhead(self.player.playhead.t))

    def _connect_work(self) -> None:
        work, banner = self.work, self.window.banner
        work.run_changed.connect(self._on_run_changed)
        work.grew.connect(self._on_grew)
        work.state_changed.connect(self._on_state_changed)
        work.doing_changed.connect(self.window.set_doing)
        work.told.connect(self._tell)
        work.warned.connect(banner.tell)
        work.ended.connect(self._notice)
        banner.show_requested.connect(self._show_place)
        self.window.level_requested.connect(lambda: self._notice(viewmodels.level_notice(self._store())))
        self.files.opened.connect(self._on_opened)
        self.files.saved.connect(self._on_saved)
        self.files.exported.connect(lambda path: self._tell(f"Saved as {path}"))
        self.files.refused.connect(self._warn)

    def _command_table(self) -> dict[str, Callable[[], object]]:
        """What each command of `views.COMMANDS` that is no switch does."""
        line, player, window = self.timeline, self.player, self.window
        canvas = window.timeline.canvas
        return {
            "open": self.menu.open, "save": self.menu.save, "export": self.menu.export, "quit": window.close,
            "export_data": self.menu.export_data, "run": self.work.start, "stop": self.work.stop,
            "arguments": window.run_bar.arguments_edit.setFocus, "play": player.toggle,
            "next_handover": partial(line.step_handover, 1), "previous_handover": partial(line.step_handover, -1),
            "next_event": partial(line.step, 1), "previous_event": partial(line.step, -1),
            "to_start": lambda: self._seek(player.playhead.start), "to_end": lambda: self._seek(player.playhead.end),
            "faster": partial(player.pace, 1), "slower": partial(player.pace, -1),
            "zoom_in": partial(line.zoom, 1.5), "zoom_out": partial(line.zoom, 1 / 1.5), "fit": line.fit,
            "left": partial(line.pan, -0.1), "right": partial(line.pan, 0.1), "follow": line.follow,
            "up": partial(canvas.scroll_requested.emit, -60.0), "down": partial(canvas.scroll_requested.emit, 60.0),
            "timeline": canvas.setFocus, "shortcuts": partial(views.show_shortcuts, window),
            "about": partial(views.show_about, window),
        }  # fmt: skip

    # --- what is chosen ----------------------------------------------------------------------------------------------

    def choose_target(self, target: Target) -> None:
        """Choose what the command line named."""
        if target.scenario is not None:
            self.setup.choose_scenario(find(target.scenario), target.variant)
            for name, value in target.values.items():
                self.setup.set_value(name, value)
            self._on_choice_changed()
        elif target.module is not None:
            self.setup.choose_module(target.module, shlex.join(target.args))
        elif target.path is not None:
            self.setup.choose_program(target.path, shlex.join(target.args))
        if target.python != sys.executable:
            self.pythons.put(target.python, target.interpreter.version_text)

    def _on_choice_changed(self) -> None:
        setup = self.setup
        scenario, variant = setup.scenario, setup.variant
        story = viewmodels.page_for(scenario.id if scenario else None, variant.id if variant else None)
        self.window.show_choice(setup, story if setup.chosen else viewmodels.NOTHING_CHOSEN)
        self.work.show_latest()

    def _set_value(self, name: str, value: object) -> None:
        try:
            self.setup.set_value(name, value)
        except ParameterError as error:
            self._warn(str(error))

    def _on_values_changed(self) -> None:
        if self.work.run is None:
            self.code.set_store(None, self._main_source(None))

    def _on_pythons_changed(self) -> None:
        self.setup.set_python(self.pythons.chosen or None)
        self.preferences.set("python", self.pythons.chosen)
        self.window.run_bar.set_pythons(self.pythons.known, self.pythons.chosen)

    # --- one run -----------------------------------------------------------------------------------------------------

    def _on_run_changed(self, run: viewmodels.Kept | None) -> None:
        store = run.store if run is not None else None
        self.timeline.set_store(store)
        self.overview.set_store(store)
        self.output.set_store(store)
        self.code.set_store(store, self._main_source(store))
        self.window.transport.set_enabled(store is not None)
        self._on_playhead_moved(self.player.playhead.t)
        self._show_numbers()

    def _on_grew(self) -> None:
        self.timeline.grow()
        self.overview.grow()
        self.output.grow()
        self.code.grow()
        if not self.work.is_active:
            self.output.refresh()
            self._show_numbers()
        elif not self._numbers.isActive():
            self._numbers.start()

    def _on_state_changed(self) -> None:
        state, active = self.work.state, self.work.is_active
        self.window.set_run_state(state, active)
        hint = f"Press Run to watch {self.setup.title}." if self.setup.chosen else views.EMPTY
        self.window.timeline.set_empty_text(state.doing or hint)

    def _main_source(self, store: TraceStore | None) -> viewmodels.SourceFile | None:
        """The program's own file: as the run kept it, else as it would be run."""
        try:
            found = self.setup.source()
        except (OSError, ValueError):
            return None
        if found is None:
            return None
        name, path, text = found
        kept = store.source_text(path) if store is not None else None
        return viewmodels.SourceFile(name, path, text if kept is None else kept)

    def _show_numbers(self) -> None:
        store = self._store()
        status = viewmodels.status_of(store)
        self.window.set_status(status, viewmodels.sources_line(store), viewmodels.level_notice(store) is not None)
        self.window.set_handovers(len(self.timeline.handover_times()) > 0)
        self.window.panel.memory.set_curves(viewmodels.memory_curves(store))
        if status.lost and not self.window.banner.text:
            self._warn(status.lost)
        if store is not None and self.work.is_active and not self.window.banner.text:
            self._notice(self._deadlocks.look(store))

    def _store(self) -> TraceStore | None:
        return self.work.run.store if self.work.run is not None else None

    def _notice(self, notice: viewmodels.Notice | None) -> None:
        """Say it, with what can be done about it."""
        if notice is not None:
            self._place = notice.show
            self.window.banner.tell(notice.text, notice.bad, notice.show is not None, notice.command)

    def _show_place(self) -> None:
        if self._place is not None and self._store() is not None:
            self.timeline.show_range(*self._place)

    def _seek(self, t: int) -> None:
        self.player.pause()
        self.player.seek(t)
        self.timeline.reveal(t)

    def _on_playhead_moved(self, t: int) -> None:
        if self.work.run is not None:
            self.window.transport.set_time(viewmodels.moment(t - self.work.run.store.start_ns))
            self.window.output.set_playhead(t)
            self.window.panel.memory.set_playhead((t - self.work.run.store.start_ns) / 1e9)

    # --- files -------------------------------------------------------------------------------------------------------

    def _on_opened(self, store: TraceStore, path: str) -> None:
        self.preferences.opened(path)
        info = store.info
        scenario = next((each for each in catalogue() if each.id == info.scenario), None)
        if scenario is not None and info.variant in {each.id for each in scenario.variants}:
            self.setup.choose_scenario(scenario, info.variant)
        else:
            self.setup.choose_nothing()
            self.window.setWindowTitle(f"{Path(path).name} — Interleave")
            self.window.panel.set_story(viewmodels.page_for(None, None))
        self.work.show(viewmodels.Kept(store, saved=True))
        self._notice(viewmodels.notice_of(store))

    def _on_saved(self, path: str) -> None:
        if self.work.run is not None:
            self.work.run.saved = True
        self.preferences.opened(path)
        self._tell(f"Saved as {path}")

    def _ask_python(self) -> None:
        self._on_pythons_changed()  # the box shows what is chosen again, not the entry that asks for another
        if path := views.ask_python(self.window):
            self.pythons.add(path)

    # --- the window itself -------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._show_look()
        self.window.restore(self.preferences.now)
        self._show_recent()
        self.window.transport.set_speed(self.player.playhead.speed)
        self.window.run_bar.set_pythons(self.pythons.known, "")
        self._on_choice_changed()
        try:
            self.window.sidebar.set_rows(viewmodels.rows(catalogue()))
        except (ScenarioError, OSError) as error:
            self._warn(str(error))

    def _tell(self, text: str) -> None:
        self.window.statusBar().showMessage(text, 8000)

    def _warn(self, text: str) -> None:
        self.window.banner.tell(text, bad=True)

    def _show_recent(self) -> None:
        self.window.set_recent(viewmodels.recent_files(self.preferences.now.recent))

    def _on_preference_changed(self, name: str) -> None:
        if name in ("theme", "presenter"):
            self._dress()
        elif name in ("sidebar", "output", "panel"):
            self.window.set_part_shown(name, getattr(self.preferences.now, name))

    def _dressed(self) -> views.Appearance:
        """The whole application in the look that the user prefers."""
        look = views.appearance(self.preferences.now.theme, self.preferences.now.presenter)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        views.dress(app, look)
        return look

    def _dress(self, _: object = None) -> None:
        self._look = self._dressed()
        self._show_look()

    def _show_look(self) -> None:
        self.window.set_look(self._look)
        self.timeline.set_presenter(self.preferences.now.presenter)

    def _switch(self, name: str, on: bool) -> None:
        if name == "full_screen":
            self.window.set_full_screen(on)
        else:
            self.preferences.set(name, on)

    def _on_close_requested(self) -> None:
        if self.work.shelf.precious and not self._must_close and not views.ask_lose(self.window):
            return
        self.window.allow_close()
        self.close()

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


def _session() -> Session:
    from visualiser.run import Session

    return Session()


def _resolved(request: viewmodels.RunRequest) -> Target:
    from visualiser.run import resolve_target

    return resolve_target(request.text, module=request.module, args=request.args, variant=request.variant,
                          values=request.values, python=request.python)  # fmt: skip


def _late(room: str, name: str) -> Callable[..., Any]:
    """A function of a room that is imported when it is first called."""

    def call(*args: Any, **options: Any) -> Any:
        return getattr(import_module(f"visualiser.{room}"), name)(*args, **options)

    return call


def run_app(*, target: Target | None = None, file: Path | None = None, autorun: bool = True,
            settings: Path | None = None) -> int:  # fmt: skip
    """Open the window and return the exit code when it is closed.

    `target`: choose this, and run it unless `autorun` is False; `file`: open this saved run; `settings`: another file
    than the user's own.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("Interleave")
    assert isinstance(app, QApplication)
    app.setDesktopFileName("interleave")
    app.setStyle("Fusion")
    desk = Desk(SettingsFile(settings))
    crash, signals = views.CrashReporter(desk.window), views.UnixSignals(desk.end)
    crash.install()
    if target is not None:
        desk.choose_target(target)
    desk.window.show()

    def after_first_paint() -> None:
        if file is not None:
            desk.menu.open_path(str(file))
        if target is not None and autorun:
            desk.work.start()

    QTimer.singleShot(0, after_first_paint)
    QTimer.singleShot(LOOK_AFTER_MS, lambda: desk.pythons.look(desk.preferences.now.python))
    try:
        return app.exec()
    finally:
        signals.remove()
        crash.remove()
        desk.close()
