"""Procedure lines: what was done, ranked, with modifiers, pointers and alerts; the rest listed apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from suggester.codes.flat_installed import load_flat
from suggester.codes.starter import system_of
from suggester.edits.lines_check import bundled_pairs, check_lines, installed_edits
from suggester.engine.places import Places
from suggester.engine.visits import visit_suggestion
from suggester.suggestions import (
    CANDIDATE,
    CONFIDENT,
    Alternative,
    Modifier,
    NotPerformed,
    Suggestion,
)

if TYPE_CHECKING:
    from suggester.candidates.procedures.mention import ProcedureCandidate
    from suggester.codes.flat_set import FlatCodeSet
    from suggester.edits.lines import Diagnosis, Line, ModifierHint
    from suggester.engine.language import Reading
    from suggester.ranking.procedure_ranker import ProcedureRanker

#: Systems whose codes are lines of a professional claim.
LINE_SYSTEMS = ("cpt", "hcpcs")
MOST_ALTERNATIVES = 4
#: Confidence from which a candidate is given modifiers and diagnoses.
_WORTH = 0.02
#: Confidence from which a line may point to a diagnosis that is not confident.
_LIKELY = 0.25
_UNTRAINED = (
    "This model was trained on a corpus without procedures, so none is suggested; train it on one that "
    "has them."
)


@dataclass(frozen=True, slots=True)
class Lines:
    """What a reading gives of procedures: lines, what is listed apart, and notices."""

    lines: tuple[Suggestion, ...] = ()
    apart: tuple[NotPerformed, ...] = ()
    notices: tuple[str, ...] = ()


class ProcedureLines:
    """Rank the procedures of a reading with one model; ``ranker`` is None where it learned none."""

    def __init__(self, ranker: ProcedureRanker | None) -> None:
        self._ranker = ranker
        self._sets: dict[str, FlatCodeSet] = {
            system: found for system in LINE_SYSTEMS if (found := load_flat(system)) is not None
        }
        self._ncci = installed_edits()

    def code_sets(self, systems: Collection[str]) -> dict[str, str]:
        """Return the release used of each system that is asked for."""
        return {name: of.release.name for name, of in self._sets.items() if name in systems}

    def suggest(
        self,
        reading: Reading,
        places: Places,
        diagnoses: Sequence[Suggestion],
        systems: Collection[str],
        top_k: int | None,
    ) -> Lines:
        """Return the lines of a reading, most probable first.

        ``diagnoses`` are those suggested for it: lines point to the confident ones.
        """
        if self._ranker is None:
            return Lines(notices=(_UNTRAINED,))
        from suggester.candidates.procedures.apart import not_performed
        from suggester.candidates.visits.read_visit import read_visit
        from suggester.ranking.procedure_features import matrix

        setting = reading.setting.value
        candidates = [c for c in reading.procedures if c.code.system in systems]
        confidence = self._ranker.confidence(matrix(reading.doc, candidates, setting))
        drafts = [
            (self._suggestion(candidate, float(p), candidates, places), _line(candidate))
            for candidate, p in zip(candidates, confidence, strict=True)
        ]
        visit = read_visit(reading.doc, setting, reading.candidates) if "cpt" in systems else None
        if visit is not None:
            certainty = self._ranker.visit_confidence(visit.told)
            drafts += visit_suggestion(visit, certainty, self._title, places, reading.doc)
        drafts.sort(key=lambda draft: (-draft[0].confidence, draft[0].code))
        sure = {s.code for s, _ in drafts if s.tier == CONFIDENT}
        apart = tuple(
            self._apart(row.code, row.start, row.end, row.kind, row.cue, places)
            for row in not_performed(candidates)
            if row.code not in sure
        )
        # What is cut off still stands beside the rest: 25 on a visit is for its procedures.
        kept = self._finished(drafts, diagnoses, reading)[:top_k]
        return Lines(tuple(replace(s, rank=rank) for rank, s in enumerate(kept, 1)), apart)

    def _suggestion(
        self,
        candidate: ProcedureCandidate,
        confidence: float,
        candidates: Sequence[ProcedureCandidate],
        places: Places,
    ) -> Suggestion:
        assert self._ranker is not None
        code = candidate.code
        return Suggestion(
            rank=0,
            system=code.system,
            code=code.code,
            description=self._title(code.code),
            confidence=round(confidence, 4),
            tier=CONFIDENT if confidence >= self._ranker.threshold else CANDIDATE,
            billable=code.code in self._sets[code.system],
            evidence=places.evidence(candidate.mentions),
            alternatives=tuple(
                Alternative(
                    other.code.code,
                    self._title(other.code.code),
                    "if its details are documented",
                )
                for other in candidates
                if other.code.family == code.family and other.code.code != code.code
            )[:MOST_ALTERNATIVES],
            derived_from={"rule": candidate.rule, "codes": list(candidate.derived_from)}
            if candidate.rule
            else None,
            units=candidate.units,
        )

    def _finished(
        self,
        drafts: Sequence[tuple[Suggestion, Line]],
        diagnoses: Sequence[Suggestion],
        reading: Reading,
    ) -> list[Suggestion]:
        """Give each line its modifiers, the diagnoses it is for, and what the edits say of it.

        Confident lines stand together on a claim; a candidate is judged as if it were added to them.
        """
        from suggester.edits.modifiers import modifiers
        from suggester.edits.pointers import pointers
        from suggester.edits.sites import SiteReader

        told = _diagnoses(diagnoses, reading)
        setting = reading.setting.value
        day = reading.encounter.date_of_service
        claim = [line for s, line in drafts if s.tier == CONFIDENT]
        sites = SiteReader(reading.doc)
        bundled = bundled_pairs(claim, self._ncci, day)
        hints = modifiers(claim, told, sites, setting, bundled)
        points = pointers(claim, told, sites)
        alerts = check_lines(claim, hints, points, ncci=self._ncci, day=day)
        out = []
        number = 0
        for suggestion, line in drafts:
            mine: Sequence[ModifierHint] = ()
            to: Sequence[str] = ()
            against: Sequence[dict[str, Any]] = ()
            if suggestion.tier == CONFIDENT:
                mine, to, against = hints[number], points[number], alerts[number]
                number += 1
            elif suggestion.confidence >= _WORTH:
                beside = [*claim, line]
                mine = modifiers([line], told, sites, setting)[0]
                to = pointers(beside, told, sites)[-1]
            out.append(
                replace(
                    suggestion,
                    modifiers=_once(
                        *(suggestion.modifiers or ()),
                        *(Modifier(hint.modifier, hint.reason) for hint in mine),
                    ),
                    diagnoses=tuple(to),
                    alerts=tuple(against),
                )
            )
        return out

    def _apart(
        self, code: str, start: int, end: int, status: str, cue: str, places: Places
    ) -> NotPerformed:
        system = system_of(code)
        first, last, text, document = places.locate(start, end)
        title = self._title(code)
        return NotPerformed(first, last, text, status, cue, system, code, title, document)

    def _title(self, code: str) -> str:
        """Return the title of the release in use, or the project's own where it lacks the code."""
        from suggester.codes.starter import starter_set

        system = system_of(code)
        of = self._sets[system]
        starter = starter_set(system)
        if code in of or starter is None:
            return of.title(code)
        return starter.title(code)


def _once(*modifiers: Modifier) -> tuple[Modifier, ...]:
    """Return each modifier once, with its last reason: a rule's is the fuller one."""
    return tuple({modifier.modifier: modifier for modifier in modifiers}.values())


def _line(candidate: ProcedureCandidate) -> Line:
    from suggester.edits.lines import PROCEDURE, Line

    code = candidate.code
    return Line(
        code.code,
        code.system,
        code.family,
        code.sides,
        code.add_on,
        candidate.units,
        tuple(dict.fromkeys((m.term.start, m.term.end) for m in candidate.mentions)),
        PROCEDURE,
    )


def _diagnoses(suggested: Sequence[Suggestion], reading: Reading) -> list[Diagnosis]:
    from suggester.edits.lines import Diagnosis

    likely = {s.code for s in suggested if s.tier == CONFIDENT or s.confidence >= _LIKELY}
    likely |= {s.code for s in suggested[:1]}
    found = {c.code: c for c in reading.candidates if c.code in likely}
    return [
        Diagnosis(
            s.code,
            tuple((m.term.start, m.term.end) for m in found[s.code].mentions),
            s.tier == CONFIDENT,
        )
        for s in suggested
        if s.code in found
    ]
