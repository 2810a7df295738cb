"""Reports of studies that are read: radiographs, tracings, and examinations with an instrument."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from suggester.preprocess.sections import Section

#: Studies that are read, and examinations with an instrument, as their reports are headed.
_OF_A_STUDY = re.compile(
    r"\b(?:mr[ai]|(?-i:MR(?!\.)|CTA?)|(?-i:PET)|x-?rays?|radiograph\w*|\d views?|ultraso\w+|sonogra\w+|(?-i:US)|duplex|doppler|mammogra\w+|"
    r"tomosynthesis|dxa|dexa|densitometry|(?:bone|ct|cat|pet|mri|thyroid|renal|liver) scan|scintigra\w+|fluoroscop\w+|barium|esophagram|arthrogram|angiogra\w+|"
    r"echo(?:cardiogra\w+)?|(?-i:TTE|TEE|KUB|C?XR)|ekg|ecg|electrocardiogra\w+|holter|event monitor|treadmill|stress test|tilt[- ](?:table|test)|(?-i:ABI)|ankle[- ]brachial|"
    r"catheterization|eeg|electroencephalogra\w+|emg|ncs|nerve conduction|electrodiagnos\w+|polysomnogra\w+|"
    r"sleep (?:study|apnea test)|psg|pfts?|spirometry|pulmonary function|bronchoprovocation|methacholine|swallow\w* study|"
    r"mbss?|audio(?:gram|logic|metry)|urodynamic\w*|cystoscop\w+|bronchoscop\w+|egd|endoscop\w+|colonoscop\w+|"
    r"sigmoidoscop\w+|laryngoscop\w+|colposcop\w+|hysteroscop\w+|visual fields?|hepatobiliary|hida|"
    r"neuropsychological|v/q|venogram|myelogram|bone age)\b",
    re.IGNORECASE,
)
#: What the first line of a visit says of such a study.
_OF_A_TALK = re.compile(
    r"\b(?:follow\w*[- ]?up|clinic|visit|review|saw|patient|comes?|referred|abnormal|shows?|wants?|ed note|cc)\b",
    re.IGNORECASE,
)
#: What tells what a text is: its first sentence or line, and of that no more than so many characters.
_HEADING = re.compile(r"\s*((?:(?<!\. )[^\n]){0,100})")
#: Sections that a visit has, and no report of a study.
_OF_A_VISIT = frozenset(
    {
        "ros",
        "vitals",
        "medications",
        "social_history",
        "allergies",
        "problem_list",
        "assessment_plan",
        "hospital_course",
    }
)


def is_study(text: str, sections: Iterable[Section]) -> bool:
    """Whether a note reports what a study showed, by its heading and what it is made of."""
    heading = _HEADING.match(text)
    head = heading[1] if heading else ""
    named = _OF_A_STUDY.search(head) and not _OF_A_TALK.search(head)
    return bool(named) and _OF_A_VISIT.isdisjoint(section.kind for section in sections)
