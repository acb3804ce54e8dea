"""Checks of kl_divergence: how far one distribution is from another."""

import numpy as np
from otter.test_files import test_case

OK_FORMAT = False

name = "kl_divergence"
points = None


def expect(got, expected, what, atol=1e-8):
    """Compare a returned value with the expected one: first its shape, then its numbers."""
    assert got is not None, f"{what} trả về None. Có thiếu lệnh return không?"
    assert np.shape(got) == np.shape(expected), (
        f"{what} có kích thước {np.shape(got)}; mong đợi {np.shape(expected)}."
    )
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=atol, err_msg=what)


@test_case(name="kl_divergence: phân phối nhỏ", points=0.5)
def small_distributions(kl_divergence):
    half, quarter = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    expect(kl_divergence(half, quarter), 0.1438410, "kl_divergence của (1/2, 1/2) và (1/4, 3/4)", atol=1e-7)
    expect(kl_divergence(quarter, half), 0.1308120, "kl_divergence của (1/4, 3/4) và (1/2, 1/2)", atol=1e-7)
    expect(kl_divergence(quarter, quarter), 0.0, "kl_divergence của một phân phối với chính nó")
    true, predicted = np.array([1.0, 0.0, 0.0]), np.array([0.13, 0.86, 0.01])
    expect(
        kl_divergence(true, predicted),
        -np.log(0.13),
        "kl_divergence của one-hot (1, 0, 0) và (0.13, 0.86, 0.01)",
    )
    tiny = np.array([1e-6, 1 - 1e-6])
    expect(
        kl_divergence(half, tiny),
        -np.log(4e-6 * (1 - 1e-6)) / 2,
        "kl_divergence của (1/2, 1/2) và (1e-6, 1 - 1e-6)",
    )


@test_case(name="kl_divergence: số không trong cả hai, và p, q giữ nguyên giá trị", points=0.5)
def zeros_and_arguments(kl_divergence):
    for zero in range(3):
        p, q = (np.insert(values, zero, 0.0) for values in ([0.5, 0.5], [0.25, 0.75]))
        kept = p.copy(), q.copy()
        what = f"kl_divergence của {p.tolist()} và {q.tolist()}"
        expect(kl_divergence(p, q), 0.1438410, what, atol=1e-7)
        q[zero], p[zero] = 0.25, 0.0
        expect(
            kl_divergence(p, q / q.sum()),
            0.1438410 + np.log(1.25),
            f"{what}, q / 1.25 với 0.2 thay cho số 0",
            atol=1e-7,
        )
        q[zero] = 0.0
        np.testing.assert_array_equal([p, q], kept, err_msg="p và q giữ nguyên giá trị.")
