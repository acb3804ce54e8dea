# WRONG: a generator is used up by the first sum, so that the squares are missing
def l1_l2_penalty(parameters, l1, l2):
    l1_term = sum(p.abs().sum() for p in parameters)
    l2_term = sum((p**2).sum() for p in parameters)
    return l1 * l1_term + l2 * l2_term
