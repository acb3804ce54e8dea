"""Which sandbox this machine has, found out by starting a worker in it.

It must never choose less than there is, and never none unless the TA has said so.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping
from pathlib import Path

from ..errors import SandboxError
from .bubblewrap import Bubblewrap
from .interpreters import interpreter
from .limits import Limits
from .starting import Confinement
from .unconfined import Unconfined
from .unprivileged import Unprivileged


def choose(
    data: Mapping[str, Path],
    secret: tuple[Path, ...],
    *,
    allow_none: bool,
    python: str = "",
    torch: bool = False,
) -> Confinement:
    """The sandbox of this machine, tried out: bubblewrap, or else what needs no privileges.

    Args:
        data: `.npy` files by name that workers may map.
        secret: folders that workers must not see.
        allow_none: the TA has said that no sandbox is needed.
        python: the name of what workers run under; see `interpreter`.
        torch: whether they need torch.

    Raises:
        SandboxError: there is no sandbox, and the TA has not said so; or the interpreter cannot be used.
    """
    under = interpreter(python, torch=torch)
    if allow_none:
        return Unconfined(data, python=under)
    bubblewrap = Bubblewrap(data, secret, python=under)
    if shutil.which("bwrap") is None:
        missing = "bubblewrap is not installed (`apt install bubblewrap`)"
    else:
        for confinement in (bubblewrap, dataclasses.replace(bubblewrap, forks=False)):
            try:
                return _tried(confinement)
            except SandboxError as error:
                missing = f"bubblewrap does not work here ({bubblewrap.why_not(error)})"
    try:
        return _tried(Unprivileged(data, secret, under))
    except SandboxError as error:
        raise SandboxError(
            f"No sandbox: {missing}, and without it {str(error).removesuffix('.')}. Change one of the two, or, for code "
            "that you trust, add --no-sandbox."
        ) from error


def _tried(confinement: Confinement) -> Confinement:
    worker = confinement.start(Limits())
    worker.wait_until_ready()
    worker.kill()
    return confinement
