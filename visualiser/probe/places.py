"""Which line of the program a call came from: found without computing line numbers, kept by code object and offset."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType

    Place = tuple[int, int]  # id of a code object, offset of an instruction in it

LIBRARY = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_NOT_OF_THE_LIBRARY = tuple(LIBRARY + name + os.sep for name in ("site-packages", "dist-packages", "test"))

NOWHERE: Place = (0, 0)
_places: dict[Place, Place] = {}  # to itself; to NOWHERE for a line of the standard library
_library_code: set[CodeType] = set()  # of the library, though it has no file
_found: dict[Place, tuple[CodeType, int]] = {}  # keeps the code alive, so that its id stays its own


def is_ours(file: str) -> bool:
    """Whether a code object's file belongs to the probe."""
    return file.startswith(OURS)


def in_library(file: str) -> bool:
    """Whether a file belongs to the standard library of this interpreter; its tests (`-m test`) are a program."""
    return file.startswith(LIBRARY) and not file.startswith(_NOT_OF_THE_LIBRARY)


def add_library_code(code: CodeType) -> None:
    """Say that this code is of the library, though it has no file: `-c` of a process that the library starts."""
    _library_code.add(code)


def find_place(frame: FrameType | None) -> Place:
    """Where `frame` is; when that is in the standard library or in the probe, where its innermost caller outside is."""
    while frame is not None:
        key = (id(frame.f_code), frame.f_lasti)
        place = _places.get(key)
        if place is None:
            place = _learn(frame, key)
        if place is not NOWHERE:
            return place
        frame = frame.f_back
    return NOWHERE


def _learn(frame: FrameType, key: Place) -> Place:
    file = frame.f_code.co_filename
    _found[key] = (frame.f_code, frame.f_lineno or 0)
    foreign = in_library(file) or is_ours(file) or file.startswith("<frozen ")
    if file == "<string>":  # compiled from a text in a room without a name: as namedtuple, proxies, Value do
        foreign = "__name__" not in frame.f_globals or frame.f_code in _library_code
    place = NOWHERE if foreign else key
    _places[key] = place
    return place


def describe_place(place: Place) -> str:
    """A place as the table of sites has it: line, function, file."""
    code, line = _found[place]
    name = getattr(code, "co_qualname", code.co_name)
    return f"{line}\t{name}\t{_absolute(code.co_filename)}"


def _absolute(file: str) -> str:
    """The full path of a code object's file; the name as it is where the current folder is gone, or none could be.

    Also at the very end of the process, when the interpreter has emptied the module `os` already.
    """
    try:
        return os.path.abspath(file)
    except (OSError, ValueError, AttributeError, TypeError):
        return file
