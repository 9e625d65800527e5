"""What this machine lacks, found before Qt is loaded: a missing library or a dead display ends Qt with abort().

Standard library only, and nothing else of this package, because two callers have little else: the set-up runs it as a
script with whatever `python3` there is (before any dependency is installed), and the command line asks
`ready_for_qt()` before it imports Qt. Only Linux needs it: elsewhere PySide6's wheels bring all they load.

The libraries were found with `ldd` and by running PySide6 6.11 in bare Debian 12 and 13, without and with a window.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

EX_UNAVAILABLE = 69
"""sysexits.h: something that is needed is not there."""

CORE = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt needs even without a window: library -> Debian's and Ubuntu's package."""

XCB = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What a window on an X display needs on top."""


HEADLESS = ("offscreen", "minimal", "vnc")
"""Qt's platforms that need no display."""


class Choice(NamedTuple):
    """The Qt platform to use (None: leave it alone), the libraries it lacks (library -> package), and why this one."""

    platform: str | None
    lacking: dict[str, str]
    reason: str
    has_display: bool


@dataclass(frozen=True)
class Readiness:
    """Whether Qt can be loaded here, and how.

    `platform` is for `QT_QPA_PLATFORM` (None: leave that alone), `missing` the Debian packages without which Qt aborts
    or cannot be imported (empty: go ahead), `reason` says in a few words why this platform, `has_display` whether a
    window could be seen, `advice` is the sentence to print when something is missing, with the command to install it.
    """

    platform: str | None
    missing: tuple[str, ...]
    reason: str
    has_display: bool
    advice: str = ""


def missing(libraries: Mapping[str, str]) -> dict[str, str]:
    """Those of the given libraries (library -> package) that this process cannot load."""
    return {library: package for library, package in libraries.items() if not loads(library)}


def loads(library: str) -> bool:
    """Whether the dynamic loader finds a library. The same loader serves Qt, so the answer is the one Qt would get."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def x_display_answers() -> bool:
    """Whether the X server named by $DISPLAY lets us in. The variable alone proves nothing; Qt aborts if it lies."""
    if not os.environ.get("DISPLAY") or not loads("libxcb.so.1"):
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)  # never null: a failure is a connection with an error
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not failed


def wayland_answers() -> bool:
    """Whether the Wayland compositor named by the environment lets us in, and Qt's plugin for it can load."""
    # WAYLAND_SOCKET is not tried: it is an open descriptor that serves one connection, which must be Qt's.
    if os.environ.get("WAYLAND_SOCKET"):
        return loads("libwayland-client.so.0") and loads("libwayland-cursor.so.0")
    if not (os.environ.get("WAYLAND_DISPLAY") and loads("libwayland-cursor.so.0") and loads("libwayland-client.so.0")):
        return False
    wayland = ctypes.CDLL("libwayland-client.so.0")
    wayland.wl_display_connect.restype = ctypes.c_void_p
    wayland.wl_display_connect.argtypes = [ctypes.c_char_p]
    wayland.wl_display_disconnect.argtypes = [ctypes.c_void_p]
    display = wayland.wl_display_connect(None)
    if display:
        wayland.wl_display_disconnect(display)
    return bool(display)


def choose_platform() -> Choice:
    """The Qt platform for a window on this machine, or offscreen when no display answers.

    A `QT_QPA_PLATFORM` that is already set is kept, unless every platform that it names needs a display that is not
    there: Qt would abort.
    """
    if not sys.platform.startswith("linux"):
        return Choice(None, {}, "the system's own display", True)
    lacking, asked = missing(CORE), os.environ.get("QT_QPA_PLATFORM", "")
    for name in (part.split(":")[0] for part in asked.split(";") if part):
        if answers(name):
            lacking = {**lacking, **missing(XCB)} if name == "xcb" else lacking
            return Choice(None, lacking, f"QT_QPA_PLATFORM is {asked}", name not in HEADLESS)
    if wayland_answers():
        return Choice("wayland;xcb;offscreen", lacking, "a Wayland display answers", True)
    if x_display_answers():
        return Choice("xcb", {**lacking, **missing(XCB)}, "an X display answers", True)
    return Choice("offscreen", lacking, why_no_display(), False)


