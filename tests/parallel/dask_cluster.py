"""A real Dask cluster on this computer: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Cluster:
    """Where its scheduler listens, and its processes."""

    address: str
    scheduler: subprocess.Popen[bytes]
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self, threads: int = 1) -> None:
        """Start another worker."""
        self.workers.append(
            _started(
                self.folder / f"worker-{len(self.workers)}.log",
                *("dask_worker", self.address, "--nthreads", str(threads), "--no-dashboard"),
                *("--no-nanny", "--local-directory", str(self.folder)),
            )
        )

    def logs(self) -> str:
        """Return what the workers wrote."""
        return "".join(path.read_text() for path in self.folder.glob("worker-*.log"))


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _started(log: Path, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """Start a scheduler and workers on the loopback; all end with the block."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        scheduler = _started(
            folder / "scheduler.log",
            *("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"),
        )
        made = Cluster(f"tcp://127.0.0.1:{port}", scheduler, folder)
        try:
            for _ in range(workers):
                made.add_worker()
            yield made
        finally:
            for process in (*made.workers, scheduler):
                process.kill()
            for process in (*made.workers, scheduler):
                process.wait()
