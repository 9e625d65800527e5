"""Starts Interleave: `python main.py --help` lists the commands.

This file is written so that any Python 3 can parse it: an old one must get to the sentence that says what is needed.
Nothing of Qt is imported here, because worker processes started by `spawn` import this file again.
"""

import sys

OLDEST = (3, 11)


def too_old(version):
    # type: (tuple[int, ...]) -> str
    """What to say to a Python of this version; empty when it is new enough."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    return (
        "Interleave needs Python 3.11 or newer, and this is Python %d.%d (%s). "
        "Start it with a newer one, for example: make run PYTHON=python3.13" % (version[0], version[1], sys.executable)
    )


def start():
    # type: () -> int
    """Run the command line and return its exit code; 69 when this environment cannot run it at all."""
    complaint = too_old(sys.version_info)
    if complaint:
        sys.stderr.write(complaint + "\n")
        return 69
    try:
        from visualiser.cli import main
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "visualiser":
            raise
        sys.stderr.write(
            "Interleave's dependency '%s' is not installed for %s. Use `make run`, which sets up everything in .venv.\n"
            % (error.name, sys.executable)
        )
        return 69
    return main()


if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()
    sys.exit(start())
