"""What an assignment grades is read from its reference."""

import textwrap

from autograder import assignment as assignments


def test_operations_of_autograd_are_graded_like_functions_and_other_classes_are_not(tiny):
    (tiny.solutions / "area.py").write_text(
        textwrap.dedent(
            """
            class torch:
                class autograd:
                    class Function:
                        pass

            Function = torch.autograd.Function

            class Square(torch.autograd.Function):
                def backward(ctx): ...

            class Cube(Function):
                pass

            class _Hidden(Function):
                pass

            class Optimizer:
                pass

            class Functional(Optimizer):
                pass

            def square(x):
                return x * x

            def total(x):
                return x
            """
        )
    )
    loaded = assignments.load("tiny")
    assert dict(loaded.owners) == {
        "Square": "area",
        "Cube": "area",
        "square": "area",
        "total": "area",
        "cube": "use",
    }
    assert assignments.load_reference(loaded).Cube.__name__ == "Cube"
