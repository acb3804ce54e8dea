#!/usr/bin/env bash
# Installs packages of the distribution where this user may, and never asks for a password: REASON PACKAGE...
set -euo pipefail
reason=$1
shift
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo -n)
packages() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

echo "Installing $* ..."
if ! said=$({ packages update && packages install -y --no-install-recommends "$@"; } 2>&1 </dev/null); then
    echo "$reason: install what is missing (on Debian: sudo apt install $*); here it could not be done: ${said##*$'\n'}" >&2
    exit 1
fi
