"""What is to be run: the list of scenarios, the run bar, the interpreter, and the command line's own choice."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from visualiser import viewmodels, views
from visualiser.desk.bench import Bench
from visualiser.scenarios import ParameterError, ScenarioError, catalogue, find

if TYPE_CHECKING:
    from visualiser.run import Target


def connect_choosing(desk: Bench) -> None:
    """Sidebar and run bar to what is chosen, and back."""
    part = _Choosing(desk)
    side, bar, setup = desk.window.sidebar, desk.window.run_bar, desk.setup
    side.filter_requested.connect(lambda _: part.show_scenarios())
    side.scenario_requested.connect(part.choose)
    part.own.changed.connect(part.on_own_changed)
    part.own.complained.connect(desk.warn)
    desk.work.ended.connect(part.on_ended)
    bar.variant_requested.connect(setup.choose_variant)
    bar.value_requested.connect(part.set_value)
    bar.arguments_requested.connect(setup.set_arguments)
    bar.python_requested.connect(desk.pythons.choose)
    bar.browse_python_requested.connect(part.ask_python)
    setup.choice_changed.connect(part.on_choice_changed)
    desk.pythons.changed.connect(part.on_pythons_changed)
    desk.pythons.refused.connect(desk.warn)
    desk.commands.update(arguments=bar.arguments_edit.setFocus, open_folder=part.open_folder)
    bar.set_pythons(desk.pythons.known, "")
    desk.window.drawn.connect(part.restore)  # to read them all takes longer than to draw the window


def choose_target(desk: Bench, target: Target) -> None:
    """Choose what the command line named."""
    setup = desk.setup
    if target.scenario is not None:
        setup.choose_scenario(find(target.scenario), target.variant)
        for name, value in target.values.items():
            setup.set_value(name, value)
        setup.choice_changed.emit()
    elif target.module is not None:
        setup.choose_module(target.module, shlex.join(target.args))
    elif target.path is not None:
        setup.choose_program(target.path, shlex.join(target.args))
    if target.python != sys.executable:
        desk.pythons.put(target.python, target.interpreter.version_text)


class _Choosing(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self.own = viewmodels.OwnScenarios(self)

    def restore(self) -> None:
        """All scenarios, with the user's own of earlier sessions."""
        self.own.restore(self._desk.preferences.now.scenario_folders)

    def show_scenarios(self) -> None:
        side = self._desk.window.sidebar
        try:
            everything = (*catalogue(), *self.own.scenarios)
        except (ScenarioError, OSError) as error:
            self._desk.warn(str(error))
            return
        side.set_rows(viewmodels.rows(everything, side.filter.text(), self._desk.preferences.now.scenarios_run))

    def choose(self, scenario_id: str) -> None:
        self.own.drop_gone()
        scenario = self.own.get(scenario_id)
        if scenario is not None or not Path(scenario_id).is_absolute():
            self._desk.setup.choose_scenario(scenario or find(scenario_id))
        else:
            self._desk.warn("This scenario is not there any more: its folder has gone, or one of its programs.")

    def open_folder(self) -> None:
        desk = self._desk
        if desk.work.is_active:
            desk.warn("A program is running. Stop it first, then open another.")
        elif folder := views.ask_folder(desk.window, desk.preferences.now.folder):
            self.open_scenarios(folder)

    def open_scenarios(self, folder: str) -> None:
        """Take in the scenarios of a folder, and choose the first."""
        self._desk.window.banner.tell("")
        scenario = self.own.open(folder)
        if scenario is not None:
            complaint = self._desk.window.banner.text
            self._desk.setup.choose_scenario(scenario)  # which puts messages away
            if complaint:
                self._desk.warn(complaint)

    def on_own_changed(self) -> None:
        self._desk.preferences.set("scenario_folders", self.own.folders)
        self.show_scenarios()

    def on_ended(self) -> None:
        desk, scenario = self._desk, self._desk.setup.scenario
        ran = desk.preferences.now.scenarios_run
        if scenario is not None and scenario.id not in ran:
            desk.preferences.set("scenarios_run", (*ran, scenario.id))
            self.show_scenarios()

    def on_choice_changed(self) -> None:
        desk, setup = self._desk, self._desk.setup
        other = viewmodels.OWN_PROGRAM if setup.chosen else viewmodels.NOTHING_CHOSEN
        desk.window.show_choice(setup, "" if setup.scenario is not None else other)
        desk.work.show_latest()

    def set_value(self, name: str, value: object) -> None:
        try:
            self._desk.setup.set_value(name, value)
        except ParameterError as error:
            self._desk.warn(str(error))

    def on_pythons_changed(self) -> None:
        desk = self._desk
        desk.setup.set_python(desk.pythons.chosen or None)
        desk.preferences.set("python", desk.pythons.chosen)
        desk.window.run_bar.set_pythons(desk.pythons.known, desk.pythons.chosen)

    def ask_python(self) -> None:
        self.on_pythons_changed()  # the box shows what is chosen again, not the entry that asks for another
        if path := views.ask_python(self._desk.window):
            self._desk.pythons.add(path)
