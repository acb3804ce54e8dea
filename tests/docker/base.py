"""A base image of this machine's own distribution, made without a registry.

It knows where packages come from as this machine does: settings and keys of apt, settings of pip, the certificates that
both trust, and the folders of wheels that pip looks into.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.docker import leftovers

CERTIFICATES = "etc/ssl/certs/of-the-host.pem"
"""Beside the distribution's own bundle, which a package writes anew."""

MOST_WHEELS = 1 << 30
"""Bytes of a folder of wheels that is still taken along."""

PROXIES = ("http_proxy", "https_proxy", "no_proxy")


def release() -> str:
    """The code name of this machine's distribution."""
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def mirror() -> str:
    """Where this machine's apt takes its distribution from."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(CODENAME) $(COMPONENT) $(REPO_URI)"],
        check=True,
        capture_output=True,
        text=True,
    )
    for line in told.stdout.splitlines():
        codename, component, uri = line.split(" ", 2)
        if (codename, component) == (release(), "main"):
            return uri
    raise RuntimeError("apt does not know where this distribution comes from: run apt-get update.")


def make(engine) -> str:
    """The base image's name; it is made where the engine has none yet."""
    name = f"coursework-base:{release()}"
    if engine.docker("images", "--quiet", name).strip():
        return name
    engine.making.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=engine.making) as temporary:
        root = Path(temporary)
        root.chmod(0o755)
        subprocess.run(
            [*leftovers.ENDS_WITH_US, "debootstrap", "--variant=minbase", release(), root, mirror()],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        shutil.rmtree(root / "var/cache/apt/archives")
        _settings_of_apt(root)
        _settings_of_pip(root)
        proxies = [f"--change=ENV {name}={os.environ[name]}" for name in PROXIES if os.environ.get(name)]
        with subprocess.Popen(["tar", "--create", f"--directory={root}", "."], stdout=subprocess.PIPE) as tar:
            subprocess.run(
                ["docker", "import", *proxies, "-", name], stdin=tar.stdout, check=True, env=engine.environment,
                stdout=subprocess.DEVNULL,
            )  # fmt: skip
        assert tar.returncode == 0
    return name


def _settings_of_apt(root: Path) -> None:
    host, apt = Path("/etc/apt"), root / "etc/apt"
    (apt / "sources.list").unlink(missing_ok=True)
    for name in ("sources.list", "sources.list.d", "keyrings", "trusted.gpg.d", "auth.conf.d"):
        if (host / name).is_dir():
            shutil.copytree(host / name, apt / name, dirs_exist_ok=True)
        elif (host / name).exists():
            shutil.copy(host / name, apt / name)
    for setting in (host / "apt.conf.d").iterdir():
        # What a package has put there may call programs that a small image does not have.
        owned = subprocess.run(["dpkg", "--search", setting], capture_output=True).returncode == 0
        if not owned:
            shutil.copy(setting, apt / "apt.conf.d")
    (apt / "apt.conf.d/99certificates").write_text(f'Acquire::https::CAInfo "/{CERTIFICATES}";\n')


def _settings_of_pip(root: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    )
    settings: dict[str, str] = {}
    for line in told.stdout.splitlines():
        key, value = line.split("=", 1)
        settings[key.rpartition(".")[2]] = value.strip("'\"")
    bundle = settings.get("cert") or os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt"
    (root / CERTIFICATES).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(bundle, root / CERTIFICATES)
    kept = {"cert": f"/{CERTIFICATES}"}
    for key in ("index-url", "trusted-host", "default-timeout"):
        if key in settings:
            kept[key] = settings[key]
    remote = [place for place in settings.get("extra-index-url", "").split() if place.startswith("http")]
    wheels = [place for place in settings.get("find-links", "").split() if _taken_along(Path(place), root)]
    for key, places in (("extra-index-url", remote), ("find-links", wheels)):
        if places:
            kept[key] = " ".join(places)
    lines = "".join(f"{key} = {value}\n" for key, value in kept.items())
    (root / "etc/pip.conf").write_text(f"[global]\n{lines}")


def _taken_along(folder: Path, root: Path) -> bool:
    if not folder.is_dir() or sum(file.stat().st_size for file in folder.glob("*.whl")) > MOST_WHEELS:
        return False
    shutil.copytree(folder, root / folder.relative_to("/"), dirs_exist_ok=True)
    return True
