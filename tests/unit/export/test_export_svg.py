"""SVG pictures: valid whatever names a program uses, cut at the edges, with text that is text, and without Qt."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.builder import RunBuilder
from tests.support.drawn import trace_from
from tests.unit.scene.random_runs import runs
from visualiser.export import export_picture
from visualiser.export.svg import svg
from visualiser.scene import DARK, LIGHT, Scene, ViewWindow, build
from visualiser.trace import TraceStore

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def svg_of(scene: Scene) -> ElementTree.Element:
    return ElementTree.fromstring(svg(scene, LIGHT, "words").encode())


def box_of(rect: ElementTree.Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def points_of(path: str) -> list[tuple[float, float]]:
    """The points of a path of M, L and H."""
    points: list[tuple[float, float]] = []
    for letter, numbers in re.findall(r"([MLH])([^MLHZ]*)", path):
        found = [float(one) for one in NUMBER.findall(numbers)]
        points += [(found[0], points[-1][1])] if letter == "H" else [(found[0], found[1])]
    return points


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(runs(), st.integers(300, 2000), st.booleans())
def test_any_run_under_any_names_is_valid_and_stays_within_its_clips(
    store: TraceStore, width: int, for_export: bool
) -> None:
    # on a screen: lower than the content and scrolled, so that lanes are cut
    height, top = (None, 0) if for_export else (240, 31)
    window = ViewWindow(store.start_ns + 20_000_000, store.start_ns + 70_000_000, width, height, top)
    root = svg_of(build(store, window, for_export=for_export))
    clips = {clip.get("id"): box_of(clip[0]) for clip in root.iter(f"{SVG}clipPath")}
    for group in root.findall(f"{SVG}g"):
        name = re.fullmatch(r"url\(#(.+)\)", group.get("clip-path", ""))
        assert name
        x0, y0, x1, y1 = clips[name[1]]
        points = [(x, y) for rect in group.iter(f"{SVG}rect") for x, y in (box_of(rect)[:2], box_of(rect)[2:])]
        points += [point for path in group.iter(f"{SVG}path") for point in points_of(path.get("d", ""))]
        for x, y in points:
            assert x0 - 1 <= x <= x1 + 1, group.get("clip-path")
            assert y0 - 1 <= y <= y1 + 1, group.get("clip-path")


def test_text_stays_text_and_names_are_escaped() -> None:
    run = RunBuilder()
    run.process("a<b>&\x07").thread('"it" & \u202edrow').begin(0).output(2, "</text><script>").end(9)
    store = run.store(end=10, title="<&>")
    root = svg_of(build(store, ViewWindow(store.start_ns, store.end_ns, 900), for_export=True))
    said = [text.text for text in root.iter(f"{SVG}text")]
    assert {"a<b>&", "</text><script>", "<&>"} <= set(said)
    assert '"it" & drow' in said
    assert root.find(f"{SVG}title") is not None
    assert not list(root.iter(f"{SVG}script"))


def test_every_state_that_is_drawn_has_its_pattern_defined() -> None:
    store = trace_from("main RNCGLISP?")
    for palette in (LIGHT, DARK):
        scene = build(store, ViewWindow(store.start_ns, store.end_ns, 900), for_export=True)
        root = ElementTree.fromstring(svg(scene, palette, "").encode())
        defined = {one.get("id") for one in root.iter() if one.get("id")}
        text = ElementTree.tostring(root, encoding="unicode")
        used = set(re.findall(r"url\(#([^)]+)\)", text))
        assert used <= defined
        assert len([name for name in used if name.startswith("state-")]) >= 6


def test_dense_stretches_are_polygons_not_a_million_rectangles() -> None:
    store = trace_from("main " + "RG" * 3000, step=1000)
    root = svg_of(build(store, ViewWindow(store.start_ns, store.end_ns, 500), for_export=True))
    assert len(list(root.iter(f"{SVG}rect"))) < 60
    assert any("state-4" in path.get("fill", "") for path in root.iter(f"{SVG}path"))


def test_an_svg_is_written_without_loading_qt(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules.update(PySide6=None, shiboken6=None)\n"
        "from tests.support.drawn import trace_from\n"
        "from visualiser.export import export_picture\n"
        "export_picture(trace_from('main RRGG'), sys.argv[1])\n"
    )
    root = Path(__file__).parents[3]
    path = tmp_path / "picture.svg"
    subprocess.run([sys.executable, "-c", program, str(path)], cwd=root, check=True, timeout=60)
    assert ElementTree.parse(path).getroot().tag == f"{SVG}svg"


def test_the_description_carries_the_conditions(tmp_path: Path) -> None:
    path = tmp_path / "p.svg"
    export_picture(trace_from("main RRGG"), path, title="Own title")
    root = ElementTree.parse(path).getroot()
    assert root.findtext(f"{SVG}title") == "Own title"
    assert "0 lost" in (root.findtext(f"{SVG}desc") or "")
