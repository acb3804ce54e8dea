"""Turns the state of a training run into arrays, torch states and plain JSON, and back, without pickle.

Generators are told by their states, which makes a resumed run draw the same numbers. numpy and torch are used
only where the caller has imported them.
"""

from __future__ import annotations

import io
import json
import random
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .language import N_, _

_GLOBAL = "global generators"


KINDS = (
    N_("array"),
    N_("tensor"),
    N_("plain"),
    N_("module"),
    N_("numpy generator"),
    N_("python generator"),
    N_("torch generator"),
)
"""What a value is kept as; `plain` are numbers, texts and lists of them."""


class StateError(Exception):
    """A value that cannot be saved, or a saved one that does not fit: one sentence."""


@dataclass(frozen=True)
class Saved:
    """A state in the forms in which it is written.

    `plain` says of every value its kind and, for plain ones and generators, its content; `arrays` are numpy's;
    `torch` holds tensors and state dictionaries.
    """

    plain: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Any] = field(default_factory=dict)
    torch: dict[str, Any] = field(default_factory=dict)


def capture(state: Mapping[str, object]) -> Saved:
    """The state, and that of the global generators. Raises StateError for a value that cannot be saved."""
    saved = Saved()
    for name, value in state.items():
        _capture(saved, name, value)
    saved.plain[_GLOBAL] = {"kind": "globals", "content": _global_states(saved)}
    return saved


def restore(saved: Saved, targets: Mapping[str, object]) -> dict[str, object]:
    """Set the targets and the global generators; returns the values that no target took.

    Raises StateError for a target that was not saved, or whose state does not fit.
    """
    for name in targets:
        if name not in saved.plain:
            raise StateError(_("{name} is not in it: is it of another training?", name=name))
    for name, target in targets.items():
        _restore(saved, name, target)
    _set_global_states(saved)
    return {
        name: _value(saved, name, entry)
        for name, entry in saved.plain.items()
        if name not in targets and name != _GLOBAL and entry["kind"] in ("array", "tensor", "plain")
    }


def write(archive: zipfile.ZipFile, saved: Saved) -> None:
    """Write arrays and torch states into an open zip."""
    for name, array in saved.arrays.items():
        import numpy as np

        with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
            np.lib.format.write_array(file, array, allow_pickle=False)
    for name, value in saved.torch.items():
        import torch

        with archive.open(f"{name}.pt", "w", force_zip64=True) as file:
            torch.save(value, file)


def read(archive: zipfile.ZipFile, plain: dict[str, Any]) -> Saved:
    """What `write` wrote. Raises what numpy and zipfile raise for damaged files."""
    saved = Saved(plain)
    for member in archive.namelist():
        name, _, kind = member.rpartition(".")
        if kind == "npy":
            import numpy as np

            saved.arrays[name] = np.lib.format.read_array(
                io.BytesIO(archive.read(member)), allow_pickle=False
            )
        elif kind == "pt":
            import torch

            content = io.BytesIO(archive.read(member))
            try:
                saved.torch[name] = torch.load(content, map_location="cpu", weights_only=True)
            except Exception as error:  # torch's reader names no class of its own
                raise ValueError(f"{member} holds no plain tensors") from error
    return saved


def _capture(saved: Saved, name: str, value: object) -> None:
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and isinstance(value, numpy.random.Generator):
        content = _without_arrays(value.bit_generator.state)
        saved.plain[name] = {"kind": "numpy generator", "content": content}
    elif isinstance(value, random.Random):
        saved.plain[name] = {"kind": "python generator", "content": value.getstate()}
    elif torch is not None and isinstance(value, torch.Generator):
        saved.plain[name] = {"kind": "torch generator"}
        saved.torch[name] = value.get_state()
    elif numpy is not None and isinstance(value, numpy.ndarray):
        if value.dtype.hasobject:
            raise StateError(
                _(
                    "{name} is an array of Python objects, which a checkpoint cannot hold: save numbers.",
                    name=name,
                )
            )
        saved.plain[name] = {"kind": "array"}
        saved.arrays[name] = value
    elif torch is not None and isinstance(value, torch.Tensor):
        saved.plain[name] = {"kind": "tensor"}
        saved.torch[name] = value.detach()
    elif hasattr(value, "state_dict") and hasattr(value, "load_state_dict"):
        content = value.state_dict()
        _check_plain(name, content, torch)
        saved.plain[name] = {"kind": "module"}
        saved.torch[name] = content
    else:
        try:
            content = json.loads(json.dumps(value, default=_number))
        except (TypeError, ValueError, RecursionError) as error:
            raise StateError(
                _(
                    "{name} is a {kind}, which a checkpoint cannot hold: save arrays, tensors, numbers, lists, "
                    "modules and generators.",
                    name=name,
                    kind=type(value).__name__,
                )
            ) from error
        _check_keys(name, value)
        saved.plain[name] = {"kind": "plain", "content": content}


