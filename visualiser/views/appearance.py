"""How the window looks: palette and style sheet for light and dark, from the same colours as the picture.

Own palettes and the Fusion style, because Qt's colour scheme does nothing without a platform theme. One accent colour,
few borders, a rhythm of 8 pixels, targets of 28 pixels and more, and a frame around whatever has the keyboard.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from visualiser.assets import resource_path
from visualiser.paint import Theme, theme

PRESENTER = 1.4
SMALLEST_PX = 12


@dataclass(frozen=True)
class Appearance:
    """The theme shown, and how much larger than usual everything is."""

    theme: Theme
    scale: float = 1.0

    def colour(self, role: str) -> QColor:
        """The colour of a role of the picture's palette, or of the window's own (`surface`, `hover`, `bad`)."""
        own = _OWN[self.theme.name].get(role)
        return QColor(own) if own else self.theme.colour(role)

    def name(self, role: str) -> str:
        """The same as `#rrggbb`."""
        return self.colour(role).name()

    def pixels(self, size: float) -> int:
        """A size at this scale."""
        return max(round(size * self.scale), SMALLEST_PX)


_OWN = {
    "light": {"surface": "#FFFFFF", "hover": "#EEF2F6", "bad": "#B3261E", "bad_tint": "#FCEDEC", "good_tint": "#E3EEF9",
              "disabled": "#848C96", "edge": "#C3C9D0", "field": "#FFFFFF"},
    "dark": {"surface": "#1D2126", "hover": "#272C33", "bad": "#FF8A80", "bad_tint": "#3A2223", "good_tint": "#1E2A38",
             "disabled": "#7B838D", "edge": "#474E57", "field": "#15181D"},
}  # fmt: skip


def appearance(setting: str, presenter: bool = False) -> Appearance:
    """The appearance for a setting: `light`, `dark`, or `system`, which asks the desktop (light if it does not say)."""
    if setting == "system":
        scheme = QApplication.styleHints().colorScheme()
        setting = "dark" if scheme == Qt.ColorScheme.Dark else "light"
    return Appearance(theme(setting), PRESENTER if presenter else 1.0)


def dress(app: QApplication, look: Appearance) -> None:
    """Give the whole application this look; a tip that is shown was made for the one before."""
    QToolTip.hideText()
    font = QFont(app.font())
    font.setPixelSize(look.pixels(13))
    app.setFont(font)
    app.setPalette(_palette(look))
    app.setStyleSheet(_STYLE.format_map(_Names(look)))


def _palette(look: Appearance) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    colours = {
        role.Window: "surface", role.WindowText: "text", role.Base: "field", role.AlternateBase: "hover",
        role.Text: "text", role.Button: "surface", role.ButtonText: "text", role.ToolTipBase: "surface",
        role.ToolTipText: "text", role.Highlight: "accent", role.HighlightedText: "accent_text",
        role.PlaceholderText: "muted", role.Link: "accent", role.BrightText: "bad",
        role.Mid: "edge", role.Midlight: "grid", role.Dark: "edge", role.Light: "hover", role.Shadow: "edge",
    }  # fmt: skip
    for each, name in colours.items():
        palette.setColor(each, look.colour(name))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, each, look.colour("disabled"))
    return palette


class _Names(dict[str, str]):
    """Looks names of the style sheet up: `px13` is a size, anything else a colour's role."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, key: str) -> str:
        if key == "icons":
            return resource_path("icons").as_posix()
        return f"{self._look.pixels(int(key[2:]))}px" if key.startswith("px") else self._look.name(key)


