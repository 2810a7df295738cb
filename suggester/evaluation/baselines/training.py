"""Train a baseline on other patients' notes and score coded encounters with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError
from suggester.evaluation.answered import patient_of
from suggester.evaluation.baselines import BASELINES, Baseline
from suggester.evaluation.pooled import Floats
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import settle

#: Parts that patients are divided into: one to find the threshold on, or one to score at a time.
FOLDS = 5
#: Words and pairs of words that are looked at, the most frequent.
WORDS = 30_000
#: Encounters a baseline needs to learn anything.
FEWEST = 10

Progress = Callable[[int, int], None]


def apart(
    training: Sequence[CodedEncounter], evaluated: Sequence[CodedEncounter]
) -> list[CodedEncounter]:
    """Return the encounters to train on: none of a patient, an id or a text that is evaluated."""
    ids = {coded.encounter.id for coded in evaluated}
    texts = {coded.encounter.text for coded in evaluated}
    patients = {patient_of(coded) for coded in evaluated}
    return [
        coded
        for coded in training
        if coded.diagnoses_coded
        and coded.encounter.id not in ids
        and coded.encounter.text not in texts
        and patient_of(coded) not in patients
    ]


def scored_by(
    name: str,
    training: Sequence[CodedEncounter],
    evaluated: Sequence[CodedEncounter],
    seed: int = 0,
) -> list[Scored]:
    """Train a baseline and return its codes beside the gold codes of other encounters.

    Its scores are calibrated, and the threshold with the best micro-F1 chosen, on a fifth of the
    training patients, scored by a baseline trained on the others.

    Raises
    ------
    InputError
        There are too few encounters to train on.
    """
    if len(training) < FEWEST:
        raise InputError(
            f"There are {len(training)} encounters to train baselines on; at least {FEWEST} are needed."
        )
    fold = folds(training, seed)
    kept = [coded for coded, part in zip(training, fold, strict=True) if part]
    aside = [coded for coded, part in zip(training, fold, strict=True) if not part]
    calibrated, threshold = _calibrated(_suggested(name, kept, aside), aside)
    rows = []
    for scores, one in zip(_suggested(name, training, evaluated), evaluated, strict=True):
        ranked = [code for code, _ in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))]
        values = calibrated(np.array([scores[code] for code in ranked]))
        confidence = dict(zip(ranked, map(float, values), strict=True))
        sure = {code for code in ranked if confidence[code] >= threshold}
        rows.append(settle(one, ranked, sure, confidence))
    return rows


def out_of_fold(
    name: str, corpus: Sequence[CodedEncounter], seed: int = 0, progress: Progress = lambda *_: None
) -> list[Scored]:
    """Return a baseline's codes for each encounter, trained on the other patients of the corpus."""
    fold = folds(corpus, seed)
    found: dict[int, Scored] = {}
    for part in range(FOLDS):
        mine = [n for n, at in enumerate(fold) if at == part]
        training = apart(
            [coded for coded, at in zip(corpus, fold, strict=True) if at != part],
            [corpus[n] for n in mine],
        )
        if mine:
            rows = scored_by(name, training, [corpus[n] for n in mine], seed)
            found.update(zip(mine, rows, strict=True))
        progress(part + 1, FOLDS)
    return [found[n] for n in range(len(corpus))]


def folds(corpus: Sequence[CodedEncounter], seed: int) -> list[int]:
    """Return the part each encounter is in; encounters of one patient are in the same."""
    patients = list(dict.fromkeys(patient_of(coded) for coded in corpus))
    order = np.random.default_rng(seed).permutation(len(patients))
    part = {patients[n]: place % FOLDS for place, n in enumerate(order)}
    return [part[patient_of(coded)] for coded in corpus]


def _suggested(
    name: str, training: Sequence[CodedEncounter], others: Sequence[CodedEncounter]
) -> list[dict[str, float]]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=WORDS)
    try:
        features: Any = words.fit_transform([coded.encounter.text for coded in training])
    except ValueError:  # no words at all
        raise InputError("The notes to train baselines on hold no words.") from None
    baseline: Baseline = BASELINES[name]()
    baseline.fit(features, [frozenset(coded.codes) for coded in training])
    return baseline.suggest(words.transform([coded.encounter.text for coded in others]))


def _calibrated(
    scores: Sequence[dict[str, float]], coded: Sequence[CodedEncounter]
) -> tuple[Callable[[Floats], Floats], float]:
    """Return what makes scores probabilities, and the probability from which a code is confident."""
    from suggester.ranking.calibration import fit_calibration
    from suggester.ranking.tiers import best_threshold

    pairs = [
        (score, float(code in one.codes))
        for mine, one in zip(scores, coded, strict=True)
        for code, score in mine.items()
        if code not in one.neutral
    ]
    raw, truth = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    calibration = fit_calibration(raw, truth) if 0 < truth.sum() < len(truth) else _as_it_is
    gold = sum(len(one.codes) for one in coded)
    return calibration, best_threshold(calibration(raw), truth, gold, margin=0.0)[0]


def _as_it_is(scores: Floats) -> Floats:
    return scores
