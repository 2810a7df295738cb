"""How far two coders of the same encounters agree, and where somebody has to adjudicate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from suggester.evaluation.metrics import Scored, f1, micro

Code = tuple[str, str]
"""Code system and code: ``("icd10cm", "I10")``."""

_DIAGNOSES = "icd10cm"
_CATEGORY = 3


@dataclass(frozen=True, slots=True)
class DoubleCoded:
    """One encounter coded by two coders, neither of whom saw the other's codes.

    Attributes
    ----------
    first, second
        The assigned codes of either coder, in claim order where there is one. A code on several claim
        lines counts once.
    suggested
        The codes that both were shown, assigned or not.
    ordered
        Whether the order is meant; False leaves the encounter out of first-listed agreement.
    """

    encounter: str
    first: tuple[Code, ...]
    second: tuple[Code, ...]
    suggested: frozenset[Code] = field(default=frozenset())
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Decisions:
    """The four cells of two coders' yes/no decisions over one universe of (encounter, code) pairs.

    The universe is, in each encounter, every code that was suggested or that either coder assigned;
    "yes" is assigned. ``neither`` are therefore the suggestions that both left off. Codes of the book
    that nobody thought of are not in it: over 74,000 of them would make any two coders "agree".
    """

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def total(self) -> int:
        """The size of the universe."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def observed(self) -> float | None:
        """Share of the decisions that are the same; None where there are none."""
        return (self.both + self.neither) / self.total if self.total else None

    @property
    def expected(self) -> float | None:
        """Share that two coders with these rates of "yes" would share by chance (Cohen 1960)."""
        if not self.total:
            return None
        first, second = self.both + self.only_first, self.both + self.only_second
        yes = first * second
        no = (self.total - first) * (self.total - second)
        return (yes + no) / self.total**2

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa, (observed - expected) / (1 - expected).

        1 is full agreement, 0 what chance gives, below 0 less than that. It is undefined, and None,
        without decisions and where chance alone gives full agreement: both coders said "yes" to
        everything, or "no" to everything. As more suggestions that nobody takes are shown, ``neither``
        grows and kappa with it, so compare kappas of the same model version only, and read
        ``positive_agreement`` beside it.

        Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
        Measurement 20 (1960) 37-46.
        """
        if self.observed is None or self.expected is None or self.expected == 1:
            return None
        return (self.observed - self.expected) / (1 - self.expected)

    @property
    def positive_agreement(self) -> float | None:
        """Positive specific agreement, 2·both / (2·both + only_first + only_second).

        Given that one coder assigned a code, the chance that the other did; ``neither`` has no part
        in it. It equals the micro-averaged F1 of one coder against the other, whichever is taken as
        gold. None where neither assigned anything.

        Source: D. Cicchetti and A. Feinstein, "High agreement but low kappa: II", Journal of Clinical
        Epidemiology 43 (1990) 551-558; equality with F1: G. Hripcsak and A. Rothschild, "Agreement,
        the F-measure, and reliability in information retrieval", JAMIA 12 (2005) 296-298.
        """
        if not self.both + self.only_first + self.only_second:
            return None
        return f1(self.both, self.only_first, self.only_second)

    @property
    def negative_agreement(self) -> float | None:
        """Negative specific agreement, the same for "no" (Cicchetti and Feinstein 1990)."""
        if not self.neither + self.only_first + self.only_second:
            return None
        return f1(self.neither, self.only_first, self.only_second)

    def to_dict(self) -> dict[str, Any]:
        """Return the cells and what follows from them."""
        return asdict(self) | {
            "observed": self.observed,
            "expected": self.expected,
            "kappa": self.kappa,
            "positive_agreement": self.positive_agreement,
            "negative_agreement": self.negative_agreement,
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What two coders see differently in one encounter, ready for adjudication.

    Attributes
    ----------
    details
        Pairs of diagnoses of one category (first coder's, second coder's): the same condition, coded
        to another detail. Their codes are not repeated in ``only_first`` and ``only_second``.
    first_listed
        The two first-listed diagnoses where they differ, None for a coder without a diagnosis; or None
        where they are the same or the order is not meant.
    """

    encounter: str
    only_first: tuple[Code, ...]
    only_second: tuple[Code, ...]
    details: tuple[tuple[Code, Code], ...] = ()
    first_listed: tuple[Code | None, Code | None] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two coders agree; a share is None where nothing could be compared.

    Attributes
    ----------
    exact_match
        Share of the encounters in which both assigned the same set of codes.
    micro_f1
        Over all codes of all encounters; the same number as ``decisions.positive_agreement``.
    category_agreement
        Micro F1 of the three-character ICD-10-CM categories, a category counted once an encounter.
        Procedure codes have none and are left out.
    first_listed, first_listed_of
        Share with the same first-listed diagnosis, and the ordered encounters that it is a share of:
        those in which at least one coder assigned a diagnosis.
    """

    encounters: int
    exact_match: float | None
    micro_f1: float | None
    category_agreement: float | None
    first_listed: float | None
    first_listed_of: int
    decisions: Decisions
    disagreements: tuple[Disagreement, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "encounters": self.encounters,
            "exact_match": self.exact_match,
            "micro_f1": self.micro_f1,
            "category_agreement": self.category_agreement,
            "first_listed": self.first_listed,
            "first_listed_of": self.first_listed_of,
            "decisions": self.decisions.to_dict(),
            "disagreements": [row.to_dict() for row in self.disagreements],
        }


def agree(encounters: Iterable[DoubleCoded]) -> Agreement:
    """Return how far the first and the second coder agree over ``encounters``, in their order.

    Where several people did the first or the second coding, this is the agreement of the two rounds,
    not of two persons.
    """
    rows = list(encounters)
    decisions = count_decisions(rows)
    categories = [row for row in map(_diagnoses, rows) if row.gold or row.confident]
    listed = [_first_listed(row) for row in rows if row.ordered]
    compared = [pair for pair in listed if pair != (None, None)]
    exact = sum(set(row.first) == set(row.second) for row in rows)
    same_first = sum(first == second for first, second in compared)
    return Agreement(
        len(rows),
        exact / len(rows) if rows else None,
        decisions.positive_agreement,
        micro(categories, _CATEGORY)[2] if categories else None,
        same_first / len(compared) if compared else None,
        len(compared),
        decisions,
        tuple(found for row in rows if (found := disagreement(row)) is not None),
    )


def count_decisions(encounters: Sequence[DoubleCoded]) -> Decisions:
    """Return the four cells over every (encounter, code) that was suggested or assigned."""
    both = only_first = only_second = neither = 0
    for row in encounters:
        first, second = set(row.first), set(row.second)
        both += len(first & second)
        only_first += len(first - second)
        only_second += len(second - first)
        neither += len(row.suggested - first - second)
    return Decisions(both, only_first, only_second, neither)


def disagreement(row: DoubleCoded) -> Disagreement | None:
    """Return what the coders of one encounter see differently, or None where it is nothing."""
    left = [code for code in dict.fromkeys(row.first) if code not in row.second]
    right = [code for code in dict.fromkeys(row.second) if code not in row.first]
    details: list[tuple[Code, Code]] = []
    for code in tuple(left):
        twin = next((other for other in right if _same_category(code, other)), None)
        if twin is not None:
            details.append((code, twin))
            left.remove(code)
            right.remove(twin)
    listed = _first_listed(row)
    differs = row.ordered and listed[0] != listed[1]
    if not (left or right or details or differs):
        return None
    return Disagreement(
        row.encounter, tuple(left), tuple(right), tuple(details), listed if differs else None
    )


def _same_category(one: Code, other: Code) -> bool:
    return one[0] == other[0] == _DIAGNOSES and one[1][:_CATEGORY] == other[1][:_CATEGORY]


def _first_listed(row: DoubleCoded) -> tuple[Code | None, Code | None]:
    first = next((code for code in row.first if code[0] == _DIAGNOSES), None)
    second = next((code for code in row.second if code[0] == _DIAGNOSES), None)
    return first, second


def _diagnoses(row: DoubleCoded) -> Scored:
    first = frozenset(code for system, code in row.first if system == _DIAGNOSES)
    second = frozenset(code for system, code in row.second if system == _DIAGNOSES)
    return Scored(first, (), second, {})
