# WRONG: the true class is not left out
def svm_loss_naive(W, X, y, delta=1.0):
    num_train = X.shape[0]
    num_classes = W.shape[1]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            margin = scores[j] - correct_class_score + delta
            if margin > 0:
                loss += margin
    return loss / num_train
