"""The workbench served by a process of its own, as a user starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
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
    tls: ssl.SSLContext | None = None

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)


@contextlib.contextmanager
def served(folder: Path, database: str, *options: str, **variables: str) -> Iterator[Served]:
    """Start the service on a database, and end it afterwards."""
    port = free_port()
    log = folder / f"serve-{port}.log"
    command = [
        sys.executable, "-m", "suggester", "serve",
        "--port", str(port), "--database", database, *options,
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, **variables}, cwd=folder
        )
    at, certificate = _told(options, "--host", "127.0.0.1"), _told(options, "--certificate", "")
    at = "127.0.0.1" if at == "0.0.0.0" else at
    tls = ssl.create_default_context(cafile=certificate) if certificate else None
    scheme = "https" if tls else "http"
    service = Served(f"{scheme}://{at}:{port}", process, log, tls)
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


def _told(options: tuple[str, ...], name: str, otherwise: str) -> str:
    return options[options.index(name) + 1] if name in options else otherwise


def _wait(service: Served) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        assert service.process.poll() is None, service.log.read_text("utf-8")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            address = f"{service.address}/api/v1/ready"
            urllib.request.urlopen(address, timeout=5, context=service.tls).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"not ready in {_PATIENCE} s")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
