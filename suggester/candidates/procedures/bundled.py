"""Parts that another procedure of the same visit includes: its closure, guidance, or look beforehand.

The rules are rows of ``bundled.tsv``: part (codes or families), whole (codes or families), condition,
reach (``close``: the two stand beside each other), reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.candidates.procedures.derived import Trigger
from suggester.candidates.procedures.rules import (
    Circumstances,
    Names,
    Place,
    Test,
    parse_condition,
    parse_names,
)

#: Characters between the beginnings of a part and a whole that stand beside each other.
_CLOSE = 200


@dataclass(frozen=True, slots=True)
class _Rule:
    parts: Names
    wholes: Names
    tests: tuple[Test, ...]
    close: bool
    reason: str


def bundled(text: str, found: Sequence[Trigger]) -> dict[str, str]:
    """Return the codes that others done in the note include, with the code that includes each."""
    parts: dict[int, list[Trigger]] = defaultdict(list)
    wholes: dict[int, list[Trigger]] = defaultdict(list)
    for entry in found:
        as_part, as_whole = _roles(entry.code, entry.family)
        for number in as_part:
            parts[number].append(entry)
        for number in as_whole if entry.done else ():
            wholes[number].append(entry)
    codes = {entry.code for entry in found if entry.done}
    out: dict[str, str] = {}
    for number in sorted(parts.keys() & wholes.keys()):
        rule = _rules()[number]
        for part in parts[number]:
            here = Circumstances(Place(text, part.start, part.end), part.told, codes)
            whole = next((w for w in wholes[number] if _includes(rule, w, part)), None)
            if whole is not None and all(test(here) for test in rule.tests):
                out.setdefault(part.code, whole.code)
    return {part: whole for part, whole in out.items() if out.get(whole) != part}


def _includes(rule: _Rule, whole: Trigger, part: Trigger) -> bool:
    near = not rule.close or abs(whole.start - part.start) <= _CLOSE
    return near and whole.code != part.code


@lru_cache(maxsize=10_000)
def _roles(code: str, family: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the numbers of the rules in which a code is a part, and in which it is a whole."""

    def named(names: Names) -> bool:
        return names.hold(code) or names.hold(family)

    rules = _rules()
    return (
        tuple(n for n, rule in enumerate(rules) if named(rule.parts)),
        tuple(n for n, rule in enumerate(rules) if named(rule.wholes)),
    )


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    text = files("suggester.candidates.procedures").joinpath("bundled.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(
        _Rule(
            parse_names(parts.split(";")),
            parse_names(wholes.split(";")),
            parse_condition(condition),
            reach == "close",
            reason,
        )
        for parts, wholes, condition, reach, reason in rows
    )
