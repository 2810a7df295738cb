"""Metrics of ranked and of confident codes, each tested against examples worked by hand.

Definitions are those of Edin et al., Automated Medical Coding on MIMIC-III and MIMIC-IV: A Critical
Review and Replicability Study (SIGIR 2023), section 4: macro figures are means over the codes that
are gold somewhere in the evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from suggester.evaluation.hierarchy import category, chapter_name, with_ancestors
from suggester.evaluation.pooled import Pooled, Prepared, calibration_error, macro_f1
from suggester.evaluation.ranked import auc_macro, auc_micro, coverage, taken
from suggester.evaluation.scored import Scored

__all__ = ["METRICS", "POOLED", "RATIOS", "Scored", "compute"]


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


#: What one encounter adds to a metric: the sum of the first over the sum of the second is its value.
Share = Callable[[Scored], tuple[float, float]]
#: From the codes of one side to what is compared.
View = Callable[[Iterable[str]], set[str]]


def _ranking(value: Callable[[list[bool], int], float]) -> Share:
    """Return a metric that is a mean over the encounters with gold codes."""

    def share(row: Scored) -> tuple[float, float]:
        return (value(row.hits, len(row.gold)), 1.0) if row.gold else (0.0, 0.0)

    return share


def _precision(view: View = set) -> Share:
    def share(row: Scored) -> tuple[float, float]:
        sure = view(row.confident)
        return len(sure & view(row.gold)), len(sure)

    return share


def _recall(view: View = set) -> Share:
    def share(row: Scored) -> tuple[float, float]:
        gold = view(row.gold)
        return len(gold & view(row.confident)), len(gold)

    return share


def _f1(view: View = set) -> Share:
    def share(row: Scored) -> tuple[float, float]:
        sure, gold = view(row.confident), view(row.gold)
        return 2 * len(sure & gold), len(sure) + len(gold)

    return share


def _categories(codes: Iterable[str]) -> set[str]:
    return {category(code) for code in codes}


def _chapters(codes: Iterable[str]) -> set[str]:
    return {chapter_name(code) for code in codes}


RATIOS: dict[str, Share] = {
    "map": _ranking(average_precision),
    "r_precision": _ranking(lambda hits, gold: recall_at(hits, gold, gold)),
    "precision_at_5": _ranking(lambda hits, _: precision_at(hits, 5)),
    "precision_at_8": _ranking(lambda hits, _: precision_at(hits, 8)),
    "precision_at_15": _ranking(lambda hits, _: precision_at(hits, 15)),
    "recall_at_5": _ranking(lambda hits, gold: recall_at(hits, gold, 5)),
    "recall_at_10": _ranking(lambda hits, gold: recall_at(hits, gold, 10)),
    "recall_at_15": _ranking(lambda hits, gold: recall_at(hits, gold, 15)),
    "micro_precision": _precision(),
    "micro_recall": _recall(),
    "micro_f1": _f1(),
    "category_f1": _f1(_categories),
    "chapter_f1": _f1(_chapters),
    "hierarchical_precision": _precision(with_ancestors),
    "hierarchical_recall": _recall(with_ancestors),
    "hierarchical_f1": _f1(with_ancestors),
    "exact_match": lambda row: (row.confident == row.gold, 1.0),
}
"""Metrics that add up over encounters: name → what one encounter adds.

Hierarchical precision and recall count each code together with its category and chapter (Kiritchenko
et al. 2006), so that a neighbour of the right code is half right.
"""


POOLED: dict[str, Callable[[Pooled], Prepared]] = {
    "macro_f1": macro_f1,
    "ece": calibration_error,
    "auc_micro": auc_micro,
    "auc_macro": auc_macro,
    "coverage_at_95": coverage,
    "suggestions_at_95": taken,
}
"""Metrics that do not add up over encounters."""


def _of_ratio(share: Share) -> Callable[[Sequence[Scored]], float]:
    def metric(rows: Sequence[Scored]) -> float:
        above = below = 0.0
        for row in rows:
            a, b = share(row)
            above, below = above + a, below + b
        return above / below if below else 0.0

    return metric


def _of_pooled(prepare: Callable[[Pooled], Prepared]) -> Callable[[Sequence[Scored]], float]:
    def metric(rows: Sequence[Scored]) -> float:
        return float(prepare(Pooled.of(rows))(np.ones((1, len(rows))))[0]) if rows else 0.0

    return metric


_ORDER = (
    *("map", "r_precision", "precision_at_5", "precision_at_8", "precision_at_15"),
    *("recall_at_5", "recall_at_10", "recall_at_15"),
    *("micro_precision", "micro_recall", "micro_f1", "macro_f1", "category_f1", "chapter_f1"),
    *("hierarchical_precision", "hierarchical_recall", "hierarchical_f1", "exact_match"),
    *("auc_micro", "auc_macro", "ece", "coverage_at_95", "suggestions_at_95"),
)
METRICS: dict[str, Callable[[Sequence[Scored]], float]] = {
    name: _of_ratio(RATIOS[name]) if name in RATIOS else _of_pooled(POOLED[name]) for name in _ORDER
}
"""Name → function over all scored encounters; higher is better but for those of :data:`LOWER`."""
#: Metrics of which less is better.
LOWER = frozenset({"ece"})
#: Metrics that mean something for diagnoses only: they rest on the hierarchy of ICD-10-CM.
OF_DIAGNOSES = frozenset(
    {"chapter_f1", "hierarchical_precision", "hierarchical_recall", "hierarchical_f1"}
)


def micro(rows: Sequence[Scored], length: int | None = None) -> tuple[float, float, float]:
    """Return micro precision, recall and F1 of the confident codes, cut to ``length`` if given."""

    def cut(codes: Iterable[str]) -> set[str]:
        return {code[:length] for code in codes}

    precision, recall, both = (_of_ratio(kind(cut))(rows) for kind in (_precision, _recall, _f1))
    return precision, recall, both


def compute(rows: Sequence[Scored], names: Iterable[str] = tuple(METRICS)) -> dict[str, float]:
    """Return the metrics named, all of :data:`METRICS` by default."""
    return {name: METRICS[name](rows) for name in names}
