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
#: The rule whose result is the code that was meant.
_VALIDITY = "validity"
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
        given |= {new for a in found if a.rule == _VALIDITY for new in a.mend.replace.values()}
        # What a mend took away no other brings back.
        gone = {code for a in found if _is_applied(a) for code in a.mend.gone}
        seen = set(map(_key, found))
        fired: set[str] = set()
        new: set[str] = set()
        for _ in range(rounds):
            fresh = [
                a
                for a in self._settled(rules, case)
                if _key(a) not in seen
                and not (a.row and a.id in fired and new.issuperset(a.codes[:1]))
                and gone.isdisjoint((*a.mend.add, *a.mend.replace.values()))
            ]
            if not fresh:
                break
            seen |= set(map(_key, fresh))
            fired |= {a.id for a in fresh}
            # What a mend brought is put in order and completed without a word.
            found += [a for a in fresh if _is_about(a, given)]
            codes = list(case.assigned)
            for alert in sorted(filter(_is_applied, fresh), key=lambda a: bool(a.mend.first)):
                codes = apply(codes, alert.mend)
                new |= {*alert.mend.add, *alert.mend.replace.values()}
                gone |= alert.mend.gone
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
                if _is_applied(alert):
                    gone |= alert.mend.gone
                    added |= set(alert.mend.add) | set(alert.mend.replace.values())
                yield alert


def _key(alert: Alert) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what makes an alert the same as another: its rule, its codes, and what it adds."""
    return alert.rule, alert.codes, alert.mend.add


def _is_applied(alert: Alert) -> bool:
    """Tell whether an alert's mend shapes the claim: that of a remark does not."""
    return _LEVEL[alert.severity] <= _LEVEL[WARNING]


def _is_about(alert: Alert, given: set[str]) -> bool:
    """Tell whether an alert is about codes as assigned rather than about what a mend brought."""
    if alert.mend.add:
        return True
    if alert.mend.gone:
        return not given.isdisjoint(alert.mend.gone)
    if alert.mend.first:
        return alert.codes[0] in given
    return given.issuperset(alert.codes)
