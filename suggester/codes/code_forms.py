"""Which code system a code belongs to, by the way it is written."""

from __future__ import annotations

import re

from suggester.codes import cpt_files, hcpcs_files, pcs_files
from suggester.codes.installed import SYSTEM as ICD10CM

_FORMS = (
    (cpt_files.SYSTEM, re.compile(cpt_files.CODE)),
    (hcpcs_files.SYSTEM, re.compile(hcpcs_files.CODE)),
    (pcs_files.SYSTEM, re.compile(pcs_files.CODE)),
    (ICD10CM, re.compile(r"[A-Z]\d[0-9A-Z]{1,5}")),
)


def systems_of(code: str) -> tuple[str, ...]:
    """Return the systems whose codes are written so, the most likely first.

    ``70551`` is CPT, ``0016070`` ICD-10-PCS. ``J1100`` is HCPCS Level II or else ICD-10-CM
    without its dot. What fits none, such as a block or chapter, counts as ICD-10-CM.
    """
    text = code.strip().upper()
    return tuple(system for system, form in _FORMS if form.fullmatch(text)) or (ICD10CM,)
