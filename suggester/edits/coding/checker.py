"""Run the coding rules over a set of codes, and say what would stand after their mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suggester.edits.coding.alerts import SEVERITIES, WARNING, Alert, apply
from suggester.edits.coding.case import Case, CodeBook
from suggester.edits.coding.encounter import CodedEncounter
from suggester.edits.coding.site_rules import SiteRules

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.edits.coding.registry import Rule

#: A mend may bring a code that another rule speaks of; after so many rounds no more are run.
_MOST_ROUNDS = 4
#: Rules whose result is another code than the one it takes the place of.
_JOINING = frozenset({"combination", "assumed-link"})
_LEVEL = {severity: level for level, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules say of an encounter.

    Attributes
    ----------
    alerts
        Errors first, then warnings, then information.
    claim
        The codes in claim order after the mends of all errors and warnings.
    derived
        Codes of :attr:`claim` that were not assigned.
    first_because
        Why the first of :attr:`claim` stands first.
    """

    alerts: tuple[Alert, ...]
    claim: tuple[str, ...]
    derived: tuple[str, ...] = ()
    first_because: str = ""
    flags: tuple[dict[str, Any], ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "alerts": [alert.to_dict() for alert in self.alerts],
            "sequence": list(self.claim),
            "derived": list(self.derived),
            "first_listed_because": self.first_because,
            "flags": list(self.flags),
        }


class Checker:
    """The coding rules over one code set."""

    def __init__(self, codes: CodeSet, site: SiteRules | None = None) -> None:
        from suggester.edits.coding.registry import CONTENT, REMARKS, SEQUENCE, VALIDITY

        self.book = CodeBook(codes)
        self.site = site or SiteRules()
        self._validity: tuple[Rule, ...] = VALIDITY
        self._content: tuple[Rule, ...] = (*CONTENT, self.site)
        self._sequence, self._remarks = SEQUENCE, REMARKS
        # Read once here, so that the first encounter does not wait for the tables.
        self.check(CodedEncounter(("I10",)))

    def check(self, encounter: CodedEncounter) -> Report:
        """Return the alerts on an encounter's codes, and the claim that would stand."""
        from suggester.edits.coding.risk import risk_flags
        from suggester.edits.coding.sequence import in_claim_order, reason_for_first

        given = tuple(dict.fromkeys(self.book.codes.normalise(code) for code in encounter.codes))
        case = Case(self.book, encounter, given)
        found: list[Alert] = []
        case = self._run(self._validity, case, found, rounds=1)
        known = tuple(code for code in case.assigned if self.book.is_billable(code))
        lost = tuple(code for code in case.assigned if code not in known)
        case = self._run(self._content, case.with_codes(known), found, rounds=_MOST_ROUNDS)
        for rules in self._sequence:
            case = self._run(rules, case, found, rounds=_MOST_ROUNDS)
        asked = {code for alert in found if alert.mend.query for code in alert.codes}
        remarks: list[Alert] = []
        self._run(self._remarks, case, remarks, rounds=1)
        # One question about a code is enough.
        found += [a for a in remarks if not (a.mend.query and asked.intersection(a.codes))]
        claim = in_claim_order(case)
        return Report(
            alerts=tuple(sorted(found, key=lambda alert: _LEVEL[alert.severity])),
            claim=(*claim, *lost),
            derived=tuple(code for code in claim if code not in given),
            first_because=reason_for_first(case.with_codes(claim)),
            flags=tuple(risk_flags(case.with_codes(claim))),
        )

    def _run(self, rules: Iterable[Rule], case: Case, found: list[Alert], rounds: int) -> Case:
        """Run rules until their mends bring nothing new; return the case after the mends."""
        given = {self.book.codes.normalise(code) for code in case.encounter.codes}
        seen = {(a.rule, a.codes) for a in found}
        fired: set[str] = set()
        new: set[str] = set()
        for _ in range(rounds):
            fresh = [
                a
                for a in self._settled(rules, case)
                if (a.rule, a.codes) not in seen
                and not (a.row and a.id in fired and new.issuperset(a.codes[:1]))
            ]
            if not fresh:
                break
            seen |= {(a.rule, a.codes) for a in fresh}
            fired |= {a.id for a in fresh}
            new |= {code for a in fresh for code in (*a.mend.add, *a.mend.replace.values())}
            # What a mend brought is put in order and completed without a word.
            found += [a for a in fresh if _is_about(a, given)]
            given |= {
                code for a in fresh if a.rule not in _JOINING for code in a.mend.replace.values()
            }
            codes = list(case.assigned)
            for alert in sorted(fresh, key=lambda a: bool(a.mend.first)):
                if _LEVEL[alert.severity] <= _LEVEL[WARNING]:
                    codes = apply(codes, alert.mend)
            if tuple(codes) == case.assigned:
                break
            case = case.with_codes(codes)
        return case

    def _settled(self, rules: Iterable[Rule], case: Case) -> Iterator[Alert]:
        """Yield the alerts of the rules in order of authority, each problem once.

        A code that an earlier rule takes away or replaces is not spoken of again, and a code that
        one rule adds is not added by another.
        """
        gone: set[str] = set()
        added: set[str] = set()
        for rule in rules:
            for found in rule(case):
                alert = self.site.settle(found)
                if alert is None or gone.intersection(alert.codes):
                    continue
                if alert.mend.add and not alert.mend.gone and added.issuperset(alert.mend.add):
                    continue
                if _LEVEL[alert.severity] <= _LEVEL[WARNING]:
                    gone |= alert.mend.gone
                    added |= set(alert.mend.add) | set(alert.mend.replace.values())
                yield alert


def _is_about(alert: Alert, given: set[str]) -> bool:
    """Tell whether an alert is about codes as assigned rather than about what a mend brought."""
    if alert.mend.add:
        return True
    if alert.mend.gone:
        return not given.isdisjoint(alert.mend.gone)
    return given.issuperset(alert.codes)
