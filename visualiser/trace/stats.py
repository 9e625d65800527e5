"""Totals of a run: the object that `stats --json` prints, field by field as the README states it."""

from __future__ import annotations

from typing import Any

from .store import TraceStore


def stats(store: TraceStore) -> dict[str, Any]:
    """Totals per process and thread. Times in ns; what is not known is None, never 0."""
    raise NotImplementedError


def stats_text(store: TraceStore) -> str:
    """The same as a table for people."""
    raise NotImplementedError
