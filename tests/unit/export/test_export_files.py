"""Picture files: their size, what they carry, and the sentences said when they cannot be written."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QImage

from tests.support.drawn import trace_from
from visualiser.export import ExportError, export_picture

DRAWING = "main LLLLLLLLLLLL / a .RRRRGGGGRR. / b .GGGGRRRRSS."

pytestmark = pytest.mark.usefixtures("qapp")


def load(path: Path) -> QImage:
    image = QImage(str(path))
    assert not image.isNull()
    return image


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_png_has_the_size_that_was_asked_for_times_the_scale(tmp_path: Path, scale: float) -> None:
    export_picture(trace_from(DRAWING), tmp_path / "p.png", size=(800, 500), scale=scale)
    image = load(tmp_path / "p.png")
    assert (image.width(), image.height()) == (800 * scale, 500 * scale)


def test_the_height_follows_the_content(tmp_path: Path) -> None:
    export_picture(trace_from("main RG"), tmp_path / "low.png", size=(800, None))
    export_picture(trace_from(DRAWING), tmp_path / "high.png", size=(800, None))
    assert load(tmp_path / "low.png").height() < load(tmp_path / "high.png").height()


def test_a_png_carries_the_conditions_as_text(tmp_path: Path) -> None:
    export_picture(trace_from(DRAWING), tmp_path / "p.png", title="Relay")
    image = load(tmp_path / "p.png")
    assert image.text("Title") == "Relay"
    assert "0 lost" in image.text("Description")
    assert "calls by the probe (recorded)" in image.text("Source")


def test_light_and_dark_differ_in_the_ground(tmp_path: Path) -> None:
    for theme in ("light", "dark"):
        export_picture(trace_from(DRAWING), tmp_path / f"{theme}.png", theme=theme)
    light, dark = (load(tmp_path / f"{name}.png").pixelColor(2, 2).lightness() for name in ("light", "dark"))
    assert light > 200
    assert dark < 60


def test_a_pdf_is_one_page_as_large_as_the_picture_with_its_fonts_in_it(tmp_path: Path) -> None:
    export_picture(trace_from(DRAWING), tmp_path / "p.pdf", size=(800, 400))
    data = (tmp_path / "p.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    [box] = re.findall(rb"/MediaBox \[([^\]]+)\]", data)
    assert [round(float(number)) for number in box.split()] == [0, 0, 600, 300]
    assert b"/FontFile" in data
    assert b"/Subtype /Image" not in data  # nothing in it is made of pixels


def test_a_range_of_time_can_be_exported_alone(tmp_path: Path) -> None:
    store = trace_from(DRAWING)
    export_picture(store, tmp_path / "p.svg", t_range=(store.start_ns + 4_000_000, store.start_ns + 6_000_000))
    text = (tmp_path / "p.svg").read_text()
    assert ">4.0 ms<" in text
    assert ">8.0 ms<" not in text


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("p.jpeg", {}, "must end in .png, .pdf or .svg"),
        ("picture", {}, "must end in .png, .pdf or .svg"),
        ("nowhere/p.png", {}, "nowhere does not exist"),
        ("folder.png", {}, "is a folder"),
        ("p.png", {"theme": "pink"}, "choose light or dark"),
        ("p.png", {"scale": 0.0}, "between 0.1 and 20"),
        ("p.png", {"size": (10, None)}, "at least 200 pixels"),
        ("p.png", {"size": (40000, 300)}, "too large: 32767 on a side and 400 million in all"),
        ("p.png", {"size": (20000, 16000), "scale": 1.6}, "too large"),
        ("p.png", {"size": (30000, 20000)}, "too large"),
        ("p.png", {"t_range": (5, 5)}, "ends before it begins"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, name: str, more: dict[str, Any], words: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ExportError, match=re.escape(words)) as caught:
        export_picture(trace_from(DRAWING), tmp_path / name, **more)
    assert str(caught.value).endswith(".")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.png"]


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg"])
def test_a_picture_that_was_there_stays_when_a_new_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"p{suffix}"
    path.write_bytes(b"old")

    def refuse(part: Path, goal: Path) -> None:
        assert part.stat().st_size > 100
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ExportError, match=r"could not be written: Permission denied\."):
        export_picture(trace_from(DRAWING), path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_without_any_font_a_png_is_refused_and_an_svg_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from visualiser.export import qt_pictures

    monkeypatch.setattr(qt_pictures, "has_fonts", lambda: False)
    with pytest.raises(ExportError, match="Qt finds no font"):
        export_picture(trace_from(DRAWING), tmp_path / "p.png")
    export_picture(trace_from(DRAWING), tmp_path / "p.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["p.svg"]


def test_an_application_that_runs_already_is_used(tmp_path: Path, qapp: QGuiApplication) -> None:
    export_picture(trace_from(DRAWING), tmp_path / "p.png")
    assert QGuiApplication.instance() is qapp
