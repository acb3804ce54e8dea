# RIGHT: bisect on the sorted milestones
from bisect import bisect_right


def step_learning_rate(step, *, learning_rate, milestones, gamma):
    passed = bisect_right(sorted(milestones), step)
    return float(learning_rate * gamma**passed)
