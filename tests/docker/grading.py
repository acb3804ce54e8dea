"""Grades in containers as Gradescope does, and measures what it takes."""

import json
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docker.engine import Engine

GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Ended:
    """What a container has left.

    Attributes:
        results: `results.json`; None where there is none.
        printed: what its run has printed, which on Gradescope the staff reads.
        seconds: wall-clock seconds from its start to its end.
        processor_seconds: those of the processor.
        peak_mb: most memory in MiB, files that the kernel had cached included.
    """

    results: dict[str, Any] | None
    printed: str
    seconds: float
    processor_seconds: float
    peak_mb: int

    @property
    def scores(self) -> dict[str, float]:
        assert self.results is not None, self.printed
        return {test["name"]: test["score"] for test in self.results["tests"] if "score" in test}


class Meter(threading.Thread):
    """Reads a container's use from its control groups, of either version, as long as they are there."""

    def __init__(self, container: str) -> None:
        super().__init__(daemon=True)
        places = (
            (f"memory/docker/{container}/memory.max_usage_in_bytes", f"cpuacct/docker/{container}/cpuacct.usage"),
            (f"docker/{container}/memory.peak", f"docker/{container}/cpu.stat"),
            (f"system.slice/docker-{container}.scope/memory.peak", f"system.slice/docker-{container}.scope/cpu.stat"),
        )  # fmt: skip
        self.places = [(GROUPS / memory, GROUPS / processor) for memory, processor in places]
        self.ended = threading.Event()
        self.peak = 0
        self.processor_seconds = 0.0

    def run(self) -> None:
        while not self.ended.wait(0.1):
            for memory, processor in self.places:
                try:
                    self.peak = max(self.peak, int(memory.read_text()))
                    used = processor.read_text().split()
                except OSError:
                    continue
                self.processor_seconds = int(used[0]) / 1e9 if len(used) == 1 else int(used[1]) / 1e6


def as_gradescope(
    engine: Engine, image: str, files: Path, memory: str = "768m", *, limit_seconds: int | None = None
) -> Ended:
    """Put a folder into a container's place for submissions, run it with half a core, and take the results.

    Args:
        engine: where.
        image: as Otter's Dockerfile made it: the same scripts at the same places.
        files: the unpacked submission.
        memory: what the container may use; swap is none of it.
        limit_seconds: another limit of time than the assignment's.
    """
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        container = engine.docker(
            "create", "--memory", memory, "--memory-swap", memory, "--cpus", "0.5", "--network", "none", image,
            "/autograder/run_autograder",
        ).strip()  # fmt: skip
        try:
            engine.docker("cp", f"{files}/.", f"{container}:/autograder/submission/")
            if limit_seconds is not None:
                config = place / "otter_config.json"
                engine.docker("cp", f"{container}:/autograder/source/otter_config.json", config)
                settings = json.loads(config.read_text())
                for plugin in settings["plugins"]:
                    for options in plugin.values():
                        options["limit_seconds"] = limit_seconds
                config.write_text(json.dumps(settings))
                engine.docker("cp", config, f"{container}:/autograder/source/otter_config.json")
            meter = Meter(container)
            meter.start()
            started = time.monotonic()
            engine.docker("start", container)
            engine.docker("wait", container)
            seconds = time.monotonic() - started
            meter.ended.set()
            meter.join()
            results = place / "results.json"
            subprocess.run(
                ["docker", "cp", f"{container}:/autograder/results/results.json", results],
                env=engine.environment,
                capture_output=True,
            )
            return Ended(
                json.loads(results.read_text()) if results.exists() else None,
                engine.docker("logs", container),
                seconds,
                meter.processor_seconds,
                meter.peak >> 20,
            )
        finally:
            engine.docker("rm", "--force", container)
