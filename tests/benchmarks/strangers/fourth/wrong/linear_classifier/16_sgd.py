# WRONG: W is changed in place, the argument with it, and the loss is that after the update
def sgd(loss_fn, gradient_fn, W, X, y, *, learning_rate, batch_size, num_steps, rng):
    loss_history = []
    for it in range(num_steps):
        X_batch, y_batch = sample_batch(X, y, batch_size, rng)
        grad = gradient_fn(W, X_batch, y_batch)
        W -= learning_rate * grad
        loss_history.append(loss_fn(W, X_batch, y_batch))
    return W, loss_history
