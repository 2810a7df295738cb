"""Add the codes that follow from a note's procedures, leave out what others include, count units."""

from __future__ import annotations

from collections.abc import Mapping

from suggester.candidates.procedures.bundled import bundled
from suggester.candidates.procedures.derived import Derived, Trigger, derive
from suggester.candidates.procedures.mention import ProcedureCandidate, ProcedureMention
from suggester.candidates.procedures.rules import Told
from suggester.candidates.procedures.status_kinds import NONE, PERFORMED
from suggester.candidates.procedures.units import drug_units
from suggester.lexicon.procedure_rows import ProcedureCode
from suggester.preprocess.assertion import HISTORICAL, PRESENT, UNCERTAIN

#: "Cyst excised" makes the cyst history, not its excision: what was done before tells by its status.
_HERE = frozenset({PRESENT, UNCERTAIN, HISTORICAL})

Found = dict[str, ProcedureCandidate]


def settle(
    text: str,
    found: Found,
    told: Mapping[str, Told],
    codes: Mapping[str, ProcedureCode],
) -> None:
    """Complete the candidates of a note in place.

    Parameters
    ----------
    text
        The note.
    found
        Candidates by code.
    told
        What is told of each code at its best mention.
    codes
        All procedure codes that may follow.
    """
    low = text.lower()
    first = {code: _first(candidate) for code, candidate in found.items()}
    triggers = [
        _trigger(found[code], mention, told.get(code, {}))
        for code, mention in first.items()
        if mention.rank == 0
    ]
    for follows in derive(low, triggers):
        if follows.code in codes:
            _add(found, follows, codes[follows.code], first[follows.trigger.code])
    entries = [
        _trigger(candidate, _first(candidate), told.get(code, {}))
        for code, candidate in found.items()
    ]
    for part in bundled(low, entries):
        del found[part]
    for code, candidate in found.items():
        if candidate.code.system == "hcpcs" and not candidate.derived_from:
            term = first[code].term
            candidate.units = drug_units(code, low, term.start, term.end)


def _first(candidate: ProcedureCandidate) -> ProcedureMention:
    """Return the mention that tells most that the procedure was done."""
    return min(candidate.mentions, key=lambda m: (m.rank, not _done(m), -m.option.score))


def _done(mention: ProcedureMention) -> bool:
    return mention.assertion.kind in _HERE and mention.status.kind in {PERFORMED, NONE}


def _trigger(candidate: ProcedureCandidate, mention: ProcedureMention, told: Told) -> Trigger:
    code = candidate.code
    term = mention.term
    done = mention.rank == 0 and _done(mention)
    return Trigger(code.code, code.family, term.start, term.end, told, done)


def _add(found: Found, follows: Derived, code: ProcedureCode, mention: ProcedureMention) -> None:
    """Let a code follow at the place of its trigger, with as much behind it."""
    option = mention.option._replace(code=code)
    known = found.setdefault(code.code, ProcedureCandidate(code))
    known.mentions.append(mention._replace(option=option, rank=0))
    known.units = max(known.units, follows.units)
    known.derived_from = follows.derived_from
    known.rule = follows.reason
