"""Conditions of the past: which "history of" ends, and the code for those that it does (Z86, Z87).

And what is there although its words sound as if it were not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from suggester.preprocess.assertion import HISTORICAL, UNCERTAIN

if TYPE_CHECKING:
    from suggester.preprocess.assertion import Assertion
    from suggester.preprocess.sentences import Sentence
    from suggester.preprocess.terms import Term

#: Categories of conditions that "history of" does not end: they are lifelong or long-lasting.
CHRONIC = re.compile(
    r"^(?:E0[3-9]|E1[013]|E78|E66|E2[0-7]|I1[0-3]|I15|I2[05]|I27|I42|I48|I50|I70|I73|J4[3-7]|K21|K50|K51|K58|K7[04]|M05|M06|"
    r"M1[05-9]|M1A|M32|M33|M34|M35|M45|M79\.7|M80|M81|N18|N40|G[23]|G40|G43|G47|G6[0-3]|G8[0-3]|F0[1-3]|F1|F2|F3|F4[0-3]|F50|F60|"
    r"F7|F8|F9|H35|H40|H9[01]|D5[05-8]|D6[01]|D66|D67|D68|D69|D86|B18|B20|Q|L20|L40|L71|L93|E55|E83|E84|E85|E88|K57|K76|"
    r"K86|K90|K73|N31|N52|N80|N81|N95|M2[01]|M4[12378]|M5[014]|I0[5-8]|I3[4-7]|I4[45]|I65|I69|I77|I83|I87|I89|J6[0-7]|"
    r"J84|R32|Z)"
)
#: Codes of conditions that nobody is cured of: "history of COPD" is COPD.
LIFELONG = re.compile(
    r"^(?:E1[013]|E83\.0|E84|E85|I1[0-3]|I25\.[15]|I27\.2|I42|I48\.[12]|I50|I73\.9|J43|J44|J6[0-7]|J84\.1|N18|G10|G12|G20|"
    r"G30|G35|G71|G80|F0[1-3]|F20|F31|F7|F84|B20|D57|D66|D67|M05|M06|M32|M33|M34|M45|K50|K51|K74\.6|L40|Q(?!53|54|62))"
)

#: Words of a cue that say of a condition that the patient had it.
HISTORY_OF = re.compile(r"\b(?:history|hx|h/o|prior|previous|past)\b", re.IGNORECASE)
#: Words of a cue that say that something was looked into, and codes of what is there to be looked into.
_LOOKED_INTO = re.compile(r"\b(?:evaluated|evaluation|work ?-?up) for$", re.IGNORECASE)
#: Codes of what patients complain of: symptoms, and the pains, lumps and the like of other chapters.
COMPLAINT = re.compile(
    r"^(?:R(?!57|6[45]|7|8|9)|M25\.5|M54(?!\.[134])|M79\.[16]|G89|N63|N64\.[45]|N95\.0|N50\.81|"
    r"H57\.1|H92|H93\.[1A]|H53\.[1-4])"
)
_OF_A_STAY = re.compile(
    r"\bdischarge (?:summary|diagnos|dx)|\bhospital course|\bfinal diagnos", re.IGNORECASE
)
_BEFORE = 40
#: What says of a cancer of the past that it has come back.
_BACK_AGAIN = re.compile(
    r"\b(?:recurr\w+|relaps\w+|metasta\w+|progress\w+|active|currently|undergoing|receiving|chemotherapy|folfox|folfiri|immunotherapy|"
    r"\d+[- ]years? history)\b",
    re.IGNORECASE,
)
#: Beginning of the condition's code → code of its personal history; the longest beginning counts.
_PAST = {
    "A": "Z86.19",
    "B": "Z86.19",
    "C0": "Z85.818",
    "C01": "Z85.810",
    "C02": "Z85.810",
    "C14": "Z85.819",
    "C15": "Z85.01",
    "C16": "Z85.028",
    "C17": "Z85.068",
    "C18": "Z85.038",
    "C19": "Z85.048",
    "C20": "Z85.048",
    "C21": "Z85.048",
    "C22": "Z85.05",
    "C23": "Z85.09",
    "C24": "Z85.09",
    "C25": "Z85.07",
    "C32": "Z85.21",
    "C33": "Z85.12",
    "C34": "Z85.118",
    "C37": "Z85.238",
    "C40": "Z85.830",
    "C41": "Z85.830",
    "C43": "Z85.820",
    "C44": "Z85.828",
    "C4A": "Z85.821",
    "C49": "Z85.831",
    "C50": "Z85.3",
    "C51": "Z85.44",
    "C52": "Z85.44",
    "C53": "Z85.41",
    "C54": "Z85.42",
    "C55": "Z85.42",
    "C56": "Z85.43",
    "C57": "Z85.44",
    "C60": "Z85.49",
    "C61": "Z85.46",
    "C62": "Z85.47",
    "C63": "Z85.49",
    "C64": "Z85.528",
    "C65": "Z85.53",
    "C66": "Z85.54",
    "C67": "Z85.51",
    "C69": "Z85.840",
    "C70": "Z85.848",
    "C71": "Z85.841",
    "C72": "Z85.848",
    "C73": "Z85.850",
    "C74": "Z85.858",
    "C75": "Z85.858",
    "C81": "Z85.71",
    "C82": "Z85.72",
    "C83": "Z85.72",
    "C84": "Z85.72",
    "C85": "Z85.72",
    "D03": "Z86.006",
    "D04": "Z86.007",
    "D05": "Z86.000",
    "D06": "Z86.001",
    "C10": "Z85.818",
    "C11": "Z85.818",
    "C12": "Z85.818",
    "C13": "Z85.818",
    "D5": "Z86.2",
    "D6": "Z86.2",
    "D7": "Z86.2",
    "D8": "Z86.2",
    "E": "Z86.39",
    "F": "Z86.59",
    "G": "Z86.69",
    "H": "Z86.69",
    "I": "Z86.79",
    "J": "Z87.09",
    "J1": "Z87.01",
    "K": "Z87.19",
    "K25": "Z87.11",
    "K26": "Z87.11",
    "K27": "Z87.11",
    "L": "Z87.2",
    "M": "Z87.39",
    "N0": "Z87.448",
    "N1": "Z87.448",
    "N2": "Z87.448",
    "N20": "Z87.442",
    "N3": "Z87.448",
    "N39.0": "Z87.440",
    "N4": "Z87.438",
    "N5": "Z87.438",
    "N6": "Z87.42",
    "N7": "Z87.42",
    "N8": "Z87.42",
    "N9": "Z87.42",
    "O": "Z87.59",
    "Q": "Z87.798",
    "R": "Z87.898",
    "S": "Z87.828",
    "T": "Z87.828",
}


def past_of(code: str) -> str | None:
    """Return the personal-history code for a condition; None where the book has none by chapter.

    >>> past_of("M10.9")
    'Z87.39'
    """
    for length in range(len(code), 0, -1):
        if code[:length] in _PAST:
            return _PAST[code[:length]]
    return None


def told_before(text: str, sentence: Sentence, term: Term, assertion: Assertion) -> bool:
    """Whether "history of" stands before what is over in its sentence: "history of carcinoma, nose, 2019"."""
    if assertion.kind != HISTORICAL or _BACK_AGAIN.search(text, sentence.start, sentence.end):
        return False
    start = max(sentence.start, term.start - _BEFORE)
    return HISTORY_OF.search(text, start, term.start) is not None


#: A flare of what the patient is known to have, and categories that code it.
_OF_THE_KNOWN = re.compile(
    r"\b(?:exacerbations?|flares?(?:[- ]?ups?)?|worsening|decompensation|progression) of (?:his|her|their|the patient['’]s|known|underlying|"
    r"chronic|pre-?existing)\b",
    re.IGNORECASE,
)
_FLARE_CODED = re.compile(r"J4[45]|I50\.[234]|M1A|K5[01]")
_NEAR = 40


def is_there(code: str, assertion: Assertion, sentence: Sentence, text: str, term: Term) -> bool:
    """Whether a condition told as past or as looked into is coded all the same.

    What is lifelong is, and what was treated in this stay: "acute kidney injury, resolved" among the
    diagnoses of a discharge was there (guideline III). A complaint is what brought the patient, where
    a disease would be in doubt: "evaluated for dizziness" (guideline IV.D). Where its flare is doubtful, the
    disease is not: "probably an exacerbation of her congestive heart failure".
    """
    if assertion.kind == UNCERTAIN:
        return bool(
            (_LOOKED_INTO.search(assertion.cue) and COMPLAINT.match(code))
            or (
                _OF_THE_KNOWN.search(text, max(sentence.start, term.start - _NEAR), term.end)
                and not _FLARE_CODED.match(code)
            )
        )
    if assertion.kind != HISTORICAL:
        return False
    if LIFELONG.match(code) and HISTORY_OF.search(assertion.cue):
        return True
    return (
        assertion.cue.startswith("resol")
        and sentence.section.kind == "diagnosis"
        and _OF_A_STAY.search(text) is not None
    )
