"""How much memory there is, of the machine and within every limit that is set on this process."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_OWN_GROUP = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


def available_bytes() -> float | None:
    """Return how many bytes may still be used, whoever sets the limit; None where nothing says."""
    return min(limits(), default=None)


def limits() -> Iterator[float]:
    """Yield what may still be used of the machine, of control groups, and by this process."""
    machine = _of_machine()
    if machine is not None:
        yield machine
    yield from _of_control_groups()
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
        if (limit := resource.getrlimit(kind)[0]) != resource.RLIM_INFINITY:
            yield float(limit)


def _of_machine() -> float | None:
    """Return the bytes that are free or can be freed."""
    try:
        text = _MEMINFO.read_text(encoding="ascii")
    except OSError:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    found = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    return None if found is None else float(found[1]) * 1024


def _of_control_groups() -> Iterator[float]:
    """Yield what is left of the limit of each control group this process is in, and its parents.

    A container sees its own group as the root; pages that can be dropped count as left.
    """
    try:
        own = re.search(r"^0::/(.*)$", _OWN_GROUP.read_text("utf-8"), re.MULTILINE)
    except OSError:
        own = None
    group = _GROUPS / ("" if own is None else own[1])
    for folder in (group, *group.parents):
        if not folder.is_relative_to(_GROUPS):
            return
        try:
            limit = float((folder / "memory.max").read_text(encoding="ascii"))
        except (OSError, ValueError):
            # `max` is no limit, and a group that is not seen from here has none that we know.
            continue
        yield max(0.0, limit - _held(folder))


def _held(folder: Path) -> float:
    """Return the bytes of a control group that cannot be dropped."""
    held = dropped = 0.0
    with suppress(OSError, ValueError):
        held = float((folder / "memory.current").read_text(encoding="ascii"))
        stat = (folder / "memory.stat").read_text(encoding="ascii")
        found = re.search(r"^inactive_file (\d+)$", stat, re.MULTILINE)
        dropped = 0.0 if found is None else float(found[1])
    return held - dropped
