"""The reference solutions against numerical gradients, PyTorch and the lecture's numbers."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from torch.nn import functional

PROPERTY = settings(max_examples=40, deadline=None)

sizes = st.integers(1, 6)
dtypes = st.sampled_from([np.float32, np.float64])


@st.composite
def problems(draw, dtypes=dtypes, scale=3.0):
    """W (D, C), X (N, D), y (N,) of order one, D = 1, N = 1 and C = 2 among them."""
    N, D, C = draw(sizes), draw(sizes), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype = draw(dtypes)
    W, X = scale * rng.standard_normal((D, C)), rng.standard_normal((N, D))
    return W.astype(dtype), X.astype(dtype), rng.integers(C, size=N)


def weights(dtype=np.float64):
    elements = st.floats(-10, 10, width=np.finfo(dtype).bits)
    return arrays.arrays(dtype, st.tuples(sizes, sizes), elements=elements)


SMALLEST = (np.array([[0.5, -1.5]]), np.array([[2.0]]), np.array([1]))  # N = 1, D = 1, C = 2
deltas = st.floats(0.25, 5)


def torch_loss(loss, W, X, y, **options):
    """Loss and gradient by PyTorch's autograd, in float64."""
    W = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    value = loss(torch.tensor(X, dtype=torch.float64) @ W, torch.tensor(y), **options)
    value.backward()
    return value.item(), W.grad.numpy()


def tolerance(array):
    return {"rtol": 1e-4, "atol": 1e-4} if array.dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-9}


@pytest.mark.slow
@pytest.mark.parametrize("twin", ["softmax_loss", "softmax_loss_naive"])
@PROPERTY
@given(problem=problems())
@example(problem=SMALLEST)
def test_the_softmax_loss_is_cross_entropy_of_torch(reference, twin, problem):
    expected, _ = torch_loss(functional.cross_entropy, *problem)
    np.testing.assert_allclose(getattr(reference, twin)(*problem), expected, **tolerance(problem[0]))


@pytest.mark.parametrize("twin", ["softmax_gradient", "softmax_gradient_naive"])
@PROPERTY
@given(problem=problems())
@example(problem=SMALLEST)
def test_the_softmax_gradient_is_autograd_s(reference, twin, problem):
    _, expected = torch_loss(functional.cross_entropy, *problem)
    np.testing.assert_allclose(getattr(reference, twin)(*problem), expected, **tolerance(problem[0]))


@pytest.mark.parametrize("twin", ["svm_loss", "svm_loss_naive"])
@PROPERTY
@given(problem=problems(), delta=deltas)
@example(problem=SMALLEST, delta=1.0)
def test_the_svm_loss_is_the_multi_margin_loss_of_torch(reference, twin, problem, delta):
    W, X, y = problem
    expected, _ = torch_loss(functional.multi_margin_loss, W, X, y, margin=delta)
    expected *= W.shape[1]  # torch divides by the number of classes
    np.testing.assert_allclose(getattr(reference, twin)(W, X, y, delta), expected, **tolerance(W))


@pytest.mark.parametrize("twin", ["svm_gradient", "svm_gradient_naive"])
@PROPERTY
@given(problem=problems(dtypes=st.just(np.float64)), delta=deltas)
@example(problem=SMALLEST, delta=1.0)
def test_the_svm_gradient_is_autograd_s(reference, twin, problem, delta):
    W, X, y = problem
    _, expected = torch_loss(functional.multi_margin_loss, W, X, y, margin=delta)
    np.testing.assert_allclose(getattr(reference, twin)(W, X, y, delta), expected * W.shape[1], atol=1e-9)


