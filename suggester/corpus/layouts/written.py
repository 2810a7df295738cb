"""Codes as corpora write them, brought to the form of a claim."""

from __future__ import annotations

import re

_BARE = re.compile(r"[.\s]")
_ICD10CM = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_ICD9CM = re.compile(r"\d{3}(?:\.?\d{1,2})?|V\d{2}(?:\.?\d{1,2})?|E\d{3}(?:\.?\d)?")
_PROCEDURES = {
    "cpt": re.compile(r"\d{4}[\dFTU]"),
    "hcpcs": re.compile(r"[A-V]\d{4}"),
    "icd10pcs": re.compile(r"[0-9B-DF-HX][0-9A-HJ-NP-Z]{6}"),
    "icd9cm_procedures": re.compile(r"\d\d\.\d{1,2}"),
}


def icd10cm(text: str) -> str:
    """Return a diagnosis of ICD-10-CM with its dot: ``i509`` becomes ``I50.9``."""
    bare = _BARE.sub("", text).upper()
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


def icd10pcs(text: str) -> str:
    """Return a procedure of ICD-10-PCS: seven characters, no dot."""
    return _BARE.sub("", text).upper()


def icd9cm(text: str) -> str:
    """Return a diagnosis of ICD-9-CM with its dot: after three characters, after four of an E code."""
    bare = _BARE.sub("", text).upper()
    at = 4 if bare.startswith("E") else 3
    return f"{bare[:at]}.{bare[at:]}" if len(bare) > at else bare


def icd9cm_procedure(text: str) -> str:
    """Return a procedure of ICD-9-CM, Volume 3, with its dot after two digits."""
    bare = _BARE.sub("", text)
    return f"{bare[:2]}.{bare[2:]}" if len(bare) > 2 else bare


def plain(text: str) -> str:
    """Return a CPT or HCPCS code as it is written on a claim."""
    return _BARE.sub("", text).upper()


#: Code system → what brings its codes to their form.
FORMS = {
    "icd10cm": icd10cm,
    "icd10pcs": icd10pcs,
    "icd9cm": icd9cm,
    "icd9cm_procedures": icd9cm_procedure,
    "cpt": plain,
    "hcpcs": plain,
}


def diagnosis_system(text: str, before_icd10: bool) -> str | None:
    """Return the system a diagnosis is written in, None where it is of neither.

    ``before_icd10`` tells that it was written before October 1, 2015, the day from which claims in
    the United States carry ICD-10 (45 CFR 162.1002): it decides where both are possible, as for
    ``V58.69``.
    """
    code = text.strip().upper()
    nine, ten = bool(_ICD9CM.fullmatch(code)), bool(_ICD10CM.fullmatch(code))
    if nine and ten:
        return "icd9cm" if before_icd10 else "icd10cm"
    return "icd9cm" if nine else "icd10cm" if ten else None


def procedure_system(text: str, before_icd10: bool) -> str | None:
    """Return the system a procedure is written in, None where it is of none that is known."""
    code = text.strip().upper()
    for system, form in _PROCEDURES.items():
        if form.fullmatch(code):
            return system
    return "icd9cm_procedures" if before_icd10 and re.fullmatch(r"\d{3,4}", code) else None
