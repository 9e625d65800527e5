"""Stories: where the telling of one is connected to the panel that shows it, to its keys, and to presenter mode."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench
from visualiser.scenarios import find, this_machine

SCENARIO = "#scenario/"
"""What a link to a scenario begins with."""


def connect_telling(desk: Bench) -> None:
    """The story of what is chosen, along the run that is shown. Before the parts that react to a choice."""
    part = _Telling(desk)
    panel, telling = desk.window.panel.story, part.telling
    telling.page_changed.connect(part.show_page)
    panel.next_requested.connect(telling.next)
    panel.back_requested.connect(telling.back)
    panel.step_requested.connect(telling.go)
    panel.answer_requested.connect(telling.answer)
    panel.link_requested.connect(part.follow)
    desk.setup.choice_changed.connect(part.on_choice_changed)
    desk.pythons.changed.connect(part.on_pythons_changed)
    desk.store_changed.connect(part.on_run_changed)
    desk.work.state_changed.connect(part.on_run_changed)
    desk.work.grew.connect(part.on_run_changed)
    desk.commands.update(next_step=part.next, previous_step=part.back)
    _connect_presenter(desk, part)


def _connect_presenter(desk: Bench, part: _Telling) -> None:
    presenter = part.presenter
    presenter.next_requested.connect(part.next)
    presenter.back_requested.connect(part.back)
    presenter.begin_requested.connect(part.begin)
    presenter.end_requested.connect(lambda: desk.preferences.set("presenter", False))
    desk.preferences.set("presenter", False)  # what is presented is chosen first, in the whole window
    desk.preferences.changed.connect(part.on_preference_changed)


class _Telling(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self._shown: tuple[int, int, bool] | None = None
        self._chosen = ""
        self.telling = viewmodels.StoryTelling(desk.player, desk.timeline, self)
        self.presenter = views.Presenter(desk.window)

    def on_choice_changed(self) -> None:
        self._shown = None
        self.on_pythons_changed()
        scenario = self._desk.setup.scenario
        self.telling.set_choice(scenario, self._desk.setup.variant)
        chosen = scenario.id if scenario is not None else ""
        if chosen and chosen != self._chosen:
            self._show_story()  # its question comes first, whatever was looked at of the one before
        self._chosen = chosen

    def on_pythons_changed(self) -> None:
        pythons = self._desk.pythons
        label = next((label for executable, label in pythons.known if executable == pythons.chosen), "")
        self.telling.set_machine(this_machine(*viewmodels.python_of(label)))

    def on_run_changed(self, _: object = None) -> None:
        """Tell it when it is over; of a run that goes on only that it does."""
        store, running = self._desk.store, self._desk.work.is_active
        shown = (id(store), store.revision if store is not None and not running else 0, running)
        if shown != self._shown:
            self._shown = shown
            self.telling.set_run(store, running)

    def show_page(self, page: viewmodels.StoryPage) -> None:
        if self._desk.setup.scenario is not None:
            self._desk.window.panel.story.set_page(page)

    def follow(self, url: str) -> None:
        """To a scenario, or to a page of the web."""
        if url.startswith(SCENARIO):
            self._desk.setup.choose_scenario(find(url.removeprefix(SCENARIO)))
        else:
            QDesktopServices.openUrl(QUrl(url))

    def next(self) -> None:
        self._show_story()
        self.telling.next()

    def back(self) -> None:
        self._show_story()
        self.telling.back()

    def begin(self) -> None:
        """From the story's beginning; run first what has not been run."""
        if self._desk.store is None:
            self._desk.work.start()
        self.telling.go(0)

    def on_preference_changed(self, name: str) -> None:
        if name == "presenter":
            on = self._desk.preferences.now.presenter
            self.presenter.set_on(on)
            self._desk.window.set_switch("presenter", on)

    def _show_story(self) -> None:
        panel = self._desk.window.panel
        panel.tabs.setCurrentWidget(panel.story)
