"""Killed at any moment, again and again, a run ends with every note once and nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.batch.conftest import bad_rows, coded_ids, model, parts, visits, write_notes

ROOT = Path(__file__).resolve().parents[2]
KILLS, NOTES, PARTITION = 10, 400, 10


def started(arguments: list[str], known: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.batch.slow_batch", "batch", *arguments],
        cwd=ROOT,
        env={**os.environ, "SUGGESTER_MODELS_DIR": str(known)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ten_kills_lose_and_repeat_nothing(tmp_path: Path) -> None:
    known = tmp_path / "known-models"
    model(known, "default")
    rows: list[dict[str, str] | str] = list(visits(NOTES))
    rows[57] = "no JSON"
    rows[150] = {"id": "v-3", "text": "Cough."}
    rows[333] = {"id": "v-333", "text": "explode"}
    notes = str(write_notes(tmp_path / "notes.jsonl", rows))
    more = ["--jobs", "1", "--partition", str(PARTITION), "--format", "jsonl"]
    whole, out = tmp_path / "whole", tmp_path / "killed"
    at_once = started([notes, str(whole), *more], known)

    draw = random.Random(8)
    for _ in range(KILLS):
        run = started([notes, str(out), *more], known)
        target = min(len(parts(out)) + draw.randint(0, 4), NOTES // PARTITION - 1)
        while len(list(out.glob("part-*"))) < target and run.poll() is None:
            time.sleep(0.001)
        time.sleep(draw.random() * 0.06)
        run.kill()
        _, said = run.communicate()
        assert run.returncode == -9, said
    done = len(parts(out))
    assert 0 < done < NOTES // PARTITION, "each kill came in the middle"

    assert started([notes, str(out), *more], known).wait() == 1
    assert at_once.wait() == 1
    assert coded_ids(out) == [f"v-{n}" for n in range(NOTES) if n not in (57, 150, 333)]
    assert parts(out) == parts(whole)
    assert bad_rows(out) == bad_rows(whole)
    assert [row["partition"] for row in bad_rows(out)] == [5, 15, 33]
    assert {path.name for path in out.iterdir() if path.name[0] == "."} == {".lock"}
