"""Omikuji, where it is installed: partitioned label trees (Prabhu et al., Parabel, WWW 2018)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

#: Codes kept for a note.
MOST = 50


class LabelTrees:
    """Score codes with Omikuji's default trees."""

    def __init__(self) -> None:
        self._model: Any = None
        self._codes: list[str] = []

    def fit(self, features: Any, codes: Sequence[frozenset[str]]) -> None:
        """Train the trees.

        Omikuji reads its training data from a file: one of numbers only, removed at once.
        """
        omikuji = import_module("omikuji")
        self._codes = sorted({code for mine in codes for code in mine})
        number = {code: n for n, code in enumerate(self._codes)}
        rows = [(row, mine) for row, mine in enumerate(codes) if mine]
        if not rows:
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "numbers.txt"
            with path.open("w", encoding="ascii") as stream:
                stream.write(f"{len(rows)} {features.shape[1]} {len(self._codes)}\n")
                for row, mine in rows:
                    labels = ",".join(str(number[code]) for code in sorted(mine))
                    values = " ".join(f"{n}:{value:.6f}" for n, value in _pairs(features, row))
                    stream.write(f"{labels} {values}\n")
            with _quiet():
                self._model = omikuji.Model.train_on_data(
                    str(path), omikuji.Model.default_hyper_param(), n_threads=1
                )

    def suggest(self, features: Any) -> list[dict[str, float]]:
        """Return for each row its best codes with a score."""
        out: list[dict[str, float]] = []
        for row in range(features.shape[0]):
            found = (
                []
                if self._model is None
                else self._model.predict(_pairs(features, row), top_k=MOST)
            )
            out.append({self._codes[n]: min(1.0, max(0.0, float(score))) for n, score in found})
        return out


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what Omikuji itself, no Python, prints to standard output and standard error."""
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    kept = [os.dup(number) for number in (1, 2)]
    try:
        for number in (1, 2):
            os.dup2(nowhere, number)
        yield
    finally:
        for number, copy in zip((1, 2), kept, strict=True):
            os.dup2(copy, number)
            os.close(copy)
        os.close(nowhere)


def _pairs(features: Any, row: int) -> list[tuple[int, float]]:
    begin, end = features.indptr[row], features.indptr[row + 1]
    columns, values = features.indices[begin:end], features.data[begin:end]
    return sorted((int(n), float(value)) for n, value in zip(columns, values, strict=True))
