"""`python -m visualiser`: the same commands as `python main.py`."""

from __future__ import annotations

import sys

# The version check of main.py is not repeated: pip refuses to install this package on a Python that is too old.
from visualiser.cli import main

if __name__ == "__main__":
    sys.exit(main())
