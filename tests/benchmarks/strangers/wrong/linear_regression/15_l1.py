# WRONG: Python's sum adds only over the first axis, so a matrix of weights gives a vector instead of a number
def l1(w):
    return sum(abs(w))
