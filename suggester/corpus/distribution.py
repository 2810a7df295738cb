"""How the codes of a corpus are distributed: how many, how rare, how many a note."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from suggester.corpus.gold import CodedEncounter

#: A code is rare that is used less often than this; what it makes up is the tail.
RARE_BELOW = 10
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Distribution:
    """Figures of the diagnoses of a corpus.

    Attributes
    ----------
    notes, coded
        All encounters, and those whose diagnoses were coded.
    uses
        Codes of all encounters together; ``different`` is how many codes these are.
    once, rare
        Codes used once, and less than :data:`RARE_BELOW` times.
    tail
        Share of the uses that are of rare codes.
    median, most
        Codes of an encounter; ``mean`` is ``uses`` by ``coded``.
    common
        The most frequent codes with how often each is used.
    splits
        Split → its encounters; ``unseen`` is the share of the uses in dev and test whose code is not
        in train, None where there is no such split.
    """

    notes: int
    coded: int
    uses: int
    different: int
    once: int
    rare: int
    tail: float
    mean: float
    median: float
    most: int
    common: tuple[tuple[str, int], ...]
    splits: dict[str, int]
    unseen: float | None


class Distributing:
    """Count the codes of encounters, one after the other."""

    def __init__(self) -> None:
        self._codes: dict[str, Counter[str]] = {}
        self._sizes: Counter[int] = Counter()
        self._splits: Counter[str] = Counter()

    def add(self, coded: CodedEncounter) -> None:
        """Count one encounter."""
        self._splits[coded.split] += 1
        if coded.diagnoses_coded:
            self._sizes[len(coded.codes)] += 1
            self._codes.setdefault(coded.split, Counter()).update(coded.codes)

    def figures(self) -> Distribution:
        """Return the figures of what was counted."""
        codes = sum(self._codes.values(), Counter[str]())
        coded, uses = self._sizes.total(), codes.total()
        rare = {code: number for code, number in codes.items() if number < RARE_BELOW}
        return Distribution(
            self._splits.total(),
            coded,
            uses,
            len(codes),
            sum(number == 1 for number in codes.values()),
            len(rare),
            sum(rare.values()) / uses if uses else 0.0,
            uses / coded if coded else 0.0,
            _median(self._sizes),
            max(self._sizes, default=0),
            tuple(sorted(codes.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]),
            {split: self._splits[split] for split in sorted(self._splits) if split},
            self._unseen(),
        )

    def _unseen(self) -> float | None:
        train = self._codes.get("train")
        later = sum(
            (codes for split, codes in self._codes.items() if split in ("dev", "test")),
            Counter[str](),
        )
        if not train or not later:
            return None
        return sum(n for code, n in later.items() if code not in train) / later.total()


def describe(figures: Distribution) -> list[str]:
    """Return the figures as lines of text."""
    if not figures.uses:
        return ["No diagnosis is coded."]
    common = ", ".join(f"{code} ({number:,})" for code, number in figures.common)
    codes = f"{figures.different:,} different ones in {figures.uses:,} uses"
    rare = f"{figures.rare:,} fewer than {RARE_BELOW} times ({figures.tail:.0%} of the uses)"
    sizes = f"{figures.mean:.1f} on average, median {figures.median:g}, at most {figures.most}"
    lines = [
        f"Codes: {codes}; {figures.once:,} used once, {rare}.",
        f"Codes of a note: {sizes}.",
        f"Most frequent: {common}.",
    ]
    if figures.splits:
        parts = ", ".join(f"{split} {number:,}" for split, number in figures.splits.items())
        unseen = figures.unseen
        lines.append(
            f"Splits: {parts}."
            + (
                ""
                if unseen is None
                else f" {unseen:.0%} of the codes in dev and test are not in train."
            )
        )
    return lines


def _median(sizes: Counter[int]) -> float:
    total = sizes.total()
    if not total:
        return 0.0
    middle: list[int] = []
    passed = 0
    for size in sorted(sizes):
        before, passed = passed, passed + sizes[size]
        for place in ((total - 1) // 2, total // 2):
            if before <= place < passed:
                middle.append(size)
    return sum(middle) / 2
