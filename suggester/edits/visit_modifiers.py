"""Modifiers 25 and 57 of a visit beside a procedure of the same day.

Rules: CPT Appendix A; CMS, NCCI Policy Manual for Medicare Services, chapter I, section D (25 with
procedures of 0 or 10 global days, XXX services and vaccinations; 57 with 90 global days).
"""

from __future__ import annotations

from collections.abc import Sequence

from suggester.edits.code_groups import groups_of
from suggester.edits.lines import VISIT, Line, ModifierHint

#: Groups of what takes 25 on the visit beside it, with the words of the reason, the gravest first.
_BESIDE = (
    ("minor", "a minor procedure"),
    ("infusion", "an infusion or injection"),
    ("medicine_service", "a diagnostic test or therapeutic service"),
    ("vaccine_admin", "a vaccination"),
)


def is_major(line: Line) -> bool:
    """Whether a procedure has 90 global days."""
    groups = groups_of(line.code)
    minor = {"minor", "obstetric_global", "obstetric_care"}
    return "surgery" in groups and groups.isdisjoint(minor) and not line.add_on


def visit_hints(visit: Line, lines: Sequence[Line]) -> tuple[ModifierHint, ...]:
    """Return 25 and 57 as the procedures of the same claim call for them."""
    mine = groups_of(visit.code)
    if "no_25" in mine:
        return ()
    procedures = [line for line in lines if line.kind != VISIT and not line.add_on]
    found = []
    if "preventive_visit" not in mine and (major := next(filter(is_major, procedures), None)):
        found.append(
            ModifierHint("57", f"The visit led to the decision for major surgery ({major.code}).")
        )
    if reason := _separate(mine, procedures) or _second_visit(visit, lines):
        found.append(ModifierHint("25", reason))
    return tuple(found)


def _separate(mine: frozenset[str], procedures: Sequence[Line]) -> str:
    for group, words in _BESIDE:
        if group == "vaccine_admin" and "wellness_visit" in mine:
            continue
        for line in procedures:
            groups = groups_of(line.code)
            if group in groups and "no_visit_conflict" not in groups:
                return f"A significant, separate visit on the day of {words} ({line.code})."
    return ""


def _second_visit(visit: Line, lines: Sequence[Line]) -> str:
    """Say that a visit for a problem is the separate one of it and a preventive visit."""
    if "office_visit" not in groups_of(visit.code):
        return ""
    for other in lines:
        if other.code != visit.code and "preventive_visit" in groups_of(other.code):
            return f"A problem was treated beyond the preventive visit ({other.code})."
    return ""
