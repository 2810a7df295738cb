"""Read the tables of which the wordings of adverse effects and poisonings are composed.

``drugs/drugs.tsv`` gives the name of a drug its category in T36-T50, as the official Table of Drugs
and Chemicals does; ``drugs/effects.tsv`` what clinicians say of a drug, and the character of intent
that means: 1 accidental, 2 intentional self-harm, 5 adverse effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

_UNSPECIFIED = frozenset(
    {"T36.9", "T37.9", "T39.9", "T41.4", "T42.7", "T43.9", "T45.9", "T47.9", "T49.9"}
)
#: Length of a category with its decimal point, to which the intent is added after filling with X.
_FILLED = 6


@dataclass(frozen=True, slots=True)
class DrugEffect:
    """What is said of a drug, ``{drug}`` standing for its name, and the character of intent."""

    wording: str
    intent: str


def read_drugs() -> tuple[tuple[tuple[str, str], ...], tuple[DrugEffect, ...], bytes]:
    """Return the drugs with their categories, what is said of them, and the text of both tables."""
    folder = files("suggester.lexicon").joinpath("drugs")
    drugs = folder.joinpath("drugs.tsv").read_text("utf-8")
    effects = folder.joinpath("effects.tsv").read_text("utf-8")
    named = tuple((name, stem) for name, stem in _rows(drugs))
    said = tuple(DrugEffect(wording, intent) for wording, intent in _rows(effects))
    return named, said, (drugs + effects).encode("utf-8")


def code_of(stem: str, intent: str) -> str:
    """Return the code of a category and an intent, its 7th character left off.

    Of a drug that is not specified the intent stands in the fifth place.

    >>> code_of("T46.4", "5"), code_of("T43.22", "5"), code_of("T36.9", "5")
    ('T46.4X5', 'T43.225', 'T36.95')
    """
    if stem in _UNSPECIFIED:
        return stem + intent
    return stem.ljust(_FILLED, "X") + intent


def _rows(text: str) -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return [(first, second) for first, second in rows]
