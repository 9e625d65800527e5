"""The bundled icons, drawn in the colour of the text around them."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractButton

from visualiser.assets import resource_path

SIZES = (16, 32)
"""Pixels: for ordinary and for dense screens."""


class Icons:
    """Gives icons to buttons, and anew when the theme changes."""

    def __init__(self) -> None:
        self._buttons: WeakKeyDictionary[QAbstractButton, tuple[str, str]] = WeakKeyDictionary()
        self._colours: dict[str, QColor] = {}

    def put(self, button: QAbstractButton, name: str, role: str = "text") -> None:
        """Give a button the icon of that name, in the colour of `role`; drawn as soon as there are colours."""
        self._buttons[button] = (name, role)
        button.setIconSize(QSize(16, 16))
        if self._colours:
            button.setIcon(self._icon(name, role))

    def recolour(self, **colours: QColor) -> None:
        """Draw all icons again, with other colours by role (`text`, `accent_text`, `disabled`)."""
        self._colours.update(colours)
        drawn: dict[tuple[str, str], QIcon] = {}
        for button, look in list(self._buttons.items()):
            if look not in drawn:
                drawn[look] = self._icon(*look)
            button.setIcon(drawn[look])

    def _icon(self, name: str, role: str) -> QIcon:
        icon = QIcon()
        text = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
        for mode, key in ((QIcon.Mode.Normal, role), (QIcon.Mode.Disabled, "disabled")):
            data = text.replace("currentColor", self._colours[key].name()).encode()
            for size in SIZES:
                pixmap = QPixmap()
                scaled = data.replace(b'width="16" height="16"', b'width="%d" height="%d"' % (size, size))
                pixmap.loadFromData(QByteArray(scaled), "SVG")
                icon.addPixmap(pixmap, mode)
        return icon
