"""Notes read by the language side in one process or in several, always with the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from suggester.candidates.code_models import CodeModels
from suggester.candidates.learned import Learned
from suggester.encounter import Encounter
from suggester.parallel import spread, stays_here
from suggester.ranking.features import NoteContext
from suggester.training.checkpoints import Checkpoints

if TYPE_CHECKING:
    from suggester.engine import LanguageSide
    from suggester.engine.language import Reading

_BATCH = 20
#: A worker of a cluster may have several threads; the language side reads for one at a time.
_one_at_a_time = threading.Lock()

Counted = tuple[dict[str, float], dict[str, float], Learned]


class NoteFigures(NamedTuple):
    """What is counted of one note: words, kinds of its sections, share of words that nothing knows."""

    words: int
    sections: tuple[str, ...]
    unknown: float


class Block(NamedTuple):
    """The candidates of one note: setting, kind, features of shape (candidates, features), codes."""

    setting: str
    kind: str
    features: npt.NDArray[np.float32]
    codes: tuple[str, ...]
    figures: NoteFigures


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
    phrases: frozenset[int] = frozenset(),
) -> Iterator[frozenset[str]]:
    """Yield for each encounter the wordings it holds as present, ``phrases`` by their keys included."""
    batches = [encounters[i : i + _BATCH] for i in range(0, len(encounters), _BATCH)]
    number = 0
    for rows in _spread(_wordings, [(batch, phrases) for batch in batches], language, jobs):
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
    work: Checkpoints | None = None,
) -> list[Block]:
    """Return the candidates of each encounter as it is seen from its fold.

    What ``work`` keeps of notes read before is not read again.

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
    work = work or Checkpoints()
    names = [f"notes-{n:05}" for n in range(len(tasks))]
    todo = [task for task, name in zip(tasks, names, strict=True) if not work.holds(name)]
    results = _spread(_blocks, todo, language, jobs)
    out: list[Block | None] = [None] * len(encounters)
    number = 0
    for some, name in zip(places, names, strict=True):
        blocks = work.kept(name, partial(next, results))
        for place, block in zip(some, blocks, strict=True):
            out[place] = block
            number += 1
            done(number)
    return [block for block in out if block is not None]


def figures_of(language: LanguageSide, reading: Reading) -> NoteFigures:
    """Return what is counted of a note that was read."""
    from suggester.preprocess.unknown_words import unknown_share

    text = reading.encounter.text
    return NoteFigures(
        len(text.split()),
        tuple(sorted({section.kind for section in reading.doc._.sections})),
        unknown_share(text, language.vocabulary),
    )


def _spread(
    function: Callable[..., Any],
    tasks: Sequence[tuple[Any, ...]],
    language: LanguageSide,
    jobs: int,
) -> Iterator[Any]:
    """Yield the result of each task in order; other processes load a language side of their own."""
    if stays_here(jobs):
        for task in tasks:
            yield function(language, *task)
        return
    yield from spread(function, ((None, *task) for task in tasks), jobs)


def _wordings(
    language: LanguageSide | None, encounters: Sequence[Encounter], phrases: frozenset[int]
) -> list[frozenset[str]]:
    with _one_at_a_time:
        language = language or language_here()
        return [
            language.generator.wordings(language.process(encounter, procedures=False), phrases)
            for encounter in encounters
        ]


def _blocks(
    language: LanguageSide | None,
    encounters: Sequence[Encounter],
    of_others: Counted,
    model: CodeModels | None,
) -> list[Block]:
    out = []
    with _one_at_a_time:
        language = language or language_here()
        for encounter in encounters:
            reading = language.read(encounter, of_others[2], model, procedures=False)
            context = NoteContext(reading.setting.value, *of_others, reading.scores)
            features = language.pair_features.matrix(reading.doc, reading.candidates, context)
            codes = tuple(candidate.code for candidate in reading.candidates)
            figures = figures_of(language, reading)
            out.append(Block(reading.setting.value, reading.kind, features, codes, figures))
    return out
