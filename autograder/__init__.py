"""The grader: opens submissions, confines their code, scores them with Otter, writes grades."""
