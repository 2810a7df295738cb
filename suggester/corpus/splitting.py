"""Split a corpus into train, dev and test so that no patient stands in two of them.

Patients are dealt out at random, by iterative stratification over their codes, or by time.
"""

from __future__ import annotations

import datetime
import heapq
import random
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from suggester.corpus.gold import CodedEncounter
from suggester.errors import InputError

#: Order in which a split gets the first patient of a rare code: a code unseen in training cannot be learned.
_FIRST = ("train", "test", "dev")


@dataclass(frozen=True, slots=True)
class Note:
    """What of a note decides where it goes; ``codes`` are distinct."""

    id: str
    patient: str
    codes: tuple[str, ...]
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of the notes that goes to ``test`` and to ``dev``; the rest is for training."""

    test: float = 0.2
    dev: float = 0.0

    def of(self) -> dict[str, float]:
        """Return split → share, without a split that gets nothing.

        Raises
        ------
        InputError
            A share is out of range, or nothing is left for training.
        """
        if not 0 < self.test < 1 or not 0 <= self.dev < 1 or self.test + self.dev >= 1:
            raise InputError(
                "--test and --dev are shares between 0 and 1 that leave something for training."
            )
        given = {"train": 1 - self.test - self.dev, "dev": self.dev, "test": self.test}
        return {split: share for split, share in given.items() if share}


def note_of(coded: CodedEncounter) -> Note:
    """Return what decides where an encounter goes; without a patient it is one of its own."""
    codes = dict.fromkeys((*coded.codes, *(coded.procedures.codes if coded.procedures else ())))
    encounter = coded.encounter
    patient = coded.patient or f"\0{encounter.id}"
    return Note(encounter.id, patient, tuple(codes), encounter.date_of_service)


def split_by_patient(notes: Sequence[Note], shares: Shares, seed: int = 0) -> dict[str, str]:
    """Return note id → split, patients dealt out at random."""
    wanted = {split: share * len(notes) for split, share in shares.of().items()}
    groups = _groups(notes, seed)
    chosen: dict[str, str] = {}
    # Large groups first: small ones even out what they leave.
    for group in sorted(groups, key=len, reverse=True):
        split = max(wanted, key=lambda name: wanted[name])
        wanted[split] -= len(group)
        chosen.update((note.id, split) for note in group)
    return chosen


def split_by_codes(
    notes: Sequence[Note],
    shares: Shares,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, str]:
    """Return note id → split by iterative stratification over patients.

    The code with the fewest patients left is dealt out first; each patient goes to the split that
    lacks most notes of the code (Sechidis, Tsoumakas and Vlahavas 2011, algorithm 1). Beyond that, a
    code's first patient goes to training and its second to test while these have room, so that a rare
    code is not measured without having been learned, nor learned without being measured.
    """
    fractions = shares.of()
    groups = _groups(notes, seed)
    counts = [Counter(code for note in group for code in note.codes) for group in groups]
    left: dict[str, set[int]] = defaultdict(set)
    totals: Counter[str] = Counter()
    for number, count in enumerate(counts):
        totals.update(count)
        for code in count:
            left[code].add(number)
    room = {split: share * len(notes) for split, share in fractions.items()}
    lacking = {
        code: {split: share * total for split, share in fractions.items()}
        for code, total in totals.items()
    }
    met: dict[str, set[str]] = defaultdict(set)
    chosen: dict[int, str] = {}
    queue = [(len(numbers), code) for code, numbers in left.items()]
    heapq.heapify(queue)

    def put(number: int, split: str) -> None:
        chosen[number] = split
        room[split] -= len(groups[number])
        for code, count in counts[number].items():
            lacking[code][split] -= count
            met[code].add(split)
            left[code].discard(number)

    while queue:
        size, code = heapq.heappop(queue)
        if size != len(left[code]):
            if left[code]:
                heapq.heappush(queue, (len(left[code]), code))
            continue
        for number in sorted(left[code]):
            put(number, _best(len(groups[number]), lacking[code], room, met[code]))
        progress(len(chosen), len(groups))
    for number in sorted(set(range(len(groups))) - set(chosen), key=lambda n: (-len(groups[n]), n)):
        put(number, max(room, key=lambda name: room[name]))
    return {note.id: split for number, split in chosen.items() for note in groups[number]}


def _best(size: int, lacking: Mapping[str, float], room: Mapping[str, float], met: set[str]) -> str:
    for split in _FIRST:
        if split in room and split not in met and room[split] >= size:
            return split
    fitting = [split for split in room if room[split] > 0] or list(room)
    return max(fitting, key=lambda split: (lacking[split], room[split]))


def split_by_time(notes: Sequence[Note], cuts: Mapping[str, datetime.date]) -> dict[str, str]:
    """Return note id → split by date of service; ``cuts`` are the first days of ``dev`` and ``test``.

    A patient belongs to the split of their first note. Their notes from a later split's time are in
    none: in training they would tell of the time that is to be measured, and in the test the patient
    would be known already.
    """
    steps = sorted((day, split) for split, day in cuts.items())

    def at(day: datetime.date) -> str:
        return next((split for first, split in reversed(steps) if day >= first), "train")

    chosen: dict[str, str] = {}
    for group in _by_patient(notes):
        dated = [(note, _day(note)) for note in group]
        first = at(min(day for _, day in dated))
        chosen.update((note.id, first) for note, day in dated if at(day) == first)
    return chosen


def cut_dates(notes: Sequence[Note], shares: Shares) -> dict[str, datetime.date]:
    """Return the latest days with which :func:`split_by_time` gives each part its share at least.

    Shares are of the notes that remain in a part.
    """
    wanted = shares.of()
    days = sorted({_day(note) for note in notes})
    cuts: dict[str, datetime.date] = {}
    for split in ("test", "dev"):
        if split not in wanted:
            continue

        def enough(day: datetime.date, split: str = split) -> bool:
            parts = Counter(split_by_time(notes, {**cuts, split: day}).values())
            return parts[split] >= wanted[split] * parts.total()

        before = [day for day in days if day < cuts.get("test", datetime.date.max)] or days[:1]
        # The earlier the day, the more notes lie behind it.
        cuts[split] = before[max(0, bisect_left(before, True, key=lambda day: not enough(day)) - 1)]
    return cuts


def _day(note: Note) -> datetime.date:
    if note.date is None:
        raise InputError(
            f"Note {note.id!r} has no date_of_service; a split by time needs one for every note."
        )
    return note.date


def _groups(notes: Sequence[Note], seed: int) -> list[list[Note]]:
    groups = _by_patient(notes)
    random.Random(seed).shuffle(groups)
    return groups


def _by_patient(notes: Iterable[Note]) -> list[list[Note]]:
    groups: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        groups[note.patient].append(note)
    return list(groups.values())
