"""What goes wrong: codes that lose most, and which category is suggested in place of which."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from suggester.evaluation.answered import Answered
from suggester.evaluation.hierarchy import category, chapter_name
from suggester.evaluation.metrics import f1

#: Ids of example notes that are kept for a code.
EXAMPLES = 3
#: In a confusion: nothing was suggested, or nothing was coded.
NOTHING = ""
RIGHT, CATEGORY, CHAPTER, MISSED = "right", "same category", "same chapter", "missed"


@dataclass(frozen=True, slots=True)
class CodeCounts:
    """How often a code was rightly, wrongly and not suggested as confident.

    ``missed_in`` and ``wrong_in`` are ids of some of the encounters.
    """

    code: str
    true_positive: int
    false_positive: int
    false_negative: int
    missed_in: tuple[str, ...] = ()
    wrong_in: tuple[str, ...] = ()

    @property
    def f1(self) -> float:
        """F1 of this code alone."""
        return f1(self.true_positive, self.false_positive, self.false_negative)

    @property
    def errors(self) -> int:
        """How often it was wrongly suggested or not suggested."""
        return self.false_positive + self.false_negative

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "code": self.code,
            "true_positive": self.true_positive,
            "false_positive": self.false_positive,
            "false_negative": self.false_negative,
            "f1": round(self.f1, 4),
            "missed_in": list(self.missed_in),
            "wrong_in": list(self.wrong_in),
        }


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one category was suggested where another was coded.

    Either side is :data:`NOTHING` where no code of the other's chapter was left to set beside it.
    """

    gold: str
    suggested: str
    number: int

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"gold": self.gold, "suggested": self.suggested, "number": self.number}


def count_codes(rows: Sequence[Answered]) -> tuple[CodeCounts, ...]:
    """Return the counts of every code that is gold or confident somewhere, by code."""
    right: Counter[str] = Counter()
    wrong: dict[str, list[str]] = defaultdict(list)
    missed: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        gold, sure = row.scored.gold, row.scored.confident
        right.update(gold & sure)
        for code in sure - gold:
            wrong[code].append(row.id)
        for code in gold - sure:
            missed[code].append(row.id)
    return tuple(
        CodeCounts(
            code,
            right[code],
            len(wrong.get(code, ())),
            len(missed.get(code, ())),
            tuple(missed.get(code, ())[:EXAMPLES]),
            tuple(wrong.get(code, ())[:EXAMPLES]),
        )
        for code in sorted({*right, *wrong, *missed})
    )


def worst(codes: Sequence[CodeCounts], most: int = 20) -> tuple[CodeCounts, ...]:
    """Return the codes with the most errors."""
    bad = sorted((row for row in codes if row.errors), key=lambda row: (-row.errors, row.code))
    return tuple(bad[:most])


def confusions(rows: Sequence[Answered]) -> tuple[Confusion, ...]:
    """Return which category was suggested in place of which, most frequent first.

    In each encounter the codes that were missed are set beside those wrongly suggested: first those of
    one category, then those of one chapter; what remains on either side stands alone.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for gold, said, _ in _beside(row):
            counts[category(gold), category(said)] += 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Confusion(gold, said, number) for (gold, said), number in ordered)


def outcomes(rows: Sequence[Answered]) -> dict[str, dict[str, int]]:
    """Return for each chapter how its gold codes fared: right, nearly right, missed."""
    out: dict[str, dict[str, int]] = {}
    for row in rows:
        fates = [(code, RIGHT) for code in row.scored.gold & row.scored.confident]
        fates += [(gold, fate) for gold, _, fate in _beside(row) if gold]
        for code, fate in fates:
            fresh = dict.fromkeys((RIGHT, CATEGORY, CHAPTER, MISSED), 0)
            out.setdefault(chapter_name(code), fresh)[fate] += 1
    return dict(sorted(out.items()))


def _beside(row: Answered) -> list[tuple[str, str, str]]:
    """Return missed codes and the wrong ones beside them, with what they have in common."""
    missed = sorted(row.scored.gold - row.scored.confident)
    wrong = sorted(row.scored.confident - row.scored.gold)
    views: tuple[tuple[str, Callable[[str], str]], ...]
    views = ((CATEGORY, category), (CHAPTER, chapter_name))
    out = []
    for fate, view in views:
        for gold in list(missed):
            said = next((code for code in wrong if view(code) == view(gold)), None)
            if said is not None:
                missed.remove(gold)
                wrong.remove(said)
                out.append((gold, said, fate))
    out += [(gold, NOTHING, MISSED) for gold in missed]
    return out + [(NOTHING, said, MISSED) for said in wrong]
