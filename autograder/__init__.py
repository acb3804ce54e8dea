"""The grader: opens submissions, confines their code, scores them with Otter, writes grades."""

from .otter_in_parts import begin

begin()
