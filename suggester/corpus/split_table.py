"""What a split came to: notes, patients and codes in each part, and codes never seen in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suggester.corpus.gold import SPLITS
from suggester.corpus.splitting import Note


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One part of a corpus.

    Attributes
    ----------
    codes
        Number of different codes.
    unseen_codes, unseen_share
        How many of them no training note has, and their share of the codes assigned; None for training.
    """

    split: str
    notes: int
    share: float
    patients: int
    codes: int
    unseen_codes: int | None
    unseen_share: float | None


def split_rows(notes: Iterable[Note], chosen: Mapping[str, str]) -> list[SplitRow]:
    """Return a row for each split that has notes, training first."""
    parts: dict[str, list[Note]] = {split: [] for split in SPLITS}
    for note in notes:
        if note.id in chosen:
            parts[chosen[note.id]].append(note)
    learned = {code for note in parts["train"] for code in note.codes}
    total = sum(map(len, parts.values()))
    rows = []
    for split, mine in parts.items():
        if not mine:
            continue
        counts = Counter(code for note in mine for code in note.codes)
        unseen = [code for code in counts if code not in learned]
        assigned = sum(counts[code] for code in unseen)
        rows.append(
            SplitRow(
                split,
                len(mine),
                len(mine) / total,
                len({note.patient for note in mine}),
                len(counts),
                None if split == "train" else len(unseen),
                None if split == "train" else assigned / max(1, counts.total()),
            )
        )
    return rows
