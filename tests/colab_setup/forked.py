"""Checks in forks of one process that has imported numpy and torch already: hundreds of them in a minute."""

import multiprocessing
import os
import types

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["numpy", "tests.colab_setup.warm", "colab_setup.checking.case_runner"])


class Forked:
    """Stands in for `subprocess.Popen` in `colab_setup.checking.runner`: the same code, the same pipes."""

    def __init__(self, command, **options):
        assert command[1:3] == ["-m", "colab_setup.checking.case_runner"]
        given, told = FORKS.Pipe(duplex=False)
        pipes = [FORKS.Pipe(duplex=False) for _ in range(2)]
        self.process = FORKS.Process(target=run, args=(command[3:], given, *(end for _, end in pipes)))
        self.process.start()
        given.close()
        self.stdin = os.fdopen(os.dup(told.fileno()), "w", encoding="utf-8")
        told.close()
        self.stdout, self.stderr = (
            os.fdopen(os.dup(start.fileno()), encoding="utf-8", errors="replace") for start, _ in pipes
        )
        for ends in pipes:
            for end in ends:
                end.close()

    def wait(self):
        self.process.join()
        return self.process.exitcode

    def kill(self):
        self.process.kill()


POPEN = types.SimpleNamespace(Popen=Forked, DEVNULL=None, PIPE=None)
"""What the module `subprocess` is to `colab_setup.checking.runner`."""


def run(arguments, given, out, errors):
    import resource
    import sys

    from colab_setup.checking import case_runner

    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))  # or one that opens all takes minutes
    os.dup2(given.fileno(), 0)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.dup2(out.fileno(), 1)
    os.dup2(errors.fileno(), 2)
    os.closerange(3, 256)  # those of the server that forks: some answers write to every open file
    sys.path.insert(0, "")  # as `python -m` does
    case_runner.main(arguments)
