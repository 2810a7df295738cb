"""Rules of Section I.C and IV that turn on the note's words: ``guideline_rules.tsv``.

Each row names the codes it looks at, what must or must not stand beside them, what the note must or
must not say (a regular expression over the note in small letters; after ``here:`` over the sentences
that name the condition), and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.codes.named_codes import intent_of
from suggester.edits.coding.alerts import Alert, Mend
from suggester.edits.coding.completion import complete
from suggester.edits.coding.links import places
from suggester.edits.coding.past import history_of
from suggester.edits.coding.patterns import CodePatterns, PatternIndex, match_any, patterns, seventh
from suggester.edits.coding.tables import Row, rule_table

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_HERE = "here:"
_ACTIVE = {
    "office": ("outpatient",),
    "outpatient": ("outpatient", "emergency"),
    "any": ("outpatient", "emergency", "inpatient"),
}
_INTENT, _INTENT_PLACE = "intent=", 6
_SEVENTH = "7th="
_LAST = "last="
_TITLE = "title="
_HISTORY = "history"


@dataclass(frozen=True, slots=True)
class GuidelineRule:
    """One row of the table; see the module for what its cells mean."""

    id: str
    rule: str
    codes: CodePatterns
    beside: tuple[CodePatterns, ...]
    without: CodePatterns
    settings: tuple[str, ...]
    sex: str
    age_from: float
    age_to: float
    says: re.Pattern[str] | None
    says_here: bool
    unless: re.Pattern[str] | None
    unless_here: bool
    mend: str
    severity: str
    source: str
    message: str


@lru_cache(maxsize=1)
def guideline_rows() -> tuple[GuidelineRule, ...]:
    """Return the table, read once."""
    return tuple(read_rule(row) for row in rule_table("guideline_rules"))


class GuidelineRules:
    """Rows of such a table, ready to be run."""

    def __init__(self, rows: Iterable[GuidelineRule]) -> None:
        self._index = PatternIndex((row.codes, row) for row in rows)

    def __call__(self, case: Case) -> Iterator[Alert]:
        """Yield an alert for each row that fits the codes, the patient and the note."""
        seen = set()
        for code in case.assigned:
            for row in self._index.rows(code):
                if row.id in seen or not _fits(case, row, code):
                    continue
                found = _mend(case, row, code)
                if found is None:
                    continue
                mend, beside = found
                # A row about several codes of a set speaks once, one about a single code for each.
                if row.beside:
                    seen.add(row.id)
                yield Alert(
                    row.rule,
                    row.severity,
                    (code, *(c for c in beside if c != code)),
                    row.message,
                    row.source,
                    mend,
                    row.id,
                )


def guidelines(case: Case) -> Iterator[Alert]:
    """Yield an alert for each row of the table that fits the codes, the patient and the note."""
    return _rules()(case)


@lru_cache(maxsize=1)
def _rules() -> GuidelineRules:
    return GuidelineRules(guideline_rows())


def _fits(case: Case, row: GuidelineRule, code: str) -> bool:
    encounter = case.encounter
    if encounter.setting not in row.settings:
        return False
    if row.sex and encounter.sex != row.sex:
        return False
    if (row.age_from > 0 or row.age_to < 999) and (
        encounter.age is None or not row.age_from <= encounter.age <= row.age_to
    ):
        return False
    others = [c for c in case.assigned if c != code]
    if not all(any(match_any(wanted, c) for c in others) for wanted in row.beside):
        return False
    if any(match_any(row.without, c) for c in others):
        return False
    if row.says is None and row.unless is None:
        return True
    if case.facts is None:
        return row.says is None
    if row.says is not None and not _found(case, code, row.says, row.says_here):
        return False
    return row.unless is None or not _found(case, code, row.unless, row.unless_here)


def _found(case: Case, code: str, pattern: re.Pattern[str], here: bool) -> bool:
    assert case.facts is not None
    if not here:
        return case.facts.has(pattern)
    spots = places(case, code)
    return any(pattern.search(case.facts.sentence(start).lower()) for start, _ in spots)


def _mend(case: Case, row: GuidelineRule, code: str) -> tuple[Mend, tuple[str, ...]] | None:
    """Return the row's mend for a code, and the codes it stands beside; ``None`` if nothing changes."""
    beside = tuple(
        next(c for c in case.assigned if c != code and match_any(wanted, c))
        for wanted in row.beside
    )
    act, _, what = row.mend.partition(":")
    if act == "":
        return Mend(), beside
    if act == "query":
        return Mend(query=what.strip()), beside
    if act == "remove":
        gone = tuple(case.having(patterns(what))) if what else (code,)
        return (Mend(remove=gone), beside) if gone else None
    if act == "first":
        lead = next(case.having(patterns(what)), "") if what else code
        follow = next((c for c in case.assigned if c in beside or (c == code and what)), "")
        follow = follow if follow != lead else next((c for c in beside if c != lead), "")
        if not lead or not follow:
            return (Mend(first=lead), beside) if lead and case.assigned[0] != lead else None
        if case.assigned.index(lead) < case.assigned.index(follow):
            return None
        return Mend(first=lead, before=follow), beside
    if act == "lead":
        return None if case.assigned[0] == code else (Mend(first=code), beside)
    if act == "add":
        new = [_new(case, part, code, beside) for part in what.split()]
        fresh = tuple(n for n in new if n and n not in case.assigned)
        return (Mend(add=fresh, after=code), beside) if fresh else None
    if act == "add-first":
        new = [_new(case, part, code, beside) for part in what.split()]
        fresh = tuple(n for n in new if n and n not in case.assigned)
        return (Mend(add=fresh, first=fresh[0], before=code), beside) if fresh else None
    if act == "replace":
        target = _new(case, what.strip(), code, beside)
        if not target or target == code:
            return None
        return Mend(replace={code: target}), beside
    if act == "documented":
        first, _, otherwise = what.partition(",")
        target = _documented(case, first.split(), code) or _new(
            case, otherwise.strip(), code, beside
        )
        if target == code:
            return None
        if any(other != code and other[:3] == target[:3] for other in case.assigned):
            target = ""  # what is documented is coded already, in whatever detail
        return (Mend(replace={code: target}) if target else Mend(remove=(code,))), beside
    raise ValueError(f"{row.id}: no such mend: {row.mend}")


