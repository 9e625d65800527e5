"""The composition root of the desktop app: builds the rooms, connects their signals, and starts Qt.

Nobody else knows both a view and a run. What takes time to import and is not needed for the first picture of the window
(writers, readers, Pygments) is imported where it is first used.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from visualiser import views
from visualiser.run import BadTarget, Session, SessionState, Target, resolve_target
from visualiser.scenarios import ParameterError, ScenarioError, catalogue, find
from visualiser.settings import SettingsFile, from_text, to_text
from visualiser.trace import TraceStore
from visualiser.viewmodels import (
    NOTHING_CHOSEN,
    BadArguments,
    CodeModel,
    FileFunctions,
    FileWork,
    Jobs,
    Kept,
    OutputModel,
    Player,
    RunRequest,
    RunSetup,
    Shelf,
    SourceFile,
    TimelineModel,
    moment,
    outcome,
    page_for,
    recent_files,
    rows,
    run_state,
    sources_line,
    status_of,
)  # fmt: skip

_log = logging.getLogger(__name__)

STATUS_EVERY_MS = 500
"""Numbers that change faster than this cannot be read."""

OWN_PYTHON = ("", "the Python of this app")


class Desk(QObject):
    """One window and everything behind it. `show()` opens it, `close()` ends whatever runs."""

    def __init__(self, settings: SettingsFile) -> None:
        super().__init__()
        self._file = settings
        self.settings = settings.load()
        self.jobs = Jobs(self)
        self.setup = RunSetup(self)
        self.player = Player(self)
        self.timeline = TimelineModel(self.player, self)
        self.output = OutputModel(self)
        self.code = CodeModel(self.player, self)
        self.session = Session(self)
        self.files = FileWork(self.jobs, _file_functions(), self)
        self.shelf = Shelf()
        self.window = views.MainWindow(self.output)
        self._run: Kept | None = None
        self._pythons: list[tuple[str, str]] = [OWN_PYTHON]
        self._said = ""
        self._last_status = QTimer(self)
        self._last_status.setObjectName("status")
        self._last_status.setSingleShot(True)
        self._last_status.setInterval(STATUS_EVERY_MS)
        self._last_status.timeout.connect(self._show_status)
        self._commands = self._command_table()
        self._connect()
        self._restore()
        self._on_state_changed(self.session.state)

    # --- connecting --------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        window = self.window
        window.command_requested.connect(lambda name: self._commands[name]())
        window.switch_requested.connect(self._switch)
        window.theme_requested.connect(self._use_theme)
        window.file_requested.connect(self.open_file)
        window.clear_recent_requested.connect(self._clear_recent)
        window.close_requested.connect(self._on_close_requested)
        QApplication.styleHints().colorSchemeChanged.connect(self._dress)
        self._connect_choice()
        self._connect_timeline()
        self._connect_run()

    def _connect_choice(self) -> None:
        side, bar, setup = self.window.sidebar, self.window.run_bar, self.setup
        side.filter_requested.connect(lambda text: side.set_rows(rows(_scenarios(), text)))
        side.scenario_requested.connect(self.choose_scenario)
        side.scenario_run_requested.connect(lambda _: self.run())
        side.open_requested.connect(self._ask_open)
        bar.run_requested.connect(self.run)
        bar.stop_requested.connect(self.session.stop)
        bar.export_requested.connect(self._ask_export)
        bar.variant_requested.connect(setup.choose_variant)
        bar.value_requested.connect(self._set_value)
        bar.arguments_requested.connect(setup.set_arguments)
        bar.python_requested.connect(self._use_python)
        bar.browse_python_requested.connect(self._ask_python)
        setup.choice_changed.connect(self._on_choice_changed)

    def _connect_timeline(self) -> None:
        view, model, canvas = self.window.timeline, self.timeline, self.window.timeline.canvas
        canvas.resized.connect(model.resize)
        canvas.zoom_requested.connect(model.zoom)
        canvas.pan_requested.connect(model.pan_pixels)
        canvas.pan_share_requested.connect(model.pan)
        canvas.press_requested.connect(model.press)
        canvas.seek_requested.connect(model.seek_pixel)
        canvas.hover_requested.connect(model.hover)
        canvas.left.connect(model.leave)
        view.scroll_requested.connect(model.scroll_to)
        view.follow_requested.connect(model.follow)
        model.scene_changed.connect(view.set_scene)
        model.follow_changed.connect(view.set_follow)
        model.hover_changed.connect(view.set_facts)
        model.hover_changed.connect(self.window.panel.set_hovered)
        model.selection_changed.connect(self.window.panel.set_selected)
        self.code.files_changed.connect(self.window.panel.code.set_files)
        self.code.tags_changed.connect(self.window.panel.code.set_tags)
        transport, output = self.window.transport, self.window.output
        transport.speed_requested.connect(self.player.set_speed)
        self.player.playing_changed.connect(transport.set_playing)
        self.player.speed_changed.connect(transport.set_speed)
        self.player.moved.connect(self._on_playhead_moved)
        output.seek_requested.connect(self._seek)
        transport.set_speed(self.player.playhead.speed)

    def _connect_run(self) -> None:
        session = self.session
        session.state_changed.connect(self._on_state_changed)
        session.trace_grew.connect(self._on_trace_grew)
        session.progress_changed.connect(self._show_doing)
        session.message.connect(self._on_message)
        session.finished.connect(self._on_finished)
        self.jobs.doing_changed.connect(self._show_doing)
        self.files.opened.connect(self._on_opened)
        self.files.saved.connect(self._on_saved)
        self.files.exported.connect(lambda path: self._tell(f"Saved as {path}"))
        self.files.refused.connect(lambda text: self.window.banner.tell(text, bad=True))

    def _command_table(self) -> dict[str, Callable[[], object]]:
        line, player, window = self.timeline, self.player, self.window
        return {
            "open": self._ask_open, "save": self._ask_save, "export": self._ask_export, "quit": window.close,
            "export_data": self._ask_export_data, "run": self.run, "stop": self.session.stop,
            "arguments": lambda: window.run_bar.arguments_edit.setFocus(), "play": player.toggle,
            "next_event": partial(line.step, 1), "previous_event": partial(line.step, -1),
            "to_start": lambda: self._seek(player.playhead.start), "to_end": lambda: self._seek(player.playhead.end),
            "faster": partial(player.pace, 1), "slower": partial(player.pace, -1),
            "zoom_in": partial(line.zoom, 1.5), "zoom_out": partial(line.zoom, 1 / 1.5), "fit": line.fit,
            "left": partial(line.pan, -0.1), "right": partial(line.pan, 0.1), "follow": line.follow,
            "up": lambda: window.timeline.canvas.scroll_requested.emit(-60.0),
            "down": lambda: window.timeline.canvas.scroll_requested.emit(60.0),
            "timeline": lambda: window.timeline.canvas.setFocus(), "shortcuts": self._show_shortcuts,
            "about": self._show_about,
        }  # fmt: skip

    # --- what is chosen ----------------------------------------------------------------------------------------------

    def choose_scenario(self, scenario_id: str) -> None:
        """Choose a scenario from the list."""
        self.setup.choose_scenario(find(scenario_id))

    def choose_target(self, target: Target) -> None:
        """Choose what the command line named."""
        import shlex

        if target.scenario is not None:
            self.setup.choose_scenario(find(target.scenario), target.variant)
            for name, value in target.values.items():
                self.setup.set_value(name, value)
        elif target.module is not None:
            self.setup.choose_module(target.module, shlex.join(target.args))
        elif target.path is not None:
            self.setup.choose_program(target.path, shlex.join(target.args))
        if target.python != sys.executable:
            self._add_python(target.python, target.interpreter.version_text)

    def open_file(self, path: str) -> None:
        """Open a Python program, to be run, or a saved run, to be looked at."""
        if self.session.is_active:
            self.window.banner.tell("A program is running. Stop it first, then open another.")
            return
        if Path(path).suffix.lower() in (".py", ".pyw"):
            if not Path(path).is_file():
                self.window.banner.tell(f"There is no file {path}.", bad=True)
                return
            self.setup.choose_program(Path(path).absolute())
            self._remember(path)
        else:
            self.files.open(str(Path(path).absolute()))

    def _on_choice_changed(self) -> None:
        setup, bar = self.setup, self.window.run_bar
        scenario, variant = setup.scenario, setup.variant
        self.window.banner.tell("")
        self.window.sidebar.choose(scenario.id if scenario else "")
        bar.set_variants(scenario.variants if scenario else (), variant.id if variant else "")
        bar.set_parameters(setup.parameters, setup.value_of)
        bar.set_arguments(setup.arguments, shown=scenario is None and setup.chosen)
        self.window.panel.set_story(page_for(scenario.id if scenario else None, variant.id if variant else None))
        self.window.setWindowTitle(f"{setup.title} — Interleave" if setup.title else "Interleave")
        self._show_run(self.shelf.get(self._key()))
        self._on_state_changed(self.session.state)

    def _set_value(self, name: str, value: object) -> None:
        try:
            self.setup.set_value(name, value)
        except ParameterError as error:
            self.window.banner.tell(str(error), bad=True)

    def _key(self) -> tuple[str, str]:
        setup = self.setup
        if setup.scenario is not None and setup.variant is not None:
            return setup.scenario.id, setup.variant.id
        return str(setup.program or setup.module), ""

    # --- one run -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run what is chosen; what is wrong with it is said in the banner."""
        if self.session.is_active or not self.setup.chosen:
            return
        self.window.banner.tell("")
        try:
            request = self.setup.request()
        except BadArguments as error:
            self.window.banner.tell(str(error), bad=True)
            return
        self.window.run_bar.set_state(False, False, self._run is not None)
        self.jobs.start("run", "Looking for the program", lambda _: _resolved(request), self._start, self._refuse_run)

    def _start(self, target: Target) -> None:
        if self._run is not None:
            self._run.keep_sources()
        self._show_run(None)
        self.session.start(target)
        self.window.timeline.canvas.setFocus()

    def _refuse_run(self, error: Exception) -> None:
        self._on_state_changed(self.session.state)
        if not isinstance(error, BadTarget):
            raise error
        self.window.banner.tell(str(error), bad=True)

    def _on_state_changed(self, state: SessionState) -> None:
        can, active = run_state(state.value), self.session.is_active
        self.window.set_run_state(can.can_run and self.setup.chosen, can.can_stop, self._run is not None and not active)
        for part in (self.window.sidebar, *self.window.run_bar.choices()):
            part.setEnabled(not active)
        self.window.timeline.set_live(active)
        self.window.timeline.set_empty_text(self._empty_text(can.doing))
        self._show_doing()

    def _empty_text(self, doing: str) -> str:
        if doing:
            return doing
        return f"Press Run to watch {self.setup.title}." if self.setup.chosen else views.EMPTY

    def _on_trace_grew(self) -> None:
        store = self.session.store
        if self._run is None and store is not None:
            self._show_run(Kept(store))
        self.timeline.grow()
        self.output.grow()
        self.code.grow()
        if not self._last_status.isActive():
            self._last_status.start()

    def _on_message(self, text: str) -> None:
        self._said = text
        self._tell(text)

    def _on_finished(self) -> None:
        info = self.session.info
        if self.session.state is SessionState.FAILED:
            self.window.banner.tell(self._said, bad=True)
        elif info is not None:
            text, bad = outcome(info)
            self.window.banner.tell(text, bad)
        if self._run is not None:
            self.shelf.put(self._key(), self._run)
            self._run.keep_sources()
        self._show_status()
        self.window.panel.code.follow_tags()

    def _show_run(self, run: Kept | None) -> None:
        """Show a run everywhere, or none."""
        self._run = run
        store = run.store if run is not None else None
        self.timeline.set_store(store)
        self.output.set_store(store)
        self.code.set_store(store, self._main_source(store))
        self.window.transport.set_enabled(store is not None)
        self._on_playhead_moved(self.player.playhead.t)
        self._show_status()

    def _main_source(self, store: TraceStore | None) -> SourceFile | None:
        """The program's own file: as the run kept it, else as it would be run."""
        try:
            found = self.setup.source()
        except (OSError, ValueError):
            return None
        if found is None:
            return None
        name, path, text = found
        kept = store.source_text(path) if store is not None else None
        return SourceFile(name, path, text if kept is None else kept)

    # --- the playhead ------------------------------------------------------------------------------------------------

    def _seek(self, t: int) -> None:
        self.player.pause()
        self.player.seek(t)
        self.timeline.reveal(t)

    def _on_playhead_moved(self, t: int) -> None:
        if self._run is not None:
            self.window.transport.set_time(moment(t - self._run.store.start_ns))
            self.window.output.set_playhead(t)

    # --- files -------------------------------------------------------------------------------------------------------

    def _ask_open(self) -> None:
        path = views.ask_open(self.window, self.settings.folder)
        if path:
            self.open_file(path)

    def _ask_save(self) -> None:
        self._ask_and(lambda store, path: self.files.save(store, path), "Save this run", views.RUNS, ".ilv")

    def _ask_export_data(self) -> None:
        self._ask_and(self.files.export_data, "Export the run's data", views.TABLES, ".csv")

    def _ask_export(self) -> None:
        if self._run is None or self.timeline.scene is None:
            return
        t0, t1 = self.timeline.visible_range()
        origin = self._run.store.start_ns
        dialog = views.ExportDialog(self.timeline.scene.title, self._look.theme.name,
                                    f"{moment(t0 - origin)} to {moment(t1 - origin)}", self.window)  # fmt: skip
        accepted, choice = dialog.exec(), dialog.choice
        dialog.deleteLater()
        if accepted:
            options = {"t_range": (t0, t1) if choice.visible_only else None, "size": (choice.width, choice.height or None),
                       "scale": choice.scale, "theme": choice.theme, "title": choice.title or None}  # fmt: skip
            self._ask_and(lambda store, path: self.files.export_picture(store, path, **options), "Export picture",
                          views.PICTURES, ".png")  # fmt: skip

    def _ask_and(self, write: Callable[[TraceStore, str], None], title: str, kinds: str, suffix: str) -> None:
        """Ask where to, then write the run that is shown. A run that grows is no file yet."""
        if self._run is None or self.session.is_active:
            return
        name = "-".join(part for part in self._key() if part)
        suggestion = str(Path(self.settings.folder or Path.home()) / (Path(name).stem + suffix))
        path = views.ask_save(self.window, title, suggestion, kinds)
        if path:
            self.settings = replace(self.settings, folder=str(Path(path).parent))
            write(self._run.store, path)

    def _on_opened(self, store: TraceStore, path: str) -> None:
        self._remember(path)
        info = store.info
        scenario = next((each for each in _scenarios() if each.id == info.scenario), None)
        if scenario is not None and any(each.id == info.variant for each in scenario.variants):
            self.setup.choose_scenario(scenario, info.variant)
        else:
            self.setup.choose_nothing()
            self.window.setWindowTitle(f"{Path(path).name} — Interleave")
            self.window.panel.set_story(page_for("", None))
        self._show_run(Kept(store, saved=True))
        self._on_state_changed(self.session.state)
        text, bad = outcome(info)
        self.window.banner.tell(text, bad)

    def _on_saved(self, path: str) -> None:
        if self._run is not None:
            self._run.saved = True
        self._remember(path)
        self._tell(f"Saved as {path}")

    def _remember(self, path: str) -> None:
        path = str(Path(path).absolute())
        self.settings = replace(self.settings.with_recent(path), folder=str(Path(path).parent))
        self.window.set_recent(recent_files(self.settings.recent))

    def _clear_recent(self) -> None:
        self.settings = self.settings.without_recent()
        self.window.set_recent(())

    # --- interpreters ------------------------------------------------------------------------------------------------

    def look_for_pythons(self) -> None:
        """Find the interpreters of this machine, in a worker."""
        from visualiser.run import interpreters

        self.jobs.start(
            "pythons", "", lambda _: interpreters(), self._on_pythons_found, lambda error: _log.info("%s", error)
        )

    def _on_pythons_found(self, found: Any) -> None:
        own, *others = found
        self._pythons[0] = ("", f"{own.version_text} (this app's)")
        known = {executable for executable, _ in self._pythons}
        self._pythons += [(each.executable, each.version_text) for each in others if each.executable not in known]
        if not self.setup.python and self.settings.python in {executable for executable, _ in self._pythons}:
            self.setup.set_python(self.settings.python or None)
        self.window.run_bar.set_pythons(self._pythons, self.setup.python or "")

    def _ask_python(self) -> None:
        from visualiser.run import BadInterpreter, probe_interpreter

        self.window.run_bar.set_pythons(self._pythons, self.setup.python or "")
        path = views.ask_python(self.window)

        def refuse(error: Exception) -> None:
            self.window.banner.tell(str(error) if isinstance(error, BadInterpreter) else repr(error), bad=True)

        if path:
            self.jobs.start("python", "Asking that Python for its version", lambda _: probe_interpreter(path),
                            lambda found: self._add_python(found.executable, found.version_text), refuse)  # fmt: skip

    def _add_python(self, executable: str, label: str) -> None:
        if executable not in {each for each, _ in self._pythons}:
            self._pythons.append((executable, label))
        self._use_python(executable)

    def _use_python(self, executable: str) -> None:
        self.setup.set_python(executable or None)
        self.settings = replace(self.settings, python=executable)
        self.window.run_bar.set_pythons(self._pythons, executable)

    # --- the window itself -------------------------------------------------------------------------------------------

    def _tell(self, text: str) -> None:
        self.window.statusBar().showMessage(text, 8000)

    def _show_doing(self, _: object = None) -> None:
        jobs = self.jobs.doing
        self.window.set_doing(self.session.progress or run_state(self.session.state.value).doing or jobs)

    def _show_status(self) -> None:
        store = self._run.store if self._run is not None else None
        status = status_of(store)
        self.window.set_status(status, sources_line(store))
        if status.lost and not self.window.banner.text:
            self.window.banner.tell(status.lost, bad=True)

    def _use_theme(self, name: str) -> None:
        self.settings = replace(self.settings, theme=name)
        self._dress()

    def _dress(self, _: object = None) -> None:
        self._look = views.appearance(self.settings.theme, self.settings.presenter)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        views.dress(app, self._look)
        self.window.set_look(self._look)
        self.timeline.set_presenter(self.settings.presenter)

    def _switch(self, name: str, on: bool) -> None:
        if name == "full_screen":
            self.window.showFullScreen() if on else self.window.showNormal()
        elif name == "presenter":
            self.settings = replace(self.settings, presenter=on)
            self._dress()
        else:
            self.settings = replace(self.settings, **{name: on})  # type: ignore[arg-type]
            self.window.set_part_shown(name, on)

    def _show_shortcuts(self) -> None:
        dialog = views.ShortcutsDialog(views.COMMANDS, self.window)
        dialog.exec()
        dialog.deleteLater()

    def _show_about(self) -> None:
        words = "Interleave shows what Python threads and processes really do."
        dialog = views.TextDialog("About Interleave", words, views.versions(), self.window)
        dialog.exec()
        dialog.deleteLater()

    def _restore(self) -> None:
        """The window as it was left."""
        settings, window = self.settings, self.window
        self._dress()
        window.set_theme_choice(settings.theme)
        window.set_switch("presenter", settings.presenter)
        window.set_recent(recent_files(settings.recent))
        window.run_bar.set_pythons(self._pythons, "")
        window.panel.set_story(NOTHING_CHOSEN)
        try:
            window.sidebar.set_rows(rows(_scenarios()))
        except (ScenarioError, OSError) as error:
            window.banner.tell(str(error), bad=True)
        if settings.window:
            window.restoreGeometry(from_text(settings.window))
        for splitter, state in zip(window.splitters, settings.splitters, strict=False):
            splitter.restoreState(from_text(state))
        for name in ("sidebar", "output", "panel"):
            window.set_part_shown(name, getattr(settings, name))
        self._on_choice_changed()

    def _on_close_requested(self) -> None:
        if self.shelf.precious and not self._must_close and not views.ask_lose(self.window):
            return
        self.close()

    _must_close = False

    def end(self) -> None:
        """Close without a question: somebody who cannot answer asked for it."""
        self._must_close = True
        self.window.close()

    def close(self) -> None:
        """End whatever runs, within some seconds; remember the window; let it go."""
        splitters = tuple(to_text(each.saveState()) for each in self.window.splitters)
        geometry = to_text(self.window.saveGeometry())
        self._file.save(replace(self.settings, window=geometry, splitters=splitters))
        self.window.set_doing("Ending the program")
        self.player.pause()
        self.session.close()
        if not self.jobs.close():
            _log.warning("a worker did not end in time")
        self.window.allow_close()