_STYLE = """
QMainWindow, QDialog {{ background: {surface}; }}
QToolTip {{ color: {text}; background: {surface}; border: 1px solid {edge}; padding: 6px; }}
QMenuBar {{ background: {surface}; border-bottom: 1px solid {grid}; padding: 2px 8px; }}
QMenuBar::item {{ padding: 6px 10px; border-radius: 6px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {surface}; border: 1px solid {edge}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 24px; border-radius: 4px; }}
QMenu::item:selected {{ background: {selection}; color: {text}; }}
QMenu::item:disabled {{ color: {disabled}; }}
QMenu::separator {{ height: 1px; background: {grid}; margin: 4px 8px; }}
QStatusBar {{ background: {surface}; border-top: 1px solid {grid}; color: {muted}; }}
QStatusBar::item {{ border: none; }}
QPushButton, QToolButton {{
    background: {field}; border: 1px solid {edge}; border-radius: 6px; padding: 4px 12px; min-height: 22px;
    color: {text};
}}
QToolButton {{ min-width: 22px; padding: 4px; }}
QPushButton:hover, QToolButton:hover {{ background: {hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {selection}; }}
QPushButton:disabled, QToolButton:disabled {{ color: {disabled}; border-color: {grid}; }}
QPushButton:checked, QToolButton:checked {{ background: {accent}; border-color: {accent}; color: {accent_text}; }}
QPushButton[primary="true"] {{ background: {accent}; border-color: {accent}; color: {accent_text}; font-weight: bold; }}
QPushButton[primary="true"]:hover {{ border-color: {text}; }}
QPushButton[primary="true"]:disabled {{ background: {hover}; border-color: {grid}; color: {disabled}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {text}; padding: 3px 11px; }}
QToolButton:focus {{ padding: 3px; }}
QLineEdit, QAbstractSpinBox, QComboBox {{
    background: {field}; border: 1px solid {edge}; border-radius: 6px; padding: 3px 8px; min-height: 22px;
    color: {text}; selection-background-color: {accent}; selection-color: {accent_text};
}}
QAbstractSpinBox {{ padding-right: 20px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; width: 18px; background: transparent;
    subcontrol-origin: border; margin: 2px; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-arrow {{ image: url({icons}/up.svg); width: 9px; height: 9px; }}
QAbstractSpinBox::down-arrow {{ image: url({icons}/down.svg); width: 9px; height: 9px; }}
QAbstractSpinBox QLineEdit {{ border: none; background: transparent; min-height: 20px; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {disabled}; border-color: {grid}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QComboBox {{ padding-right: 22px; }}
QComboBox::drop-down {{ border: none; width: 20px; subcontrol-origin: border; subcontrol-position: center right; }}
QComboBox::down-arrow {{ image: url({icons}/down.svg); width: 10px; height: 10px; }}
QComboBox QAbstractItemView {{ background: {surface}; border: 1px solid {edge}; selection-background-color: {selection};
    selection-color: {text}; outline: 0; }}
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 2px solid {accent}; padding: 2px 7px; }}
QAbstractSpinBox:focus {{ padding-right: 19px; }}
QComboBox:focus {{ padding-right: 21px; }}
QCheckBox {{ min-height: 28px; spacing: 8px; }}
QCheckBox:focus {{ color: {accent}; }}
QAbstractScrollArea {{ border: none; background: {surface}; }}
QPlainTextEdit:focus, QTextBrowser:focus, QTableView:focus, QListView:focus {{ border: 1px solid {accent}; }}
QTextBrowser, QPlainTextEdit, QTableView, QListView {{ border: 1px solid transparent; }}
QTabBar {{ background: {surface}; qproperty-drawBase: 0; }}
QTabBar::tab {{ padding: 8px; border: none; border-bottom: 2px solid transparent; color: {muted}; }}
QTabBar::tab:selected {{ color: {accent}; border-bottom: 2px solid {accent}; font-weight: bold; }}
QTabBar::tab:hover {{ background: {hover}; }}
QTabBar::tab:focus {{ color: {text}; }}
QTabWidget::pane {{ border: none; }}
QSplitter {{ background: {surface}; }}
QSplitter::handle {{ background: {surface}; }}
QSplitter::handle:hover {{ background: {selection}; }}
QSplitter::handle:horizontal {{ border-left: 1px solid {grid}; }}
QSplitter::handle:vertical {{ border-top: 1px solid {grid}; }}
QAbstractScrollArea::corner {{ background: {surface}; border: none; }}
QListWidget {{ outline: 0; }}
QListWidget::item {{ border-radius: 6px; padding-left: 8px; }}
QListWidget::item:hover {{ background: {hover}; }}
QListWidget::item:selected {{ background: {selection}; color: {text}; }}
QListWidget::item:disabled {{ background: transparent; color: {muted}; }}
QStatusBar QLabel {{ padding: 0 8px; color: {muted}; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {muted}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: none; border: none; width: 0; height: 0; }}
QProgressBar {{ border: none; background: {grid}; border-radius: 3px; max-height: 6px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QLabel[role="heading"] {{ color: {text}; font-weight: bold; font-size: {px13}; }}
QLabel[role="title"] {{ color: {text}; font-weight: bold; font-size: {px18}; }}
QLabel[role="muted"] {{ color: {muted}; font-size: {px12}; }}
QFrame[role="bar"] {{ background: {surface}; border: none; border-bottom: 1px solid {grid}; }}
QFrame[role="card"] {{ background: {back}; border: none; }}
QFrame[role="banner"] {{ background: {good_tint}; border: none; border-left: 4px solid {accent}; }}
QFrame[role="banner"][bad="true"] {{ background: {bad_tint}; border-left: 4px solid {bad}; }}
"""
