"""The legend: drawn as the lanes are, and never more than two rows unless it is asked for."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from visualiser.viewmodels import STATE_LOOKS, LegendEntry
from visualiser.views import appearance
from visualiser.views.legend import Legend

ALL = tuple(LegendEntry(look.words, state, look.letter) for state, look in enumerate(STATE_LOOKS))
MARKS = (
    LegendEntry("holds a lock", mark="hold"), LegendEntry("own span or task", mark="span"),
    LegendEntry("strip: CPU 0, CPU 1", mark="cpus", inks=("cpu/0", "cpu/1")),
    LegendEntry("memory, looked at 10 times a second", mark="memory"),
)  # fmt: skip


def legend(qtbot: QtBot, width: int, entries: tuple[LegendEntry, ...]) -> Legend:
    made = Legend()
    qtbot.addWidget(made)
    made.set_look(appearance("light"))
    made.set_entries(entries)
    made.resize(width, made.heightForWidth(width))
    made.show()
    return made


def test_a_usual_run_needs_no_more_than_two_rows_of_900_pixels(qtbot: QtBot) -> None:
    entries = tuple(ALL[state] for state in (1, 2, 4, 5, 3, 0)) + MARKS[1:]
    made = legend(qtbot, 900, entries)
    assert made.shown() == entries
    assert made.more_button.isHidden()


def test_what_does_not_fit_is_folded_away_and_shown_when_asked_for(qtbot: QtBot) -> None:
    made = legend(qtbot, 500, ALL + MARKS)
    folded = made.heightForWidth(500)
    assert len(made.shown()) < len(ALL + MARKS)
    made.more_button.click()
    assert made.shown() == ALL + MARKS
    assert made.heightForWidth(500) > folded
    assert "memory" in made.accessibleDescription()


def test_the_strip_is_drawn_in_the_tones_of_its_cpus(qtbot: QtBot) -> None:
    made = legend(qtbot, 400, MARKS[2:3])
    image = made.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(16) for y in range(image.height())}
    theme = appearance("light").theme
    assert {theme.colour("cpu/0").name(), theme.colour("cpu/1").name()} <= seen
