"""Comparing: what there is to compare, who measures it in the background, and the window that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench
from visualiser.scene import speed_up_scene
from visualiser.viewmodels import ComparedWays, CompareOffer, CompareRequest, TraceStore, copier

if TYPE_CHECKING:
    from visualiser.compare import Comparison, Way

Told = Callable[[str, int, int], None]
Runs = tuple[tuple[str, Callable[[], TraceStore]], ...]


def connect_comparing(desk: Bench) -> Comparing:
    """Run > Compare."""
    part = Comparing(desk)
    desk.store_changed.connect(part.on_store_changed)
    desk.look_changed.connect(part.on_look_changed)
    desk.pythons.changed.connect(part.on_pythons_changed)
    desk.window.panel.story.compare_requested.connect(part.show_chosen)
    desk.commands["compare"] = part.show
    return part


class Comparing(QObject):
    """The model of the comparison, and its window, made when it is first wanted."""

    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.model = viewmodels.ComparisonModel(desk.jobs, self._measure, self)
        self.window: views.ComparisonWindow | None = None
        self._seen: list[ReferenceType[TraceStore]] = []
        self._program: viewmodels.RunRequest | None = None
        self._runs: Runs = ()

    # --- the window --------------------------------------------------------------------------------------------------

    def show(self, key: str = "") -> None:
        """Show the window: what came of the last comparison, or, with a key, that offer."""
        window = self._the_window()
        if not self.model.busy:
            window.choice.set_offers(self.offers())
            window.choice.set_pythons(self._desk.pythons.known)
            window.choice.choose(key)
            if key or self.model.result is None:
                window.show_choice()
        window.show()
        window.raise_()
        window.activateWindow()

    def show_chosen(self) -> None:
        """Show the window with the variants of the chosen scenario."""
        scenario = self._desk.setup.scenario
        self.show(scenario.id if scenario is not None else "")

    def _the_window(self) -> views.ComparisonWindow:
        if self.window is None:
            self.window = window = views.ComparisonWindow(self._desk.window)
            self._connect(window, self.model)
            window.set_look(self._desk.look)
            self.model.set_presenter(self._desk.preferences.now.presenter)
        return self.window

    def _connect(self, window: views.ComparisonWindow, model: viewmodels.ComparisonModel) -> None:
        canvas = window.canvas
        window.compare_requested.connect(self.start)
        window.cancel_requested.connect(model.cancel)
        window.save_requested.connect(self._save)
        window.run_requested.connect(self._show_run)
        canvas.resized.connect(model.resize)
        canvas.resized.connect(self._plot)
        canvas.zoom_requested.connect(model.zoom)
        canvas.pan_requested.connect(model.pan)
        canvas.seek_requested.connect(model.seek)
        canvas.fit_requested.connect(model.fit)
        canvas.hover_requested.connect(model.hover)
        canvas.row_requested.connect(self._show_row)
        model.hovered.connect(canvas.set_facts)
        model.stack_changed.connect(lambda stack: canvas.set_scene(stack.scene))
        model.stack_changed.connect(lambda stack: window.legend.set_entries(stack.scene.legend))
        model.progress_changed.connect(window.set_progress)
        model.refused.connect(window.show_problem)
        model.result_changed.connect(self._on_result)
        model.state_changed.connect(lambda: window.set_busy(model.busy, model.result is not None))

    def _on_result(self) -> None:
        result, window = self.model.result, self._the_window()
        if result is not None:
            window.show_result(result)
            self._plot(window.canvas.width())

    def _plot(self, width: int) -> None:
        """The speed-up against workers, as wide as the window has room for it."""
        result, presenter = self.model.result, self._desk.preferences.now.presenter
        if result is not None and self.window is not None:
            self.window.set_plot(speed_up_scene(result.stacked, width, presenter))

    def on_look_changed(self, look: views.Appearance) -> None:
        """The window is dressed otherwise: so is the Compare window, once there is one."""
        if self.window is not None:
            self.window.set_look(look)
            self.model.set_presenter(self._desk.preferences.now.presenter)

    def on_pythons_changed(self) -> None:
        """Other interpreters are known: they can be chosen here too."""
        if self.window is not None:
            self.window.choice.set_pythons(self._desk.pythons.known)

    # --- what there is to compare ------------------------------------------------------------------------------------

    def on_store_changed(self, store: TraceStore | None) -> None:
        """Another run is shown: it can be compared as long as somebody else keeps it."""
        self._seen = [one for one in self._seen if one() is not None and one() is not store]
        if store is not None:
            self._seen.append(ref(store))

    def kept(self) -> tuple[TraceStore, ...]:
        """The finished runs of this session that are still here, in the order in which they were shown."""
        stores = (one() for one in self._seen)
        return tuple(one for one in stores if one is not None and one.finished and one.threads)

    def offers(self) -> tuple[CompareOffer, ...]:
        """What there is to compare: what is chosen first, then what is ready-made, then runs that were made before."""
        from visualiser.compare import PAIRS

        setup, kept = self._desk.setup, self.kept()
        found = []
        if setup.scenario is not None:
            says = ", ".join(variant.title for variant in setup.scenario.variants)
            found.append(
                CompareOffer("scenario", setup.scenario.id, f"{setup.scenario.title}: all variants", says, True)
            )
        elif setup.chosen:
            says = "The same program with several values of its upper-case constants, or with several Pythons."
            found.append(CompareOffer("program", "program", f"{setup.title}, several ways", says, True))
        found += [CompareOffer("pair", pair.id, pair.title, pair.says) for pair in PAIRS]
        if len(kept) > 1:
            says = ", ".join(_name(one) for one in kept)
            found.append(CompareOffer("session", "session", f"The {len(kept)} runs of this session", says, runs=False))
        says = "Two or more files that were saved with File > Save run."
        found.append(CompareOffer("files", "files", "Saved runs …", says, runs=False))
        return tuple(found)

    # --- measuring ---------------------------------------------------------------------------------------------------

    def start(self, request: CompareRequest) -> None:
        """Measure it, unless something runs that would disturb it."""
        window = self._the_window()
        if request.offer.runs and self._desk.work.is_active:
            window.show_problem("A program is running, which would disturb the times. Stop it first, then compare.")
            return
        if request.offer.kind == "files":
            request = replace(request, paths=tuple(views.ask_runs(window, self._desk.preferences.now.folder)))
            if len(request.paths) < 2:
                window.show_problem("Choose two saved runs at least." if request.paths else "")
                return
        try:
            self._program = self._desk.setup.request() if request.offer.kind == "program" else None
        except viewmodels.BadArguments as error:
            window.show_problem(str(error))
            return
        session = self.kept() if request.offer.kind == "session" else ()
        self._runs = tuple((_name(one), copier(one)) for one in session)
        self.model.start(request)

    def _measure(self, request: CompareRequest, told: Told, cancelled: Callable[[], bool]) -> ComparedWays:
        """In a worker: run or read every way."""
        from visualiser import compare, files

        if not request.offer.runs:
            stores = [(name, make()) for name, make in self._runs]
            stores += [(Path(path).stem, files.load(Path(path))) for path in request.paths]
            return _told(compare.compared("Runs side by side", compare.measured_runs(stores)), ())
        skipped: list[str] = []
        ways = self._ways(request, skipped.append)
        if len(ways) < 2:
            raise ValueError("There is only one way. Give several values, such as WORKERS=1,2, or tick two Pythons.")
        of, made = len(ways) * request.repeats, iter(range(len(ways) * request.repeats))

        def on_run(label: str, turn: int) -> None:
            told(f"Run {turn + 1} of {request.repeats}: {label}", next(made), of)

        measured = compare.measure(ways, request.repeats, on_run=on_run, on_store=_keep_sources, cancelled=cancelled)
        title = request.offer.title.partition(": all variants")[0].removesuffix(", several ways")
        return _told(compare.compared(title, measured), tuple(skipped))

    def _ways(self, request: CompareRequest, on_skip: Callable[[str], None]) -> tuple[Way, ...]:
        from visualiser.compare import find_pair, ways_of, ways_of_pair

        pythons = [_executable(one) for one in request.pythons]
        pair = find_pair(request.offer.key) if request.offer.kind == "pair" else None
        if pair is not None:
            return ways_of_pair(pair, pythons, on_skip)
        program = self._program
        if program is None:
            return ways_of(request.offer.key, settings=request.settings, pythons=pythons, on_skip=on_skip)
        pythons = pythons or ([program.python] if program.python else [])
        return ways_of(program.text, module=program.module, args=program.args, settings=request.settings,
                       pythons=pythons)  # fmt: skip

    # --- what is done with it ----------------------------------------------------------------------------------------

    def _show_row(self, y: float) -> None:
        number = self.model.row_at(y)
        if number is not None:
            self._show_run(number)

    def _show_run(self, number: int) -> None:
        """That run alone, in the main window."""
        result, desk = self.model.result, self._desk
        if result is None or self.window is None:
            return
        if desk.work.is_active:
            desk.tell("A program is running. Stop it first.")
            return
        desk.work.show(viewmodels.Kept(result.stacked.runs[number].store))
        self.window.hide()
        desk.tell("Run > Compare leads back to the comparison.")

    def _save(self) -> None:
        """Write the picture, in a worker, from copies: a store is not for several threads."""
        result, desk = self.model.result, self._desk
        if result is None or self.window is None:
            return
        path = views.ask_picture_place(self.window, desk.preferences.now.folder)
        if not path:
            return
        desk.preferences.set("folder", str(Path(path).parent))
        copies = [copier(run.store) for run in result.stacked.runs]

        def write(_: Callable[[], bool]) -> None:
            from visualiser.export import export_comparison

            pairs = zip(result.stacked.runs, copies, strict=True)
            runs = tuple(replace(run, store=make()) for run, make in pairs)
            export_comparison(replace(result.stacked, runs=runs), path, theme=desk.look.theme.name)

        desk.jobs.start("export", f"Writing {Path(path).name}", write,
                        lambda _: desk.tell(f"Saved as {path}"), lambda error: desk.warn(str(error)))  # fmt: skip


def _keep_sources(store: TraceStore) -> None:
    """The program's text goes with the files of its run; who looks at that run alone will want it."""
    viewmodels.Kept(store).keep_sources()


def _executable(name: str) -> str:
    """This app's own Python goes by an empty name."""
    from visualiser.run import own_interpreter

    return name or own_interpreter().executable


def _name(store: TraceStore) -> str:
    return store.info.title or Path(store.info.target).name or "A run"


def _told(found: Comparison, skipped: tuple[str, ...]) -> ComparedWays:
    from visualiser.compare import HEAD, pictured, table

    return ComparedWays(pictured(found), HEAD, tuple(tuple(row) for row in table(found)), skipped)