def _check_keys(name: str, value: object) -> None:
    """Refuse a dictionary that would come back with other keys: JSON makes 3, True and None texts without a word."""
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise StateError(
                    _(
                        "{name} is a dictionary with the key {key!r}, which would come back as a text: save it with "
                        "texts as its keys, or as a list of pairs.",
                        name=name,
                        key=key,
                    )
                )
            _check_keys(name, part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_keys(name, part)


def _check_plain(name: str, value: object, torch: Any) -> None:
    """Refuse at once what `weights_only` would refuse when it is too late."""
    if isinstance(value, dict):
        for key, part in value.items():
            _check_plain(name, key, torch)
            _check_plain(f"{name}.{key}", part, torch)
    elif isinstance(value, list | tuple | set):
        for part in value:
            _check_plain(name, part, torch)
    elif not (
        value is None
        or type(value) in (bool, int, float, complex, str, bytes)
        or (torch is not None and isinstance(value, torch.Tensor | torch.dtype | torch.device))
    ):
        raise StateError(
            _(
                "{name} is a {kind}, which a checkpoint cannot hold: only tensors and plain numbers may be in a "
                "state_dict.",
                name=name,
                kind=type(value).__name__,
            )
        )


def _restore(saved: Saved, name: str, target: object) -> None:
    entry = saved.plain[name]
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    try:
        if entry["kind"] == "numpy generator" and numpy and isinstance(target, numpy.random.Generator):
            target.bit_generator.state = _with_arrays(entry["content"])
        elif entry["kind"] == "python generator" and isinstance(target, random.Random):
            target.setstate(_as_tuples(entry["content"]))
        elif entry["kind"] == "torch generator" and torch and isinstance(target, torch.Generator):
            target.set_state(saved.torch[name])
        elif entry["kind"] == "module" and hasattr(target, "load_state_dict"):
            target.load_state_dict(saved.torch[name])
        else:
            raise StateError(
                _(
                    "{name} was saved as {saved} and cannot be put into a {kind}: take what resume returns instead.",
                    name=name,
                    saved=_(entry["kind"]),
                    kind=type(target).__name__,
                )
            )
    except (ValueError, RuntimeError, TypeError, KeyError) as error:
        raise StateError(
            _(
                "{name} has another form now ({why}).",
                name=name,
                why=str(error).splitlines()[0][:200],
            )
        ) from error


def _value(saved: Saved, name: str, entry: dict[str, Any]) -> object:
    if entry["kind"] == "array":
        return saved.arrays[name]
    if entry["kind"] == "tensor":
        return saved.torch[name]
    return entry["content"]


def _global_states(saved: Saved) -> dict[str, Any]:
    found: dict[str, Any] = {"python": random.getstate()}
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        found["numpy"] = _without_arrays(numpy.random.get_state(legacy=False))
    if torch is not None:
        found["torch"] = True
        states = {"cpu": torch.get_rng_state()}
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            states |= {f"cuda {index}": state for index, state in enumerate(torch.cuda.get_rng_state_all())}
        saved.torch[_GLOBAL] = states
    return found


def _set_global_states(saved: Saved) -> None:
    found = saved.plain[_GLOBAL]["content"]
    random.setstate(_as_tuples(found["python"]))
    if "numpy" in found:
        import numpy as np

        np.random.set_state(_with_arrays(found["numpy"]))
    for device, state in saved.torch.get(_GLOBAL, {}).items():
        import torch

        if device == "cpu":
            torch.set_rng_state(state)
        elif torch.cuda.is_available() and int(device.split()[1]) < torch.cuda.device_count():
            torch.cuda.set_rng_state(state, int(device.split()[1]))


def _without_arrays(state: Any) -> Any:
    """A bit generator's state for JSON: arrays become lists that say their type."""
    if isinstance(state, dict):
        return {key: _without_arrays(value) for key, value in state.items()}
    shape = getattr(state, "shape", None)
    if shape is None:
        return state
    return {"dtype": str(state.dtype), "list": state.tolist()} if shape else state.item()


def _with_arrays(state: Any) -> Any:
    import numpy as np

    if isinstance(state, dict):
        if state.keys() == {"dtype", "list"}:
            return np.array(state["list"], dtype=state["dtype"])
        return {key: _with_arrays(value) for key, value in state.items()}
    return state


def _as_tuples(state: Any) -> Any:
    return tuple(_as_tuples(part) for part in state) if isinstance(state, list) else state


def _number(value: Any) -> Any:
    """A numpy number or a tensor of one element inside a list."""
    if getattr(value, "ndim", None) == 0:
        return value.item()
    raise TypeError(type(value).__name__)
