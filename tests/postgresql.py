"""A PostgreSQL server of the tests' own, on a socket in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_USER = "suggester"


class MissingServerError(RuntimeError):
    """There is no PostgreSQL server to test on."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server, and yield the URL of its databases, with braces for the name."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="suggester-pg-"))
    try:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run(programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", _USER, "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c max_connections=200"
        _run(
            programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options,
            "-w", "start",
        )  # fmt: skip
        try:
            yield f"postgresql://{_USER}@/{{}}?host={folder}"
        finally:
            _run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of the server's programs; Debian keeps them off the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb")
    if not installed and found is None:
        raise MissingServerError(
            "These tests need a PostgreSQL server; on Debian: apt-get install postgresql."
        )
    return installed[-1].parent if installed else Path(found or "").parent


def _run(program: Path, *arguments: object) -> None:
    command = [str(program), *map(str, arguments)]
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # Not captured: the server that pg_ctl starts would keep a pipe open.
    done = subprocess.run(
        [*as_user, *command], check=False, cwd="/", stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode != 0:
        raise MissingServerError(f"{program.name} ended with {done.returncode}.")
