"""The leash of a child process: when whoever started it is gone, however that went, it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping

# The process that a child belongs to.
VARIABLE = "MENTORSHIP_PARENT"
_SECONDS = 0.2
# `prctl(2)`: the signal that a process gets when its parent ends.
_PR_SET_PDEATHSIG = 1


def leash() -> Mapping[str, str]:
    """Return what a child's environment needs for `follow_parent`."""
    return {VARIABLE: str(os.getpid())}


def follow_parent() -> None:
    """End this process, whatever it is doing, soon after the one that started it has ended.

    A killed parent can tell nobody. Linux ends its children for it, even one that is too busy to
    look; elsewhere orphans get another parent, which is seen from here on every POSIX system.
    Without a leash nothing is watched.
    """
    parent = os.environ.get(VARIABLE, "")
    if parent.isdecimal():
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(1)
