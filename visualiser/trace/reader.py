"""The reader of a run directory: finds diaries, follows them while they grow, hands out what is new."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from visualiser.events import SUFFIX

from .diary_file import DiaryFile
from .values import Block, Chunk, Definition, EventBatch, Loss, ProcessHeader

MAPS = 200  # each mapped file takes a file descriptor; a process may often have 1024 of them
REST = 90  # with more files than that, those without news for so many polls are looked at only now and then


class DiaryReader:
    """Reads along in `directory`. What is wrong with a file is a sentence in `problems`; nothing is raised for it.

    Everything happens in `poll`, on the caller's thread; about as fast as memory can be copied.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[str] = []
        self._files: dict[str, DiaryFile] = {}
        self._keys = count()

    def poll(self, final: bool = False) -> EventBatch | None:
        """What was there at the previous poll and is not handed out yet; with `final`, all there is. None: no news."""
        headers: list[ProcessHeader] = []
        chunks: list[Chunk] = []
        definitions: list[Definition] = []
        losses: list[Loss] = []
        blocks: list[Block] = []
        self._find()
        crowded = sum(file.mapped for file in self._files.values()) > MAPS
        for file in self._files.values():
            if file.broken or (crowded and self._rests(file, final)):
                continue
            header, new_chunks, new_definitions, new_losses, new_blocks = file.poll(final)
            headers += [header] if header else []
            chunks += new_chunks
            definitions += new_definitions
            losses += new_losses
            blocks += new_blocks
            if final:
                file.close()
        if not (headers or chunks or definitions or losses or blocks):
            return None
        return EventBatch(tuple(headers), tuple(chunks), tuple(definitions), tuple(losses), tuple(blocks))

    def close(self) -> None:
        """Let go of all files. A later poll would open them again."""
        for file in self._files.values():
            file.close()

    def _find(self) -> None:
        """Add diaries that are new, the oldest first."""
        try:
            names = [name for name in os.listdir(self.directory) if name.endswith(SUFFIX) and name not in self._files]
        except OSError as error:
            self._say(f"The run's folder cannot be read ({error.strerror}).")
            return
        for name in sorted(names, key=_age):
            self._files[name] = DiaryFile(self.directory / name, self._keys.__next__, self._say)

    def _rests(self, file: DiaryFile, final: bool) -> bool:
        if file.idle < REST or final:
            return False
        file.close()
        file.idle += 1
        return file.idle % 30 != 0

    def _say(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def _age(name: str) -> tuple[int, str]:
    """By the start in the name, "<pid>-<ns>.diary"; names of another form come last."""
    start = name.removesuffix(SUFFIX).rpartition("-")[2]
    return (int(start) if start.isascii() and start.isdigit() and len(start) < 20 else 1 << 64, name)
