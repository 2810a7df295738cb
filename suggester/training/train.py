"""Train a model bundle: pairs → out-of-fold scores → calibration and threshold → final classifier."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.layouts.layout import Layout
from suggester.corpus.layouts.recognition import AUTO, LAYOUTS
from suggester.corpus.phi.guard import OVERRULED
from suggester.corpus.text_files import Report
from suggester.errors import InputError, OutputError
from suggester.models import BUNDLE_FORMAT, MANIFEST, save_model
from suggester.ranking.calibration import fit_calibration
from suggester.ranking.names import NAMES, names_of
from suggester.ranking.procedure_features import NAMES as PROCEDURE_NAMES
from suggester.ranking.ranker import DEFAULTS, SEEDS, Ranker, fit_estimators, mean_probability
from suggester.ranking.tiers import best_threshold
from suggester.training.card import write_card
from suggester.training.code_models import fit_code_models, models_of_others
from suggester.training.gathering import gather
from suggester.training.pairs import Pairs, frequencies, make_pairs
from suggester.training.procedures import fit_procedures, make_procedure_pairs, visit_rates
from suggester.training.provenance import command, digest, told_of, versions
from suggester.training.weights import tally

Progress = Callable[[str, int, int], None]
FOLDS = 10


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What training found, all figures out of fold on the training corpora.

    ``decisions`` counts what coders decided in the corpora, as
    :func:`suggester.training.weights.tally` does.
    """

    folder: Path
    encounters: int
    metrics: dict[str, float]
    decisions: Mapping[str, int] = field(default_factory=dict)


def train_model(
    corpora: Sequence[Path],
    out: Path,
    *,
    name: str | None = None,
    version: str = "1.0.0",
    seed: int = 0,
    jobs: int = 1,
    settings: Mapping[str, Any] | None = None,
    splits: Sequence[str] = (),
    learn_wording: bool = True,
    measured: str = "",
    identifying_text: Mapping[str, str] | None = None,
    force: bool = False,
    reviewed: Sequence[CodedEncounter] = (),
    layout: str = AUTO,
    layouts: Mapping[str, Layout] = LAYOUTS,
    report: Report = lambda _: None,
    progress: Progress = lambda stage, done, total: None,
) -> TrainingReport:
    """Train on all ``corpora`` and write the bundle to ``out``.

    The same corpora, settings and seed give the same predictions, whatever ``jobs`` is.
    With ``splits`` only the notes of these are used. With ``learn_wording`` the words of the notes
    may lead to the codes they went with; invented notes have no habits worth learning. ``measured`` is
    Markdown that the card quotes: figures measured on notes of elsewhere. ``identifying_text`` says of
    each corpus file why it may be trained on, for the manifest. ``reviewed`` are encounters
    in memory, trained on beside the corpora; where there are any, wording is learned from them alone.
    ``layout``, ``layouts`` and ``report`` are those of :func:`~suggester.corpus.readers.read_corpus`.

    Raises
    ------
    InputError
        A corpus cannot be read, is too small, or a setting is unknown.
    OutputError
        ``out`` holds a bundle already and ``force`` is not set, or cannot be written.
    """
    from suggester.codes import load_icd10cm
    from suggester.corpus.readers import read_corpus
    from suggester.engine import LanguageSide

    if (out / MANIFEST).exists() and not force:
        raise OutputError(
            f"There is a model in {out} already; choose another folder or pass --force."
        )
    options = _checked(settings or {})
    gathered = gather(
        read_corpus(list(corpora), report=report, splits=splits, layout=layout, layouts=layouts),
        count_words=learn_wording,
        seed=seed,
        jobs=jobs,
        always=reviewed,
        progress=progress,
    )
    if len(gathered.labels) < FOLDS:
        raise InputError(
            f"The corpora hold {len(gathered.labels)} encounters; training needs at least {FOLDS}."
        )
    codes = load_icd10cm()
    language = LanguageSide(codes)
    corpus = gathered.ranked
    mine = {id(coded) for coded in reviewed}
    pairs = make_pairs(
        language,
        corpus,
        progress,
        learn_wording=learn_wording,
        habits=[id(coded) in mine for coded in corpus] if reviewed else None,
        models=models_of_others(gathered, seed, jobs, progress),
        rest=[gathered.labels[number] for number in gathered.rest],
        jobs=jobs,
    )
    ranker, metrics = fit_ranker(pairs, gathered.labels, options, seed, jobs, progress)
    if gathered.counts is not None:
        models = fit_code_models(gathered.counts, gathered.labels, seed, jobs, progress)
        ranker = replace(ranker, code_models=models)
    given = gathered.kept
    done = make_procedure_pairs(language, given, progress)
    visits = visit_rates(language, given, progress)
    procedures, more = fit_procedures(done, visits, seed, jobs, progress)
    metrics |= more
    model_name = name or out.name
    decisions = tally(pairs, corpus)
    manifest = {
        "bundle_format": BUNDLE_FORMAT,
        "name": model_name,
        "version": version,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "code_sets": {"icd10cm": codes.release.name},
        "corpora": [{"name": path.name, "sha256": digest(path)} for path in corpora]
        + told_of(reviewed),
        "identifying_text": dict(identifying_text or {}),
        "encounters": len(gathered.labels),
        "encounters_ranked": len(corpus),
        "encounters_with_procedures": len(done.gold),
        "settings": {**DEFAULTS, **options, "seeds": SEEDS, "seed": seed, "folds": FOLDS}
        | {"learn_wording": learn_wording},
        "features": list(NAMES),
        "code_models": 0 if ranker.code_models is None else len(ranker.code_models.nodes),
        "procedure_features": list(PROCEDURE_NAMES),
        "metrics": {key: round(value, 4) for key, value in metrics.items()},
        "rebuild": command(
            corpora,
            out,
            model_name,
            version,
            seed,
            splits,
            learn_wording,
            bool(reviewed),
            layout,
            overruled=[file for file, why in (identifying_text or {}).items() if why == OVERRULED],
        ),
    }
    if decisions:
        manifest["decisions"] = decisions
    save_model(out, ranker, procedures, manifest, write_card(manifest, measured))
    return TrainingReport(out, len(gathered.labels), metrics, decisions)


