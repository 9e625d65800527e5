"""The banner: plain sentences, and a way to close them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from visualiser.views.banner import Banner
from visualiser.views.icons import Icons


def test_a_banner_says_and_is_closed(qtbot: QtBot) -> None:
    banner = Banner(Icons())
    qtbot.addWidget(banner)
    assert banner.text == ""
    banner.tell("There is no file x.py.", bad=True)
    assert banner.text == "There is no file x.py."
    with qtbot.waitSignal(banner.dismissed):
        banner.close_button.click()
    assert banner.isHidden()


def test_a_banner_shows_words_of_a_program_as_words(qtbot: QtBot) -> None:
    banner = Banner(Icons())
    qtbot.addWidget(banner)
    banner.tell("<b>x</b> &amp; y")
    assert banner.shown_format == Qt.TextFormat.PlainText


def test_a_banner_about_a_place_offers_to_show_it_and_one_with_a_command_to_copy_it(qtbot: QtBot) -> None:
    banner = Banner(Icons())
    qtbot.addWidget(banner)
    banner.tell("Stopped.")
    assert banner.show_button.isHidden()
    assert banner.copy_button.isHidden()
    banner.tell("Deadlock: Ann waits.", bad=True, shows=True, command="sudo sysctl x=1")
    with qtbot.waitSignal(banner.show_requested):
        banner.show_button.click()
    banner.copy_button.click()
    assert QGuiApplication.clipboard().text() == "sudo sysctl x=1"