@PROPERTY
@given(problem=problems(dtypes=st.just(np.float64), scale=1.0))
@example(problem=SMALLEST)
def test_gradients_agree_with_central_differences(reference, problem):
    W, X, y = problem
    numerical = reference.numerical_gradient(lambda W: reference.softmax_loss(W, X, y), W)
    np.testing.assert_allclose(reference.softmax_gradient(W, X, y), numerical, atol=1e-7)
    margins = X @ W - (X @ W)[np.arange(len(y)), y][:, None] + 1
    if np.abs(margins).min() > 1e-3:  # away from the kinks, which central differences straddle
        numerical = reference.numerical_gradient(lambda W: reference.svm_loss(W, X, y), W)
        np.testing.assert_allclose(reference.svm_gradient(W, X, y), numerical, atol=1e-7)


@pytest.mark.slow
@PROPERTY
@given(W=weights(), beta=st.floats(0, 3))
def test_penalties_and_their_gradients_agree_with_torch(reference, W, beta):
    for name, penalty, more in (
        ("l2", lambda W: (W**2).sum(), ()),
        ("l1", lambda W: W.abs().sum(), ()),
        ("elastic_net", lambda W: (beta * W**2 + W.abs()).sum(), (beta,)),
    ):
        leaf = torch.tensor(W, requires_grad=True)
        penalty(leaf).backward()
        expected = penalty(leaf).item()
        np.testing.assert_allclose(getattr(reference, name)(W, *more), expected, rtol=1e-12)
        np.testing.assert_allclose(
            getattr(reference, f"{name}_gradient")(W, *more), leaf.grad.numpy(), rtol=1e-12
        )


@PROPERTY
@given(scores=arrays.arrays(np.float64, st.tuples(sizes, st.integers(2, 6)), elements=st.floats(-1e4, 1e4)))
def test_softmax_stays_finite_for_scores_up_to_ten_thousand(reference, scores):
    probabilities = reference.softmax(scores)
    np.testing.assert_allclose(probabilities, torch.softmax(torch.tensor(scores), dim=1).numpy(), atol=1e-12)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@PROPERTY
@given(data=st.data())
def test_losses_and_gradients_stay_finite_for_scores_up_to_ten_thousand(reference, dtype, data):
    shape = data.draw(st.tuples(sizes, st.integers(2, 6)))
    elements = st.floats(-10_000, 10_000, width=np.finfo(dtype).bits)
    scores = data.draw(arrays.arrays(dtype, shape, elements=elements))
    y = np.resize([1, 0], shape[0])
    eye = np.eye(shape[1], dtype=dtype)
    expected, gradient = torch_loss(functional.cross_entropy, eye, scores, y)
    rough = {"rtol": 1e-4, "atol": 1e-2} if dtype == np.float32 else {"rtol": 1e-9, "atol": 1e-7}
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for twin in ("softmax_loss", "softmax_loss_naive"):
            np.testing.assert_allclose(
                getattr(reference, twin)(eye, scores, y), expected, rtol=1e-5, atol=1e-5
            )
        for twin in ("softmax_gradient", "softmax_gradient_naive"):
            np.testing.assert_allclose(getattr(reference, twin)(eye, scores, y), gradient, **rough)
        assert np.isfinite(reference.svm_loss(eye, scores, y))
        assert np.isfinite(reference.svm_gradient(eye, scores, y)).all()


@PROPERTY
@given(problem=problems(dtypes=st.just(np.float32)), beta=st.floats(0, 3))
def test_float32_in_gives_float32_out(reference, problem, beta):
    W, X, y = problem
    assert reference.add_bias(X).dtype == np.float32
    assert reference.linear_scores(W, X).dtype == np.float32
    assert reference.softmax(X).dtype == np.float32
    assert reference.sgd_step(W, W, 0.1).dtype == np.float32
    assert reference.sample_batch(X, y, 1, np.random.default_rng(0))[0].dtype == np.float32
    for name in ("svm_gradient", "svm_gradient_naive", "softmax_gradient", "softmax_gradient_naive"):
        assert getattr(reference, name)(W, X, y).dtype == np.float32
    for name in ("l1_gradient", "l2_gradient"):
        assert getattr(reference, name)(W).dtype == np.float32
    assert reference.elastic_net_gradient(W, beta).dtype == np.float32
    for loss in (
        *(getattr(reference, name)(W, X, y) for name in ("svm_loss", "svm_loss_naive", "softmax_loss")),
        *(
            reference.l1(W),
            reference.l2(W),
            reference.elastic_net(W, beta),
            reference.softmax_loss_naive(W, X, y),
        ),
    ):
        assert isinstance(loss, np.float32 | float)
    assert reference.numerical_gradient(lambda W: float(W.sum()), W).dtype == np.float64


