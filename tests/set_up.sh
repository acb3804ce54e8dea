#!/usr/bin/env bash
# Installs what only the tests need of the distribution. Without it they run, and those that need it are skipped.
set -euo pipefail
install() {
    bash "$(dirname "$0")/../autograder/install.sh" "$1" "${@:2}" || true
}
# Chromium without its windows opens pages in a third of the time.
command -v chromium-headless-shell >/dev/null || install "Pages open slowly" chromium-headless-shell fonts-dejavu-core
command -v chromium-headless-shell chromium chromium-browser google-chrome >/dev/null ||
    install "Some tests are skipped" chromium fonts-dejavu-core
command -v unzip >/dev/null || install "Some tests are skipped" unzip
# What drives the browser is linked against it, and not every browser brings it along.
.venv/bin/playwright --version >/dev/null 2>&1 || install "Some tests fail" libatomic1
