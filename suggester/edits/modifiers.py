"""The modifiers that the documentation supports for each line of a claim, with the reason for each.

Modifier 51 is left out: Medicare contractors add it themselves, and other payers differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from suggester.edits.code_groups import groups_of, in_groups
from suggester.edits.distinct import distinct_hint, repeat_hint
from suggester.edits.lines import VISIT, Diagnosis, Line, ModifierHint
from suggester.edits.ptp import Pair
from suggester.edits.rule_tables import rule_rows
from suggester.edits.sites import SiteReader
from suggester.edits.surroundings import Surroundings
from suggester.edits.visit_modifiers import visit_hints

__all__ = ["ModifierHint", "Rule", "modifiers", "rules"]

#: First-listed reasons for a colonoscopy that make it a screening or surveillance one.
_SCREENED = ("Z12.1", "Z86.010")
_WASTED = re.compile(
    r"(?P<a>\d+(?:\.\d+)?)\s*(?:u|units?|mg|mcg|ml|cc|sq\.?\s?cm)?\s+(?:(?:was|were)\s+)?(?:wasted|discarded)|"
    r"(?:wasted|discarded|wastage(?:\s+of)?|waste(?:\s+of)?)\s*:?\s*(?P<b>\d+(?:\.\d+)?)",
    re.IGNORECASE,
)


class Rule(NamedTuple):
    """A modifier, the lines that can take it, and the facts and settings that call for it.

    ``where`` is ``near`` (in the line's section), ``beside`` (in its problem block) or empty (anywhere).
    ``facts`` are written ``!fact`` where they may not be documented; empty cells ask for nothing.
    """

    modifier: str
    lines: str
    facts: tuple[str, ...]
    settings: frozenset[str]
    where: str
    reason: str


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the shipped rules, in the order in which modifiers are named."""
    return tuple(
        Rule(
            modifier,
            lines,
            tuple(facts.split()),
            frozenset(setting.split()),
            where,
            reason,
        )
        for modifier, lines, facts, setting, where, reason in rule_rows("modifier_rules")
    )


def modifiers(
    lines: Sequence[Line],
    diagnoses: Sequence[Diagnosis],
    sites: SiteReader,
    setting: str,
    bundled: Sequence[Pair] = (),
) -> list[tuple[ModifierHint, ...]]:
    """Return the modifiers of each line, in the order of the lines.

    Parameters
    ----------
    lines
        All services of one patient, practitioner and day.
    diagnoses
        The diagnoses of the encounter.
    sites
        The note, read for sites and what stands around them.
    setting
        ``outpatient``, ``inpatient`` or ``emergency``.
    bundled
        Pairs among the codes of the lines in an installed edition of the NCCI edits.
    """
    view = sites.view
    if any(diagnosis.code.startswith(_SCREENED) for diagnosis in diagnoses):
        view.facts.setdefault("screening", [0])
    named = sites.hints(lines)
    return [_of_line(number, lines, named, view, setting, bundled) for number in range(len(lines))]


def _of_line(
    number: int,
    lines: Sequence[Line],
    sites: Sequence[tuple[ModifierHint, ...]],
    view: Surroundings,
    setting: str,
    bundled: Sequence[Pair],
) -> tuple[ModifierHint, ...]:
    line = lines[number]
    found = list(visit_hints(line, lines)) if line.kind == VISIT else []
    found += [
        ModifierHint(rule.modifier, rule.reason)
        for rule in _rules_for(line.code, setting)
        if _holds(rule, line, view)
    ]
    for hint in (
        distinct_hint(line, lines, view, bundled),
        repeat_hint(number, lines, sites, view),
        _wasted(number, lines, view),
    ):
        if hint is not None:
            found.append(hint)
    found += sites[number]
    return tuple({hint.modifier: hint for hint in reversed(found)}.values())[::-1]


@lru_cache(maxsize=20_000)
def _rules_for(code: str, setting: str) -> tuple[Rule, ...]:
    """Return the rules for lines of a code in a setting."""
    return tuple(
        rule
        for rule in rules()
        if (not rule.settings or setting in rule.settings) and in_groups(code, rule.lines)
    )


def _holds(rule: Rule, line: Line, view: Surroundings) -> bool:
    for fact in rule.facts:
        denied = fact.startswith("!")
        if not denied and fact not in view.facts:
            return False
        # Of a line without evidence nobody knows what stands near it, so nothing speaks against it.
        if denied and rule.where and not line.places:
            continue
        if view.documents(fact.lstrip("!"), line, where=rule.where) == denied:
            return False
    return True


def _wasted(number: int, lines: Sequence[Line], view: Surroundings) -> ModifierHint | None:
    """Return JW for the line of the drug that was thrown away: its units are the amount wasted."""
    line = lines[number]
    if "drug" not in groups_of(line.code) or "waste" not in view.facts:
        return None
    amounts = {float(match["a"] or match["b"]) for match in _WASTED.finditer(view.text)}
    earlier = [other for other in lines[:number] if other.code == line.code]
    if line.units in amounts or (earlier and amounts):
        return ModifierHint("JW", "The rest of a single-dose container was discarded.")
    return None