def _new(case: Case, wanted: str, code: str, beside: tuple[str, ...]) -> str:
    """Return the code that a mend names; empty where it leads to none."""
    if not wanted:
        return ""
    if wanted == _HISTORY:
        return history_of(case, code)
    if wanted.startswith(_INTENT):
        if not intent_of(code):
            return ""
        new = code[:_INTENT_PLACE] + wanted[len(_INTENT) :] + code[_INTENT_PLACE + 1 :]
        return new if case.book.is_billable(new) else ""
    if wanted.startswith(_LAST):
        new = code[:-1] + wanted[len(_LAST) :]
        return new if case.book.is_billable(new) else ""
    if wanted.startswith(_SEVENTH):
        if seventh(code) == "-":
            return ""
        new = code[:-1] + wanted[len(_SEVENTH) :]
        return new if case.book.is_billable(new) else ""
    if wanted.startswith(_TITLE):
        return _retitled(case, code, *wanted[len(_TITLE) :].split(">"))
    if case.book.is_billable(wanted):
        return wanted
    found = complete(case, wanted.rstrip("-").rstrip("."), (code, *beside))
    return found.code if found else ""


def _retitled(case: Case, code: str, old: str, new: str) -> str:
    """Return the code whose title differs only in saying ``new`` for ``old``."""
    title = case.book.low_title(code).replace(old, new)
    places = (code[:3], *({"T74": ("T76",), "T76": ("T74",)}.get(code[:3], ())))
    return next(
        (
            leaf
            for place in places
            for leaf in case.book.codes.leaves(place)
            if case.book.low_title(leaf) == title
        ),
        "",
    )


def _documented(case: Case, wanted: list[str], code: str) -> str:
    """Return the best documented code below one of the headings."""
    if case.facts is None:
        return ""
    found = [
        best
        for beginning in wanted
        if (best := case.facts.best(beginning.rstrip("-").rstrip("."), 0.1)) and best.code != code
    ]
    return max(found, key=lambda d: d.confidence).code if found else ""


def read_rule(row: Row) -> GuidelineRule:
    """Read one row, its cells as the heading of the table names them."""
    setting = row["setting"] or "any"
    return GuidelineRule(
        id=row["id"],
        rule=row["rule"],
        codes=patterns(row["codes"]),
        beside=tuple(patterns(part) for part in row["beside"].split("+") if part.strip()),
        without=patterns(row["without"]),
        settings=_ACTIVE.get(setting, (setting,)),
        sex=row["sex"],
        age_from=float(row["age_from"] or 0),
        age_to=float(row["age_to"] or 999),
        says=_expression(row["says"]),
        says_here=row["says"].startswith(_HERE),
        unless=_expression(row["unless"]),
        unless_here=row["unless"].startswith(_HERE),
        mend=row["mend"],
        severity=row["severity"],
        source=row["source"],
        message=row["message"],
    )


def _expression(cell: str) -> re.Pattern[str] | None:
    text = cell.replace(_HERE, "").strip()
    return re.compile(text) if text else None
