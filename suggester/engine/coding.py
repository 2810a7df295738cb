"""The coding rules over what is suggested for an encounter, or over what a coder has assigned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from suggester.edits.coding import Alert, Checker, CodedEncounter, Report
from suggester.edits.coding.alerts import ERROR, WARNING
from suggester.edits.coding.note_facts import NoteFacts
from suggester.edits.coding.tables import rule_table
from suggester.suggestions import CONFIDENT, Claim, Refusal, Suggestion

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.edits.coding.site_rules import SiteRules
    from suggester.engine.diagnoses import Diagnoses
    from suggester.engine.language import Reading

#: Rules whose mend is applied to the suggestions: the classification itself joins or parts the codes.
#: What rests on an assumption or on the reading of the note is shown as an alert, for the coder to decide.
_APPLIED = frozenset({"combination", "excludes1", "validity"})


@dataclass(frozen=True, slots=True)
class Edited:
    """Suggestions after the coding rules, what the rules took away, and the claim they make."""

    suggestions: tuple[Suggestion, ...]
    refusals: tuple[Refusal, ...]
    claim: Claim


class CodingRules:
    """The coding rules of one code set, applied to readings of notes."""

    def __init__(self, codes: CodeSet, diagnoses: Diagnoses, site: SiteRules | None = None) -> None:
        self._codes = codes
        self._diagnoses = diagnoses
        self._checker = Checker(codes, site)

    def facts(self, reading: Reading) -> NoteFacts:
        """Return what a reading says about codes."""
        confidences = self._diagnoses.confidences(reading)
        return NoteFacts(reading.doc, reading.candidates, confidences, reading.not_coded)

    def check(
        self, codes: Sequence[str], reading: Reading, facts: NoteFacts | None = None
    ) -> Report:
        """Return what the rules say of the codes assigned to an encounter.

        ``facts`` are those of the reading where they are known already.
        """
        return self._checker.check(_coded(codes, reading, facts or self.facts(reading)))

    def edit(self, suggestions: Sequence[Suggestion], reading: Reading) -> Edited:
        """Return the suggestions with the rules' alerts, flags and mends."""
        confident = [s.code for s in suggestions if s.tier == CONFIDENT]
        known = {s.code: s.confidence for s in suggestions}
        facts = NoteFacts(
            reading.doc,
            reading.candidates,
            [known.get(candidate.code, 0.0) for candidate in reading.candidates],
            reading.not_coded,
        )
        report = self._checker.check(_coded(confident, reading, facts))
        kept = {s.code: s for s in suggestions}
        refusals: list[Refusal] = []
        for alert in report.alerts:
            if _is_applied(alert, kept):
                refusals += self._apply(alert, kept)
        refusals += self._take_away_parts(kept)
        ordered = sorted(kept.values(), key=lambda s: (-s.confidence, s.rank))
        return Edited(
            tuple(replace(_told(s, report), rank=rank) for rank, s in enumerate(ordered, 1)),
            tuple(refusals),
            self._claim(report, kept),
        )

    def _take_away_parts(self, kept: dict[str, Suggestion]) -> list[Refusal]:
        """Take from the suggestions what a confident combination says already; return it with the rule."""
        refusals = []
        for joint in [s for s in kept.values() if s.tier == CONFIDENT and s.derived_from]:
            assert joint.derived_from is not None
            for part in joint.derived_from["codes"]:
                if part not in kept or kept[part].tier == CONFIDENT:
                    continue
                report = self._checker.check(CodedEncounter((joint.code, part)))
                dropped = next((a for a in report.alerts if part in a.mend.remove), None)
                if dropped is not None:
                    refusals.append(_refused(kept.pop(part), dropped))
        return refusals

    def _apply(self, alert: Alert, kept: dict[str, Suggestion]) -> list[Refusal]:
        """Put a mend into the suggestions; return what it took away, with the rule."""
        parts = [kept[code] for code in alert.codes if code in kept]
        for new in (*alert.mend.replace.values(), *alert.mend.add):
            kept[new] = self._joined(new, parts, alert, kept.get(new))
        refusals = []
        for code in sorted(alert.mend.gone):
            if (gone := kept.pop(code, None)) is not None:
                refusals += [_refused(gone, alert)]
        return refusals

    def _joined(
        self, code: str, parts: Sequence[Suggestion], alert: Alert, known: Suggestion | None
    ) -> Suggestion:
        """Return the suggestion of a code that a rule made from others."""
        evidence = tuple(dict.fromkeys(e for part in parts for e in part.evidence))
        confidence = min((part.confidence for part in parts), default=0.0)
        if known is not None:
            confidence = max(confidence, known.confidence)
        return Suggestion(
            rank=min((part.rank for part in parts), default=1),
            system="icd10cm",
            code=code,
            description=self._codes.title(code),
            confidence=confidence,
            tier=CONFIDENT,
            billable=self._codes.is_billable(code),
            evidence=evidence,
            alternatives=known.alternatives if known is not None else (),
            flags=known.flags if known is not None else (),
            derived_from={"rule": alert.id, "codes": [part.code for part in parts]},
        )

    def _claim(self, report: Report, kept: Mapping[str, Suggestion]) -> Claim:
        """Return the confident diagnoses in claim order, with why the first is first."""
        sequence = [code for code in report.claim if code in kept and kept[code].tier == CONFIDENT]
        sequence += [
            s.code for s in kept.values() if s.tier == CONFIDENT and s.code not in sequence
        ]
        because = report.first_because if sequence[:1] == list(report.claim[:1]) else ""
        return Claim(tuple(sequence), because)