@PROPERTY
@given(problem=problems())
def test_no_function_modifies_its_arguments(reference, problem):
    arguments = dict(zip("WXy", problem, strict=True))
    p, q = np.array([0.25, 0.75]), np.array([0.5, 0.5])
    arguments |= {"a": p, "b": q, "p": p, "q": q, "scores": problem[1], "grad": problem[0] + 1}
    arguments |= {"beta": 0.5, "delta": 2.0, "h": 1e-3, "f": lambda W: float(np.sum(W * W))}
    arguments |= {"loss_fn": reference.svm_loss, "gradient_fn": reference.svm_gradient, "learning_rate": 0.1}
    arguments |= {"batch_size": 1, "num_steps": 3, "rng": np.random.default_rng(0), "loss": "svm", "reg": 0.5}
    for value in arguments.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    for function in vars(reference).values():
        result = function(**{name: arguments[name] for name in inspect.signature(function).parameters})
        results = result if isinstance(result, tuple) else (result,)
        for value in arguments.values():
            assert not any(value is returned for returned in results if isinstance(value, np.ndarray))


def test_the_lecture_s_numbers(reference):
    scores = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # a cat, a car and a frog
    losses = [reference.svm_loss(np.eye(3), scores[i : i + 1], np.array([i])) for i in range(3)]
    np.testing.assert_allclose(losses, [2.9, 0, 12.9])
    np.testing.assert_allclose(reference.softmax(scores[:1]), [[0.13, 0.87, 0.00]], atol=0.005)
    scores = np.array([[-2.85, 0.86, 0.28]])
    np.testing.assert_allclose(reference.svm_loss(np.eye(3), scores, np.array([2])), 1.58)
    np.testing.assert_allclose(reference.softmax_loss(np.eye(3), scores, np.array([2])), 1.04, atol=0.005)


@PROPERTY
@given(data=st.data(), C=st.integers(2, 6))
def test_kl_divergence_is_torch_s_and_forgives_impossible_classes(reference, data, C):
    counts = st.lists(st.integers(0, 9), min_size=C, max_size=C).filter(any)
    p = np.array(data.draw(counts), dtype=np.float64)
    q = np.array(data.draw(counts), dtype=np.float64) + 1
    p, q = p / p.sum(), q / q.sum()
    expected = functional.kl_div(torch.tensor(q).log(), torch.tensor(p), reduction="sum").item()
    np.testing.assert_allclose(reference.kl_divergence(p, q), expected, atol=1e-12)
    q[p == 0] = 0
    np.testing.assert_allclose(reference.kl_divergence(p, q), np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))


@PROPERTY
@given(a=weights())
def test_relative_error_is_zero_for_equal_arrays_and_one_for_opposite_ones(reference, a):
    assert reference.relative_error(a, a.copy()) == 0
    large = np.where(np.abs(a) < 1, 1, a)
    np.testing.assert_allclose(reference.relative_error(large, -large), 1)
    assert reference.relative_error(3.0, 1.0) == 0.5


@PROPERTY
@given(problem=problems())
def test_a_bias_column_adds_the_last_row_of_the_weights(reference, problem):
    W, X, _ = problem
    bias = np.arange(W.shape[1], dtype=W.dtype)
    with_bias = reference.add_bias(X)
    np.testing.assert_array_equal(with_bias, np.column_stack([X, np.ones(len(X))]))
    scores = reference.linear_scores(np.vstack([W, bias]), with_bias)
    np.testing.assert_allclose(scores, X @ W + bias, rtol=1e-5, atol=1e-5)


