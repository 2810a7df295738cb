"""One partition coded: what a worker is given, and what it sends back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from suggester.batch.part_files import PART_FILES
from suggester.batch.partitions import BadRow, Partition
from suggester.encounter import Encounter
from suggester.engine import Suggester
from suggester.engine.elsewhere import EngineSource, engine_here
from suggester.errors import InputError, place_of_failure
from suggester.suggestions import Result


@dataclass(frozen=True, slots=True)
class CodingOptions:
    """How every note is coded, and the form in which its suggestions are written."""

    systems: tuple[str, ...]
    top_k: int
    format: str


@dataclass(frozen=True, slots=True)
class CodedPartition:
    """The file of a partition, as bytes, and the rows that were set aside."""

    number: int
    notes: int
    data: bytes = field(repr=False)
    bad: tuple[BadRow, ...] = ()


def code_partition(
    source: EngineSource, options: CodingOptions, partition: Partition
) -> CodedPartition:
    """Code the notes of a partition with the engine of this process.

    A note whose coding fails is set aside; its text is in no message.

    Raises
    ------
    ModelError, CodeSetError
        The engine cannot be loaded here.
    """
    bad = list(partition.bad)
    coded = 0

    def results(suggester: Suggester) -> Iterator[Result]:
        nonlocal coded
        for encounter in partition.encounters:
            found = _coded(suggester, options, encounter)
            if isinstance(found, BadRow):
                bad.append(found)
            else:
                coded += 1
                yield found

    with engine_here(source) as suggester:
        data = PART_FILES[options.format](results(suggester))
    return CodedPartition(partition.number, coded, data, tuple(bad))


def _coded(suggester: Suggester, options: CodingOptions, encounter: Encounter) -> Result | BadRow:
    try:
        return suggester.suggest(encounter, top_k=options.top_k, systems=options.systems)
    except InputError as error:
        return BadRow(str(error), encounter.id, coding=True)
    except (
        Exception
    ) as error:  # One note must not stop a million; its message could hold note text.
        return BadRow(
            f"Something unexpected went wrong ({type(error).__name__}{place_of_failure(error)}).",
            encounter.id,
            coding=True,
        )
