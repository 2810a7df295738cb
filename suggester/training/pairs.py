"""Training pairs: every candidate of every encounter, with what the coder decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from suggester.candidates.code_models import CodeModels
from suggester.candidates.learned import Learned
from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError
from suggester.ranking.names import NAMES
from suggester.training.checkpoints import Checkpoints
from suggester.training.counting import counted_in_folds
from suggester.training.patients import drawn_folds, folds, numbered
from suggester.training.reading import Counted, NoteFigures, blocks_of
from suggester.training.weights import diagnosis_weights

if TYPE_CHECKING:
    from suggester.engine import LanguageSide

#: Truth of a code that counts neither way when a model is measured.
STAND_IN, OPTIONAL = -1, -2


@dataclass(frozen=True, slots=True)
class Pairs:
    """(encounter, code) pairs.

    Attributes
    ----------
    features
        Shape (pairs, features).
    truth
        1 where the code is gold, 0 where not, :data:`OPTIONAL`, or :data:`STAND_IN` for a code that a
        second coder could defend in a gold code's place; shape (pairs,).
    encounter
        Number of the encounter each pair belongs to; shape (pairs,).
    codes
        Code of each pair.
    gold
        Number of gold codes of each encounter, found among the candidates or not.
    settings
        Setting of each encounter, stated or inferred.
    kinds
        What each encounter's threshold is chosen by: its setting, or that it is a report.
    weight
        How much each pair counts in fitting, by what was decided about it; shape (pairs,).
    taught
        What the encounters together taught about wording.
    patients
        Number of the patient of each encounter; each one its own where there are none.
    figures
        What was counted of each note.
    """

    features: npt.NDArray[np.float32]
    truth: npt.NDArray[np.int8]
    encounter: npt.NDArray[np.int32]
    codes: tuple[str, ...]
    gold: npt.NDArray[np.int32]
    settings: tuple[str, ...]
    kinds: tuple[str, ...]
    weight: npt.NDArray[np.float64]
    taught: Learned = field(default_factory=Learned)
    patients: tuple[int, ...] = ()
    figures: tuple[NoteFigures, ...] = ()

    def folds(self, number: int, seed: int) -> npt.NDArray[np.int64]:
        """Return the fold of each encounter, drawn by the seed; those of one patient share theirs."""
        return drawn_folds(self.patients or range(len(self.gold)), number, seed)

    @property
    def counted(self) -> npt.NDArray[np.bool_]:
        """Mask of the pairs that count as right or wrong."""
        return np.asarray(self.truth >= 0)

    @property
    def learned(self) -> npt.NDArray[np.bool_]:
        """Mask of the pairs to learn from.

        An optional code is learned as one not to add: what every second coder leaves out is no
        confident suggestion. Left out of learning, such codes would show only the rare notes in
        which they are gold.
        """
        return np.asarray(self.truth != STAND_IN)

    def weights(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64] | None:
        """Return how much the chosen pairs count; None where all count the same."""
        weight = self.weight[chosen]
        return None if (weight == 1).all() else weight


def make_pairs(
    language: LanguageSide,
    corpus: Sequence[CodedEncounter],
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
    *,
    learn_wording: bool = True,
    habits: Sequence[bool] | None = None,
    models: Sequence[CodeModels] = (),
    rest: Sequence[Collection[str]] = (),
    jobs: int = 1,
    work: Checkpoints | None = None,
) -> Pairs:
    """Read every encounter and return its pairs.

    The frequencies and learned wordings a pair sees are counted in the other folds of the corpus.
    Leaving only the encounter itself out would give gold codes a lower count than the rest and so
    betray them.

    Parameters
    ----------
    habits
        For each encounter, whether its wording is learned from; all are by default.
    models
        Per-code models: for each fold those of the others, or one for all, fitted on other notes.
    rest
        Gold codes of encounters that are not read, for the frequencies.

    Raises
    ------
    InputError
        An encounter cannot be read, or the corpus yields no gold candidate at all.
    """
    work = work or Checkpoints()
    patients = numbered(corpus)
    fold_of = folds(patients)

    def taught() -> tuple[list[Counted], Learned]:
        return counted_in_folds(
            language, corpus, fold_of, progress, learn_wording, habits, rest, jobs
        )

    counted, together = work.kept("taught", taught)
    blocks = blocks_of(
        language,
        [coded.encounter for coded in corpus],
        fold_of,
        counted,
        models,
        jobs,
        lambda n: progress("reading notes", n, len(corpus)),
        work,
    )
    truth: list[int] = []
    owner: list[int] = []
    codes: list[str] = []
    weight: list[float] = []
    for number, (coded, block) in enumerate(zip(corpus, blocks, strict=True)):
        truth_of = {
            **dict.fromkeys(coded.neutral, STAND_IN),
            **dict.fromkeys(coded.optional, OPTIONAL),
            **dict.fromkeys(coded.codes, 1),
        }
        weight_of = diagnosis_weights(coded.decisions)
        truth.extend(truth_of.get(code, 0) for code in block.codes)
        weight.extend(weight_of.get(code, 1.0) for code in block.codes)
        owner.extend([number] * len(block.codes))
        codes.extend(block.codes)
    pairs = Pairs(
        np.vstack([block.features for block in blocks])
        if blocks
        else np.zeros((0, len(NAMES)), dtype=np.float32),
        np.array(truth, dtype=np.int8),
        np.array(owner, dtype=np.int32),
        tuple(codes),
        np.array([len(coded.codes) for coded in corpus], dtype=np.int32),
        tuple(block.setting for block in blocks),
        tuple(block.kind for block in blocks),
        np.array(weight),
        together,
        patients,
        tuple(block.figures for block in blocks),
    )
    if not (pairs.truth == 1).any() or not (pairs.truth == 0).any():
        raise InputError(
            "Nothing to learn from: in no encounter is a gold code among the candidates beside others. "
            "Check that the corpus holds ICD-10-CM codes for English notes."
        )
    return pairs
