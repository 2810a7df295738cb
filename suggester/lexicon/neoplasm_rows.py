"""Read the tables of which the wordings of neoplasms are composed.

``neoplasms/sites.tsv`` gives each name of a site its codes by behaviour, as the official Neoplasm
Table does; ``neoplasms/morphology.tsv`` what clinicians say of a site, the behaviour that means, and
the kinds of sites it is said of. "Squamous cell carcinoma" of an organ is a primary, of the skin of
its own kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

KINDS = ("organ", "skin", "bone", "soft", "node", "cns")
#: Behaviours of the columns of ``sites.tsv``, and those derived from them for the skin.
COLUMNS = (
    "primary",
    "secondary",
    "in_situ",
    "benign",
    "uncertain",
    "unspecified",
    "melanoma",
    "nevus",
)
DERIVED = ("basal", "squamous", "melanoma_in_situ")


@dataclass(frozen=True, slots=True)
class NeoplasmSite:
    """One name of a site; ``codes`` by behaviour: a code, or the category above those it may mean."""

    name: str
    kind: str
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Morphology:
    """What is said of a site, ``{site}`` standing for its name."""

    wording: str
    behaviour: str
    kinds: frozenset[str]


def read_tables() -> tuple[tuple[NeoplasmSite, ...], tuple[Morphology, ...], bytes]:
    """Return the sites, the morphology, and the text both were read from."""
    folder = files("suggester.lexicon").joinpath("neoplasms")
    sites = folder.joinpath("sites.tsv").read_text("utf-8")
    morphology = folder.joinpath("morphology.tsv").read_text("utf-8")
    return (
        tuple(map(_site, _rows(sites))),
        tuple(
            Morphology(wording, behaviour, frozenset(kinds.split()))
            for wording, behaviour, kinds in _rows(morphology)
        ),
        (sites + morphology).encode("utf-8"),
    )


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines()[1:]:
        yield line.split("\t")


def _site(fields: list[str]) -> NeoplasmSite:
    name, kind, *found = fields
    codes = {behaviour: code for behaviour, code in zip(COLUMNS, found, strict=False) if code}
    if kind == "skin":
        codes |= _of_skin(codes)
    return NeoplasmSite(name, kind, codes)


def _of_skin(codes: Mapping[str, str]) -> dict[str, str]:
    """Return the codes of skin cancers by cell: C44.30 is C44.31 for a basal cell carcinoma."""
    out = {}
    if (primary := codes.get("primary", "")).startswith("C44.") and primary[5:6] == "0":
        out["basal"] = f"{primary[:5]}1{primary[6:]}"
        out["squamous"] = f"{primary[:5]}2{primary[6:]}"
    if (melanoma := codes.get("melanoma", "")).startswith("C43."):
        # In situ, the nose is one of the other parts of the face.
        out["melanoma_in_situ"] = "D03.39" if melanoma == "C43.31" else "D03" + melanoma[3:]
    return out
