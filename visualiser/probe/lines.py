"""Every line of the program's own files, as it is run, and what chosen names are worth then (`--lines`).

From Python 3.12 on by `sys.monitoring`: other code's lines are switched off one by one as they are met, and cost
nothing from then on. Before, by `sys.settrace`, set in each thread as it begins; a program that sets a trace function
of its own has its own from there on, and its lines are no more told.

A value is told when it is another one than when it was told last, in a few words that `brief` finds without running
code of the program. A line's own effect shows at the next line told, or when its function is left.
"""

from __future__ import annotations

import sys

from ..events import Kind, Scope, Table, pair, word
from . import recorder
from .brief import brief
from .places import in_library, is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType, FrameType
    from typing import Any

_RUNS, _LEFT = word(Kind.LINE, 0), word(Kind.LINE, 1)
_TOOLS = (4, 3, 5, 2, 1, 0)  # ids of sys.monitoring, those without a customary meaning first

names: tuple[str, ...] = ()
_tracing = False
_code: dict[int, Any] = {}  # by the code's id: False if it is not the program's; else its lines' ids
_watched: dict[int, tuple[tuple[str, ...], tuple[str, ...]]] = {}  # its globals and its locals among the names
_kept: dict[int, CodeType] = {}  # so that an id stays its own (a code's own hash takes longer than all else here)
_tracers: dict[int, Any] = {}  # the local trace function of each code of the program's
_worth: dict[tuple[int, int, str], Any] = {}  # by (globals or 0, frame or 0, name): a small number, or the text told
_NOTHING = object()
_SMALL = 1 << 31  # what fits a record goes into it as it is


def wanted(settings: Mapping[str, str]) -> bool:
    """Whether lines are asked for. `INTERLEAVE_WATCH`: the names to tell the values of, with commas between."""
    global names
    names = tuple(filter(None, settings.get("INTERLEAVE_WATCH", "").split(",")))
    return settings.get("INTERLEAVE_LINES") == "1"


def install() -> None:
    """Tell of lines from now on, in this thread and in those that begin later."""
    global _tracing
    recorder.known += [_code, _worth, _tracers]
    if sys.version_info >= (3, 12):
        _monitor()
    else:
        _tracing = True
        sys.settrace(_trace)


def begin_thread() -> None:
    """In a thread that begins, before the first line of its own."""
    if _tracing:
        sys.settrace(_trace)


def _is_own(file: str) -> bool:
    if file.startswith("<") or is_ours(file) or in_library(file):
        return False
    return "site-packages" not in file and "dist-packages" not in file


def _lines(code: CodeType) -> Any:
    """The ids of a code's lines so far, as the second word of a record; False of code that is not the program's."""
    known = _code.get(id(code))
    if known is None:
        _kept[id(code)] = code
        _watched[id(code)] = _names_in(code)
        known = _code[id(code)] = {} if _is_own(code.co_filename) else False
    return known


def _names_in(code: CodeType) -> tuple[tuple[str, ...], tuple[str, ...]]:
    local = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}
    if code.co_name == "<module>":
        return names, ()
    return tuple(one for one in names if one not in local), tuple(one for one in names if one in local)


def _id_of(code: CodeType, line: int, lines: dict[int, int]) -> int:
    name = getattr(code, "co_qualname", code.co_name)
    number = recorder.pen.define(Table.SITE, f"{line}\t{name}\t{code.co_filename}")
    lines[line] = told = pair(number)
    return told


def _tell_values(frame: FrameType, code: CodeType, place: int) -> None:
    """Tell what has another value than when it was told last."""
    of_module, of_call = _watched[id(code)]
    if of_module:
        room = frame.f_globals
        for name in of_module:
            if name in room:
                _tell_value((id(room), 0, name), room[name], Scope.GLOBAL, place)
    if of_call:
        room = frame.f_locals
        for name in of_call:
            if name in room:
                _tell_value((0, id(frame), name), room[name], Scope.LOCAL, place)


def _tell_value(key: tuple[int, int, str], value: Any, scope: int, place: int) -> None:
    before = _worth.get(key, _NOTHING)
    if type(value) is int and -_SMALL <= value < _SMALL:
        if before is value or (type(before) is int and before == value):
            return
        _worth[key] = value
        scope |= Scope.NUMBER
    else:
        told = brief(value)
        if before == told:
            return
        _worth[key] = told
        value = recorder.text(told)
    recorder.pen.record(word(Kind.VALUE, scope, recorder.text(key[2])), pair(place & 0xFFFFFFFF, value))


def _forget_call(frame: FrameType, code: CodeType) -> None:
    for name in _watched[id(code)][1]:
        _worth.pop((0, id(frame), name), None)


# --- 3.12 and later --------------------------------------------------------------------------------------------------


def _monitor() -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool = next((one for one in _TOOLS if monitoring.get_tool(one) is None), None)
    if tool is None:
        return
    events, disable, frame_of, left_by = monitoring.events, monitoring.DISABLE, sys._getframe, _LEFT

    def on_line(code: CodeType, line: int) -> Any:
        lines = _code.get(id(code))
        if lines is None:
            lines = _lines(code)
        if lines is False:
            return disable
        place = lines.get(line)
        if place is None:
            place = _id_of(code, line, lines)
        if names:
            _tell_values(frame_of(1), code, place)
        recorder.pen.record(_RUNS, place)
        return None

    def on_return(code: CodeType, offset: int, result: Any) -> Any:
        lines = _lines(code)
        if lines is False:
            return disable
        leave(code, lines)
        return None

    def on_unwind(code: CodeType, offset: int, error: Any) -> None:  # cannot be switched off for single places
        lines = _code.get(id(code))
        if lines:
            leave(code, lines)

    def leave(code: CodeType, lines: dict[int, int]) -> None:
        frame = frame_of(2)
        line = frame.f_lineno or code.co_firstlineno
        place = lines.get(line)
        if place is None:
            place = _id_of(code, line, lines)
        if names:
            _tell_values(frame, code, place)
            _forget_call(frame, code)
        recorder.pen.record(left_by, place)

    monitoring.use_tool_id(tool, "interleave")
    monitoring.register_callback(tool, events.LINE, on_line)
    monitoring.register_callback(tool, events.PY_RETURN, on_return)
    monitoring.register_callback(tool, events.PY_UNWIND, on_unwind)
    monitoring.set_events(tool, events.LINE | events.PY_RETURN | events.PY_UNWIND)


# --- before ----------------------------------------------------------------------------------------------------------


def _trace(frame: FrameType, event: str, arg: Any) -> Any:
    """The global trace function: asked once for each call."""
    code = frame.f_code
    lines = _code.get(id(code))
    if lines is None:
        lines = _lines(code)
    if lines is False:
        return None
    tracer = _tracers.get(id(code))
    if tracer is None:
        tracer = _tracers[id(code)] = _tracer(code, lines)
    return tracer


def _tracer(code: CodeType, lines: dict[int, int]) -> Any:
    """The local trace function of one code: asked for each of its lines, and when a call is left."""
    known, watches = lines.get, any(_watched[id(code)])

    def trace(frame: FrameType, event: str, arg: Any) -> Any:
        place = known(frame.f_lineno)
        if place is None:
            place = _id_of(code, frame.f_lineno or 0, lines)
        if event == "line":
            if watches:
                _tell_values(frame, code, place)
            recorder.pen.record(_RUNS, place)
        elif event == "return":
            if watches:
                _tell_values(frame, code, place)
                _forget_call(frame, code)
            recorder.pen.record(_LEFT, place)
        return trace

    return trace
