"""`python -m visualiser`, and what main.py starts: the commands, or one sentence on why they cannot run here.

Written so that any Python from 3.6 on can parse and run it: an old one must get as far as the sentence that says which
is needed. So no import at the top that could fail, and no syntax of later years.
"""

import sys

OLDEST = (3, 11)

DEPENDENCIES = ("PySide6", "shiboken6", "pyqtgraph", "numpy", "psutil", "msgspec", "pygments")
"""The modules of pyproject.toml's dependencies: one of them missing means the environment was not set up."""

EX_UNAVAILABLE = 69


def complaint_about(major: int, minor: int) -> str:
    """What to say to a Python of this version; empty when it is new enough."""
    if (major, minor) >= OLDEST:
        return ""
    return (
        f"Interleave needs Python 3.11 or newer, and {sys.executable} is Python {major}.{minor}. "
        "Use `make run`, which looks for a newer one, or name it: make run PYTHON=python3.13"
    )


def start() -> int:
    """Run the command line and return its exit code; 69, with a sentence, when this environment cannot run it."""
    complaint = complaint_about(sys.version_info[0], sys.version_info[1])
    if complaint:
        print(complaint, file=sys.stderr)
        return EX_UNAVAILABLE
    try:
        from visualiser.cli import main

        return main()
    except ModuleNotFoundError as error:
        missing = (error.name or "").split(".")[0]
        if missing not in DEPENDENCIES:
            raise
        print(
            f"Interleave needs {missing}, which is not installed for {sys.executable}. "
            "Use `make run`, which sets everything up in .venv.",
            file=sys.stderr,
        )
        return EX_UNAVAILABLE


if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()
    sys.exit(start())
