"""From a family of procedures to the code its details choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from suggester.lexicon.procedure_rows import ProcedureCode, Wanted

#: Attribute → value → how near to the procedure it was told.
Values = Mapping[str, Mapping[str | float, float]]
#: Worth of the family's default, which asks for nothing that is not told; cost of a detail of any
#: other code that is not told; and how much more a contradicted detail costs than an agreed one is worth.
_DEFAULT, _SILENT, _CONTRADICTED = 0.6, 2.0, 1.2
#: Cost of one that is not told where the code and the default want the same.
_AS_USUAL = 0.2
#: Value of "extent" that tells of an add-on code.
_ADDED = "additional"


class Option(NamedTuple):
    """A code of the family and how well the note's details fit it.

    ``agreed``, ``untold`` and ``against`` count the details that the note tells, does not tell and
    contradicts.
    """

    code: ProcedureCode
    score: float
    agreed: int
    untold: int
    against: int


def choose(codes: Sequence[ProcedureCode], values: Values) -> list[Option]:
    """Return the codes of a family, best first; an add-on code never stands before its base code."""
    bases = values
    if any(code.add_on for code in codes) and _ADDED in values.get("extent", {}):
        # "another one" tells of the add-on, and says nothing against the code of the first.
        rest = {value: weight for value, weight in values["extent"].items() if value != _ADDED}
        bases = {**values, "extent": rest}
    usual = next((code.wants for code in codes if code.default), {})
    options = [_weigh(code, values if code.add_on else bases, usual) for code in codes]
    options.sort(key=lambda o: (-o.score, not o.code.default, o.code.code))
    if options[0].code.add_on:
        base = next((option for option in options if not option.code.add_on), None)
        if base is not None:
            options.remove(base)
            options.insert(0, base._replace(score=options[0].score))
    return options


def _weigh(code: ProcedureCode, values: Values, usual: Mapping[str, Wanted]) -> Option:
    score = _DEFAULT if code.default else 0.0
    agreed = untold = against = 0
    for key, wanted in code.wants.items():
        told = values.get(key)
        if not told:
            # What is not told is taken to be as in the family's default: simple, open, first.
            as_usual = key in usual and bool(usual[key].words & wanted.words)
            score -= 0.0 if code.default else _AS_USUAL if as_usual else _SILENT
            untold += 1
            continue
        strongest = max(told.values())
        fitting = [weight for value, weight in told.items() if _fits(wanted, value)]
        if fitting:
            best = max(fitting)
            score += best - 0.5 * (strongest - best)
            agreed += 1
        else:
            score -= _CONTRADICTED * strongest
            against += 1
    return Option(code, score, agreed, untold, against)


def _fits(wanted: Wanted, value: str | float) -> bool:
    if wanted.accepts(value):
        return True
    # A cue may name a whole span of numbers ("few", "2-4"): it fits the code of the same span.
    return isinstance(value, str) and value in wanted.words
