"""A submission's files in as many messages as they need: no number or names of files may be more than can be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from .inside import protocol

MAP_BYTES = protocol.MAX_BODY // 2
MOST_FILES = protocol.MAX_BUFFERS // 4
MOST_BYTES = protocol.MAX_FRAME // 4


def parcels(files: Mapping[str, bytes], modules: Collection[str]) -> Iterator[dict[str, bytes]]:
    """The files in parcels, each for one message; at least one.

    Args:
        files: a submission's Python files by relative path.
        modules: the names of the assignment's modules, which come first: what is wrong with others is no reason to
            miss them.
    """
    parcel: dict[str, bytes] = {}
    in_map = in_all = 0
    for name in sorted(files, key=lambda name: name.removesuffix(".py") not in modules):
        size = len(files[name])
        # Short sources stand in the message's map, beside the names.
        needs = len(name.encode("utf-8", "surrogatepass")) + min(size, protocol.DETACHED)
        full = len(parcel) == MOST_FILES or in_map + needs > MAP_BYTES or in_all + size > MOST_BYTES
        if parcel and full:
            yield parcel
            parcel, in_map, in_all = {}, 0, 0
        parcel[name] = files[name]
        in_map, in_all = in_map + needs, in_all + size
    yield parcel
