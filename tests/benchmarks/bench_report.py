"""How long the report of a class takes to write, and its pages to open in a browser."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.report import writing
from autograder.report.pages import page_name
from tests.autograder.report import report_class
from tests.browser import launched

SUBMISSIONS = 500
TIMES = 5
WIDTHS = (1280, 400)


def opening(browser, path, width):
    """Seconds until a page is loaded and its tables are set up, each time in a fresh window: the median."""
    seconds = []
    for _ in range(TIMES):
        page = browser.new_page(viewport={"width": width, "height": 900})
        started = time.perf_counter()
        page.goto(path.as_uri(), wait_until="load")
        seconds.append(time.perf_counter() - started)
        page.close()
    return statistics.median(seconds)


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        out = Path(place)
        store = report_class.make(out, SUBMISSIONS, names=["Nguyễn Văn An"])
        store.close()
        started, cpu = time.perf_counter(), time.process_time()
        written = writing.write(out, "en")
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        student = written.index.parent / "students" / page_name("Nguyễn Văn An")
        sizes = [path.stat().st_size for path in student.parent.iterdir()]
        print(f"Report of {written.students} submissions: written in {wall:.1f} s ({cpu:.1f} s of one core).")
        print(
            f"The class's page has {written.index.stat().st_size / 1000:.0f} kB, a student's {statistics.mean(sizes) / 1000:.0f} kB on average."
        )
        try:
            with launched() as browser:
                for width in WIDTHS:
                    for name, path in (("class", written.index), ("student", student)):
                        seconds = opening(browser, path, width)
                        print(f"Opened at {width} px, {name}: {seconds:.2f} s (median of {TIMES}).")
        except pytest.skip.Exception as reason:
            print(f"Opening is not measured: {reason}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
