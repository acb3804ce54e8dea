# RIGHT: searchsorted by hand, with a power
import bisect


def step_learning_rate(step, *, learning_rate, milestones, gamma):
    passed = bisect.bisect_right(sorted(milestones), step)
    return float(learning_rate * pow(gamma, passed))
