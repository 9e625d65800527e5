"""Judging: the verdict on the run that is shown, where it is seen, how to measure it, and the decision guide."""

from __future__ import annotations

from PySide6.QtCore import QObject

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench
from visualiser.desk.comparing import Comparing
from visualiser.scenarios import Scenario, UnknownScenario, find
from visualiser.trace import row_at
from visualiser.viewmodels import LaneKey, LaneKind, TraceStore


def connect_judging(desk: Bench) -> Judging:
    """The tab "Verdict"."""
    part = Judging(desk)
    panel = part.panel
    desk.store_changed.connect(part.refresh)
    desk.grew.connect(part.on_grew)
    desk.look_changed.connect(lambda look: panel.set_style(views.html_style(look)))
    desk.pythons.changed.connect(part.refresh)
    desk.window.panel.tabs.currentChanged.connect(part.refresh)
    panel.show_requested.connect(part.show)
    desk.commands["guide"] = part.show_guide
    panel.measure_requested.connect(part.measure)
    panel.answer_requested.connect(part.answer)
    panel.scenario_requested.connect(lambda name: desk.setup.choose_scenario(find(name)))
    return part


class Judging(QObject):
    """The panel, and what it was told. Nothing is judged while nobody looks: that takes time."""

    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.panel = views.VerdictPanel()
        self.page = viewmodels.VerdictPage()
        self.answers: dict[str, str] = {}
        self._shown: TraceStore | None = None
        desk.window.panel.tabs.addTab(self.panel, "Verdict")
        self.refresh()

    def on_grew(self) -> None:
        """The run that is shown has grown: it is judged once it is over."""
        if not self._desk.work.is_active:
            self.refresh()

    def refresh(self, _: object = None) -> None:
        """Bring the page up to date, if it can be seen."""
        desk, store = self._desk, self._desk.store
        if desk.window.panel.tabs.currentWidget() is not self.panel:
            return
        if store is not self._shown:
            self._shown, self.answers = store, {}
        self.page = viewmodels.verdict_page(store, _scenario(store), self._is_chosen(store))
        self.panel.set_verdicts(self.page)
        self._fill_guide()

    def show(self, number: int) -> None:
        """Go to where a verdict is seen: its stretch of time, its thread's lane, its span."""
        desk, row, store = self._desk, self.page.rows[number], self._desk.store
        if store is None:
            return
        desk.player.pause()
        desk.player.seek(row.span[0])
        desk.timeline.zoom_to(*row.span)
        if row.thread is not None:
            desk.timeline.reveal_lane(LaneKey(LaneKind.THREAD, store.threads[row.thread].process, row.thread))
            desk.timeline.select(row.thread, row_at(store, row.thread, row.span[0]))

    def show_guide(self) -> None:
        """Threads, processes or asyncio: the guide, wherever the user was."""
        self._desk.preferences.set("panel", True)
        self._desk.window.panel.tabs.setCurrentWidget(self.panel)
        self.panel.guide_button.setChecked(True)

    def measure(self, key: str) -> None:
        """The Compare window, with what measures it chosen."""
        store, scenario = self._desk.store, _scenario(self._desk.store)
        chosen = self._desk.setup.scenario
        if scenario is not None and store is not None and (chosen is None or chosen.id != scenario.id):
            self._desk.setup.choose_scenario(scenario, store.info.variant)
        comparing = self._desk.findChild(Comparing)
        if comparing is not None:
            comparing.show(key)

    def answer(self, question: str, choice: str) -> None:
        """What the user says to a question of the guide."""
        self.answers[question] = choice
        self._fill_guide()

    # --- inner -------------------------------------------------------------------------------------------------------

    def _fill_guide(self) -> None:
        pythons = tuple(label for _, label in self._desk.pythons.known if label[:1].isdigit())
        self.panel.set_guide(viewmodels.guide_page(self._desk.store, self.answers, pythons))

    def _is_chosen(self, store: TraceStore | None) -> bool:
        """Whether what Run would run is the user's own program that this run is of."""
        setup = self._desk.setup
        if store is None or setup.scenario is not None or not setup.chosen:
            return False
        return store.info.target in (str(setup.program), setup.module)


def _scenario(store: TraceStore | None) -> Scenario | None:
    """The scenario that a run is of."""
    if store is None or not store.info.scenario:
        return None
    try:
        return find(store.info.scenario)
    except UnknownScenario:
        return None
