"""`multiprocessing.shared_memory`, told of: making a block, attaching to it, unlinking it; with its name and size."""

from __future__ import annotations

from sys import _getframe

from ..events import Kind, Span, pair, word
from . import hooks, recorder
from .recorder import begin_span, text
from .things import dress
from .threads import disguise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST = (1 << 32) - 1  # bytes that a record can tell of


def install() -> None:
    """Change the module when it is imported."""
    hooks.after_import("multiprocessing.shared_memory", _change_shared_memory)


def _change_shared_memory(module: Any) -> None:
    block = module.SharedMemory
    make, unlink = block.__init__, block.unlink

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        label = "create shared memory" if _creates(*args, **kwargs) else "attach shared memory"
        begin_span(Span.SHARED_MEMORY, label, _getframe().f_back)
        try:
            make(self, *args, **kwargs)
        finally:
            _end(self, label)

    def unlink_told(self: Any) -> None:
        begin_span(Span.SHARED_MEMORY, "unlink shared memory", _getframe().f_back)
        try:
            unlink(self)
        finally:
            _end(self, "unlink shared memory")

    block.__init__, block.unlink = dress(__init__, make), disguise(unlink_told, unlink)


def _creates(name: Any = None, create: Any = False, *_: Any, **__: Any) -> bool:
    return create is True or (type(create) is int and create != 0)


def _end(block: Any, label: str) -> None:
    """The name is known at the end only. A block that could not be made has neither name nor size."""
    name, size = block.__dict__.get("_name"), block.__dict__.get("_size", 0)
    said = text(name.lstrip("/")) if type(name) is str else 0
    recorder.pen.record(word(Kind.SPAN_END, Span.SHARED_MEMORY, text(label)), pair(said, min(size, _MOST)))
