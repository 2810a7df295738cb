"""Names of persons: after a title or a role, behind a label or a signature, before a degree."""

from __future__ import annotations

from suggester.corpus.phi.forms import Form
from suggester.corpus.phi.known_words import all_unknown, any_unknown, words_of

_KIND = "name"
#: A name in mixed case: Maria, O'Brien, McDonald, Garcia-Lopez, and in capitals.
NAME = r"(?:[OD]['’]\p{Lu}\p{Ll}+|(?:Mc|Mac|De|Di|Van|Le|La)?\p{Lu}\p{Ll}+)(?:-\p{Lu}\p{Ll}+)?"
_CAPITALS = r"\p{Lu}[\p{Lu}'’-]{2,}"
_INITIAL = r"(?:\p{Lu}\.?[ \t]+)"
_GAP = r"[ \t]+"
_FULL = rf"{NAME}{_GAP}{_INITIAL}?(?:(?:van|von|de|del|de la|di|al|bin)\s+)?{NAME}"
_FULL_CAPITALS = rf"{_CAPITALS}{_GAP}{_INITIAL}?{_CAPITALS}"
_REVERSED = rf"(?:{NAME}|{_CAPITALS}),[ \t]*(?:{NAME}|{_CAPITALS})(?:[ \t]+\p{{Lu}}\b\.?)?"
_AFTER_TITLE = rf"(?:{_INITIAL}{{0,2}}{NAME}(?:{_GAP}(?:{_INITIAL})?{NAME}){{0,2}})"
_DEGREE = (
    r"(?:M\.?D\.?|D\.?O\.?|R\.?N\.?|N\.?P\.?|P\.?A\.?(?:-C)?|Ph\.?D\.?|PharmD|DPM|DDS|DMD|LCSW|CRNA|"
    r"FNP(?:-C|-BC)?|ARNP|APRN|CNM|MBBS|FACP|FACS|FACC|LPN|PT|DPT|OTR|RRT|MSW|PsyD)\b"
)
_ROLES = (
    r"patient|pt|mother|father|mom|dad|wife|husband|spouse|daughter|son|brother|sister|aunt|uncle|"
    r"grandmother|grandfather|granddaughter|grandson|niece|nephew|cousin|girlfriend|boyfriend|"
    r"fianc[eé]e?|partner|friend|neighbou?r|roommate|caregiver|caretaker|guardian|nurse|RN|PCP|aide|"
    r"surgeon|attending|cardiologist|neurologist|oncologist|nephrologist|urologist|internist|"
    r"resident|intern|pharmacist|midwife|social worker|case manager|son-in-law|daughter-in-law"
)
_LABELS = (
    r"(?:patient(?:['’]s)?[ ]name|name|pt[ ]name|patient|attending(?:[ ]physician)?|"
    r"(?:(?:ordering|referring|admitting|discharging|responsible|treating)[ ])?"
    r"(?:provider|physician|clinician|doctor)|surgeon|assistant|first[ ]assistant|anesthesiologist|"
    r"pcp|primary[ ]care[ ](?:physician|provider)|dictated[ ]by|author|cc|emergency[ ]contact|"
    r"next[ ]of[ ]kin|guardian|signed|signature|health[ ]care[ ]proxy|hcp|informant|resident|nurse|"
    r"radiologist|pathologist|interpreter|witness|preferred[ ]name|maiden[ ]name|alias|operator)"
)
_SIGNING = (
    r"(?:(?:electronically|digitally|e-?)[ -]?)?"
    r"(?:signed|dictated|authenticated|verified|transcribed|cosigned|co-signed|attested|reviewed|"
    r"interpreted|performed|prepared|documented|entered|seen|examined|ordered|referred|approved|"
    r"scribed|read)[ ]+by|discussed[ ]with|spoke[ ]with|accompanied[ ]by|attestation[ ]by|"
    r"scribe[ ]for|care[ ]of|c/o"
)
_NOT_AFTER_TITLE = frozenset(
    "pepper scholl contin exam examination imaging angiogram angiography brain spine lumbar cervical "
    "thoracic abdomen pelvis elastography enterography venography spectroscopy lvef ef lvh rv tr as ar "
    "ai ms mr trace mild moderate severe normal no the right left valve patient will to is was and or "
    "please follow attending".split()
)


def _titled(text: str) -> bool:
    words = words_of(text)
    return bool(words) and words[0] not in _NOT_AFTER_TITLE


def _foreign(text: str) -> bool:
    return len(words_of(text)) > 1 and all_unknown(text)


