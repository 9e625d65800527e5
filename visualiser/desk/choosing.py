"""What is to be run: the list of scenarios, the run bar, the interpreter, and the command line's own choice."""

from __future__ import annotations

import shlex
import sys
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
    side.filter_requested.connect(lambda text: side.set_rows(viewmodels.rows(catalogue(), text)))
    side.scenario_requested.connect(lambda scenario_id: setup.choose_scenario(find(scenario_id)))
    bar.variant_requested.connect(setup.choose_variant)
    bar.value_requested.connect(part.set_value)
    bar.arguments_requested.connect(setup.set_arguments)
    bar.python_requested.connect(desk.pythons.choose)
    bar.browse_python_requested.connect(part.ask_python)
    setup.choice_changed.connect(part.on_choice_changed)
    desk.pythons.changed.connect(part.on_pythons_changed)
    desk.pythons.refused.connect(desk.warn)
    desk.commands["arguments"] = bar.arguments_edit.setFocus
    bar.set_pythons(desk.pythons.known, "")
    desk.window.drawn.connect(part.show_scenarios)  # to read them all takes longer than to draw the window


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

    def show_scenarios(self) -> None:
        try:
            self._desk.window.sidebar.set_rows(viewmodels.rows(catalogue()))
        except (ScenarioError, OSError) as error:
            self._desk.warn(str(error))

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
