"""Fit one linear model a code, each against the notes that are hardest to tell from its own.

The cost grows with the number of notes that have a code, not with notes times codes: a model sees all
notes of its code, and for each of them a few others: those most like its own by their centroid, and some
at random. Codes and their categories get models of their own; a rare code leans on its category.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.candidates.code_models import COLUMNS, LEAST_NOTES, CodeModels, weighted
from suggester.parallel import spread
from suggester.training.checkpoints import Checkpoints
from suggester.training.gathering import Gathered
from suggester.training.patients import FREQUENCY_FOLDS, folds, numbered

#: Notes that must have a code for it to get a model.
LEAST_POSITIVE = 3
#: Notes of a code that are used at most.
MOST_POSITIVE = 4_000
#: Other notes for each of its own: the hardest, and at random; and the fewest of each.
HARD, RANDOM, FEWEST = 2.0, 1.0, 60
#: Words of a centroid, and of a model, that are kept.
CENTROID_WORDS, MODEL_WORDS = 300, 1000
C = 1.0
_ROWS = 2_000
_NODES = 64

Ints = npt.NDArray[np.int64]
Progress = Callable[[str, int, int], None]


def idf_of(counts: Any) -> npt.NDArray[np.float32]:
    """Return the weight of each column: rarer is more, but nothing below the fewest notes."""
    notes = counts.shape[0]
    often = np.bincount(counts.indices, minlength=COLUMNS)
    idf = np.log((1 + notes) / (1 + often)) + 1
    return np.where(often >= LEAST_NOTES, idf, 0).astype(np.float32)


def nodes_of(labels: Sequence[Collection[str]]) -> list[str]:
    """Return the codes and categories that enough notes have, in alphabetical order."""
    often: Counter[str] = Counter()
    for codes in labels:
        often.update(set(codes) | {code[:3] for code in codes})
    return sorted(node for node, number in often.items() if number >= LEAST_POSITIVE)


def fit_code_models(
    counts: Any,
    labels: Sequence[Collection[str]],
    seed: int,
    jobs: int = 1,
    progress: Progress = lambda stage, done, total: None,
) -> CodeModels:
    """Fit the models of a corpus.

    Parameters
    ----------
    counts
        Hashed words of each note, see :func:`suggester.candidates.code_models.hashed`.
    labels
        Gold codes of each note.
    """
    from scipy.sparse import csr_matrix, hstack

    idf = idf_of(counts)
    rows = weighted(counts, idf)
    nodes = nodes_of(labels)
    number_of = {node: number for number, node in enumerate(nodes)}
    having: list[list[int]] = [[] for _ in nodes]
    for note, codes in enumerate(labels):
        for node in set(codes) | {code[:3] for code in codes}:
            if node in number_of:
                having[number_of[node]].append(note)
    positive = [np.array(notes, dtype=np.int64) for notes in having]
    hard = _hard(rows, positive, progress)
    batches = [range(i, min(i + _NODES, len(nodes))) for i in range(0, len(nodes), _NODES)]
    fitted = spread(
        _fit_batch,
        (([(n, positive[n], hard[n]) for n in batch], seed) for batch in batches),
        jobs,
        shared=(rows,),
    )
    blocks, intercepts = [], []
    for done, (block, intercept) in enumerate(fitted, 1):
        blocks.append(block)
        intercepts.append(intercept)
        progress("fitting code models", done, len(batches))
    weights = csr_matrix(hstack(blocks)) if blocks else csr_matrix((COLUMNS, 0), dtype=np.float32)
    known = {code for codes in labels for code in codes}
    above = [number_of.get(node[:3], -1) if len(node) > 3 else -1 for node in nodes]
    return CodeModels(
        number_of,
        weights,
        np.concatenate(intercepts).astype(np.float32) if intercepts else np.zeros(0, np.float32),
        idf,
        np.array([node in known for node in nodes], dtype=np.bool_),
        np.array(above, dtype=np.int32),
    )


def models_of_others(
    gathered: Gathered,
    seed: int,
    jobs: int,
    progress: Progress,
    work: Checkpoints | None = None,
) -> list[CodeModels]:
    """Return per-code models fitted on no note of the patients whose notes they are to score.

    Where most of a corpus is not ranked, one is fitted on that rest; of a corpus that is ranked whole,
    one for each fold of :func:`suggester.training.patients.folds`, on the other folds.
    """
    counts, work = gathered.counts, work or Checkpoints()
    if counts is None:
        return []
    rest, places = gathered.rest, gathered.places

    def fitted(chosen: Ints, told: Progress) -> CodeModels:
        return fit_code_models(counts[chosen], _chosen(gathered, chosen), seed, jobs, told)

    apart = _of_other_patients(gathered, rest, places)
    if len(apart) > len(places):
        return [work.kept("code-models-of-rest", lambda: fitted(apart, progress))]
    models = []
    fold = np.array(folds(numbered(gathered.ranked)))
    for k in range(FREQUENCY_FOLDS):
        others = _of_other_patients(
            gathered, np.union1d(rest, places[fold != k]), places[fold == k]
        )
        models.append(
            work.kept(
                f"code-models-of-fold-{k}",
                partial(fitted, others, lambda stage, done, total: None),
            )
        )
        progress("fitting code models by fold", k + 1, FREQUENCY_FOLDS)
    return models


def _of_other_patients(gathered: Gathered, places: Ints, scored: Ints) -> Ints:
    """Return those of ``places`` whose patient has no note among ``scored``."""
    patients = gathered.patients
    return places[~np.isin(patients[places], patients[scored])]


def _chosen(gathered: Gathered, places: Ints) -> list[tuple[str, ...]]:
    return [gathered.labels[number] for number in places]


def _hard(rows: Any, positive: Sequence[Ints], progress: Progress) -> list[Ints]:
    """Return for each node the notes that are not its own and most like its centroid, best first."""
    from scipy.sparse import vstack

    most = [int(max(FEWEST, HARD * min(len(p), MOST_POSITIVE))) for p in positive]
    centroids = vstack([_centroid(rows[p[:MOST_POSITIVE]]) for p in positive]).T.tocsr()
    own: dict[int, list[int]] = defaultdict(list)
    for node, notes in enumerate(positive):
        for note in notes:
            own[int(note)].append(node)
    kept: list[tuple[npt.NDArray[np.float32], Ints]] = [
        (np.zeros(0, np.float32), np.zeros(0, np.int64)) for _ in positive
    ]
    total = rows.shape[0]
    for start in range(0, total, _ROWS):
        chunk = rows[start : start + _ROWS]
        like = (chunk @ centroids).toarray()
        for i in range(like.shape[0]):
            like[i, own[start + i]] = -1.0
        for node, number in enumerate(most):
            scores, notes = kept[node]
            column = like[:, node]
            # A share of each part of the corpus is enough to begin with; the best stay.
            best = np.argpartition(-column, min(number, len(column) - 1))[:number]
            scores = np.concatenate([scores, column[best]])
            notes = np.concatenate([notes, best + start])
            if len(scores) > number:
                top = np.argpartition(-scores, number - 1)[:number]
                scores, notes = scores[top], notes[top]
            kept[node] = scores, notes
        progress("finding hard notes", min(total, start + _ROWS), total)
    return [np.sort(notes[scores > 0]) for scores, notes in kept]


def _centroid(rows: Any) -> Any:
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    mean = (
        rows.mean(axis=0).A1
        if hasattr(rows.mean(axis=0), "A1")
        else np.asarray(rows.mean(axis=0)).ravel()
    )
    top = np.argpartition(-mean, CENTROID_WORDS)[:CENTROID_WORDS]
    top = np.sort(top[mean[top] > 0])
    row = csr_matrix(
        (mean[top].astype(np.float32), (np.zeros(len(top), dtype=np.int64), top)),
        shape=(1, COLUMNS),
    )
    return normalize(row, copy=False)


def _fit_batch(rows: Any, tasks: Sequence[tuple[int, Ints, Ints]], seed: int) -> tuple[Any, Any]:
    from scipy.sparse import csc_matrix, hstack

    columns, intercepts = [], []
    for node, positive, hard in tasks:
        column, intercept = _fit_one(rows, positive, hard, np.random.default_rng((seed, node)))
        columns.append(column)
        intercepts.append(intercept)
    return csc_matrix(hstack(columns)), np.array(intercepts)


def _fit_one(
    rows: Any, positive: Ints, hard: Ints, random: np.random.Generator
) -> tuple[Any, float]:
    from scipy.sparse import csc_matrix
    from sklearn.svm import LinearSVC

    total = rows.shape[0]
    if len(positive) > MOST_POSITIVE:
        positive = np.sort(random.choice(positive, MOST_POSITIVE, replace=False))
    wanted = int(max(FEWEST, RANDOM * len(positive)))
    others = random.choice(total, min(total, wanted + len(positive)), replace=False)
    others = np.setdiff1d(others, positive)[:wanted]
    negative = np.union1d(hard, others)
    if not len(negative):
        return csc_matrix((COLUMNS, 1), dtype=np.float32), 0.0
    chosen = np.concatenate([positive, negative])
    truth = np.concatenate([np.ones(len(positive)), np.zeros(len(negative))])
    some = rows[chosen]
    used = np.unique(some.indices)
    model = LinearSVC(C=C, max_iter=200, tol=0.01, random_state=int(random.integers(2**31)))
    model.fit(some[:, used], truth)
    weight = model.coef_[0].astype(np.float32)
    if len(weight) > MODEL_WORDS:
        top = np.sort(np.argpartition(-np.abs(weight), MODEL_WORDS)[:MODEL_WORDS])
        used, weight = used[top], weight[top]
    column = csc_matrix((weight, (used, np.zeros(len(used), dtype=np.int64))), shape=(COLUMNS, 1))
    return column, float(model.intercept_[0])
