"""What an assignment grades is read from its reference."""

import ast
import textwrap

import pytest

from autograder.assignment import settings as assignments


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
    assert dict(loaded.given) == dict.fromkeys(["torch", "Optimizer", "Functional"], "area")
    assert assignments.load_reference(loaded).Functional.__name__ == "Functional"


@pytest.mark.slow
def test_what_students_are_given_whole_holds_no_solution():
    loaded = assignments.load("gpu_training")
    assert dict(loaded.given) == {"SGD": "sgd", "ConvNet": "model", "Residual": "model"}
    for module, source in loaded.given_sources.items():
        names = [node.name for node in ast.parse(source).body if hasattr(node, "name")]
        assert names == [name for name, owner in loaded.given.items() if owner == module]
        assert "SOLUTION" not in source
        for name in loaded.owners:
            assert f"def {name}(" not in source
    assert dict(assignments.load("linear_classifier").given) == {}
