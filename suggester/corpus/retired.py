"""Codes that were deleted or not yet in force on a date of service, and what became of them."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from suggester.codes import CodeSet
from suggester.corpus.gold import CodedEncounter, Span
from suggester.edits.coding.tables import Row, rule_table


def date_problem(code: str, day: datetime.date | None, codes: CodeSet) -> str | None:
    """Return what is wrong with a code on a day of service by the official addenda; None if nothing.

    ``codes`` is the code set in use. A code of it was perhaps not yet in force; one that is not in it
    was perhaps deleted since.
    """
    row = _retired().get(code)
    if row is not None and code not in codes:
        return _deleted(code, row["ended"], row["successors"].split(), day)
    if code not in codes or day is None:
        return None
    if not codes.is_billable(code):
        return _became_heading(code, day, codes)
    added = _added().get(code)
    if added is not None and day < datetime.date.fromisoformat(added["from"]):
        before = f" before it: {' or '.join(added['before'].split())};" if added["before"] else ""
        return f"{code} came into force on {added['from']},{before} the date of service is {day}"
    return None


class Forward:
    """Bring deleted codes to the code that follows them, where there is exactly one."""

    def __init__(self, codes: CodeSet) -> None:
        self._codes = codes
        #: Deleted code and its successor → in how many encounters it was mapped.
        self.mapped: Counter[tuple[str, str]] = Counter()
        #: Deleted code without a single successor → in how many encounters it was left.
        self.left: Counter[str] = Counter()

    def successors(self, code: str) -> tuple[str, ...]:
        """Return what follows a deleted code, empty for any other."""
        row = _retired().get(code)
        return () if row is None or code in self._codes else tuple(row["successors"].split())

    def successor(self, code: str) -> str | None:
        """Return the one billable code that follows a deleted code, None where there is not one."""
        followers = self.successors(code)
        seen = {code}
        while len(followers) == 1 and followers[0] not in seen:
            new = followers[0]
            if new in self._codes:
                return new if self._codes.is_billable(new) else None
            seen.add(new)
            followers = self.successors(new)
        return None

    def apply(self, coded: CodedEncounter) -> CodedEncounter:
        """Return the encounter with its deleted diagnoses mapped; what cannot be stays and is counted."""
        named = {*coded.codes, *coded.optional, *coded.evidence, *coded.also}
        named |= {code for others in coded.also.values() for code in others}
        new: dict[str, str] = {}
        for code in sorted(named):
            if not self.successors(code):
                continue
            follower = self.successor(code)
            if follower is None:
                self.left[code] += 1
            else:
                self.mapped[code, follower] += 1
                new[code] = follower
        if not new:
            return coded

        def mapped(given: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(new.get(code, code) for code in given))

        evidence: dict[str, tuple[Span, ...]] = {}
        for code, spans in coded.evidence.items():
            key = new.get(code, code)
            evidence[key] = tuple(dict.fromkeys((*evidence.get(key, ()), *spans)))
        codes = mapped(coded.codes)
        return replace(
            coded,
            codes=codes,
            optional=tuple(code for code in mapped(coded.optional) if code not in codes),
            evidence=evidence,
            also={new.get(code, code): mapped(others) for code, others in coded.also.items()},
            decisions=tuple(
                replace(
                    decision,
                    code=new.get(decision.code, decision.code),
                    instead=new.get(decision.instead, decision.instead),
                )
                if decision.system == "icd10cm"
                else decision
                for decision in coded.decisions
            ),
        )

    def sentences(self) -> Iterator[str]:
        """Yield what was mapped, then what was not because more than one code follows it."""
        for (old, new), number in sorted(self.mapped.items()):
            yield f"{old} was mapped to {new} in {number:,} encounters."
        for code, number in sorted(self.left.items()):
            yield (
                f"{code} was left as it is in {number:,} encounters: {_listed(self.successors(code))} "
                "may follow it, and the note has to decide."
            )


def _deleted(code: str, ended: str, successors: list[str], day: datetime.date | None) -> str:
    now = f"; now {_listed(successors)}" if successors else ""
    if day is not None and day < datetime.date.fromisoformat(ended):
        return f"{code} was in force on {day} and was deleted on {ended}{now}"
    return f"{code} was deleted on {ended}{now}"


def _became_heading(code: str, day: datetime.date, codes: CodeSet) -> str | None:
    rows = [_added().get(leaf) for leaf in codes.leaves(code)]
    since = [row["from"] for row in rows if row is not None and row["before"] == code]
    if len(since) < len(rows) or day >= datetime.date.fromisoformat(max(since)):
        return None
    return (
        f"{code} was in force on {day} and has been a heading since {max(since)}; now "
        f"{_listed(codes.leaves(code))}"
    )


def _listed(codes: tuple[str, ...] | list[str]) -> str:
    shown = list(codes[:6]) + (["others"] if len(codes) > 6 else [])
    return " or ".join(shown)


@lru_cache(maxsize=1)
def _retired() -> dict[str, Row]:
    return {row["code"]: row for row in rule_table("retired")}


@lru_cache(maxsize=1)
def _added() -> dict[str, Row]:
    return {row["code"]: row for row in rule_table("added")}
