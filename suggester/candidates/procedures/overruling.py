"""Values of a detail that say more than others told beside them: reduced is more than treated closed.

The rows of ``overruling.tsv`` are: attribute, value, the values it overrules, families it holds for
(none: all), and what it tells in its own stead: an operation converted is an open one.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

#: Least weight with which a value overrules others: told in the sentence of the procedure; one that
#: tells another in its stead speaks for its whole section.
_STRONG, _OF_SECTION = 2.0, 1.0
#: Weight of what is told in the stead of a value.
_INSTEAD = 3.0


class _Row(NamedTuple):
    key: str
    value: str
    weaker: frozenset[str]
    families: frozenset[str]
    tells: str


def overrule(family: str, told: MutableMapping[str, dict[str | float, float]]) -> None:
    """Drop the values of ``told`` that a more telling one overrules."""
    for row in _rows():
        values = told.get(row.key)
        if not values or (row.families and family not in row.families):
            continue
        if values.get(row.value, 0.0) >= (_OF_SECTION if row.tells else _STRONG):
            kept = {name: weight for name, weight in values.items() if name not in row.weaker}
            if row.tells:
                kept.pop(row.value)
                kept[row.tells] = _INSTEAD
            told[row.key] = kept


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    text = files("suggester.candidates.procedures").joinpath("overruling.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(
        _Row(key, value, frozenset(weaker.split(";")), frozenset(families.split(";")) - {""}, tells)
        for key, value, weaker, families, tells in rows
    )
