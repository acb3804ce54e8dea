"""How long the desk's pages take to open in a browser, with a class of hundreds."""

import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from autograder.desk import serve
from tests.autograder.report import report_class
from tests.browser import launched

SUBMISSIONS = 500
TIMES = 7
PLACES = {"class": "", "a student": "submission/Nguyễn Văn An", "a question": "marking/shifted_scores"}


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        report_class.make(Path(place), SUBMISSIONS, names=["Nguyễn Văn An"]).close()
        serving = serve(Path(place), "en")
        threading.Thread(target=serving.run, daemon=True).start()
        try:
            with launched() as browser:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                started = time.perf_counter()
                page.goto(serving.address, wait_until="load")
                page.wait_for_selector("#students")
                print(
                    f"The desk of {SUBMISSIONS} submissions opened in {time.perf_counter() - started:.2f} s."
                )
                room = page.url
                for name, where in PLACES.items():
                    seconds = []
                    for _ in range(TIMES):
                        started = time.perf_counter()
                        page.goto(room + where, wait_until="load")
                        seconds.append(time.perf_counter() - started)
                    print(f"Opened again, {name}: {statistics.median(seconds):.2f} s (median of {TIMES}).")
        except pytest.skip.Exception as reason:
            print(f"Opening is not measured: {reason}.")
        finally:
            serving.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
