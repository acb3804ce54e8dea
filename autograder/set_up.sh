#!/usr/bin/env bash
# Makes the environment that the Makefile's commands run in: PYTHON VENV. Installs bubblewrap where it may.
set -euo pipefail
python=$1 venv=$2

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    echo "The kit needs Python 3.11, 3.12 or 3.13: name one with PYTHON, as in \`make demo PYTHON=python3.12\`." >&2
    exit 1
fi

if ! command -v bwrap >/dev/null; then
    echo "Installing bubblewrap, the sandbox for student code ..."
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    if ! { command -v apt-get && $sudo apt-get update -qq &&
        $sudo apt-get install -y -qq --no-install-recommends bubblewrap libseccomp2; } >/dev/null 2>&1; then
        echo "Student code is only run in a sandbox: install bubblewrap (on Debian: sudo apt install bubblewrap)." >&2
        exit 1
    fi
fi

if [ ! -x "$venv/bin/python" ] && ! "$python" -m venv "$venv"; then
    echo "No virtual environment could be made: install venv (on Debian: sudo apt install python3-venv)." >&2
    exit 1
fi
echo "Installing the Python packages into $venv (a few minutes the first time) ..."
# torch first and by its exact version: an installer asked for a range takes the largest build there is.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
