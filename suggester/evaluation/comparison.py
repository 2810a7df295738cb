"""Is one model better than another? Every metric of both, by group and by code, on the same notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suggester.evaluation.answered import Answered
from suggester.evaluation.groups import (
    FEWEST,
    FREQUENCY,
    band,
    band_names,
    groups_of_encounters,
    only,
)
from suggester.evaluation.metrics import METRICS
from suggester.evaluation.mistakes import EXAMPLES
from suggester.evaluation.resampling import RESAMPLES, Difference, differences
from suggester.evaluation.scored import Scored

#: The metric that gives the verdict.
VERDICT = "micro_f1"
Progress = Callable[[int, int], None]
#: What the first and the second model answered for the same encounters.
Pair = tuple[list[Scored], list[Scored]]


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """What the models differ by in one group.

    ``row`` is None where there are too few encounters, or no gold code.
    """

    kind: str
    name: str
    encounters: int
    codes: int
    row: Difference | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **{key: getattr(self, key) for key in ("kind", "name", "encounters")},
            "gold_codes": self.codes,
            "too_few": self.row is None,
            "difference": None if self.row is None else self.row.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A code that the models decided differently.

    ``won`` counts the encounters in which only the second model decided it rightly, ``lost`` those in
    which only the first did; ``won_in`` and ``lost_in`` are ids of some of them.
    """

    code: str
    won: int
    lost: int
    won_in: tuple[str, ...]
    lost_in: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **{key: getattr(self, key) for key in ("code", "won", "lost")},
            "won_in": list(self.won_in),
            "lost_in": list(self.lost_in),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same encounters; differences are ``other`` less ``base``."""

    base: str
    other: str
    encounters: int
    patients: int
    resamples: int
    seed: int
    rows: tuple[Difference, ...]
    groups: tuple[GroupDifference, ...]
    codes: tuple[CodeChange, ...]

    @property
    def won(self) -> tuple[CodeChange, ...]:
        """Codes that the second model decided rightly more often, the most won first."""
        return tuple(row for row in self.codes if row.won > row.lost)

    @property
    def lost(self) -> tuple[CodeChange, ...]:
        """Codes that the first model decided rightly more often, the most lost first."""
        rows = (row for row in self.codes if row.lost > row.won)
        return tuple(sorted(rows, key=lambda row: (row.won - row.lost, -row.lost, row.code)))

    @property
    def main(self) -> Difference:
        """The metric that gives the verdict."""
        return next(row for row in self.rows if row.metric == VERDICT)

    @property
    def sentence(self) -> str:
        """What the comparison found, in one sentence."""
        row = self.main
        beside = (
            f"micro-F1 {row.other:.3f} against {row.base:.3f} on {self.encounters} encounters "
            f"(difference {row.low:+.3f} to {row.high:+.3f}; higher in {100 * row.better:.0f}\u00a0% of the resamples)"
        )
        if row.verdict == "unclear":
            return f"The difference may be chance: {self.other} has {beside}."
        return (
            f"{self.other} is {row.verdict} than {self.base}, more than chance explains: {beside}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **{key: getattr(self, key) for key in ("base", "other", "encounters", "patients")},
            "verdict": self.main.verdict,
            "sentence": self.sentence,
            "resamples": self.resamples,
            "seed": self.seed,
            "metrics": [row.to_dict() for row in self.rows],
            "groups": [group.to_dict() for group in self.groups],
            "codes": [code.to_dict() for code in self.codes],
        }


def compare_answers(
    names: tuple[str, str],
    base: Sequence[Answered],
    other: Sequence[Answered],
    seen: Mapping[str, int] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> Comparison:
    """Return how two models differ on the same encounters, by a bootstrap over patients.

    ``seen`` tells how often each code was gold in training.

    Raises
    ------
    ValueError
        The models answered different encounters.
    """
    if [row.id for row in base] != [row.id for row in other]:
        raise ValueError("both models must have answered the same encounters")
    patients = [row.patient for row in base]
    first, second = ([row.scored for row in side] for side in (base, other))
    found = _groups(base, other, seen)
    progress(0, len(found) + 1)
    rows = differences(first, second, patients, tuple(METRICS), resamples, seed)
    groups = []
    for number, group in enumerate(found, 1):
        groups.append(_difference(group, patients, resamples, seed))
        progress(number + 1, len(found) + 1)
    return Comparison(
        *names,
        len(base),
        len(set(patients)),
        resamples,
        seed,
        tuple(rows),
        tuple(groups),
        changes(base, other),
    )


def changes(base: Sequence[Answered], other: Sequence[Answered]) -> tuple[CodeChange, ...]:
    """Return the codes that the models decided differently, those won most first, lost most last."""
    won: dict[str, list[str]] = defaultdict(list)
    lost: dict[str, list[str]] = defaultdict(list)
    for one, two in zip(base, other, strict=True):
        gold = one.scored.gold
        for code in sorted(one.scored.confident ^ two.scored.confident):
            right = (code in two.scored.confident) == (code in gold)
            (won if right else lost)[code].append(one.id)
    every = [
        CodeChange(
            code,
            len(won.get(code, ())),
            len(lost.get(code, ())),
            tuple(won.get(code, ())[:EXAMPLES]),
            tuple(lost.get(code, ())[:EXAMPLES]),
        )
        for code in {*won, *lost}
    ]
    return tuple(sorted(every, key=lambda row: (row.lost - row.won, -row.won, row.code)))


def _groups(
    base: Sequence[Answered], other: Sequence[Answered], seen: Mapping[str, int] | None
) -> list[tuple[str, str, list[int], Pair]]:
    """Return kind, name and encounters of each group, and what both models answered there.

    Sections are left out: the two models may have found a code in different ones.
    """
    out: list[tuple[str, str, list[int], Pair]] = []
    for group in groups_of_encounters(base):
        pair = (list(group.rows), [other[n].scored for n in group.chosen])
        out.append((group.kind, group.name, list(group.chosen), pair))
    for name in () if seen is None else band_names():
        counts = seen or {}

        def kept(code: str, name: str = name, counts: Mapping[str, int] = counts) -> bool:
            return band(counts.get(code, 0)) == name

        first, second = ([only(row.scored, kept) for row in side] for side in (base, other))
        chosen = [
            n
            for n, (one, two) in enumerate(zip(first, second, strict=True))
            if one.gold or one.confident or two.confident
        ]
        if chosen:
            pair = ([first[n] for n in chosen], [second[n] for n in chosen])
            out.append((FREQUENCY, name, chosen, pair))
    return out


def _difference(
    group: tuple[str, str, list[int], Pair], patients: Sequence[str], resamples: int, seed: int
) -> GroupDifference:
    kind, name, chosen, (first, second) = group
    mine = [patients[n] for n in chosen]
    codes = sum(len(one.gold) for one in first)
    row = None
    if len(chosen) >= FEWEST and codes:
        row = differences(first, second, mine, (VERDICT,), resamples, seed)[0]
    return GroupDifference(kind, name, len(chosen), codes, row)
