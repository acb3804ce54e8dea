"""Functions that are wrong in no way that anybody has a name for."""

import random

from autograder.assignment.variants import Variant

EXPRESSIONS = (
    "{a}",
    "-{a}",
    "np.zeros_like({a})",
    "np.ones_like({a})",
    "np.random.default_rng({n}).standard_normal(np.shape({a}))",
    "np.random.default_rng({n}).standard_normal()",
    "np.sum({a}) * {x}",
    "np.sum({a}) + {x}",
    "np.mean({a} ** 2) + {x}",
    "np.abs({a}).max() * {x}",
    "np.sum(np.sin({a})) + np.sum({b}) / {n}",
    "np.sort({a}, axis=0)",
    "np.cumsum({a}, axis=-1)",
    "{a}[::-1]",
    "np.transpose({a}) * {x}",
    "np.tanh({a}) * {x}",
    "np.tanh(right({all})) * {x}",
    "right({all}) ** 2 + {x}",
    "np.sqrt(np.abs(right({all}))) * {x}",
    "right({all}) * np.random.default_rng({n}).standard_normal(np.shape(right({all})))",
    "right({all}) + {x} * np.random.default_rng({n}).standard_normal(np.shape(right({all})))",
    "np.roll(right({all}), {n})",
    "np.round(right({all}), 1)",
    "np.floor(right({all}))",
    "{x}",
    "{n}",
    "None",
    "'{n}'",
    "[{x}, {n}]",
    "{a} @ {b}",
    "{b} @ {a}",
    "{a} + {b}",
    "{a} * {b} * {x}",
    "np.dot({a}, {a})",
    "np.outer({a}, {b})[:{n}]",
    "{a}[{n}]",
    "np.clip(right({all}), 0, {x})",
    "np.where(right({all}) > {x}, right({all}), {x})",
)

TORCH_EXPRESSIONS = (
    "{a}",
    "-{a}",
    "{a} * {b}",
    "{a} + {b}",
    "{a} @ {b}",
    "{a}[{n}]",
    "torch.zeros_like({a})",
    "torch.randn({a}.shape, generator=torch.Generator().manual_seed({n}))",
    "{a}.float().sum() * {x}",
    "{a}.float().sin().sum() + {b}.float().sum() / {n}",
    "{a}.float().square().mean() + {x}",
    "{a}.flip(0)",
    "{a}.float().cumsum(-1)",
    "{a}.sort(dim=0).values",
    "torch.tanh({a}.float()) * {x}",
    "torch.tanh(right({all})) * {x}",
    "right({all}) ** 2 + {x}",
    "right({all}) * {x} + 1",
    "right({all}).roll({n})",
    "right({all}).floor()",
    "right({all}).clamp(0, {x})",
    "right({all}).sort(dim=0).values",
    "right({all}) + {x} * torch.randn(right({all}).shape, generator=torch.Generator().manual_seed({n}))",
    "torch.where(right({all}) > {x}, right({all}), {x})",
    "[loss * {x} for loss in right({all})]",
    "right({all})[::-1]",
    "sorted(right({all}))",
    "math.sin(right({all})) * {x}",
    "right({all}) ** 0.5 + {x}",
    "torch.nn.Sequential(right({all}), torch.nn.Tanh())",
    "torch.nn.Sequential(right({all}), torch.nn.Sigmoid())",
    "torch.nn.Sequential(right({all}), torch.nn.Linear(classes, {n}))",
    "torch.nn.Sequential(right({all}), torch.nn.Threshold({x}, 0.0))",
    "torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear({n}, {n}))",
    "torch.nn.Linear({n}, {n})",
    "{x}",
    "{n}",
    "None",
)


def garbage(programs, function, number):
    """One function; its name tells the number.

    programs: of the assignment; function: the name of the one that it stands for.
    """
    rng = random.Random(f"{function} {number}")
    source = programs.source_of(function)
    head = source.splitlines()[0]
    names = head[head.index("(") + 1 : head.rindex(")")].replace("*, ", "").split(", ")
    names = [name.partition("=")[0] for name in names]
    keyword_only = head.partition("*, ")[2].partition(")")[0].split(", ") if "*, " in head else []
    keyword_only = {name.partition("=")[0] for name in keyword_only}
    given = ", ".join(f"{name}={name}" if name in keyword_only else name for name in names)
    in_torch = "import torch" in programs.sources[programs.owners[function]]
    expression = rng.choice(TORCH_EXPRESSIONS if in_torch else EXPRESSIONS).format(
        a=rng.choice(names),
        b=rng.choice(names),
        all=given,
        x=round(rng.uniform(0.1, 3), 2),
        n=rng.randint(3, 40),
    )
    right = source.replace(f"def {function}(", "def right(", 1)
    body = "\n".join(f"    {line}" for line in right.splitlines())
    text = f"{head}\n{body}\n    return {expression}"
    owner = programs.owners[function]
    imports = ("import math", "import torch") if in_torch else ("import numpy as np",)
    return Variant(f"garbage {number}: {expression}", owner, function, (function,), "", text, imports)