def fit_ranker(
    pairs: Pairs,
    labels: Sequence[Collection[str]],
    settings: Mapping[str, Any],
    seed: int = 0,
    jobs: int = 1,
    progress: Progress = lambda stage, done, total: None,
) -> tuple[Ranker, dict[str, float]]:
    """Return the ranker fitted on all pairs, and its out-of-fold metrics."""
    scores = out_of_fold(pairs, settings, seed, jobs, progress)
    learned = pairs.learned
    truth = (pairs.truth == 1).astype(np.float64)
    calibration = fit_calibration(scores[learned], truth[learned])
    confidence = calibration(scores)
    thresholds, f1 = setting_thresholds(pairs, confidence)
    progress("fitting", 0, 1)
    estimators = fit_estimators(
        pairs.features[learned], truth[learned], settings, seed, pairs.weights(learned)
    )
    progress("fitting", 1, 1)
    code_frequency, category_frequency = frequencies(labels)
    ranker = Ranker(
        estimators,
        calibration,
        thresholds,
        code_frequency,
        category_frequency,
        pairs.taught,
        tuple(float(v) for v in np.median(pairs.features[learned], axis=0)),
        names_of(pairs.features.shape[1]),
    )
    return ranker, {
        "micro_f1": f1,
        **_ranking_metrics(pairs, confidence),
        **{f"threshold_{name or 'other'}": value for name, value in sorted(thresholds.items())},
    }


#: Gold codes a setting needs before it gets a threshold of its own.
ENOUGH = 150


def setting_thresholds(
    pairs: Pairs, confidence: npt.NDArray[np.float64]
) -> tuple[dict[str, float], float]:
    """Return the threshold of best micro-F1 for each setting, and the micro-F1 they reach.

    How much is reported differs by setting (guidelines II.H and III inpatient, IV outpatient), so
    one threshold would be too low for one and too high for the other.
    """
    truth = (pairs.truth == 1).astype(np.float64)
    counted, learned = pairs.counted, pairs.learned
    overall, _ = best_threshold(confidence[learned], truth[learned], int(pairs.gold.sum()))
    thresholds = {"": overall}
    settings = np.array(pairs.settings)
    for setting in sorted(set(pairs.settings)):
        mine = settings == setting
        gold = int(pairs.gold[mine].sum())
        if gold >= ENOUGH:
            chosen = learned & mine[pairs.encounter]
            thresholds[setting], _ = best_threshold(confidence[chosen], truth[chosen], gold)
    bound = np.array([thresholds.get(s, overall) for s in pairs.settings])[pairs.encounter]
    taken = counted & (confidence >= bound)
    hits = truth[taken].sum()
    return thresholds, float(2 * hits / max(1, taken.sum() + pairs.gold.sum()))


def out_of_fold(
    pairs: Pairs,
    settings: Mapping[str, Any],
    seed: int = 0,
    jobs: int = 1,
    progress: Progress = lambda stage, done, total: None,
) -> npt.NDArray[np.float64]:
    """Return for each pair its score from classifiers that saw no pair of its encounter."""
    from joblib import Parallel, delayed

    rng = np.random.default_rng(seed)
    fold_of = rng.permutation(len(pairs.gold)) % FOLDS
    fold = fold_of[pairs.encounter]
    learned = pairs.learned
    truth = (pairs.truth == 1).astype(np.float64)

    def score(k: int) -> npt.NDArray[np.float64]:
        train = learned & (fold != k)
        fitted = fit_estimators(
            pairs.features[train], truth[train], settings, seed, pairs.weights(train)
        )
        return mean_probability(fitted, pairs.features[fold == k])

    scores = np.zeros(len(pairs.truth))
    results = Parallel(n_jobs=jobs, return_as="generator")(delayed(score)(k) for k in range(FOLDS))
    for k, result in enumerate(results):
        scores[fold == k] = result
        progress("cross-validating", k + 1, FOLDS)
    return scores


def _ranking_metrics(pairs: Pairs, confidence: npt.NDArray[np.float64]) -> dict[str, float]:
    from suggester.evaluation.metrics import (
        average_precision,
        expected_calibration_error,
        recall_at,
    )

    precision, recall = [], []
    for number, gold in enumerate(pairs.gold):
        mine = np.flatnonzero((pairs.encounter == number) & pairs.counted)
        order = mine[np.argsort(-confidence[mine], kind="stable")]
        hits = (pairs.truth[order] == 1).tolist()
        if gold:
            precision.append(average_precision(hits, int(gold)))
            recall.append(recall_at(hits, int(gold), 10))
    counted = pairs.counted
    found = int((pairs.truth == 1).sum())
    return {
        "map": float(np.mean(precision)),
        "recall_at_10": float(np.mean(recall)),
        "ece": expected_calibration_error(
            confidence[counted].tolist(), (pairs.truth[counted] == 1).tolist()
        ),
        "candidate_recall": found / max(1, int(pairs.gold.sum())),
    }


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise InputError(f"Unknown setting {unknown[0]!r}; known: {', '.join(sorted(DEFAULTS))}.")
    return dict(settings)
