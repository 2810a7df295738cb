"""The workbench served by a process of its own, as a user starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 90


@dataclass
class Served:
    """A running service: its address, its process and what it wrote."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextlib.contextmanager
def served(folder: Path, database: str, *options: str, **variables: str) -> Iterator[Served]:
    """Start the service on a database, and end it afterwards."""
    port = _free_port()
    log = folder / f"serve-{port}.log"
    command = [
        sys.executable, "-m", "suggester", "serve",
        "--port", str(port), "--database", database, *options,
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, **variables}, cwd=folder
        )
    service = Served(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait(service)
        yield service
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                service.kill()


def _wait(service: Served) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert service.process.poll() is None, service.log.read_text("utf-8")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{service.address}/api/v1/ready", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"not ready in {_PATIENCE} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