def answers(platform: str) -> bool:
    """Whether a Qt platform's display is there; one that this module does not know is the user's business."""
    if platform.startswith("wayland"):
        return wayland_answers()
    return platform != "xcb" or x_display_answers()


def why_no_display() -> str:
    """Which of the ways to have no display this is, in words for the user."""
    named = [f"{name}={os.environ[name]}" for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    return f"the display named by {' and '.join(named)} does not answer" if named else "there is no display"


def ready_for_qt(window: bool) -> Readiness:
    """Whether Qt can be loaded for a window, or (window=False) only to draw pictures, which needs no display.

    Ask before the first Qt import; then put `platform` into `QT_QPA_PLATFORM` unless it is None. Changes nothing.
    """
    platform, lacking, reason, has_display = choose_platform()
    if not window and has_display and sys.platform.startswith("linux"):
        platform, reason = "offscreen", "a picture needs no display"
        lacking = {library: package for library, package in lacking.items() if library in CORE}
    return Readiness(platform, packages(lacking), reason, has_display, how_to_install(lacking))


def packages(lacking: Mapping[str, str]) -> tuple[str, ...]:
    """The packages that bring the lacking libraries, each once, in order of name."""
    return tuple(sorted(set(lacking.values())))


def how_to_install(lacking: Mapping[str, str]) -> str:
    """One sentence that names what is lacking and the command that installs it; empty when nothing is lacking."""
    if not lacking:
        return ""
    sudo = "" if runs_as_root() else "sudo "
    if shutil.which("apt-get"):
        command = f"{sudo}apt-get install --no-install-recommends {' '.join(packages(lacking))}"
        return f"Interleave needs system packages that are not installed: {command}"
    for manager in ("dnf", "zypper"):
        if shutil.which(manager):  # rpm finds a package by the library that it provides
            provides = " ".join(f"'{name}()(64bit)'" if ".so" in name else name for name in sorted(lacking))
            return f"Interleave needs system packages that are not installed: {sudo}{manager} install {provides}"
    return f"Interleave needs what this system lacks; install the packages that bring {', '.join(sorted(lacking))}."


def lacking_for_setup(with_venv: bool) -> dict[str, str]:
    """What the set-up needs and this machine lacks; for `with_venv` also what `python -m venv` needs."""
    lacking = dict(choose_platform().lacking)
    importlib.invalidate_caches()  # it may have been installed a moment ago
    if with_venv and importlib.util.find_spec("ensurepip") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        lacking[f"python{version}-venv"] = f"python{version}-venv"  # Debian keeps ensurepip in a package of its own
    return lacking


def fix(with_venv: bool = False) -> int:
    """Install what is missing where that is safe (root, and apt-get), else say how. -> 0, or 69 if still missing."""
    tried: set[str] = set()
    lacking = lacking_for_setup(with_venv)
    # More than once: whether an X display answers, and so the second set, is known only when the first is there.
    while lacking.keys() - tried and runs_as_root() and shutil.which("apt-get"):
        print("Installing system packages:", *packages(lacking), file=sys.stderr, flush=True)
        apt_install(packages(lacking))
        tried |= lacking.keys()
        lacking = lacking_for_setup(with_venv)
    if lacking:
        print(how_to_install(lacking), file=sys.stderr)
    return EX_UNAVAILABLE if lacking else 0


def apt_install(names: tuple[str, ...]) -> None:
    """Install Debian packages; a first failure is mostly an empty or stale package list, so that is fetched then."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    quiet = subprocess.run(install, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if quiet.returncode:
        subprocess.run(["apt-get", "update", "-qq"], env=environment, stdin=subprocess.DEVNULL)
        # This time with its errors: they say why, when it fails again.
        subprocess.run(install, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def runs_as_root() -> bool:
    """Whether this process may install packages."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main() -> int:
    """The set-up's entry: nothing missing, no output."""
    parser = argparse.ArgumentParser(description="Check for, and as root install, the system libraries that Qt needs.")
    parser.add_argument("--venv", action="store_true", help="also what `python -m venv` needs")
    return fix(with_venv=parser.parse_args().venv)


if __name__ == "__main__":
    sys.exit(main())
