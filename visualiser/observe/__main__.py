"""The observer's entry: `python .../visualiser/observe/__main__.py LINE_FD`, started by `visualiser.run`.

Started as a file and not with -m, so that neither the current folder nor the environment decides which `visualiser` it
is. Without an argument the line to the app is standard input and output: that is for Windows, where no other
descriptors can be handed over. Untried there.
"""

from __future__ import annotations

import os
import socket
import sys


def _find_ourselves() -> None:
    """Make `import visualiser` mean the package that this file lies in, and leave the search path as it was."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.path.insert(0, root)
    import visualiser  # noqa: F401  # from here on it is found by its own __path__

    sys.path.remove(root)


def main() -> int:
    """Run one observer to its end; 0, or 2 when it was started by hand."""
    _find_ourselves()
    from visualiser.observe.control import Channel, line_over_standard_streams
    from visualiser.observe.observer import Observer

    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        line = socket.socket(fileno=int(sys.argv[1]))
    elif os.name == "nt":
        line = line_over_standard_streams()
    else:
        print("The observer is started by Interleave, not by hand.", file=sys.stderr)
        return 2
    Observer(Channel(line)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
