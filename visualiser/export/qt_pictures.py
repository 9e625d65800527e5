"""PNG and PDF: the scene painted by Qt onto an image or a page. Loaded only when one is wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from visualiser.paint import has_fonts, paint
from visualiser.paint import theme as theme_of
from visualiser.scene import Scene

POINTS_PER_PIXEL = 0.75
"""A page measures 96 pixels per inch, as CSS does."""

_application: list[QGuiApplication] = []


def write_png(scene: Scene, path: Path, scale: float, theme: str, facts: Mapping[str, str]) -> None:
    """Write a PNG with `facts` in its text fields. Raises OSError."""
    _ready()
    image = QImage(round(scene.width * scale), round(scene.height * scale), QImage.Format.Format_RGB32)
    if image.isNull():
        raise OSError("there is not enough memory for a picture of this size")
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint(scene, painter, theme_of(theme))
    painter.end()
    for key, text in facts.items():
        image.setText(key, text)
    image.setDotsPerMeterX(round(96 * scale / 0.0254))
    image.setDotsPerMeterY(round(96 * scale / 0.0254))
    # PySide6's stubs say bytes, which it refuses.
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError("the disk may be full")


def write_pdf(scene: Scene, path: Path, theme: str) -> None:
    """Write a PDF of one page as large as the picture. Raises OSError."""
    _ready()
    writer = QPdfWriter(str(path))
    writer.setTitle(scene.title)
    writer.setCreator("Interleave")
    size = QSizeF(scene.width * POINTS_PER_PIXEL, scene.height * POINTS_PER_PIXEL)
    page = QPageSize(size, QPageSize.Unit.Point, "picture", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(1200)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the page could not be begun")
    painter.scale(1200 / 96, 1200 / 96)
    paint(scene, painter, theme_of(theme))
    if not painter.end():
        raise OSError("the disk may be full")


def _ready() -> None:
    """Qt needs an application object to have fonts; a picture needs no display."""
    if QGuiApplication.instance() is None:
        if sys.platform.startswith("linux"):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application.append(QGuiApplication(["interleave"]))
    if not has_fonts():
        raise OSError("Qt finds no font on this machine; install one (for example the package fonts-dejavu-core)")
