"""What a corpus is made of: notes, patients, lengths, codes and their frequency, places, settings."""

from __future__ import annotations

import statistics
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suggester.corpus.gold import CodedEncounter
from suggester.preprocess.sections import find_sections

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: A code belongs to the rare ones when it has fewer notes than each of these.
RARE = (2, 5, 10, 50, 100)
_AGES = ((0, 17), (18, 34), (35, 49), (50, 64), (65, 79), (80, 89))
NOT_GIVEN = "not given"
#: Chapter of a code that the release in force does not hold.
UNKNOWN_CHAPTER = "not in this release"


@dataclass(frozen=True, slots=True)
class Spread:
    """Where numbers lie; all 0 where there is none."""

    mean: float
    least: int
    p5: int
    median: int
    p95: int
    most: int


def spread(values: Sequence[int]) -> Spread:
    """Return the spread of numbers; percentiles are the nearest number that is there."""
    if not values:
        return Spread(0, 0, 0, 0, 0, 0)
    order = sorted(values)

    def at(share: float) -> int:
        return order[min(len(order) - 1, int(share * len(order)))]

    return Spread(statistics.fmean(order), order[0], at(0.05), at(0.5), at(0.95), order[-1])


@dataclass(slots=True)
class Statistics:
    """What was counted of a corpus.

    Attributes
    ----------
    words, codes_per_note
        One number a note.
    frequency
        Code → notes that have it.
    evidence
        Codes assigned that have a place; ``places`` are all of these.
    sections
        Kind of section → notes that have it.
    """

    notes: int = 0
    patients: Counter[str] = field(default_factory=Counter)
    words: array[int] = field(default_factory=lambda: array("l"))
    codes_per_note: array[int] = field(default_factory=lambda: array("l"))
    frequency: Counter[str] = field(default_factory=Counter)
    procedures: Counter[str] = field(default_factory=Counter)
    evidence: int = 0
    places: int = 0
    not_coded: Counter[str] = field(default_factory=Counter)
    sections: Counter[str] = field(default_factory=Counter)
    settings: Counter[str] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)
    sexes: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)

    @property
    def assigned(self) -> int:
        """Number of diagnosis codes assigned, over all notes."""
        return self.frequency.total()

    def add(self, coded: CodedEncounter) -> None:
        """Count one more encounter."""
        encounter = coded.encounter
        self.notes += 1
        if coded.patient:
            self.patients[coded.patient] += 1
        text = encounter.text
        self.words.append(len(text.split()))
        self.sections.update({section.kind for section in find_sections(text)} - {"none"})
        if coded.diagnoses_coded:
            self.codes_per_note.append(len(coded.codes))
            self.frequency.update(coded.codes)
        if coded.procedures is not None:
            self.procedures.update(coded.procedures.codes)
        self.evidence += sum(code in coded.evidence for code in coded.codes)
        self.places += sum(map(len, coded.evidence.values()))
        self.not_coded.update(span.reason or NOT_GIVEN for span in coded.not_coded)
        self.settings[encounter.setting or NOT_GIVEN] += 1
        self.ages[_band(encounter.age)] += 1
        self.sexes[encounter.sex or NOT_GIVEN] += 1
        day = encounter.date_of_service
        self.months[NOT_GIVEN if day is None else f"{day:%Y-%m}"] += 1
        self.splits[coded.split or NOT_GIVEN] += 1


def corpus_statistics(
    corpus: Iterable[CodedEncounter], progress: Callable[[int], None] = lambda done: None
) -> Statistics:
    """Return what a corpus is made of; one encounter is held at a time."""
    counted = Statistics()
    for coded in corpus:
        counted.add(coded)
        progress(counted.notes)
    return counted


def rare_shares(frequency: Mapping[str, int]) -> list[tuple[int, int, float, float]]:
    """Return for each bound of :data:`RARE` how many codes have fewer notes than it.

    Also the share of these among the different codes, and among the codes assigned.
    """
    total = max(1, sum(frequency.values()))
    rows = []
    for bound in RARE:
        below = [count for count in frequency.values() if count < bound]
        rows.append((bound, len(below), len(below) / max(1, len(frequency)), sum(below) / total))
    return rows


def covered_by(frequency: Counter[str], number: int) -> float:
    """Return the share of the codes assigned that the ``number`` most frequent codes make up."""
    most = sum(count for _, count in frequency.most_common(number))
    return most / max(1, frequency.total())


def chapters(frequency: Mapping[str, int], codes: CodeSet) -> list[tuple[str, str, int, int]]:
    """Return for each chapter its number, its title, its different codes and its codes assigned."""
    distinct: Counter[str] = Counter()
    assigned: Counter[str] = Counter()
    for code, count in frequency.items():
        chapter = codes.ancestors(code)[-1] if code in codes else UNKNOWN_CHAPTER
        distinct[chapter] += 1
        assigned[chapter] += count
    order = sorted(distinct, key=lambda name: (not name.isdigit(), name.zfill(3)))
    return [
        (
            name if name.isdigit() else "",
            codes.title(name) if name.isdigit() else name,
            distinct[name],
            assigned[name],
        )
        for name in order
    ]


def _band(age: int | None) -> str:
    if age is None:
        return NOT_GIVEN
    for first, last in _AGES:
        if first <= age <= last:
            return f"{first}–{last}"
    return "90 and over"


def in_order(ages: Mapping[str, int]) -> dict[str, int]:
    """Return the ages counted, the youngest first."""
    names = [*(f"{first}–{last}" for first, last in _AGES), "90 and over", NOT_GIVEN]
    return {name: ages[name] for name in names if name in ages}
