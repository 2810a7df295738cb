from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from suggester.models import find_model
from suggester.review.database import Database
from suggester.review.models_in_use import ModelsInUse
from suggester.review.people import ADMIN, Person
from tests.serving import served


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "suggester", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_the_examples_wait_in_the_worklist(tmp_path: Path) -> None:
    with served(tmp_path, f"sqlite:///{tmp_path / 'r.db'}", "--examples") as service:
        listed = httpx2.get(f"{service.address}/api/v1/encounters").json()
        assert len(listed["encounters"]) == 3
        assert "<h1>Worklist</h1>" in httpx2.get(service.address).text
    assert service.process.returncode == 0
    said = service.log.read_text("utf-8").splitlines()
    # Where the code set was never loaded before, it says so first.
    assert [line for line in said if not line.startswith("Compiling ")] == [
        f"Suggester is ready: {service.address} (Ctrl+C ends it)"
    ]


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = serve("--port", str(other.getsockname()[1]))
    assert done.returncode == 2
    assert "another program has it" in done.stderr


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    done = serve("--port", "1024", "--database", url)
    assert done.returncode == 2
    assert "SQLite or PostgreSQL" in done.stderr or "given as a URL" in done.stderr


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.write_bytes(b"this is a letter, not a database" * 40)
    done = serve("--port", "1024", "--database", f"sqlite:///{path}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Something unexpected" not in done.stderr
    assert path.read_bytes().startswith(b"this is a letter")


def test_a_key_that_is_none_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUGGESTER_KEY", "zebra")
    done = serve("--port", "1024", "--database", f"sqlite:///{tmp_path / 'r.db'}")
    assert done.returncode == 2
    assert "32 bytes" in done.stderr
    assert "zebra" not in done.stderr


def test_what_is_kept_is_the_users_file(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with served(tmp_path, f"sqlite:///{path}") as service:
        httpx2.post(f"{service.address}/api/v1/encounters", json={"text": "Gout."})
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM encounter").fetchone() == (1,)


def test_a_promoted_model_stands_above_the_option_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(find_model("default"), tmp_path / "models" / "other")
    monkeypatch.setenv("SUGGESTER_MODELS_DIR", str(tmp_path / "models"))
    url = f"sqlite:///{tmp_path / 'r.db'}"
    database = Database(url)
    database.upgrade()
    ModelsInUse(database, "default").promote("other", Person("ann", ADMIN))
    database.close()
    with served(tmp_path, url, "--model", "default") as service:
        told = service.log.read_text("utf-8")
    assert "Notice: other, which ann promoted, suggests instead of default" in told
