from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.serving import Served, served


def test_workers_share_database_figures_and_log(url: str, tmp_path: Path) -> None:
    with served(tmp_path, url, "--workers", "2", "--log-requests") as service:

        def paste(number: int) -> int:
            row = {"id": f"visit-{number}", "text": f"Impression {number}: Gout."}
            answer = httpx2.post(f"{service.address}/api/v1/encounters", json=row, timeout=60)
            return int(answer.status_code)

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(paste, range(24))) == {201}
        listed = httpx2.get(f"{service.address}/api/v1/encounters").json()
        assert listed["counts"]["new"] == 24
        figures = [httpx2.get(f"{service.address}/api/v1/metrics").text for _ in range(6)]
        for text in figures:
            assert re.search(r"^suggester_suggestion_seconds_count 24\.0$", text, re.MULTILINE)
            assert 'suggester_encounters{state="new"} 24.0' in text
    lines = [one for one in service.log.read_text("utf-8").splitlines() if one.startswith("{")]
    told: list[dict[str, Any]] = [json.loads(one) for one in lines]
    assert sum(one["status"] == 201 for one in told) == 24
    assert "Gout" not in service.log.read_text("utf-8")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_under_way_is_finished_before_it_ends(tmp_path: Path, workers: str) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    with served(tmp_path, url, "--workers", workers, TMPDIR=str(tmp_path)) as service:
        notes = [{"text": f"Impression {number}: Gout. " * 20} for number in range(100)]
        answers: list[int] = []

        def ask() -> None:
            address = f"{service.address}/api/v1/suggest/many"
            answers.append(httpx2.post(address, json=notes, timeout=60).status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.4)
        assert answers == []
        service.process.send_signal(signal.SIGTERM)
        asking.join()
        assert service.process.wait(30) == 0
    assert answers == [200]
    assert list(tmp_path.glob("suggester-*")) == [], "the folder of figures is gone"


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with served(tmp_path, f"sqlite:///{tmp_path / 'r.db'}", "--workers", "2") as service:
        before = _workers(service)
        assert len(before) == 2
        os.kill(min(before), signal.SIGKILL)
        end = time.monotonic() + 60
        while len(_workers(service) - {min(before)}) < 2:
            assert time.monotonic() < end, "no new worker"
            time.sleep(0.1)
        answer = httpx2.post(
            f"{service.address}/api/v1/encounters", json={"text": "Impression: Gout."}, timeout=60
        )
        assert answer.status_code == 201


def _workers(service: Served) -> set[int]:
    """Return the processes that serve: children of the first, but for Python's own tracker of resources."""
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    return {
        int(number)
        for number in children.read_text().split()
        if b"spawn_main" in Path(f"/proc/{number}/cmdline").read_bytes()
    }


def test_a_database_that_is_none_is_said_before_workers_start(tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "suggester", "serve", "--workers", "2", "--port", "1025",
        "--database", "mysql://localhost/x",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert done.stderr.count("\n") <= 3
    assert "SQLite or PostgreSQL" in done.stderr
