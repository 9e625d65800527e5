"""The bar along the top: fields with their bounds, variants, interpreters, arguments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from visualiser.scenarios import Parameter, find
from visualiser.trace import units
from visualiser.views.fields import ParameterField
from visualiser.views.icons import Icons
from visualiser.views.run_bar import RunBar


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [(Parameter("N", 5, "int", 1, 9, label="Numbers"), QSpinBox), (Parameter("P", 0.5, "float", 0, 2), QDoubleSpinBox),
     (Parameter("B", True, "bool"), QCheckBox), (Parameter("T", "CODE", "str"), QLineEdit),
     (Parameter("M", "fork", "str", choices=("fork", "spawn")), QComboBox)],
)  # fmt: skip
def test_each_kind_of_parameter_has_its_field(qtbot: QtBot, parameter: Parameter, kind: type) -> None:
    field = ParameterField(parameter, parameter.default)
    qtbot.addWidget(field)
    assert isinstance(field.editor, kind)
    assert field.editor.accessibleName()


def test_a_number_stays_within_its_bounds_and_carries_its_unit(qtbot: QtBot) -> None:
    field = ParameterField(Parameter("PAUSE", 0.1, "float", 0, 5, unit="s"), 0.1)
    qtbot.addWidget(field)
    spin = field.editor
    assert isinstance(spin, QDoubleSpinBox)
    assert spin.text() == "0.1 s"
    with qtbot.waitSignal(field.value_requested) as asked:
        spin.setValue(99)
    assert asked.args == ["PAUSE", 5.0]


def test_a_choice_is_asked_for_by_its_value(qtbot: QtBot) -> None:
    field = ParameterField(Parameter("M", 1, "int", choices=(1, 2, 4)), 1)
    qtbot.addWidget(field)
    assert isinstance(field.editor, QComboBox)
    with qtbot.waitSignal(field.value_requested) as asked:
        field.editor.setCurrentIndex(2)
    assert asked.args == ["M", 4]


@pytest.fixture
def run_bar(qtbot: QtBot) -> RunBar:
    made = RunBar(Icons())
    qtbot.addWidget(made)
    return made


def test_variants_are_asked_for_by_id(run_bar: RunBar, qtbot: QtBot) -> None:
    run_bar.set_variants(find("gil-relay-race").variants, "threads")
    with qtbot.waitSignal(run_bar.variant_requested) as asked:
        run_bar.variant_button("processes").click()
    assert asked.args == ["processes"]


def test_another_scenario_takes_the_place_of_the_fields_of_the_one_before(run_bar: RunBar, qtbot: QtBot) -> None:
    for scenario_id in ("gil-relay-race", "pool-map-squares"):
        scenario = find(scenario_id)
        run_bar.set_variants(scenario.variants, scenario.default_variant)
        run_bar.set_parameters(scenario.variant().parameters, lambda each: each.default)
    names = [field.parameter.name for field in run_bar.findChildren(ParameterField) if not field.isHidden()]
    assert names == [each.name for each in find("pool-map-squares").variant().parameters]


def test_the_last_entry_of_the_pythons_asks_for_another(run_bar: RunBar, qtbot: QtBot) -> None:
    run_bar.set_pythons([("", "3.11"), ("/usr/bin/python3.13", "3.13")], "/usr/bin/python3.13")
    combo = run_bar.python_combo
    assert combo.currentText() == "3.13"
    with qtbot.waitSignal(run_bar.browse_python_requested):
        combo.activated.emit(combo.count() - 1)
    with qtbot.waitSignal(run_bar.python_requested) as asked:
        combo.activated.emit(0)
    assert asked.args == [""]


def test_return_in_the_arguments_runs(run_bar: RunBar, qtbot: QtBot) -> None:
    run_bar.set_arguments("--fast", shown=True)
    with qtbot.waitSignal(run_bar.run_requested):
        QTest.keyClick(run_bar.arguments_edit, Qt.Key.Key_Return)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the drawer is a window
def test_settings_that_do_not_fit_into_one_row_are_in_a_drawer(run_bar: RunBar, qtbot: QtBot) -> None:
    scenario = find("pool-map-squares")
    run_bar.resize(1366, 60)
    run_bar.show()
    run_bar.set_variants(scenario.variants, scenario.variants[0].id)
    run_bar.set_parameters(scenario.variants[0].parameters, lambda each: each.default)
    fields = run_bar.findChildren(ParameterField)
    inside = [each for each in fields if each.isVisibleTo(run_bar)]
    assert run_bar.heightForWidth(1366) < 60
    assert 0 < len(inside) < len(fields)
    assert run_bar.more_button.text() == f"{len(fields) - len(inside)} more …"
    QTest.mouseClick(run_bar.more_button, Qt.MouseButton.LeftButton)
    drawer = run_bar.more_button.drawer
    assert sorted(each.parameter.name for each in fields if each.isVisible()) == sorted(
        each.name for each in scenario.variants[0].parameters
    )
    with qtbot.waitSignal(run_bar.value_requested):
        editor = next(each for each in drawer.findChildren(ParameterField) if isinstance(each.editor, QSpinBox)).editor
        assert isinstance(editor, QSpinBox)
        editor.setValue(editor.value() + 1)
    QTest.keyClick(drawer, Qt.Key.Key_Escape)
    assert not drawer.isVisible()


def test_in_a_wide_window_every_setting_stands_in_the_bar(run_bar: RunBar) -> None:
    scenario = find("pool-map-squares")
    run_bar.show()
    run_bar.set_parameters(scenario.variants[0].parameters, lambda each: each.default)
    for width in (600, 2400):
        run_bar.resize(width, 60)
    fields = run_bar.findChildren(ParameterField)
    assert not run_bar.more_button.isVisible()
    assert all(each.isVisible() for each in fields)
    run_bar.resize(600, 60)
    inside = [each for each in fields if each.parent() is run_bar.more_button.drawer]
    assert run_bar.more_button.text() == f"{len(inside)} more …"
    assert not any(each.isVisible() for each in inside)


def test_digits_are_grouped_as_in_the_lanes_and_can_be_typed_without(qtbot: QtBot) -> None:
    field = ParameterField(Parameter("STEPS", 10_000_000, "int", 1, 100_000_000), 10_000_000)
    qtbot.addWidget(field)
    spin = field.editor
    assert isinstance(spin, QSpinBox)
    assert spin.text() == units.count(10_000_000)
    spin.selectAll()
    QTest.keyClicks(spin, "2500000")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert spin.value() == 2_500_000


def test_a_number_does_not_touch_the_edge_of_its_box(qtbot: QtBot) -> None:
    for parameter in (Parameter("N", 5, "int"), Parameter("P", 0.5, "float")):
        field = ParameterField(parameter, parameter.default)
        qtbot.addWidget(field)
        edit = field.editor.findChild(QLineEdit)
        assert edit is not None
        assert edit.textMargins().left() >= 6
