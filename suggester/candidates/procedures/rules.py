"""Conditions of the rules that add or leave out procedures, and the units they count.

A condition is a list of parts, all of which must hold: ``key=values`` asks for a detail that was told
(as in the starter set: ``age=<19``), ``near:words`` and ``note:words`` for words beside the procedure
or anywhere (``a|b``, ``_`` for a space, ``*`` for any ending), ``not:words`` and ``never:words`` for
their absence beside it or anywhere, ``has:CODE`` and ``lacks:CODE`` for another candidate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from suggester.lexicon.procedure_rows import parse_wanted

Told = Mapping[str, Mapping[str | float, float]]
#: Characters on either side of a procedure in which words stand beside it.
_BESIDE = 220
_UNITS = re.compile(r"(?P<key>[a-z]+)(?:-(?P<less>\d+))?(?:/(?P<by>\d+))?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is tried: the text of the note in lower case, and the place in it."""

    text: str
    start: int
    end: int

    def beside(self) -> str:
        """Return the words on either side."""
        return self.text[max(0, self.start - _BESIDE) : self.end + _BESIDE]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a condition is held against: the place, what it tells, and the other candidates."""

    place: Place
    told: Told
    codes: Collection[str]


Test = Callable[[Circumstances], bool]


def parse_condition(text: str) -> tuple[Test, ...]:
    """Read the parts of a condition; raises ``ValueError`` for one that is none."""
    return tuple(_test(part) for part in text.split())


def _test(part: str) -> Test:
    kind, colon, words = part.partition(":")
    if colon and kind in ("near", "note", "not", "never"):
        spoken = "|".join(
            re.escape(word).replace("_", r"\W+").replace(r"\*", r"\w*") for word in words.split("|")
        )
        pattern = re.compile(rf"(?<!\w)(?:{spoken})(?!\w)")
        if kind in ("note", "never"):
            found = kind == "note"
            return lambda it: (pattern.search(it.place.text) is not None) is found
        wanted = kind == "near"
        return lambda it: (pattern.search(it.place.beside()) is not None) is wanted
    if colon and kind in ("has", "lacks"):
        names = parse_names(words.split("|"))
        wanted = kind == "has"
        return lambda it: any(names.hold(code) for code in it.codes) is wanted
    key, equals, values = part.partition("=")
    if not equals:
        raise ValueError(f"{part!r} is no condition")
    accepted = parse_wanted(values, key)
    return lambda it: any(accepted.accepts(value) for value in strongest(it.told, key))


def strongest(told: Told, key: str) -> list[str | float]:
    """Return the values of a detail that stand nearest to the procedure."""
    values = told.get(key, {})
    best = max(values.values(), default=0.0)
    return [value for value, weight in values.items() if weight >= best]


@dataclass(frozen=True, slots=True)
class Names:
    """Codes and families, some of them with ``*`` for any letters."""

    exact: frozenset[str]
    shapes: tuple[str, ...]

    def hold(self, name: str) -> bool:
        """Whether a code or family is one of them."""
        return name in self.exact or any(fnmatchcase(name, shape) for shape in self.shapes)


def parse_names(names: Collection[str]) -> Names:
    """Part the names with a ``*`` or ``[`` from the others."""
    shapes = tuple(name for name in names if "*" in name or "[" in name)
    return Names(frozenset(names) - frozenset(shapes), shapes)


def units_of(text: str, told: Told) -> int:
    """Return the units that an expression counts: ``2``, ``count-1``, ``minutes-60/60``; 1 at least."""
    if text.isdigit():
        return int(text)
    match = _UNITS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} counts no units")
    numbers = [value for value in strongest(told, match["key"]) if isinstance(value, float)]
    if not numbers:
        return 1
    rest = max(numbers) - float(match["less"] or 0)
    return max(1, math.ceil(rest / float(match["by"] or 1) - 1e-6))
