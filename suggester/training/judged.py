"""What cross-validation says of a model, as its manifest tells it: by group, by confidence, and how sure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.answered import Answered, facts_of, patient_of
from suggester.evaluation.certain import FAILS, THRESHOLDS, taken_at
from suggester.evaluation.groups import Group, band, band_names, groups_of_encounters, measured
from suggester.evaluation.ranked import PRECISION
from suggester.evaluation.reliability import reliability
from suggester.evaluation.scored import Scored
from suggester.evaluation.settle import settle
from suggester.training.fitting import Fitted
from suggester.training.pairs import Pairs

#: Kinds of group that a card shows.
KINDS = ("setting", "age", "sex", "note type")
#: Confidences from which suggestions could be sure, in the order they are tried.
STEPS = tuple(step / 100 for step in range(95, 49, -1))
#: Groups of one kind that are kept, the largest.
MOST_GROUPS = 12


def judged_rows(
    corpus: Sequence[CodedEncounter], pairs: Pairs, fitted: Fitted
) -> tuple[Answered, ...]:
    """Return each encounter with the codes that models which saw no note of its patient gave it."""
    starts = np.searchsorted(pairs.encounter, np.arange(len(corpus) + 1))
    out = []
    for number, coded in enumerate(corpus):
        mine = range(starts[number], starts[number + 1])
        order = sorted(mine, key=lambda n: (-fitted.confidence[n], pairs.codes[n]))
        confidence = {pairs.codes[n]: float(fitted.confidence[n]) for n in order}
        least = fitted.ranker.threshold(pairs.kinds[number])
        sure = {code for code, value in confidence.items() if value >= least}
        scored = settle(coded, list(confidence), sure, confidence)
        facts = {kind: name for kind, name in facts_of(coded).items() if kind in KINDS}
        out.append(Answered(coded.encounter.id, patient_of(coded), scored, facts))
    return tuple(out)


def sure_of(rows: Sequence[Answered]) -> dict[str, Any]:
    """Return from which confidence suggestions are surely 95 % right, as the manifest tells it.

    The thresholds of :data:`STEPS` are tried from the highest down, each with the bound of
    :func:`suggester.evaluation.certain.lower_bound`, until one fails. The order is fixed before anything is
    measured, so that all that passed hold together with the certainty of one (fixed sequence testing:
    Angelopoulos et al., Learn then Test, 2021, section 3.1). ``threshold`` is the lowest that passed, None
    where the first failed; ``measured`` has what some of the thresholds reach, see
    :class:`suggester.evaluation.certain.Taken`.
    """
    patients = [row.patient for row in rows]
    scored = [_from(row.scored, STEPS[-1]) for row in rows]
    at = {step: taken_at(scored, patients, (step,))[0] for step in STEPS}
    passed = list(itertools.takewhile(lambda one: one.bound >= PRECISION, at.values()))
    found = passed[-1] if passed else None
    shown = sorted({*THRESHOLDS} | ({found.threshold} if found else set()))
    return {
        "precision": PRECISION,
        "certainty": 1 - FAILS,
        "threshold": None if found is None else found.threshold,
        "coverage": None if found is None else round(found.coverage, 4),
        "patients": len(set(patients)),
        "measured": [at[step].to_dict() for step in shown],
    }


def _from(row: Scored, least: float) -> Scored:
    """Return an encounter without the suggestions below a confidence."""
    confidence = {code: value for code, value in row.confidence.items() if value >= least}
    return Scored(row.gold, tuple(confidence), row.confident, confidence)


def judgement(rows: Sequence[Answered], seed: int) -> dict[str, Any]:
    """Return the figures of each group of encounters, and how often each confidence was right."""
    patients = [row.patient for row in rows]
    groups: list[Group] = []
    kept: Counter[str] = Counter()
    for members in groups_of_encounters(rows):
        kept[members.kind] += 1
        if kept[members.kind] <= MOST_GROUPS:
            groups.append(measured(members, patients, seed=seed))
    bins = reliability([row.scored for row in rows], patients, seed=seed)
    return {
        "groups": [group.to_dict() for group in groups],
        "calibration": [one.to_dict() for one in bins],
    }


def data_of(
    corpus: Sequence[CodedEncounter], labels: Sequence[Sequence[str]], patients: int
) -> dict[str, Any]:
    """Return what a model was trained on, in counts; of dates only the years.

    ``corpus`` are the encounters that were read in full, ``labels`` the codes of all.
    """
    told = sum(bool(coded.patient) for coded in corpus)
    years = [
        coded.encounter.date_of_service.year
        for coded in corpus
        if coded.encounter.date_of_service is not None
    ]
    often = Counter(code for codes in labels for code in set(codes))
    bands = {name: [0, 0] for name in band_names()[1:]}
    for times in often.values():
        bands[band(times)][0] += 1
        bands[band(times)][1] += times
    return {
        "encounters": len(labels),
        "read_in_full": len(corpus),
        "patients": patients,
        "patients_told": told == len(corpus),
        "years": [min(years), max(years)] if years else [],
        "settings": dict(
            Counter(coded.encounter.settled().value for coded in corpus).most_common()
        ),
        "codes_assigned": sum(often.values()),
        "codes_different": len(often),
        "bands": {
            name: {"codes": codes, "assigned": assigned}
            for name, (codes, assigned) in bands.items()
        },
    }
