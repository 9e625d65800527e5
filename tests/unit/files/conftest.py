"""Generated tests are not timed: on a busy machine that would only tell how busy it is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
