"""The files opened lately, and whether they are still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RecentFile:
    """One entry of the menu: what to call it, and whether it can be opened."""

    path: str
    label: str
    exists: bool


def recent_files(paths: Sequence[str]) -> tuple[RecentFile, ...]:
    """The entries, newest first; files of the same name are told apart by their folder."""
    names = [Path(path).name for path in paths]
    return tuple(
        RecentFile(path, name if names.count(name) == 1 else f"{name} — {Path(path).parent}", Path(path).exists())
        for path, name in zip(paths, names, strict=True)
    )
