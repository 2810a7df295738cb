"""Codes that follow from others: add-on codes by count, the giving of a vaccine or drug, supplies.

The rules are rows of ``derived.tsv``: triggers (codes or families, ``*`` for any letters), condition,
code, units, reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.candidates.procedures.rules import (
    Circumstances,
    Names,
    Place,
    Test,
    Told,
    parse_condition,
    parse_names,
    units_of,
)

#: Components of the combined vaccines; the others have one.
_COMPONENTS = {
    "dtap_hepb_ipv_vaccine": 5,
    "dtap_ipv_hib_hepb_vaccine": 6,
    "dtap_ipv_hib_vaccine": 5,
    "dtap_ipv_vaccine": 4,
    "dtap_vaccine": 3,
    "tdap_vaccine": 3,
    "td_vaccine": 2,
    "dt_pediatric_vaccine": 2,
    "mmr_vaccine": 3,
    "mmrv_vaccine": 4,
    "hepatitis_a_b_vaccine": 2,
    "meningococcal_abcwy_vaccine": 5,
}


@dataclass(frozen=True, slots=True)
class Trigger:
    """A code that was found; ``done`` says that its words tell it was done here and now."""

    code: str
    family: str
    start: int
    end: int
    told: Told
    done: bool


@dataclass(frozen=True, slots=True)
class Derived:
    """A code that follows, the trigger it hangs on, and all triggers by code."""

    code: str
    trigger: Trigger
    derived_from: tuple[str, ...]
    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Rule:
    triggers: Names
    tests: tuple[Test, ...]
    code: str
    units: str
    reason: str


def derive(text: str, triggers: Sequence[Trigger]) -> list[Derived]:
    """Return the codes that follow from those found in a note; ``text`` is in lower case.

    A rule is tried at each of its triggers; ``found`` counts the families of those that were done.
    """
    codes = {trigger.code for trigger in triggers}
    tried: dict[int, list[Trigger]] = {}
    for trigger in triggers:
        for number in _started_by(trigger.code, trigger.family):
            tried.setdefault(number, []).append(trigger)
    out: dict[str, Derived] = {}
    rules = _rules()
    for number in sorted(tried):
        rule, mine = rules[number], tried[number]
        done = [trigger for trigger in mine if trigger.done] or mine
        counted = _counted(done)
        for trigger in done:
            told = {**trigger.told, **counted}
            here = Circumstances(Place(text, trigger.start, trigger.end), told, codes)
            if all(test(here) for test in rule.tests):
                names = tuple(sorted({t.code for t in done}))
                units = units_of(rule.units, told)
                known = out.get(rule.code)
                if known is None or units > known.units:
                    out[rule.code] = Derived(rule.code, trigger, names, units, rule.reason)
                codes.add(rule.code)
    return list(out.values())


def _counted(triggers: Sequence[Trigger]) -> Mapping[str, Mapping[str | float, float]]:
    families = {trigger.family for trigger in triggers}
    further = sum(_COMPONENTS.get(family, 1) - 1 for family in families)
    return {"found": {float(len(families)): 1.0}, "components": {float(further): 1.0}}


@lru_cache(maxsize=10_000)
def _started_by(code: str, family: str) -> tuple[int, ...]:
    """Return the numbers of the rules that a code starts."""
    return tuple(
        number
        for number, rule in enumerate(_rules())
        if rule.triggers.hold(code) or rule.triggers.hold(family)
    )


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    text = files("suggester.candidates.procedures").joinpath("derived.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(
        _Rule(parse_names(triggers.split(";")), parse_condition(condition), code, units, reason)
        for triggers, condition, code, units, reason in rows
    )
