"""Runs all benchmarks: `make bench`."""

import shutil
import sys

from tests.attacks.__main__ import table
from tests.benchmarks import bench_batch, bench_data, bench_desk, bench_grading, bench_report, bench_training


def main() -> int:
    status = bench_grading.main([])
    print()
    status = bench_batch.main([]) or status
    print()
    status = bench_training.main([]) or status
    print()
    table()
    print()
    status = bench_report.main() or status
    print()
    status = bench_desk.main() or status
    print()
    if not bench_data.DEFAULT.is_file():
        print(f"Reading CIFAR-10 is not measured: there is no {bench_data.DEFAULT}.")
    elif shutil.which("unzip") is None:
        print("Reading CIFAR-10 is not measured: it is compared with unzip, which is not installed.")
    else:
        status = bench_data.main() or status
    return status


if __name__ == "__main__":
    sys.exit(main())
