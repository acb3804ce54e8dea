"""How a worker comes up: it settles in, imports what every submission needs, binds its own hands, and serves.

This is the first of the kit to run inside the sandbox, and as root where the grader is root. So the top of this module
and of those that it imports there must hold nothing but the standard library: the folder of the packages is only read
by a process that has given up root.
"""

from __future__ import annotations

import gc
import json
import os
import random
import socket
import sys

from . import among_others, fork_server, restrict


def main(text: str) -> None:
    """Become a worker, or the template of workers, and serve until the grader closes the socket.

    Args:
        text: a JSON object; `confinement.starting.worker_command` says what is in it.
    """
    settings = json.loads(text)
    # The folder around this one, put there by `START`. A package finds its modules without it, and nothing else shall
    # be found there: unconfined, the grader's own modules are.
    sys.path.pop()
    forks = settings["control"] is not None
    apart = settings["user"] is not None and not forks and settings["among_others"] is None
    if settings["among_others"] is not None:
        among_others.settle(settings)
    elif apart:
        restrict.become(settings["user"], settings["disk_bytes"])
    sys.path.append(settings["site_packages"])
    # Before the fork, so that all copies share them; and before the limits and the filter, which loading libraries
    # would run into.
    import numpy as np
    import numpy.random  # numpy would import it at its first use, which is after the fork

    from . import protocol, worker
    from .importing import missing

    kind, memory = worker.Worker, settings["memory_bytes"]
    if settings["torch"]:
        from . import torch_worker

        kind = torch_worker.TorchWorker
        # Its libraries alone can map more than the students' programs need, which is what the limit is about.
        memory = None if settings["device"] != "cpu" else memory + restrict.address_space()
        torch_worker.prepare(settings)
    if apart:
        # After the imports, since torch looks up the processor there; CUDA looks for its driver later on.
        restrict.close_in(processes=settings["device"] != "cpu")
    # A submission may have files of these names, and shall not come to these by an import.
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{__package__}.")]:
        del sys.modules[name]
    sys.argv = ["worker"]
    # A student's own use of these gives the same grade every time; they know nothing of the run's seed.
    np.random.seed(0)
    program = settings["filter"] and bytes.fromhex(settings["filter"])
    if forks:
        gc.freeze()  # what all copies share stays shared
        settings["socket"] = fork_server.serve(
            settings["control"], lambda: restrict.isolate(settings["user"], settings["disk_bytes"])
        )
    if program is not None:
        restrict.filter_system_calls(program)
    restrict.limit_resources(memory, settings["disk_bytes"], settings["threads"])
    # The submission comes last: its numpy.py or random.py must not take the place of the real one for others.
    sys.path.append(settings["folder"])
    imports = missing.Imports(settings["folder"])
    imports.install()
    random.seed(0)  # here, since Python seeds its own anew in every copy
    sock = socket.socket(fileno=settings["socket"])
    try:
        kind(sock, settings, imports).serve()
    except protocol.Disconnected:
        # At once: threads that a student's code has left behind are not waited for, and nothing of it runs at exit.
        os._exit(0)
