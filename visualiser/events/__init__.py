"""What can happen in a watched process, and how it looks as bytes: the vocabulary and the diary's format and writer.

Standard library only, CPython 3.9 and up: this room and `probe` are all that is loaded into a watched program. Imports
in here are relative, because there the package goes by another name.
"""

from . import blocks, layout
from .diary import DEFAULT_LIMIT, Diary, Full, ThreadLog
from .kinds import WAIT_STATES, WAIT_WORDS, Kind, Rest, Scope, Span, StartMethod, Stream, Table, Wait, pair, word
from .layout import FORMAT, SUFFIX

__all__ = [
    "DEFAULT_LIMIT",
    "FORMAT",
    "SUFFIX",
    "WAIT_STATES",
    "WAIT_WORDS",
    "Diary",
    "Full",
    "Kind",
    "Rest",
    "Scope",
    "Span",
    "StartMethod",
    "Stream",
    "Table",
    "ThreadLog",
    "Wait",
    "blocks",
    "layout",
    "pair",
    "word",
]
