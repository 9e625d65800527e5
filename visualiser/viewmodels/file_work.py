"""Opening, saving and exporting runs without holding up the window.

A TraceStore is not for several threads at once. So a worker never gets the one that is shown: it gets the raw records
(arrays that nobody changes any more) and makes a store of its own from them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from visualiser.trace import TraceStore
from visualiser.viewmodels.jobs import Jobs
from visualiser.viewmodels.lanes import Everybody, Lanes

MaySay = (ValueError, OSError)
"""What readers and writers raise on purpose; a ValueError's text is a sentence for the user."""


@dataclass(frozen=True)
class FileFunctions:
    """What does the work; given by the composition root."""

    load: Callable[[Path], TraceStore]
    save: Callable[[TraceStore, Path], None]
    export: Callable[..., None]
    write_csv: Callable[[TraceStore, Path], None]
    write_chrome: Callable[[TraceStore, Path], None]


class FileWork(QObject):
    """Facts: `opened(store, path)`, `saved(path)`, `exported(path)`, `refused(sentence)`."""

    opened = Signal(object, str)
    saved = Signal(str)
    exported = Signal(str)
    refused = Signal(str)

    def __init__(self, jobs: Jobs, functions: FileFunctions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._do = jobs, functions

    def open(self, path: str) -> None:
        """Read a saved run."""
        place = Path(path)
        self._jobs.start("open", f"Opening {place.name}", lambda _: self._do.load(place),
                         lambda store: self.opened.emit(store, path), self._refuse)  # fmt: skip

    def save(self, store: TraceStore, path: str) -> None:
        """Write a run into a file that can be opened again."""
        self._write("save", store, path, self._do.save, self.saved)

    def export_data(self, store: TraceStore, path: str) -> None:
        """Write CSV, or a Chrome trace when the name ends in .json."""
        write = self._do.write_chrome if Path(path).suffix.lower() == ".json" else self._do.write_csv
        self._write("export", store, path, write, self.exported)

    def export_picture(self, store: TraceStore, path: str, *, lanes: Lanes | None = None, **options: Any) -> None:
        """Write a picture, with the lanes as they are arranged here; options as of `export_picture`."""
        known = Everybody.of(store)

        def write(copy: TraceStore, place: Path) -> None:
            more = {} if lanes is None else {"arrangement": lanes.carried(known, Everybody.of(copy)).window_fields()}
            self._do.export(copy, place, **more, **options)

        self._write("export", store, path, write, self.exported)

    def _write(self, name: str, store: TraceStore, path: str, write: Callable[[TraceStore, Path], None],
               told: Any) -> None:  # fmt: skip
        copy = copier(store)

        def refuse(error: Exception) -> None:
            if isinstance(error, OSError):  # it names a file of the writer's own
                why = error.strerror or str(error)
                error = ValueError(f"{path} could not be written: {why}. Choose another place, or make room there.")
            self._refuse(error)

        self._jobs.start(name, f"Writing {Path(path).name}", lambda _: write(copy(), Path(path)),
                         lambda _: told.emit(path), refuse)  # fmt: skip

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, OSError):
            self.refused.emit(f"{error.filename or 'The file'}: {error.strerror or error}.")
        elif isinstance(error, MaySay):
            self.refused.emit(str(error))
        else:
            raise error


def copier(store: TraceStore) -> Callable[[], TraceStore]:
    """A function that makes, in whichever thread calls it, a store equal to what `store` is now."""
    return store.copier()
