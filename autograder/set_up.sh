#!/usr/bin/env bash
# Makes the environment that the Makefile's commands run in: PYTHON VENV. Installs bubblewrap where it may.
set -euo pipefail
python=$1 venv=$2

if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    echo "The kit needs Python 3.11, 3.12 or 3.13: name one with PYTHON, as in \`make demo PYTHON=python3.12\`." >&2
    exit 1
fi

command -v bwrap >/dev/null ||
    bash "$(dirname "$0")/install.sh" "Student code is only run in a sandbox" bubblewrap libseccomp2

# What an attempt without python3-venv leaves has a Python and no pip.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 && ! "$python" -m venv --clear "$venv" >/dev/null; then
    echo "No virtual environment could be made: install venv (on Debian: sudo apt install python3-venv)." >&2
    exit 1
fi
echo "Installing the Python packages into $venv (a few minutes the first time) ..."
# torch first and by its exact version: an installer asked for a range takes the largest build there is.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
