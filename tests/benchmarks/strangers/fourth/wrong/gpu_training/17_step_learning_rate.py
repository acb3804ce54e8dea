# WRONG: a milestone counts only after its step
def step_learning_rate(step, *, learning_rate, milestones, gamma):
    lr = learning_rate
    for m in milestones:
        if step > m:
            lr *= gamma
    return lr
