"""What can be wrong with a file, as an exception whose text is for the user."""

from __future__ import annotations


class BadFile(ValueError):
    """A file that cannot be opened; its text is one or two plain sentences."""
