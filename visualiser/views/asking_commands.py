"""The commands that ask the timeline something, as data: search, filter, totals, tables."""

from __future__ import annotations

from visualiser.views.command import Command

ASKING: tuple[Command, ...] = ()
