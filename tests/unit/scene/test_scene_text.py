"""Text that is fitted without a font engine."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from visualiser.scene import elide, text_width
from visualiser.scene.textfit import clean


@given(st.text(max_size=60), st.floats(0, 400), st.floats(11, 40), st.booleans())
def test_an_elided_text_fits_and_is_how_the_whole_begins(text: str, width: float, size: float, bold: bool) -> None:
    short = elide(text, width, size, bold)
    assert text_width(short, size, bold) <= width or not short
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_text_that_fits_is_left_as_it_is() -> None:
    assert elide("MainThread", text_width("MainThread", 12), 12) == "MainThread"


def test_what_cannot_show_two_letters_shows_nothing() -> None:
    assert elide("MainThread", 14, 12) == ""


@given(st.text(max_size=80))
def test_a_cleaned_text_is_one_line_that_xml_can_hold(text: str) -> None:
    cleaned = clean(text)
    escaped = cleaned.replace("&", "&amp;").replace("<", "&lt;")
    assert ElementTree.fromstring(f"<a>{escaped}</a>".encode()).text in (cleaned, None)
    assert not set(cleaned) & set("\n\r\t\u2028\u202e")


def test_a_name_cannot_turn_the_text_beside_it_around() -> None:
    assert clean("a\u202eb\x1b[31m\x00\ud800c\n d") == "ab[31mc  d"
