"""Values of a detail that say more than others told beside them: reduced is more than treated closed.

The rows of ``overruling.tsv`` are: attribute, value, the values it overrules, families it holds for
(none: all).
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from importlib.resources import files

#: Least weight with which a value overrules others: told in the sentence of the procedure.
_STRONG = 2.0


def overrule(family: str, told: MutableMapping[str, dict[str | float, float]]) -> None:
    """Drop the values of ``told`` that a more telling one overrules."""
    for key, value, weaker, families in _rows():
        values = told.get(key)
        if not values or (families and family not in families):
            continue
        if values.get(value, 0.0) >= _STRONG:
            told[key] = {name: weight for name, weight in values.items() if name not in weaker}


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, frozenset[str], frozenset[str]], ...]:
    text = files("suggester.candidates.procedures").joinpath("overruling.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(
        (key, value, frozenset(weaker.split(";")), frozenset(families.split(";")) - {""})
        for key, value, weaker, families in rows
    )