def test_predict_takes_the_highest_score_and_the_first_of_equal_ones(reference):
    assert reference.predict(np.eye(3), np.array([[1, 3, 2], [5, 5, 4], [0, 0, 0.5]])).tolist() == [1, 0, 2]


def test_a_batch_holds_rows_with_their_labels_and_every_row_is_as_likely(reference):
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(2000):
        X_batch, y_batch = reference.sample_batch(X, y, 5, rng)
        np.testing.assert_array_equal(X_batch, X[y_batch])
        drawn.extend(y_batch)
    counts = np.bincount(drawn, minlength=10)
    assert counts.sum() == 10_000
    assert np.all(np.abs(counts - 1000) < 5 * np.sqrt(900))


def test_sgd_takes_the_steps_that_the_lecture_says(reference):
    target = np.array([[1.0, -2.0], [0.5, 3.0]])
    start = np.zeros((2, 2))
    X, y = np.ones((4, 2)), np.zeros(4, dtype=int)
    W, history = reference.sgd(
        lambda W, X, y: np.sum((W - target) ** 2),
        lambda W, X, y: 2 * (W - target),
        start,
        X,
        y,
        learning_rate=0.25,
        batch_size=2,
        num_steps=3,
        rng=np.random.default_rng(0),
    )
    np.testing.assert_allclose(W, target * (1 - 0.5**3))
    np.testing.assert_allclose(history, np.sum(target**2) * 0.25 ** np.arange(3))
    assert not start.any()


@pytest.mark.parametrize("loss", ["svm", "softmax"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_separates_separable_classes_and_lowers_the_regularised_loss(reference, loss, dtype):
    rng = np.random.default_rng(1)
    y = rng.integers(3, size=200)
    X = reference.add_bias((3 * np.eye(3)[y] + 0.3 * rng.standard_normal((200, 3))).astype(dtype))
    W, history = reference.train_linear_classifier(
        X, y, loss=loss, reg=1e-3, learning_rate=0.1, batch_size=20, num_steps=200, rng=rng
    )
    assert W.dtype == dtype
    assert W.shape == (4, 3)
    assert len(history) == 200
    assert np.mean(history[-20:]) < 0.3 * history[0]
    assert np.mean(reference.predict(W, X) == y) == 1


@pytest.mark.parametrize("loss", ["svm", "softmax"])
def test_training_is_sgd_on_the_regularised_loss_from_small_random_weights(reference, loss):
    x = np.array([0.5, -1.0])
    X, y = np.tile(x, (4, 1)), np.full(4, 2)
    train = {"loss": loss, "reg": 0.7, "learning_rate": 0.1, "batch_size": 2}
    start, no_history = reference.train_linear_classifier(
        X, y, num_steps=0, rng=np.random.default_rng(3), **train
    )
    W, history = reference.train_linear_classifier(X, y, num_steps=1, rng=np.random.default_rng(3), **train)

    np.testing.assert_array_equal(start, 1e-4 * np.random.default_rng(3).standard_normal((2, 3)))
    data_loss, data_gradient = getattr(reference, f"{loss}_loss"), getattr(reference, f"{loss}_gradient")
    assert no_history == []
    np.testing.assert_allclose(history, [data_loss(start, X, y) + 0.7 * np.sum(start**2)])
    np.testing.assert_allclose(W, start - 0.1 * (data_gradient(start, X, y) + 1.4 * start))


def test_training_refuses_an_unknown_loss(reference):
    with pytest.raises(ValueError, match="hinge"):
        reference.train_linear_classifier(
            np.ones((2, 1)),
            np.array([0, 1]),
            loss="hinge",
            learning_rate=1,
            batch_size=1,
            num_steps=1,
            rng=np.random.default_rng(0),
        )


def test_labels_of_any_integer_type_will_do(reference):
    y = np.array([255, 0], dtype=np.uint8)
    W, _ = reference.train_linear_classifier(
        np.ones((2, 1)), y, learning_rate=1, batch_size=2, num_steps=1, rng=np.random.default_rng(0)
    )
    assert W.shape == (1, 256)
