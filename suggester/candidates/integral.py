"""Signs and symptoms that are routinely part of a disease (guideline I.B.5).

The table names the diagnoses that explain a symptom, by the beginning of its code; the longest
beginning wins, and a diagnosis after ``!`` does not explain it. Pain of a limb or joint is explained
only by a diagnosis of the same region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

_ZONES: tuple[tuple[str, str], ...] = (
    ("shoulder", r"shoulder|humerus|clavicle|scapula|rotator|upper arm|acromio|biceps"),
    ("arm", r"\barm\b|upper limb|brachial"),
    ("elbow", r"elbow|epicondyl|olecranon|radial head"),
    ("hand", r"wrist|hand|finger|thumb|metacarp|radius|ulna|carpal|radial styloid|forearm|phalan"),
    ("hip", r"hip\b|femur|thigh|trochant|acetab|pelvi"),
    ("knee", r"knee|patell|menisc|cruciate|tibia|fibula|leg\b|calf|lower limb"),
    ("foot", r"ankle|foot|feet|toe|heel|plantar|hallux|metatars|tars|calcan|achilles"),
)
_REGIONAL = frozenset({"M25", "M79"})


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    text = files("suggester.candidates").joinpath("data/integral_symptoms.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    out = {}
    for symptom, diagnoses, _ in rows:
        named = diagnoses.split()
        out[symptom] = (
            tuple(code for code in named if code[0] != "!"),
            tuple(code[1:] for code in named if code[0] == "!"),
        )
    return out


@lru_cache(maxsize=50_000)
def _explaining(symptom: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return what explains a symptom code and what does not, by the longest beginning."""
    table = _table()
    for length in range(len(symptom), 2, -1):
        if (found := table.get(symptom[:length])) is not None:
            return found
    return None


@lru_cache(maxsize=50_000)
def zones(title: str) -> frozenset[str]:
    """Return the regions of the limbs that a title names."""
    low = title.lower()
    return frozenset(name for name, pattern in _ZONES if re.search(pattern, low))


def explains(symptom: str, symptom_title: str, diagnoses: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the diagnoses, each a code with its title, explains a symptom code."""
    found = _explaining(symptom)
    if found is None:
        return False
    prefixes, spared = found
    regional = symptom[:3] in _REGIONAL
    where = zones(symptom_title) if regional else frozenset()
    return any(
        code != symptom
        and code[:3] != symptom[:3]
        and code.startswith(prefixes)
        and not code.startswith(spared)
        and (not regional or not where or bool(where & zones(title)))
        for code, title in diagnoses
    )
