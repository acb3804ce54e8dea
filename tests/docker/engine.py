"""A Docker engine of the tests' own, from the distribution's packages, and a base image made without a registry.

Nothing of another engine is touched: daemon, images and client settings lie in one folder.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.docker import base, leftovers

PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap", "iptables": "iptables"}
"""Commands that are needed, and the packages that bring them; the client `docker` alone is no engine."""

BUILDX_SUITE = "trixie"
"""The Debian release that has buildx, without which Otter's own command cannot build; Debian 12 has none."""

PATIENCE = 60
"""Seconds for the daemon's start."""


class EngineError(Exception):
    """There is no engine here; the message says why, with the command that failed."""


def why_not() -> str:
    """Why this machine cannot have an engine of the tests' own, or ""."""
    if os.getuid() != 0:
        return "only root can start a Docker daemon"
    if shutil.which("apt-get") is None:
        return "the engine comes from Debian's or Ubuntu's packages, and there is no apt-get"
    if Path("/var/run/docker.sock").exists():
        return "this machine has a Docker daemon already, and two of them share bridges and firewall rules"
    return ""


@dataclass(frozen=True)
class Engine:
    """A running daemon.

    Attributes:
        environment: what makes `docker`, and all that calls it, use this daemon.
        version: the daemon's and its storage driver, for reports.
        making: a folder for what is made and not kept; it goes with the engine.
    """

    environment: dict[str, str]
    version: str
    making: Path

    def docker(self, *arguments: str | Path, timeout: float = 900) -> str:
        """Run the client and return what it prints.

        Raises:
            EngineError: it ended with an error.
        """
        return _run("docker", *arguments, environment=self.environment, timeout=timeout)


@contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Install what is missing, run a daemon in a folder, and end it.

    Args:
        folder: of the daemon; its images stay for the next time.

    Raises:
        EngineError: it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # A socket's path may have 107 bytes, which a folder's may reach.
    short = Path("/run") / f"coursework-engine-{hashlib.sha256(bytes(folder)).hexdigest()[:8]}"
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EngineError(f"Another run has its engine in {folder}: wait for its end.") from error
        leftovers.remove(folder, short)
        if missing := [package for command, package in PACKAGES.items() if shutil.which(command) is None]:
            _run("apt-get", "update", "-qq")
            _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
        short.mkdir()
        environment = {
            **os.environ,
            "DOCKER_HOST": f"unix://{short}/docker.sock",
            "DOCKER_CONFIG": str(folder / "client"),
            "DOCKER_BUILDKIT": "1",
        }
        try:
            daemon = _start(folder, short, environment)
            _have_buildx(folder / "client/cli-plugins", environment)
            told = json.loads(_run("docker", "info", "--format", "{{json .}}", environment=environment))
            version = (
                f"Docker {told['ServerVersion']}, {told['Driver']}, control groups v{told['CgroupVersion']}"
            )
            yield Engine(environment, version, folder / leftovers.MAKING)
        finally:
            leftovers.remove(folder, short)
        daemon.wait()


def _start(folder: Path, short: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the daemon, with a slow storage driver where the file system does not carry the usual one."""
    command = [*leftovers.ENDS_WITH_US, "dockerd", "--host", environment["DOCKER_HOST"]]
    command += ["--data-root", str(folder / "data"), "--exec-root", f"{short}/exec"]
    command += ["--pidfile", str(short / "pid")]
    for more in ([], ["--storage-driver", "vfs"]):
        with (folder / "dockerd.log").open("w") as log:
            daemon = subprocess.Popen([*command, *more], stdout=log, stderr=log, start_new_session=True)
        ends = time.monotonic() + PATIENCE
        while daemon.poll() is None and time.monotonic() < ends:
            with suppress(EngineError):
                _run("docker", "info", environment=environment)
                return daemon
            time.sleep(0.2)
        leftovers.remove(folder, short)
        daemon.wait()
        short.mkdir()
    told = (folder / "dockerd.log").read_text()[-1500:]
    raise EngineError(f"The daemon does not start: `{' '.join(command)}` says\n{told}")


def _have_buildx(plugins: Path, environment: dict[str, str]) -> None:
    """See to it that the client has buildx: installed, from this distribution, or from a later Debian."""
    plugins.mkdir(parents=True, exist_ok=True)
    with suppress(EngineError):
        _run("docker", "buildx", "version", environment=environment)
        return
    with suppress(EngineError):
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "docker-buildx")
        _run("docker", "buildx", "version", environment=environment)
        return
    with tempfile.TemporaryDirectory() as temporary:
        # An apt of its own: the machine's must not begin to offer another release's packages.
        place = Path(temporary)
        for name in ("state/lists/partial", "cache/archives/partial"):
            (place / name).mkdir(parents=True)
        (place / "sources.list").write_text(f"deb {base.mirror()} {BUILDX_SUITE} main\n")
        own = {"Dir::State": "state", "Dir::Cache": "cache", "Dir::Etc::sourcelist": "sources.list", "Dir::Etc::sourceparts": "none"}  # fmt: skip
        options = [f"-o{key}={place / value}" for key, value in own.items()]
        _run("apt-get", "-qq", *options, "update")
        _run("apt-get", "-qq", *options, "-oAPT::Sandbox::User=root", "download", "docker-buildx", cwd=place)
        (package,) = place.glob("*.deb")
        _run("dpkg-deb", "--extract", package, place / "unpacked")
        shutil.copy2(place / "unpacked/usr/libexec/docker/cli-plugins/docker-buildx", plugins)
    _run("docker", "buildx", "version", environment=environment)


def _run(
    *command: str | Path,
    environment: dict[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 900,
) -> str:
    result = subprocess.run(
        command,
        env={**(environment or os.environ), "DEBIAN_FRONTEND": "noninteractive"},
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if result.returncode != 0:
        told = (result.stderr or result.stdout).strip()[-1500:]
        raise EngineError(f"`{' '.join(map(str, command))}` ended with {result.returncode}: {told}")
    return result.stdout