FORMS = (
    Form(_KIND, "after a title", (
        r"\b(?=\p{Lu})(?<=\b(?:Dr|Mr|Mrs|Ms|Mx|Prof|dr|mrs)\b\.?[ \t]+|\b(?:Miss|Doctor|Professor)[ \t]+)"
        rf"{_AFTER_TITLE}"
    ), 0.85, _titled),
    Form(
        _KIND,
        "after a title in small letters that also abbreviates",
        rf"\b(?=\p{{Lu}})(?<=\b(?:mr|ms)\b\.?[ \t]+){_AFTER_TITLE}",
        0.6,
        lambda text: _titled(text) and any_unknown(text),
    ),
    Form(_KIND, "after two doctors", (
        rf"\b(?=\p{{Lu}})(?<=\bDrs\.?[ \t]+){NAME}(?:,?[ \t]+(?:and|&)[ \t]+{NAME})?"
    ), 0.85, _titled),
    Form(_KIND, "after a title in capitals", (
        rf"\b(?=\p{{Lu}})(?<=\b(?:DR|MRS)\b\.?[ \t]+){_CAPITALS}(?:{_GAP}{_CAPITALS})?"
    ), 0.8, _titled),
    Form(_KIND, "after a title in capitals that also abbreviates", (
        rf"\b(?=\p{{Lu}})(?<=(?:^|[.:;,][ \t]+)(?:MR|MS)\.[ \t]+){_CAPITALS}(?:{_GAP}{_CAPITALS})?"
    ), 0.6, lambda text: _titled(text) and any_unknown(text)),
    Form(_KIND, "full name after a role", (
        rf"\b(?=\p{{Lu}})(?<=\b(?i:{_ROLES}),?(?:[ \t]+(?:is|was|named|called))?[ \t]+){_FULL}"
    ), 0.7, any_unknown),
    Form(_KIND, "given name of a relative", (
        rf"\b(?=\p{{Lu}})(?<=\b(?i:(?!pt\b|patient\b|rn\b|pcp\b|resident\b|nurse\b|attending\b|intern\b)(?:{_ROLES}))"
        rf",?(?:[ \t]+(?:named|called))?[ \t]+){NAME}(?![\w-])"
    ), 0.5, any_unknown),
    Form(_KIND, "behind a label", (
        rf"\b(?=\p{{Lu}})(?<=(?:^|[ \t|;,.])(?i:{_LABELS})[ \t]*:[ \t]*(?:(?i:dr|mr|mrs|ms)\.?[ \t]+)?)"
        rf"(?:{_REVERSED}|{_FULL_CAPITALS}|{_FULL})(?![\w-])"
    ), 0.7, any_unknown),
    Form(_KIND, "one word behind the label Name", (
        r"\b(?=\p{Lu})(?<=(?:^|[ \t|;])(?i:(?:patient(?:['’]s)?[ ]|pt[ ]|last[ ]|first[ ]|preferred[ ])?name)[ \t]*:[ \t]*)"
        rf"(?:{NAME}|{_CAPITALS})(?![\w-])"
    ), 0.6, any_unknown),
    Form(_KIND, "behind a signature", (
        rf"\b(?=\p{{Lu}})(?<=(?i:\b(?:{_SIGNING}))[: \t]+(?:Dr\.?[ \t]+)?)(?:{_REVERSED}|{_FULL_CAPITALS}|{_FULL}|{NAME}(?=,[ ]{_DEGREE}))"
    ), 0.7, any_unknown),
    Form(_KIND, "before a degree", rf"(?:{_FULL}|{_FULL_CAPITALS})(?=,?[ \t]+{_DEGREE})", 0.7, any_unknown),
    Form(_KIND, "one word before a degree", (
        rf"(?<![\w-][ \t]){NAME}(?=,[ \t]+(?:M\.?D\.?|D\.O\.|RN|NP|PA-C|PharmD)(?!\w))"
    ), 0.5, any_unknown),
    Form(_KIND, "before an age", (
        rf"{_FULL}(?=,?[ \t]+(?:is|was)[ \t]+an?[ \t]+\d{{1,3}}[- ]?(?:year|yr|y/?o|month|day|week))"
    ), 0.7, any_unknown),
    Form(_KIND, "after an office", (
        rf"\b(?=\p{{Lu}})(?<=\b(?i:nurse|sister|officer|deputy|detective|sergeant|trooper|paramedic|chaplain|pastor|"
        rf"reverend|rabbi|father|coach|captain|judge)[ \t]+)"
        rf"{NAME}(?:{_GAP}{NAME})?(?![\w-])"
    ), 0.5, all_unknown),
    Form(_KIND, "of a relative, in brackets", (
        rf"\b(?=\p{{Lu}})(?<=\b(?i:{_ROLES})(?:[ \t]+name)?[ \t]*[(][ \t]*){NAME}(?:{_GAP}{NAME})?(?=[ \t]*[,);])"
    ), 0.55, all_unknown),
    Form(_KIND, "two words that are no words of medicine", rf"(?<![\w-]){_FULL}(?![\w-])", 0.45, _foreign),
    Form(_KIND, "surname first, of words that are no words of medicine",
         rf"(?<=^[ \t]*(?:\d+\.[ \t]*)?){NAME},[ \t]{NAME}(?![\w-])", 0.45, _foreign),
    Form(_KIND, "before by name", rf"(?<![\w-]){NAME}(?=[ \t]+by[ \t]+name\b)", 0.5, all_unknown),
    Form(_KIND, "said to be a name", (
        rf"(?<=\b(?:goes by|(?:her|his|their|my) name is|(?:is|was|dog|baby|child|infant|twin),? named|known as|nicknamed|maiden name))"
        rf"[ \t]+\K{NAME}(?:{_GAP}{NAME})?"
    ), 0.6, any_unknown),
)  # fmt: skip
