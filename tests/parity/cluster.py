"""A standalone cluster of this machine: a master and two workers, each a process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend"


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes:
        master: where it is reached.
        workers: its workers.
    """

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def standalone() -> Iterator[Cluster]:
    """Start a master and its workers; end them and what they started."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    master = f"spark://localhost:{port}"
    with ExitStack() as started:
        started.enter_context(
            _process(MASTER, "--host", "localhost", "--port", str(port), "--webui-port", "0")
        )
        while not _answers(port):
            time.sleep(0.2)
        memory = ("--cores", "1", "--memory", "2g", "--host", "localhost", "--webui-port", "0")
        workers = [started.enter_context(_process(WORKER, *memory, master)) for _ in range(WORKERS)]
        yield Cluster(master, tuple(workers))


@contextmanager
def losing_a_worker(cluster: Cluster, *, after_seconds: float = 20) -> Iterator[threading.Event]:
    """Kill one worker, and what runs on it, some time after it was given work."""
    lost, ended = threading.Event(), threading.Event()
    worker = cluster.workers[0]

    def lose() -> None:
        while not ended.wait(0.5):
            executors = _executors_of(worker.pid)
            if executors and not ended.wait(after_seconds):
                for pid in (worker.pid, *executors):
                    os.kill(pid, signal.SIGKILL)
                lost.set()
                return

    thread = threading.Thread(target=lose)
    thread.start()
    try:
        yield lost
    finally:
        ended.set()
        thread.join()


def _executors_of(worker: int) -> list[int]:
    """Return the processes that a worker started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text()
        except OSError:  # it has ended
            continue
        if parent == worker and EXECUTOR in words:
            found.append(int(folder.name))
    return found


def _answers(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("localhost", port)) == 0


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a part of Spark in a group of its own; end the group."""
    import pyspark

    home = Path(pyspark.__file__).parent
    process = subprocess.Popen(
        [str(home / "bin" / "spark-class"), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"SPARK_HOME": str(home)},
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # A worker that was killed has left its group behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
