"""The parts of a note as the ranker sees them: sections in groups, and how telling each is."""

from __future__ import annotations

from suggester.candidates.mentions import Mention

#: Section kind → group.
SECTION_GROUPS: dict[str, str] = {
    "diagnosis": "diagnosis",
    "assessment": "assessment",
    "assessment_plan": "assessment",
    "plan": "plan",
    "preop_diagnosis": "preop",
    "chief_complaint": "complaint",
    "indication": "indication",
    "hpi": "hpi",
    "body": "body",
    "pmh": "pmh",
    "problem_list": "pmh",
    "psh": "pmh",
    "hospital_course": "course",
    "findings": "findings",
    "results": "results",
    "procedure": "procedure",
    "exam": "exam",
    "vitals": "exam",
    "ros": "ros",
    "social_history": "social",
    "family_history": "social",
    "medications": "medications",
    "allergies": "medications",
    "immunizations": "medications",
    "instructions": "plan",
    "administrative": "procedure",
}
GROUPS = tuple(dict.fromkeys(SECTION_GROUPS.values()))
#: Groups in which the author states what was found.
CONCLUDING = frozenset({"diagnosis", "assessment"})
#: Groups in which problems stand under headings.
HEADED = frozenset({"assessment", "diagnosis", "plan"})
#: Group → distance from a conclusion, 0 the nearest.
DISTANCE = {
    "diagnosis": 0,
    "assessment": 1,
    "preop": 2,
    "plan": 3,
    "complaint": 4,
    "indication": 4,
    "course": 5,
    "findings": 5,
    "body": 5,
    "hpi": 6,
    "results": 7,
    "procedure": 7,
    "pmh": 8,
    "exam": 9,
    "ros": 10,
    "social": 10,
    "medications": 10,
}

#: Categories outside chapter R that name a symptom, not a disease.
SYMPTOM_CATEGORIES = frozenset({"M25", "M54", "M79", "N64", "H57", "H92", "K59"})
#: Categories of personal and family history.
HISTORY_CATEGORIES = frozenset(
    {"Z80", "Z81", "Z82", "Z83", "Z84", "Z85", "Z86", "Z87", "Z91", "Z92", "Z98"}
)


def group_of(mention: Mention) -> str:
    """Return the group of the section in which a mention stands."""
    section = mention.sentence.section
    return "assessment" if section.alone else SECTION_GROUPS.get(section.kind, "body")
