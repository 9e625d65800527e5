"""The end of run.json when the app is no longer there to write it."""

from __future__ import annotations

import contextlib
import json
import os
from typing import Any


def write_afterword(directory: str, facts: dict[str, Any]) -> None:
    """Add `facts` to the run's description, and that the app died. Without a readable run.json, or a disk, nothing."""
    path = os.path.join(directory, "run.json")
    with contextlib.suppress(OSError, ValueError):
        with open(path, encoding="utf-8") as file:
            description = json.load(file)
        description.update(facts, stopped_by="app died")
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(description, file, indent=1)
        os.replace(path + ".new", path)
