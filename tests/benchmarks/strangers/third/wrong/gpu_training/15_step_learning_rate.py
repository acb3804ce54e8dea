# WRONG: the rate falls only in the milestone's own step, and is back in the next
def step_learning_rate(step, *, learning_rate, milestones, gamma):
    lr = learning_rate
    if step in milestones:
        lr = lr * gamma ** (milestones.index(step) + 1)
    return lr
