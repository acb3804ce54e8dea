#!/usr/bin/env bash
# Makes the image that submissions are graded in, on Gradescope and under `otter grade`: a Python, what grading needs in
# the versions that the kit is tested with, the kit, and the course's data where the release was given some.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cd "$(dirname "$0")"
home=/opt/coursework

usable() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

apt-get update -qq
apt-get install -y -qq --no-install-recommends ca-certificates libseccomp2
# The distribution's own Python where it is new enough, or else one that it has beside its own.
found=""
for python in python3 python3.13 python3.12 python3.11; do
    if apt-get install -y -qq --no-install-recommends "$python" "$python-venv" && usable "$python"; then
        found=$python
        break
    fi
done
if [ -z "$found" ]; then
    echo "This distribution has no Python 3.11, 3.12 or 3.13: choose a newer base image, such as Ubuntu 24.04." >&2
    exit 1
fi

"$found" -m venv "$home"
pip=("$home/bin/python" -m pip --no-cache-dir --disable-pip-version-check)
# PyPI's torch for Linux brings CUDA, gigabytes for which a container has no use. Where pip's settings name a place
# for packages, torch is expected there.
index=()
if grep -q '^torch' requirements.txt && ! "${pip[@]}" config list | grep -qE 'find-links|index-url'; then
    index=(--extra-index-url https://download.pytorch.org/whl/cpu)
fi
"${pip[@]}" install --quiet "${index[@]}" -c requirements.constraints.txt -r requirements.txt
# Otter's Dockerfile takes files into the image by their first word; pip reads a wheel's name.
for wheel in requirements.*.whl; do
    cp "$wheel" "/tmp/${wheel#requirements.}"
    "${pip[@]}" install --quiet --no-deps "/tmp/${wheel#requirements.}"
    rm "/tmp/${wheel#requirements.}"
done
# Where neither bubblewrap nor Landlock works, only their mode keeps the staff's files from student code.
packages=$("$home/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
chmod 700 "$packages"/autograder "$packages"/colab_setup

for data in requirements.*.zip; do
    [ ! -e "$data" ] || [ "$data" = requirements.the-course.zip ] || "$home/bin/python" -I -m autograder.grading.container data "$data"
done
