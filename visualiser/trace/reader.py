"""The reader of a run directory: finds diaries, follows them while they grow, hands out what is new."""

from __future__ import annotations

from pathlib import Path

from .values import EventBatch


class DiaryReader:
    """Reads along in `directory`. What is wrong with a file is a sentence in `problems`; nothing is raised for it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[str] = []

    def poll(self, final: bool = False) -> EventBatch | None:
        """What was there at the previous poll and is not handed out yet; with `final`, all there is."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of all files."""
