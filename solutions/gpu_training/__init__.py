"""Reference solution of the second assignment: the same losses, gradients, regularisation and SGD in PyTorch."""
