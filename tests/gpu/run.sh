#!/usr/bin/env bash
# Everything that needs a GPU, in at most 8 minutes on a machine that nobody has seen: OUT [DATA [PACKAGES]]
#
# OUT: where gpu.json, gpu.md and log.txt are written. DATA: CIFAR-10 as `autograder grade` takes it; synthetic images
# without. PACKAGES: a folder of wheels and .deb files for a machine without a network. A step that fails or takes too
# long does not stop the next. Without a GPU every step runs small on the CPU, as a rehearsal, and none passes.
set -uo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
out=$(realpath "$1") data=$(realpath -q "${2:-}") packages=$(realpath -q "${3:-}")
log=$out/log.txt steps=$out/steps.jsonl python=python3
: >"$log" && : >"$steps"
export PYTHONUNBUFFERED=1 PIP_ROOT_USER_ACTION=ignore PIP_BREAK_SYSTEM_PACKAGES=1

step() { # NAME SECONDS COMMAND...: note how it ended, and the figures that it printed
    local name=$1 seconds=$2 left=$((470 - SECONDS)) begun=$SECONDS first code
    shift 2
    first=$(wc -l <"$log")
    echo "=== $name" | tee -a "$log"
    [ "$seconds" -lt "$left" ] || seconds=$left
    if [ "$seconds" -lt 5 ]; then
        code=124
    else
        timeout -k 5 "$seconds" "$@" </dev/null >>"$log" 2>&1
        code=$?
    fi
    python3 tests/gpu/summary.py note "$name" "$code" $((SECONDS - begun)) "$seconds" "$log" "$first" >>"$steps"
    python3 tests/gpu/summary.py write "$out" # whatever comes next, what there is is written
}

machine() {
    nvidia-smi || echo "no nvidia-smi"
    uname -a
    nproc
    head -n 2 /proc/meminfo
    id
    ls -l /dev/nvidia* || true
    command -v bwrap python3 python3.11 python3.12 python3.13
    python3 --version
    python3 -m pip list
}

# The Python whose torch sees the GPU comes first: no download is as large.
choose_python() {
    local candidate
    for check in "import torch; assert torch.cuda.is_available()" "import torch"; do
        for candidate in .venv/bin/python python3 python3.13 python3.12 python3.11; do
            if "$candidate" -c "$check" 2>/dev/null; then
                python=$candidate
                return
            fi
        done
    done
}

set_up() {
    # A worker gets no LD_LIBRARY_PATH: the driver has to be found as the system finds libraries.
    if ! ldconfig -p | grep -q libcuda.so.1; then
        driver=$(find /usr /opt -name libcuda.so.1 2>/dev/null | grep -v stubs | head -n 1)
        [ -z "$driver" ] || ldconfig "$(dirname "$driver")"
    fi
    if ! command -v bwrap; then
        dpkg -i "$packages"/*.deb || bash autograder/install.sh "There is no bubblewrap" bubblewrap libseccomp2
    fi
    if ! $python -c "import torch"; then
        make .venv/.ready
    elif ! $python -c "import otter, msgpack, pyseccomp, nbformat, typer"; then
        $python -m pip install --no-index --no-deps --upgrade "$packages"/*.whl ||
            timeout 60 $python -m pip install -c constraints.txt -e '.[dev]'
    fi
    $python -c "import importlib.metadata as m; m.version('deep-learning-coursework')" ||
        $python -m pip install --no-index --no-deps --no-build-isolation -e .
    $python -m autograder doctor
}

step machine 20 bash -c "$(declare -f machine); machine"
choose_python
step set_up 90 bash -c "$(declare -f set_up); python=$python packages=$packages; set_up"
choose_python
echo "Python: $python" | tee -a "$log"
step tests 90 "$python" -m tests.gpu.steps tests
step curve 110 "$python" -m tests.gpu.steps curve "$data"
step grade 80 "$python" -m tests.gpu.steps grade "$data"
step calibrate 120 "$python" -m tests.gpu.steps calibrate "$data"
cat "$out/gpu.md"
