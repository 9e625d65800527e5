"""Asking the timeline: where details, range totals, search, filter and tables are connected to it.

How to plug in: 1. commands (menu, keys) go into `views/asking_commands.py`; what they do into `desk.commands[id]`, or
into `desk.switches[id]` for checkable ones. 2. A model lives on `desk.store_changed` (store or None) and `desk.grew`,
and moves the picture through `desk.timeline` (`show_range`, `select`, `set_range`). 3. A table or panel becomes
`desk.window.add_dock(id, title, widget)`: hidden at first, shown and hidden by the checkable command of that id.
4. `desk.look_changed` brings the theme. 5. Import views late (inside a slot) unless the first picture shows them.
"""

from __future__ import annotations

from visualiser.desk.bench import Bench


def connect_asking(desk: Bench) -> None:
    """Connect every question to the timeline that answers it."""
