# WRONG: W itself is changed and returned
def sgd_step(W, grad, learning_rate):
    W -= learning_rate * grad
    return W
