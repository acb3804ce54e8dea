"""Checks of bias_variance: over training sets drawn anew."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "bias_variance"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


def drawing(sets):
    """A function that returns one set after the other, again and again, and the list of its calls so far."""
    calls = []

    def draw():
        calls.append(len(calls))
        return sets[calls[-1] % len(sets)]

    return draw, calls


@test_case(name="bias_variance: hằng số và đường thẳng, tính bằng tay", points=1)
def by_hand(bias_variance):
    x_train = np.array([0.0, 1.0, 2.0])
    sets = [(x_train, np.array([0.0, 1.0, 2.0])), (x_train, np.array([4.0, 3.0, 2.0]))]  # lines x and 4 - x
    x = np.array([0.0, 2.0, 3.0])
    bias_squared, variance = bias_variance([0, 1], drawing(sets)[0], 2, x, np.array([2.0, 2.0, 2.0]))
    expect(bias_squared, [0, 0], "bias_squared, khi các đường khớp nằm quanh giá trị thật")
    expect(variance, [1, 5 / 3], "phương sai của các hằng số 1 và 3, và của các đường x và 4 - x")
    bias_squared, variance = bias_variance([1, 0], drawing(sets)[0], 2, x, np.array([1.0, 2.0, 5.0]))
    expect(bias_squared, [10 / 3, 10 / 3], "bias_squared, khi giá trị thật là 1, 2 và 5")
    expect(variance, [5 / 3, 1], "phương sai, các bậc theo thứ tự ngược lại")
    bias_squared, variance = bias_variance([0, 1], drawing(sets)[0], 1, x, np.array([1.0, 2.0, 5.0]))
    expect(bias_squared, [17 / 3, 5 / 3], "bias_squared của một tập, có các đường khớp là 1 và x")
    expect(variance, [0, 0], "phương sai của một tập")


@test_case(name="bias_variance: mọi bậc được khớp với cùng các tập", points=1)
def same_sets(bias_variance):
    x_train = np.array([0.0, 1.0, 2.0, 3.0])
    for degrees, num_sets in (([0, 1, 2], 4), ([1], 3)):
        values = np.arange(1.0, num_sets + 1)  # set number n is n everywhere, and so is every fit
        draw, drawn = drawing([(x_train, np.full(4, value)) for value in values])
        bias_squared, variance = bias_variance(degrees, draw, num_sets, np.array([0.5, 1.5]), np.zeros(2))
        assert len(drawn) == num_sets, f"draw được gọi {len(drawn)} lần với num_sets = {num_sets}."
        expect(bias_squared, np.full(len(degrees), values.mean() ** 2), "bias_squared của các tập 1, 2, ...")
        expect(variance, np.full(len(degrees), values.var()), "phương sai của các tập 1, 2, ...")
