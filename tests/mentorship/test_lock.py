"""One build at a time: the second one is told who holds the workspace."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mentorship.lock import is_held, lock
from workspace.errors import EnvironmentFailed, LockedError

HOLD = """
import sys
from pathlib import Path
from mentorship.lock import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_held(path)
        with pytest.raises(LockedError) as caught, lock(path):
            pass
        assert caught.value.exit_code == 3
        assert f"process {holder.pid}, started " in str(caught.value)
        holder.kill()
    # The kernel lets a killed process's lock go.
    assert not is_held(path)
    with lock(path):
        assert is_held(path)


def test_a_holder_that_is_suspended_still_holds_the_lock_until_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, holder.pid, os.WSTOPPED)
        with pytest.raises(LockedError) as caught, lock(path):
            pass
        assert f"process {holder.pid}, started " in str(caught.value)
        holder.send_signal(signal.SIGCONT)
        holder.communicate("\n")
        assert holder.returncode == 0
    assert not is_held(path)


def test_a_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), lock(path):
        raise ZeroDivisionError
    with lock(path):
        assert str(os.getpid()) in path.read_text(encoding="utf-8")
    assert not is_held(path)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    path = tmp_path / "lock"
    path.touch()
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(EnvironmentFailed, match="has no locks"), lock(path):
        pass
    assert not is_held(path)


def test_a_lock_nobody_ever_took_is_free(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
