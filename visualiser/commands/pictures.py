"""The command that writes a run as a picture, a table, or another tool's format."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import CommandError, check_place
from .sources import qt_ready, source_from

if TYPE_CHECKING:
    from visualiser.trace import TraceStore

GECKO = ".gecko.json"
"""The ending that chooses the Firefox Profiler's format rather than Chrome trace JSON."""

Range = tuple[int, int]
"""Two times in ns: as typed since the start of the run, then on the store's clock."""


def export(options: argparse.Namespace) -> int:
    suffixes = (".png", ".svg", ".pdf", ".csv", ".json", ".ilv")
    output = Path(options.output)
    check_place(output, suffixes)
    t_range, size = _range(options.range), _size(options.size)
    store = source_from(options)
    if t_range is not None:
        t_range = (store.start_ns + t_range[0], store.start_ns + t_range[1])
    from visualiser import files

    suffix = output.suffix.lower()
    try:
        if suffix == ".csv":
            files.write_csv(store, output, t_range=t_range)
        elif output.name.lower().endswith(GECKO):
            files.write_gecko(store, output, t_range=t_range)
        elif suffix == ".json":
            files.write_chrome(store, output, t_range=t_range)
        elif suffix == ".ilv":
            files.save_ilv(store, output)
        else:
            _picture(store, output, options, t_range, size)
    except OSError as error:
        raise CommandError(f"{output} could not be written: {error.strerror or error}.") from None
    print(f"Wrote {output}", file=sys.stderr)
    return 0


def _picture(
    store: TraceStore,
    output: Path,
    options: argparse.Namespace,
    t_range: Range | None,
    size: tuple[int, int | None] | None,
) -> None:
    from visualiser.export import ExportError, export_picture

    if output.suffix.lower() != ".svg":
        qt_ready(window=False)
    more: dict[str, Any] = {} if size is None else {"size": size}
    more |= {"scale": options.scale, "theme": options.theme, "title": options.title}
    try:
        export_picture(store, output, t_range=t_range, **more)
    except ExportError as error:
        raise CommandError(str(error)) from None


def _range(text: str | None) -> Range | None:
    if text is None:
        return None
    from visualiser.trace import parse_duration

    try:
        first, last = (parse_duration(part) for part in text.split(":"))
    except ValueError:
        raise CommandError(f"“{text}” is not a range of time; write it as 100ms:1.5s.") from None
    if last <= first:
        raise CommandError(f"The range {text} is empty: its end must come after its beginning.")
    return first, last


def _size(text: str | None) -> tuple[int, int | None] | None:
    """WxH, or W alone: as high as what is drawn needs."""
    if text is None:
        return None
    try:
        width, *height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        width, height = 0, []
    if width < 1 or len(height) > 1 or min(height, default=1) < 1:
        raise CommandError(f"“{text}” is not a size; write it as 1600x900, or as 1600 alone.")
    return width, height[0] if height else None
