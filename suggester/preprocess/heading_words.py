"""Headings that the table does not hold, known by their telling words."""

from __future__ import annotations

import re


def by_words(low: str) -> str | None:
    """Return the section that a heading in lower case opens by its words, or None."""
    if len(low.split()) > 7:
        return None
    diagnosis = re.search(r"diagnos|\bdx\b", low)
    rules = (
        (
            diagnosis
            and re.search(
                r"post|after|discharge|final|principal|secondary|primary|axis|\bed\b", low
            ),
            "diagnosis",
        ),
        (
            diagnosis
            and re.search(
                r"\bbefore\b|\bpre(?:-?\s?op|-?\s?proc|\b)|admi|differential|provisional", low
            ),
            "preop_diagnosis",
        ),
        (
            re.fullmatch(
                r"(?!past|previous|prior|old|tentative|working|suspected|probable|possible|presum|provisional|differential|family|rule|exclu|consider|unlikely|alternat|wrong|no-|not-?|histor|record|referr|question|former|age |date |year |time )(?:[a-z-]+ ){1,2}(?:diagnos[ei]s|dx)",
                low,
            ),
            "diagnosis",
        ),
        (
            re.search(
                r"\bassessment\b|\bimpression\b|\bconclusions?\b|\bsummary\b|\bdiscussion\b|\bformulation\b",
                low,
            )
            and re.search(r"\bplans?\b|\brecommendations?\b", low),
            "assessment_plan",
        ),
        (re.search(r"\bfamily\b.*\bhistory\b|\bfamily hx\b", low), "family_history"),
        (re.search(r"\bsurgical\b.*\b(history|hx)\b", low) and "medical" not in low, "psh"),
        (re.search(r"\bpast\b.*\b(history|hx)\b|\bmedical history\b", low), "pmh"),
        (re.search(r"\bsocial\b.*\b(history|hx)\b", low), "social_history"),
        (re.search(r"\bhistory of (the )?present", low), "hpi"),
        (
            re.search(r"\b(?:medications|meds)\b|\bmedication (?:list|changes)\b", low),
            "medications",
        ),
        (re.search(r"\ballergies\b|\b(?:drug|medication) allerg", low), "allergies"),
        (re.search(r"\breview of systems?\b", low), "ros"),
        (
            re.search(r"\bexam(ination)?\b", low) and not re.search(r"reason|indication", low),
            "exam",
        ),
        (re.search(r"\bindications?\b|\breason for\b", low), "indication"),
        (
            re.search(r"\b(procedures?|operation|technique) (performed|note|in detail)\b", low),
            "procedure",
        ),
        (re.search(r"\bhospital course\b|\bed course\b", low), "hospital_course"),
        (re.search(r"^(assessment|impression)\b", low), "assessment"),
        (
            re.search(
                r"\b(labs?|laboratory|imaging|radiograph\w*|x-?rays?|mri|ct|studies|results)\b", low
            ),
            "results",
        ),
        (re.search(r"\bfindings\b", low), "findings"),
        (re.search(r"\binstructions\b|^follow-? ?up\b", low), "instructions"),
        (re.search(r"\bplan\b|\brecommendations?\b", low), "plan"),
    )
    for hit, kind in rules:
        if hit:
            return kind
    return None
