"""Train a model bundle: corpora → pairs → fitted rankers → manifest, card, profile."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from suggester.corpus.gold import CodedEncounter
from suggester.corpus.layouts.layout import Layout
from suggester.corpus.layouts.recognition import AUTO, LAYOUTS
from suggester.corpus.phi.guard import OVERRULED
from suggester.corpus.text_files import Report
from suggester.errors import InputError, OutputError
from suggester.models import BUNDLE_FORMAT, MANIFEST, save_model
from suggester.models.finding import base_name
from suggester.ranking.names import NAMES
from suggester.ranking.procedure_features import NAMES as PROCEDURE_NAMES
from suggester.ranking.procedure_ranker import ProcedureRanker
from suggester.ranking.ranker import DEFAULTS, SEEDS, Ranker
from suggester.training.card import write_card
from suggester.training.checkpoints import Checkpoints
from suggester.training.code_models import fit_code_models, models_of_others
from suggester.training.fitting import FOLDS, fit_ranker
from suggester.training.gathering import gather
from suggester.training.judged import data_of, judged_rows, judgement, sure_of
from suggester.training.pairs import make_pairs
from suggester.training.procedures import fit_procedures, make_procedure_pairs, visit_rates
from suggester.training.profile import of_training, profile_of
from suggester.training.provenance import command, digest, program_digest, told_of, versions
from suggester.training.weights import tally

__all__ = ["FOLDS", "TrainingReport", "train_model"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What training found, all figures out of fold on the training corpora.

    ``decisions`` counts what coders decided in the corpora, as
    :func:`suggester.training.weights.tally` does; ``sure`` is what
    :func:`suggester.training.judged.sure_of` found.
    """

    folder: Path
    encounters: int
    metrics: dict[str, float]
    decisions: Mapping[str, int] = field(default_factory=dict)
    sure: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Trained:
    """What training made, before it is written down."""

    ranker: Ranker
    procedures: ProcedureRanker | None
    metrics: dict[str, float]
    told: dict[str, Any]
    profile: dict[str, Any]


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
    resume: bool = False,
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
    With ``resume``, what is done is kept beside ``out`` until the bundle is written, and what the same
    training did before it was interrupted is not done again; see :mod:`suggester.training.checkpoints`.

    Raises
    ------
    InputError
        A corpus cannot be read, is too small or of too few patients, or a setting is unknown.
    OutputError
        ``out`` holds a bundle already and ``force`` is not set, or cannot be written.
    """
    from suggester.codes import load_icd10cm
    from suggester.corpus.readers import read_corpus
    from suggester.corpus.text_files import check_there

    if (out / MANIFEST).exists() and not force:
        raise OutputError(
            f"There is a model in {out} already; choose another folder or pass --force."
        )
    options = _checked(settings or {})
    for path in corpora:
        if not path.is_dir():
            check_there(path)
    codes = load_icd10cm()
    sources = [{"name": path.name, "sha256": digest(path)} for path in corpora]
    sources += told_of(reviewed)
    decided = {
        "corpora": sources,
        "settings": {**DEFAULTS, **options, "seeds": SEEDS, "seed": seed, "folds": FOLDS}
        | {"learn_wording": learn_wording},
        "versions": versions(),
        "code_sets": {"icd10cm": codes.release.name},
    }
    more = {"splits": list(splits), "layout": layout, "program": program_digest()}
    work = Checkpoints(out, decided | more) if resume else Checkpoints()
    if work.found:
        report(f"An interrupted training is continued; its work is in {work.folder}.")
    try:
        trained = _trained(
            read_corpus(
                list(corpora), report=report, splits=splits, layout=layout, layouts=layouts
            ),
            reviewed,
            options,
            seed,
            jobs,
            learn_wording,
            work,
            progress,
        )
        model_name = name or base_name(out.name)
        metrics = trained.metrics
        manifest = {
            "bundle_format": BUNDLE_FORMAT,
            "name": model_name,
            "version": version,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            **decided,
            "identifying_text": dict(identifying_text or {}),
            **trained.told,
            "features": list(NAMES),
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
                overruled=[
                    file for file, why in (identifying_text or {}).items() if why == OVERRULED
                ],
                settings=options,
            ),
        }
        card = write_card(manifest, measured)
        save_model(out, trained.ranker, trained.procedures, manifest, card, trained.profile)
    except InputError:
        # The same training would fail again: nothing of it is worth keeping.
        work.remove()
        raise
    finally:
        work.close()
    work.remove()
    told = trained.told
    return TrainingReport(out, told["encounters"], metrics, told.get("decisions", {}), told["sure"])


def _trained(
    encounters: Iterable[CodedEncounter],
    reviewed: Sequence[CodedEncounter],
    options: Mapping[str, Any],
    seed: int,
    jobs: int,
    learn_wording: bool,
    work: Checkpoints,
    progress: Progress,
) -> _Trained:
    from suggester.codes import load_icd10cm
    from suggester.engine import LanguageSide

    gathered = gather(
        encounters,
        count_words=learn_wording,
        seed=seed,
        jobs=jobs,
        always=reviewed,
        work=work,
        progress=progress,
    )
    patients = len(set(gathered.patients.tolist()))
    for number, what in ((len(gathered.labels), "encounters"), (patients, "patients")):
        if number < FOLDS:
            raise InputError(f"The corpora hold {number} {what}; training needs at least {FOLDS}.")
    language = LanguageSide(load_icd10cm())
    corpus = gathered.ranked
    mine = {id(coded) for coded in reviewed}
    pairs = make_pairs(
        language,
        corpus,
        progress,
        learn_wording=learn_wording,
        habits=[id(coded) in mine for coded in corpus] if reviewed else None,
        models=models_of_others(gathered, seed, jobs, progress, work),
        rest=[gathered.labels[number] for number in gathered.rest],
        jobs=jobs,
        work=work,
    )
    fitted = fit_ranker(pairs, gathered.labels, options, seed, jobs, progress, work)
    rows = judged_rows(corpus, pairs, fitted)
    sure = sure_of(rows)
    ranker = replace(fitted.ranker, sure=sure["threshold"])
    if gathered.counts is not None:
        counts = gathered.counts
        models = work.kept(
            "code-models",
            lambda: fit_code_models(counts, gathered.labels, seed, jobs, progress),
        )
        ranker = replace(ranker, code_models=models)
    done = work.kept("procedures", lambda: make_procedure_pairs(language, gathered.kept, progress))
    visits = work.kept("visits", lambda: visit_rates(language, gathered.kept, progress))
    procedures, more = fit_procedures(done, visits, seed, jobs, progress)
    decisions = tally(pairs, corpus)
    told = {
        "encounters": len(gathered.labels),
        "encounters_ranked": len(corpus),
        "encounters_with_procedures": len(done.gold),
        "code_models": 0 if ranker.code_models is None else len(ranker.code_models.nodes),
        "data": data_of(corpus, gathered.labels, patients),
        "sure": sure,
        **work.kept("judgement", lambda: judgement(rows, seed)),
    } | ({"decisions": decisions} if decisions else {})
    profile = profile_of(of_training(pairs, fitted))
    return _Trained(ranker, procedures, fitted.metrics | more, told, profile)


def _checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(settings) - set(DEFAULTS))
    if unknown:
        raise InputError(f"Unknown setting {unknown[0]!r}; known: {', '.join(sorted(DEFAULTS))}.")
    return dict(settings)
