"""Checks of train_linear_regression: everything together."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "held_out_error"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


X = np.array([[1.0, 0.0, 1.0], [0.0, 2.0, 1.0], [-1.0, 1.0, 1.0], [2.0, 1.0, 1.0]])
y = np.array([3.0, -1.0, 1.0, 2.0])


@test_case(name="held_out_error: một bước từ số không", points=1)
def one_step(train_linear_regression):
    for penalty in ("l2", "l1"):
        for learning_rate in (0.1, 0.2):
            w = train_linear_regression(
                X.copy(),
                y.copy(),
                penalty=penalty,
                reg=0.5,
                learning_rate=learning_rate,
                batch_size=4,
                num_epochs=1,
                rng=np.random.default_rng(0),
            )
            expect(
                w,
                learning_rate * np.array([3.0, 0.5, 2.5]),
                f"w sau một bước {learning_rate} trên mọi mẫu",
            )


@test_case(name="held_out_error: bước thứ hai chịu tác động của số hạng phạt, l2 hoặc l1", points=0.5)
def second_step(train_linear_regression):
    for penalty, reg, expected in (
        ("l2", 0.0, [0.4825, 0.02, 0.41]),
        ("l2", 0.5, [0.4525, 0.015, 0.385]),
        ("l1", 0.5, [0.4325, -0.03, 0.36]),
    ):
        w = train_linear_regression(
            X.copy(),
            y.copy(),
            penalty=penalty,
            reg=reg,
            learning_rate=0.1,
            batch_size=4,
            num_epochs=2,
            rng=np.random.default_rng(0),
        )
        expect(w, expected, f"w sau hai bước với penalty={penalty!r}, reg={reg}")
    raised = "nothing"
    try:
        train_linear_regression(
            X.copy(),
            y.copy(),
            penalty="l3",
            learning_rate=0.1,
            batch_size=4,
            num_epochs=1,
            rng=np.random.default_rng(0),
        )
    except Exception as error:  # which is another one with the same name when this is graded
        raised = getattr(error, "exception", type(error).__name__)
    assert raised == "ValueError", f"penalty='l3' gây ra {raised}; mong đợi ValueError."
