"""The commands that ask the timeline something, as data: search, causes, totals, tables."""

from __future__ import annotations

from visualiser.views.command import Command

ASKING = (
    Command("search", "&Ask", "&Find …", "Find a thread, function, file, lock, output or state", ("/", "Ctrl+F")),
    Command("next_hit", "&Ask", "&Next hit", "Go to the next thing found", ("F3",)),
    Command("previous_hit", "&Ask", "&Previous hit", "Go to the thing found before", ("Shift+F3",)),
    Command("cause", "&Ask", "To the &cause", "Go to what ended the selected span: who released, put, notified, ended",
            ("J",), True, before="-"),
    Command("cause_back", "&Ask", "&Back from the cause", "Go back to the span you came from", ("Shift+J",), True),
    Command("copy_totals", "&Ask", "Copy &totals of the range", "Copy the totals of the selected range as text",
            ("Ctrl+Shift+C",), before="-"),
    Command("copy_totals_csv", "&Ask", "Copy totals as CS&V", "The same for a spreadsheet, in nanoseconds"),
    Command("spans", "&Ask", "Table of &spans", "The spans in view as a table, to filter and sort", ("Ctrl+T",),
            checkable=True, before="-"),
    Command("clear_filter", "&Ask", "Clear the f&ilter", "Show every span again: none is pale",
            ("Shift+Esc",), True),
    Command("contention", "&Ask", "Table of &waits", "What threads queued up for: locks, queues, the GIL",
            ("Ctrl+Shift+T",), checkable=True),
)  # fmt: skip
