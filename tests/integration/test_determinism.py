"""The same notes give the same suggestions in every process, whatever the order of its sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"""
import hashlib
from suggester import Suggester
from suggester.corpus.readers import read_corpus

suggester = Suggester.load({str(ROOT / "models" / "default")!r})
corpus = list(read_corpus([{str(ROOT / "corpora" / "notes")!r}]))[::6]
for coded in corpus:
    result = suggester.suggest(coded.encounter, explain=True).to_dict()
    print(coded.encounter.id, hashlib.sha256(repr(result).encode()).hexdigest())
"""


def results(seed: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": str(seed), "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_same_results_in_every_process() -> None:
    first = results(1)
    assert len(first) >= 50
    for seed in (2, 3):
        assert [a for a, b in zip(first, results(seed), strict=True) if a != b] == []