def _scenarios() -> Any:
    return catalogue()


def _resolved(request: RunRequest) -> Target:
    return resolve_target(request.text, module=request.module, args=request.args, variant=request.variant,
                          values=request.values, python=request.python)  # fmt: skip


def _file_functions() -> FileFunctions:
    """Readers and writers, imported when they are first needed."""

    def load(path: Path) -> TraceStore:
        from visualiser import files

        return files.load(path)

    def save(store: TraceStore, path: Path) -> None:
        from visualiser import files

        files.save_ilv(store, path)

    def export(store: TraceStore, path: Path, **options: Any) -> None:
        from visualiser.export import export_picture

        export_picture(store, path, **options)

    def write_csv(store: TraceStore, path: Path) -> None:
        from visualiser import files

        files.write_csv(store, path)

    def write_chrome(store: TraceStore, path: Path) -> None:
        from visualiser import files

        files.write_chrome(store, path)

    return FileFunctions(load, save, export, write_csv, write_chrome)


def run_app(*, target: Target | None = None, file: Path | None = None, autorun: bool = True,
            settings: Path | None = None) -> int:  # fmt: skip
    """Open the window and return the exit code when it is closed.

    `target`: choose this, and run it unless `autorun` is False; `file`: open this saved run; `settings`: another file
    than the user's own.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Interleave")
    app.setDesktopFileName("interleave")
    app.setStyle("Fusion")
    desk = Desk(SettingsFile(settings))
    crash = views.CrashReporter(desk.window)
    crash.install()
    signals = views.UnixSignals(desk.end)
    if target is not None:
        desk.choose_target(target)
    desk.window.show()

    def after_first_paint() -> None:
        desk.look_for_pythons()
        if file is not None:
            desk.open_file(str(file))
        if target is not None and autorun:
            desk.run()

    QTimer.singleShot(0, after_first_paint)
    try:
        return app.exec()
    finally:
        signals.remove()
        crash.remove()
        desk.close()
