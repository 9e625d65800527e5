"""Makes the pictures of the README: each is a real run on this machine, drawn by the app itself.

    .venv/bin/python tools/make_pictures.py [FOLDER, default docs/pictures]

Works without a display.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 1200

PICTURES = {
    "two-threads": ["two-threads-one-program"],
    "pool": ["pool-map-squares"],
    "gil-relay-race": ["gil-relay-race"],
    "two-processes": ["two-processes-two-cores"],
    "lost-update": ["lost-update"],
}
"""Name of the picture -> what to record."""


def main() -> int:
    """Record and draw them all; the exit code of the first command that failed, else 0."""
    folder = Path(sys.argv[1] if sys.argv[1:] else ROOT / "docs" / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    for name, target in PICTURES.items():
        with tempfile.TemporaryDirectory() as scratch:
            run = Path(scratch) / "run.ilv"
            for command in (
                ["record", *target, "-o", str(run)],
                ["export", str(run), "-o", str(folder / f"{name}.png"), "--size", str(WIDTH), "--scale", "1.5"],
            ):
                done = subprocess.run([sys.executable, str(ROOT / "main.py"), *command], check=False)
                if done.returncode:
                    return done.returncode
    compared = ["compare", "gil-relay-race", "--repeats", "3", "-o", str(folder / "compare.png")]
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), *compared], check=False)
    return done.returncode or window(folder / "window.png")


def window(path: Path) -> int:
    """The app's own window after a scenario has run, grabbed offscreen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(ROOT))
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from visualiser.app import Desk
    from visualiser.run import resolve_target
    from visualiser.settings import SettingsFile

    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as scratch:
        desk = Desk(SettingsFile(Path(scratch) / "settings.ini"))
        desk.choose_target(resolve_target("gil-relay-race"))
        desk.window.resize(1440, 900)
        desk.window.share_width()  # it was made for a smaller screen
        desk.window.show()
        desk.work.ended.connect(lambda _: QTimer.singleShot(1500, app.quit))
        QTimer.singleShot(0, desk.work.start)
        app.exec()
        saved = desk.window.grab().save(str(path))
        desk.close()
    return 0 if saved else 1


if __name__ == "__main__":
    sys.exit(main())
