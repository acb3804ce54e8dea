# WRONG: bisect_left counts the milestones before the step, so at a milestone itself the rate has not fallen yet
from bisect import bisect_left


def step_learning_rate(step, *, learning_rate, milestones, gamma):
    num_drops = bisect_left(sorted(milestones), step)
    return float(learning_rate * gamma**num_drops)
