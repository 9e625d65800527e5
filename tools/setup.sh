#!/bin/sh
# Makes the environment that `make run` and `make test` use, or finds that it still fits and says nothing.
#
# The environment is ready when $VENV/.ready holds what it was made of: the Python and the lock. That file is taken away
# first and written last, so a set-up that was interrupted anywhere is done again by the next one.
# POSIX sh, and no tool beyond it but cat, cksum, mkdir, mv and rm: Debian with only python3 and make has these, macOS too.
set -u
VENV=${VENV:-.venv}
PYTHON=${PYTHON:-}
LACKING=69 # sysexits.h EX_UNAVAILABLE

say() { printf '%s\n' "$*" >&2; }

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }

# Which Python this is: its version, its kind (free-threaded or not) and its place. Empty if it does not run, as after an upgrade of the system.
identity() {
    "$1" -c 'import sys; print(sys.implementation.cache_tag, sys.abiflags, sys.base_prefix)' 2>/dev/null
}

version() {
    "$1" -c 'import sys; print("Python " + sys.version.split()[0])' 2>/dev/null || echo "a command that does not run"
}

find_python() {
    if [ -n "$PYTHON" ]; then
        fits "$PYTHON" && return
        if command -v "$PYTHON" >/dev/null 2>&1; then
            say "Interleave needs Python 3.11 to 3.14, and PYTHON=$PYTHON is $(version "$PYTHON")."
        else
            say "PYTHON=$PYTHON does not exist. Name a Python 3.11 to 3.14, for example: make run PYTHON=python3.13"
        fi
        exit $LACKING
    fi
    for PYTHON in python3 python3.14 python3.13 python3.12 python3.11; do
        fits "$PYTHON" && return
    done
    found=$(version python3)
    command -v python3 >/dev/null 2>&1 || found="not there"
    say "Interleave needs Python 3.11 to 3.14, and python3 is $found. Install one (macOS: from python.org, or 'brew install python'; Debian and Ubuntu: 'apt-get install python3.11' or newer)."
    say "If it is there under another name, name it: make run PYTHON=/path/to/python3.13"
    exit $LACKING
}

made_of() { printf '%s\n%s\n' "$(identity "$1")" "$(cksum <requirements.lock)"; }

if [ -f "$VENV/.ready" ] && [ "$(cat "$VENV/.ready")" = "$(made_of "$VENV/bin/python")" ] &&
    { [ -z "$PYTHON" ] || [ "$(identity "$PYTHON")" = "$(identity "$VENV/bin/python")" ]; }; then
    exec "$VENV/bin/python" visualiser/preflight.py
fi

find_python
"$PYTHON" visualiser/preflight.py --venv || exit $?
say "Setting up $VENV with $(version "$PYTHON") (once; about 110 MB to fetch) ..."
rm -f "$VENV/.ready"
# --clear: whatever an interrupted set-up or another Python left there would only be believed by pip.
"$PYTHON" -m venv --clear "$VENV" || {
    say "The environment $VENV could not be made; the lines above say why."
    exit 1
}
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock || {
    say "The dependencies could not be installed; the lines above say why. The same command tries again."
    exit 1
}
made_of "$VENV/bin/python" >"$VENV/.ready.new" && mv "$VENV/.ready.new" "$VENV/.ready"
