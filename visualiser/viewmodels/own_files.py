"""The program's own files that it imported: a run keeps a copy of the main one alone, so they are read where they lie.

Only during the session that made the run, only files beside the program or below it, and only those that have not been
changed since it began: what is shown is what was run. They are kept with the run, so a saved run has them, too.
"""

from __future__ import annotations

from pathlib import Path

from visualiser.trace import TraceStore

PROGRAM = "program"
SUFFIXES = (".py", ".pyw")
FOREIGN = ("site-packages", "dist-packages")


def imported_text(store: TraceStore, path: str) -> str | None:
    """The text of a file that the run saw; None where it is not the program's own, or not what it was."""
    began, main = store.info.started_wall_ns, Path(store.info.target).absolute()
    if store.directory is None or began is None or main.suffix not in SUFFIXES:
        return None
    file = Path(path)
    if not file.is_relative_to(main.parent) or any(part in FOREIGN for part in file.parts):
        return None
    try:
        if file.suffix not in SUFFIXES or file.stat().st_mtime_ns > began:
            return None
        data = file.read_bytes()
    except OSError:
        return None
    _keep(store, file.relative_to(main.parent), data)
    return data.decode("utf-8", "replace")


def _keep(store: TraceStore, name: Path, data: bytes) -> None:
    """Not before the main one is kept: where any file is, a run directory is not looked into any more."""
    if any(each.startswith(PROGRAM + "/") for each in store.attachments):
        store.attachments = {**store.attachments, f"{PROGRAM}/{name.as_posix()}": data}
