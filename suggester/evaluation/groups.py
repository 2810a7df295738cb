"""For whom, and for which codes, is it good? The main figures by kind of note, patient and code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suggester.evaluation.answered import AGE_BANDS, Answered
from suggester.evaluation.resampling import RESAMPLES, Interval, intervals
from suggester.evaluation.scored import Scored

#: Figures of a group; the first is the one that is drawn.
FIGURES = ("micro_f1", "micro_precision", "micro_recall", "macro_f1")
#: Encounters that a group needs before its figures are shown.
FEWEST = 10
#: How often a code was gold in training: highest number of the band, and its name.
BANDS = ((0, "never"), (10, "1–10"), (100, "11–100"))
_MOST_SEEN = "more than 100"
#: Section of a gold code that was not suggested at all.
NOWHERE = "not suggested"
SECTION, FREQUENCY = "section", "seen in training"
_NO_SECTION = "no section"
_AGES = {name: number for number, (_, name) in enumerate(AGE_BANDS)}
_SEEN = {name: number for number, (_, name) in enumerate(BANDS)} | {_MOST_SEEN: len(BANDS)}


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one group.

    ``encounters`` and ``patients`` are those that have a gold or a confident code in it, ``codes`` its
    gold codes. ``figures`` are empty where there are fewer than :data:`FEWEST` encounters, or no gold
    code.
    """

    kind: str
    name: str
    encounters: int
    patients: int
    codes: int
    figures: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def too_few(self) -> bool:
        """Tell whether there are too few encounters for figures."""
        return self.encounters < FEWEST

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            **{key: getattr(self, key) for key in ("kind", "name", "encounters", "patients")},
            "gold_codes": self.codes,
            "too_few": self.too_few,
            "figures": {name: value.to_dict() for name, value in self.figures.items()},
        }


@dataclass(frozen=True, slots=True)
class Members:
    """What of each encounter is in a group; ``chosen`` are the numbers of these encounters."""

    kind: str
    name: str
    chosen: tuple[int, ...]
    rows: tuple[Scored, ...]


def members(answered: Sequence[Answered], seen: Mapping[str, int] | None = None) -> list[Members]:
    """Return all groups of an evaluation: of encounters, of sections, of frequency.

    ``seen`` tells how often each code was gold in training; without it there are no bands of frequency.
    """
    out = groups_of_encounters(answered)
    out += _of_codes(SECTION, answered, _section)
    if seen is not None:
        out += _of_codes(FREQUENCY, answered, lambda row, code: band(seen.get(code, 0)))
    return out


def groups_of_encounters(answered: Sequence[Answered]) -> list[Members]:
    """Return the groups that whole encounters are in: by setting, note type, specialty, age and sex."""
    kinds = dict.fromkeys(kind for row in answered for kind in row.facts)
    return [group for kind in kinds for group in _of_encounters(kind, answered)]


def measured(
    group: Members, patients: Sequence[str], resamples: int = RESAMPLES, seed: int = 0
) -> Group:
    """Return the figures of a group; ``patients`` are those of all encounters."""
    mine = [patients[n] for n in group.chosen]
    codes = sum(len(row.gold) for row in group.rows)
    enough = len(group.rows) >= FEWEST and codes > 0
    figures = intervals(group.rows, mine, FIGURES, resamples, seed) if enough else {}
    return Group(group.kind, group.name, len(group.rows), len(set(mine)), codes, figures)


def band(times: int) -> str:
    """Return the name of the band of codes that were gold so often in training."""
    return next((name for most, name in BANDS if times <= most), _MOST_SEEN)


def band_names() -> tuple[str, ...]:
    """Return the names of the bands, rarest first."""
    return (*(name for _, name in BANDS), _MOST_SEEN)


def only(row: Scored, kept: Callable[[str], bool]) -> Scored:
    """Return an encounter with only some of its codes, on both sides."""
    ranked = tuple(code for code in row.ranked if kept(code))
    return Scored(
        frozenset(filter(kept, row.gold)),
        ranked,
        frozenset(filter(kept, row.confident)),
        {code: row.confidence[code] for code in ranked},
    )


def _section(row: Answered, code: str) -> str:
    if code not in row.scored.confidence:
        return NOWHERE
    return row.sections.get(code, "").replace("_", " ") or _NO_SECTION


def _of_encounters(kind: str, answered: Sequence[Answered]) -> list[Members]:
    chosen: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(answered):
        chosen[row.facts[kind]].append(number)
    return [
        Members(kind, name, tuple(chosen[name]), tuple(answered[n].scored for n in chosen[name]))
        for name in _in_order(chosen, {name: len(mine) for name, mine in chosen.items()})
    ]


def _of_codes(
    kind: str, answered: Sequence[Answered], name_of: Callable[[Answered, str], str]
) -> list[Members]:
    chosen: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(answered):
        codes = row.scored.gold | row.scored.confident
        for name in sorted({name_of(row, code) for code in codes}):
            chosen[name].append(number)

    def part(row: Answered, name: str) -> Scored:
        return only(row.scored, lambda code: name_of(row, code) == name)

    def of(name: str) -> Members:
        kept = tuple(part(answered[n], name) for n in chosen[name])
        return Members(kind, name, tuple(chosen[name]), kept)

    return [of(n) for n in _in_order(chosen, {n: len(mine) for n, mine in chosen.items()})]


def _in_order(names: Iterable[str], sizes: Mapping[str, int]) -> list[str]:
    """Return names in their own order, where they have one, else largest group first."""
    own = {**_AGES, **_SEEN}
    return sorted(names, key=lambda name: (own.get(name, 0), -sizes[name], name))
