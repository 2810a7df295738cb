"""Metrics of ranked and of confident codes, each tested against examples worked by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scored:
    """One encounter's ranked codes beside its gold codes.

    ``ranked`` is best first; ``confident`` are the codes that would be pre-selected; ``confidence``
    gives a probability for each ranked code.
    """

    gold: frozenset[str]
    ranked: tuple[str, ...]
    confident: frozenset[str]
    confidence: Mapping[str, float]


def average_precision(hits: Sequence[bool], gold: int) -> float:
    """Return the sum of precision at each hit, divided by the number of gold codes."""
    found, total = 0, 0.0
    for rank, hit in enumerate(hits, 1):
        if hit:
            found += 1
            total += found / rank
    return total / gold if gold else 0.0


def recall_at(hits: Sequence[bool], gold: int, k: int) -> float:
    """Return the share of gold codes among the first ``k``."""
    return sum(hits[:k]) / gold if gold else 0.0


def precision_at(hits: Sequence[bool], k: int) -> float:
    """Return the share of the first ``k`` places that hold gold codes."""
    return sum(hits[:k]) / k


def f1(true_positive: int, false_positive: int, false_negative: int) -> float:
    """Return the harmonic mean of precision and recall; 0 where there is no hit."""
    if not true_positive:
        return 0.0
    return 2 * true_positive / (2 * true_positive + false_positive + false_negative)


def expected_calibration_error(
    confidence: Sequence[float], truth: Sequence[bool], bins: int = 10
) -> float:
    """Return the mean distance between confidence and outcome over equal-width bins, by size."""
    count = [0] * bins
    said = [0.0] * bins
    held = [0] * bins
    for p, true in zip(confidence, truth, strict=True):
        b = min(bins - 1, int(p * bins))
        count[b] += 1
        said[b] += p
        held[b] += bool(true)
    total = sum(count)
    return sum(abs(s - h) for s, h in zip(said, held, strict=True)) / total if total else 0.0


def _mean(rows: Sequence[Scored], value: Callable[[list[bool], int], float]) -> float:
    used = [row for row in rows if row.gold]
    if not used:
        return 0.0
    return sum(value([c in row.gold for c in row.ranked], len(row.gold)) for row in used) / len(
        used
    )


def micro(rows: Sequence[Scored], length: int | None = None) -> tuple[float, float, float]:
    """Return micro precision, recall and F1 of the confident codes, cut to ``length`` if given."""
    tp = fp = fn = 0
    for row in rows:
        sure, gold = _cut(row.confident, length), _cut(row.gold, length)
        tp, fp, fn = tp + len(sure & gold), fp + len(sure - gold), fn + len(gold - sure)
    precision = tp / (tp + fp) if tp + fp else 0.0
    recall = tp / (tp + fn) if tp + fn else 0.0
    return precision, recall, f1(tp, fp, fn)


def _cut(codes: Set[str], length: int | None) -> set[str]:
    return {code[:length] for code in codes}


def macro_f1(rows: Sequence[Scored]) -> float:
    """Return the mean F1 over the codes that are gold somewhere."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for code in row.confident & row.gold:
            counts[code][0] += 1
        for code in row.confident - row.gold:
            counts[code][1] += 1
        for code in row.gold - row.confident:
            counts[code][2] += 1
    present = {code for row in rows for code in row.gold}
    return sum(f1(*counts[code]) for code in sorted(present)) / len(present) if present else 0.0


METRICS: dict[str, Callable[[Sequence[Scored]], float]] = {
    "map": lambda rows: _mean(rows, average_precision),
    "r_precision": lambda rows: _mean(rows, lambda hits, gold: recall_at(hits, gold, gold)),
    "precision_at_5": lambda rows: _mean(rows, lambda hits, _: precision_at(hits, 5)),
    "recall_at_5": lambda rows: _mean(rows, lambda hits, gold: recall_at(hits, gold, 5)),
    "recall_at_10": lambda rows: _mean(rows, lambda hits, gold: recall_at(hits, gold, 10)),
    "micro_precision": lambda rows: micro(rows)[0],
    "micro_recall": lambda rows: micro(rows)[1],
    "micro_f1": lambda rows: micro(rows)[2],
    "macro_f1": macro_f1,
    "category_f1": lambda rows: micro(rows, 3)[2],
    "exact_match": lambda rows: (
        sum(row.confident == row.gold for row in rows) / len(rows) if rows else 0.0
    ),
    "ece": lambda rows: expected_calibration_error(
        [row.confidence[c] for row in rows for c in row.ranked],
        [c in row.gold for row in rows for c in row.ranked],
    ),
}
"""Name → function over all scored encounters; higher is better but for ``ece``."""


def compute(rows: Sequence[Scored]) -> dict[str, float]:
    """Return every metric of :data:`METRICS`."""
    return {name: metric(rows) for name, metric in METRICS.items()}
