"""``python -m tests.benchmarks.folds CORPUS``: what learning from a corpus adds, by cross-validation.

Deals the patients of a corpus into folds; for each, trains a model on the others with everything training
learns, and measures it and the shipped model on the very same notes. Nothing stays on the disk.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

import numpy as np

from suggester import Suggester
from suggester.corpus.readers import read_corpus
from suggester.evaluation.evaluate import evaluate
from suggester.training.patients import drawn_folds, numbered
from suggester.training.train import train_model
from tests.benchmarks.computer import describe

METRICS = ("map", "recall_at_10", "micro_f1", "macro_f1", "r_precision")


def main() -> None:
    """Print the figures of both models for every fold, and their means."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--jobs", type=int, default=2)
    options = asked.parse_args()
    print(describe(), flush=True)
    lines = [line for line in options.corpus.read_text("utf-8").splitlines() if line.strip()]
    coded = list(read_corpus([options.corpus]))
    if len(coded) != len(lines):
        raise SystemExit("The corpus must have one usable encounter a line.")
    fold_of = np.array(drawn_folds(numbered(coded), options.folds, options.seed))
    shipped = Suggester.load("default")
    rows: list[dict[str, tuple[float, float]]] = []
    for k in range(options.folds):
        with tempfile.TemporaryDirectory() as name:
            learn, model = Path(name) / "learn.jsonl", Path(name) / "model"
            kept = [line for line, fold in zip(lines, fold_of, strict=True) if fold != k]
            learn.write_text("\n".join(kept) + "\n", "utf-8")
            train_model([learn], model, seed=options.seed, jobs=options.jobs)
            test = [one for one, fold in zip(coded, fold_of, strict=True) if fold == k]
            before = evaluate(shipped, test).metrics
            after = evaluate(Suggester.load(model), test).metrics
        rows.append({metric: (before[metric], after[metric]) for metric in METRICS})
        print(f"fold {k}: {_shown(rows[-1])}", flush=True)
    means = {
        metric: (
            statistics.mean(row[metric][0] for row in rows),
            statistics.mean(row[metric][1] for row in rows),
        )
        for metric in METRICS
    }
    print(f"mean:   {_shown(means)}")
    print(f"MAP learned / shipped: {means['map'][1] / means['map'][0]:.2f}")


def _shown(row: dict[str, tuple[float, float]]) -> str:
    return "  ".join(f"{metric} {one:.3f} -> {two:.3f}" for metric, (one, two) in row.items())


if __name__ == "__main__":
    main()
