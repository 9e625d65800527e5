"""Starts Interleave from a checkout: `python main.py --help` lists the commands.

Nothing of Qt is imported here: worker processes started by `spawn` import this file again.
"""

import sys

from visualiser.__main__ import start

if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()
    sys.exit(start())
