"""``python -m tests.benchmarks.scale``: how training time and memory grow with notes and codes.

Invents corpora as tables of MIMIC-IV, a quarter larger than asked for, and reads them; trains on four
fifths of the patients of each in a process of its own; measures the model on notes of the others, and a
linear classifier for each code on the very same words beside it. README.md tells what the options mean.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from suggester import Suggester
from suggester.candidates.code_models import hashed, weighted
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.evaluation.evaluate import evaluate
from suggester.evaluation.metrics import compute
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import settle
from suggester.ranking.tiers import best_threshold
from suggester.training.code_models import idf_of
from tests.benchmarks.computer import ROOT, describe

#: Encounters the models are measured on, and the codes of each that the linear classifiers rank.
MEASURED, RANKED = 1000, 50
METRICS = ("micro_f1", "macro_f1", "map", "recall_at_10")


def main() -> None:
    """Measure every size asked for and print one line of JSON each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--notes", type=int, nargs="+", default=[5_000])
    asked.add_argument("--codes", type=int, nargs="+", default=[500])
    asked.add_argument("--words", type=int, default=1500)
    asked.add_argument("--codes-per-note", type=float, default=12)
    asked.add_argument("--jobs", type=int, default=2)
    asked.add_argument(
        "--linear", action="store_true", help="one linear classifier a code beside it"
    )
    options = asked.parse_args()
    print(describe(), flush=True)
    for notes in options.notes:
        for codes in options.codes:
            row = measure(
                notes, codes, options.words, options.codes_per_note, options.jobs, options.linear
            )
            print(json.dumps(row), flush=True)


def measure(
    notes: int, codes: int, words: int, codes_per_note: float, jobs: int, linear: bool
) -> dict[str, Any]:
    """Return time, memory and quality of one training; nothing stays on the disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = folder / "mimic"
        made, train, test = (folder / file for file in ("all.jsonl", "train.jsonl", "test.jsonl"))
        _suggester(
            "corpus", "generate", "--layout", "mimic", "--out", str(tables), "--notes", str(notes * 5 // 4),
            "--codes", str(codes),
            "--words", str(words), "--codes-per-note", str(codes_per_note),
        )  # fmt: skip
        began = time.perf_counter()
        _suggester("corpus", "convert", str(tables), "--out", str(made))
        converting = time.perf_counter() - began
        shutil.rmtree(tables)
        _divide(made, train, test)
        made.unlink()
        seconds, peak = watched(
            "train", str(train), "--out", str(folder / "model"), "--jobs", str(jobs),
            "--allow-phi", train.name,
        )  # fmt: skip
        measured = list(islice(read_corpus([test]), MEASURED))
        began = time.perf_counter()
        model = evaluate(Suggester.load(folder / "model"), measured).metrics
        row: dict[str, Any] = {
            "notes": notes, "codes": codes, "words": words, "jobs": jobs,
            "convert_seconds": round(converting), "train_seconds": round(seconds), "peak_megabytes": round(peak),
            "measured_on": len(measured),
            "seconds_a_note": round((time.perf_counter() - began) / len(measured), 3),
            "model": {metric: round(model[metric], 4) for metric in METRICS},
        }  # fmt: skip
        if linear:
            began = time.perf_counter()
            found = compute(one_for_each_code(train, measured, jobs))
            row["linear_seconds"] = round(time.perf_counter() - began)
            row["linear"] = {metric: round(found[metric], 4) for metric in METRICS}
        return row


def watched(*arguments: str) -> tuple[float, float]:
    """Run a command; return the seconds it took and the most memory it and its processes held, in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "suggester", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    most = 0.0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(1.0):
            most = max(most, sum(map(_megabytes, _tree(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        if process.wait():
            raise SystemExit(f"suggester {arguments[0]} failed.")
    finally:
        ended.set()
        watcher.join()
    return time.perf_counter() - began, most


def one_for_each_code(train: Path, measured: Sequence[CodedEncounter], jobs: int) -> list[Scored]:
    """Return the answers of one linear classifier a code, fitted on all notes, with one threshold.

    They see the same words and pairs of words as the models under test, weighted the same. The threshold is
    the one with the best micro-F1 on a twentieth of the notes, left out of the fitting.
    """
    from joblib import Parallel, delayed
    from scipy.sparse import vstack

    blocks: list[Any] = []
    labels: list[frozenset[str]] = []
    stream = iter(read_corpus([train]))
    while batch := list(islice(stream, 500)):
        blocks.append(hashed(coded.encounter.text for coded in batch))
        labels.extend(frozenset(coded.codes) for coded in batch)
    counts = vstack(blocks).tocsr()
    idf = idf_of(counts)
    rows = weighted(counts, idf)
    used = np.unique(rows.indices)
    rows = rows[:, used]
    aside = np.arange(len(labels)) % 20 == 0
    fitted = rows[~aside]
    known = sorted({code for codes in labels for code in codes})
    truth = [codes for codes, left in zip(labels, aside, strict=True) if not left]
    tell = vstack(
        [rows[aside], weighted(hashed(c.encounter.text for c in measured), idf)[:, used]]
    ).tocsr()
    parts = [known[i : i + 20] for i in range(0, len(known), 20)]
    margins = np.hstack(
        Parallel(n_jobs=jobs)(delayed(_margins)(fitted, truth, part, tell) for part in parts)
    )
    size = int(aside.sum())
    gold = [codes for codes, left in zip(labels, aside, strict=True) if left]
    outcome = np.array([[code in codes for code in known] for codes in gold])
    flat = margins[:size].ravel()
    near = flat > -1.0
    bound, _ = best_threshold(
        flat[near], outcome.ravel()[near].astype(float), int(outcome.sum()), margin=0.0
    )
    out = []
    for coded, row in zip(measured, margins[size:], strict=True):
        best = np.argsort(-row, kind="stable")[:RANKED]
        confidence = {known[n]: float(1 / (1 + np.exp(-row[n]))) for n in best}
        sure = {known[n] for n in np.flatnonzero(row >= bound)}
        out.append(settle(coded, list(confidence), sure, confidence))
    return out


def _margins(
    rows: Any, truth: Sequence[frozenset[str]], codes: Sequence[str], tell: Any
) -> np.ndarray[Any, Any]:
    from sklearn.linear_model import SGDClassifier

    columns = []
    for code in codes:
        has = np.array([code in mine for mine in truth])
        if not has.any():
            columns.append(np.full(tell.shape[0], -9.0))
            continue
        model = SGDClassifier(alpha=1e-5, max_iter=6, tol=None, random_state=0).fit(rows, has)
        columns.append(tell @ model.coef_[0] + model.intercept_[0])
    return np.column_stack(columns)


def _suggester(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "suggester", *arguments], cwd=ROOT, check=True, capture_output=True
    )


def _divide(made: Path, train: Path, test: Path) -> None:
    """Put every fifth patient into the test."""
    patients: dict[str, int] = {}
    with made.open("rb") as source, train.open("wb") as learn, test.open("wb") as measure_on:
        for line in source:
            number = patients.setdefault(json.loads(line)["patient"], len(patients))
            (measure_on if number % 5 == 0 else learn).write(line)


def _tree(root: int) -> Iterator[int]:
    """Yield a process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(told[1]), []).append(int(entry.name))
    waiting = [root]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process, [])


def _megabytes(process: int) -> float:
    """Return the memory a process holds; shared pages are divided among those that hold them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
