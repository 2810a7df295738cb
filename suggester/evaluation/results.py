"""What the engine suggests for each note of a corpus, in one process or in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter
from suggester.encounter import Encounter
from suggester.parallel import spread, stays_here
from suggester.suggestions import SYSTEMS, Result

if TYPE_CHECKING:
    from suggester.engine import Suggester
    from suggester.engine.elsewhere import EngineSource

#: Notes below which no process of this computer is worth the seconds that loading an engine takes.
FEW = 100
_BATCH = 20

_Task = tuple[Encounter, tuple[str, ...]]


def results_of(
    suggester: Suggester, corpus: Sequence[CodedEncounter], jobs: int
) -> Iterator[Result]:
    """Yield what is suggested for each encounter, in order: diagnoses, and procedures where they were coded.

    Raises
    ------
    InputError
        An encounter cannot be read.
    ModelError
        A worker does not have the same model.
    """
    from suggester.engine.elsewhere import EngineSource

    tasks = [
        (coded.encounter, ("icd10cm",) if coded.procedures is None else SYSTEMS) for coded in corpus
    ]
    if stays_here(jobs if len(tasks) > FEW else 1):
        for encounter, systems in tasks:
            yield suggester.suggest(encounter, systems=systems)
        return
    batches = ((tasks[i : i + _BATCH],) for i in range(0, len(tasks), _BATCH))
    for results in spread(_results, batches, jobs, shared=(EngineSource.of_engine(suggester),)):
        yield from results


def _results(source: EngineSource, tasks: Sequence[_Task]) -> list[Result]:
    from suggester.engine.elsewhere import engine_here

    with engine_here(source) as suggester:
        return [suggester.suggest(encounter, systems=systems) for encounter, systems in tasks]
