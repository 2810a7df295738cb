"""Notes read by the language side in one process or in several, always with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from suggester.candidates.code_models import CodeModels
from suggester.candidates.learned import Learned
from suggester.encounter import Encounter
from suggester.ranking.features import NoteContext

if TYPE_CHECKING:
    from suggester.engine import LanguageSide

_BATCH = 20

Counted = tuple[dict[str, float], dict[str, float], Learned]


class Block(NamedTuple):
    """The candidates of one note: setting, features of shape (candidates, features), codes."""

    setting: str
    features: npt.NDArray[np.float32]
    codes: tuple[str, ...]


@lru_cache(maxsize=1)
def language_here() -> LanguageSide:
    """Return the language side of this process, loaded once."""
    from suggester.codes import load_icd10cm
    from suggester.engine import LanguageSide

    return LanguageSide(load_icd10cm())


def wordings_of(
    language: LanguageSide,
    encounters: Sequence[Encounter],
    jobs: int,
    done: Callable[[int], None],
) -> Iterator[frozenset[str]]:
    """Yield for each encounter the wordings it holds as present."""
    batches = [encounters[i : i + _BATCH] for i in range(0, len(encounters), _BATCH)]
    number = 0
    for rows in _spread(_wordings, [(batch,) for batch in batches], language, jobs):
        for row in rows:
            number += 1
            done(number)
            yield row


def blocks_of(
    language: LanguageSide,
    encounters: Sequence[Encounter],
    fold_of: Sequence[int],
    counted: Sequence[Counted],
    models: Sequence[CodeModels],
    jobs: int,
    done: Callable[[int], None],
) -> list[Block]:
    """Return the candidates of each encounter as it is seen from its fold.

    Parameters
    ----------
    fold_of
        Fold of each encounter.
    counted
        For each fold, what was counted in the others.
    models
        For each fold, the per-code models of the others; one for all; or none.
    """
    tasks, places = [], []
    for fold, of_others in enumerate(counted):
        mine = [number for number, k in enumerate(fold_of) if k == fold]
        model = models[fold % len(models)] if models else None
        for i in range(0, len(mine), _BATCH):
            some = mine[i : i + _BATCH]
            tasks.append(([encounters[number] for number in some], of_others, model))
            places.append(some)
    out: list[Block | None] = [None] * len(encounters)
    number = 0
    for some, blocks in zip(places, _spread(_blocks, tasks, language, jobs), strict=True):
        for place, block in zip(some, blocks, strict=True):
            out[place] = block
            number += 1
            done(number)
    return [block for block in out if block is not None]


def _spread(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    language: LanguageSide,
    jobs: int,
) -> Iterator[Any]:
    """Yield the result of each task in order; other processes load a language side of their own."""
    if jobs == 1:
        for task in tasks:
            yield function(language, *task)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=jobs, return_as="generator")(
        delayed(function)(None, *task) for task in tasks
    )


def _wordings(
    language: LanguageSide | None, encounters: Sequence[Encounter]
) -> list[frozenset[str]]:
    language = language or language_here()
    return [
        language.generator.wordings(language.process(encounter, procedures=False))
        for encounter in encounters
    ]


def _blocks(
    language: LanguageSide | None,
    encounters: Sequence[Encounter],
    of_others: Counted,
    model: CodeModels | None,
) -> list[Block]:
    language = language or language_here()
    out = []
    for encounter in encounters:
        reading = language.read(encounter, of_others[2], model, procedures=False)
        context = NoteContext(reading.setting.value, *of_others, reading.scores)
        features = language.pair_features.matrix(reading.doc, reading.candidates, context)
        codes = tuple(candidate.code for candidate in reading.candidates)
        out.append(Block(reading.setting.value, features, codes))
    return out
