"""Which encounters are of one patient: they stay on one side of every fold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.answered import patient_of

FREQUENCY_FOLDS = 10


def numbered(encounters: Iterable[CodedEncounter]) -> tuple[int, ...]:
    """Return the number of the patient of each encounter, in the order they first appear.

    Where a corpus does not tell its patients, each encounter is a patient of its own.
    """
    number: dict[str, int] = {}
    return tuple(number.setdefault(patient_of(coded), len(number)) for coded in encounters)


def folds(patients: Sequence[int]) -> list[int]:
    """Return the fold of each encounter, given the number of its patient."""
    return [patient % FREQUENCY_FOLDS for patient in patients]


def drawn_folds(patients: Sequence[int], number: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the fold, of so many, of each encounter; which patients go together the seed decides."""
    each = np.array(patients, dtype=np.int64)
    drawn = np.random.default_rng(seed).permutation(int(each.max(initial=-1)) + 1)
    return np.asarray(drawn[each] % number, dtype=np.int64)