def _coded(codes: Sequence[str], reading: Reading, facts: NoteFacts) -> CodedEncounter:
    encounter = reading.encounter
    return CodedEncounter(
        tuple(codes),
        facts,
        encounter.age,
        encounter.sex,
        encounter.date_of_service,
        reading.setting.value,
    )


def _is_applied(alert: Alert, kept: Mapping[str, Suggestion]) -> bool:
    """Tell whether an alert's mend is applied to the suggestions."""
    if alert.rule not in _APPLIED or alert.severity != ERROR or not alert.mend.gone:
        return False
    if alert.row and alert.row not in _classified():
        return False
    if not all(code in kept for code in (*alert.codes, *alert.mend.gone)):
        return False
    return not alert.mend.replace or _are_apart([kept[code] for code in alert.codes])


@lru_cache(maxsize=1)
def _classified() -> frozenset[str]:
    """Return the rows that the classification alone decides, whatever the note says."""
    tables = ("combinations", "redundant")
    return frozenset(row["id"] for table in tables for row in rule_table(table))


def _are_apart(parts: Sequence[Suggestion]) -> bool:
    """Tell whether the parts of a combination rest on different words: the same words name one condition."""
    places = [{(e.document, e.start, e.end) for e in part.evidence} for part in parts]
    return all(one.isdisjoint(other) for one, other in combinations(places, 2))


def _told(suggestion: Suggestion, report: Report) -> Suggestion:
    """Return a suggestion with the alerts about it and its risk categories."""
    alerts = tuple(
        alert.to_dict()
        for alert in report.alerts
        if alert.codes[:1] == (suggestion.code,)
        and alert.severity in (ERROR, WARNING)
        and not _is_order(alert)
    )
    flags = tuple(
        {key: value for key, value in flag.items() if key != "code"}
        for flag in report.flags
        if flag["code"] == suggestion.code
    )
    if not alerts and not flags:
        return suggestion
    return replace(suggestion, alerts=alerts, flags=(*suggestion.flags, *flags))


def _is_order(alert: Alert) -> bool:
    """Tell whether an alert is about order alone, which the claim shows and the ranking does not."""
    mend = alert.mend
    return bool(mend.first) and not (mend.gone or mend.add or mend.query)


def _refused(gone: Suggestion, alert: Alert) -> Refusal:
    """Return a suggestion that a rule took away as what is not coded."""
    first = gone.evidence[0] if gone.evidence else None
    return Refusal(
        first.start if first else 0,
        first.end if first else 0,
        first.text if first else "",
        "rule",
        alert.message,
        gone.code,
        first.document if first else None,
        alert.id,
    )
