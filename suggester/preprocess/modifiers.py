"""Modifiers: sides, encounter, trimester – the details of a note that choose between codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from spacy.language import Language
from spacy.tokens import Doc

from suggester.preprocess.lone_sides import LONE_SIDES, lone_side, of_a_relative
from suggester.preprocess.note_text import text_of
from suggester.preprocess.one_side import only_side, sides_by_word
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Word
from suggester.preprocess.told_sides import ToldSides, read_told_sides

RIGHT, LEFT, BILATERAL = "right", "left", "bilateral"
_SIDE_WORDS = {
    "right": RIGHT,
    "left": LEFT,
    "bilateral": BILATERAL,
    "both": BILATERAL,
    "bilaterally": BILATERAL,
    "right-sided": RIGHT,
    "left-sided": LEFT,
}
_SIDE_CAPITALS = {
    "R": RIGHT,
    "L": LEFT,
    "OD": RIGHT,
    "OS": LEFT,
    "OU": BILATERAL,
    "RUE": RIGHT,
    "RLE": RIGHT,
    "LUE": LEFT,
    "LLE": LEFT,
    "RUL": RIGHT,
    "RML": RIGHT,
    "RLL": RIGHT,
    "LUL": LEFT,
    "LLL": LEFT,
    "RUQ": RIGHT,
    "RLQ": RIGHT,
    "LUQ": LEFT,
    "LLQ": LEFT,
    "AD": RIGHT,
    "AS": LEFT,
    "AU": BILATERAL,
    "BLE": BILATERAL,
    "BUE": BILATERAL,
}
_EACH = re.compile(
    r"each (?:eye|ear|knee|hip|ankle|shoulder|elbow|wrist|foot|hand|leg|arm|breast|lung)\b",
    re.IGNORECASE,
)
_EYE_EAR_CAPITALS = frozenset({"OD", "OS", "OU", "AD", "AS", "AU"})
_EYE_OR_EAR = re.compile(
    r"\b(?:eye|vision|visual|ocular|retin|cornea|cataract|glaucoma|ear|tympanic|otitis|hearing|macul|myop|amblyop|hyperop|astigmat|presbyop|"
    r"pinguec|hordeol|subconj|drusen|keratoc|entropion|ectropion|epiretinal|floater|b?rvo\b|crvo\b|csme\b|"
    r"dacryo|strabism|eustach|mastoid|cholesteat|snhl\b|"
    r"amd\b|armd\b|poag|npdr|pdr\b|erm\b|dme\b|iop\b|pterygi|conjunctiv|uveitis|iritis|keratitis|"
    r"blephar|chalazi|vitre|optic|pseudophak|cerumen|tinnitus)\w*",
    re.IGNORECASE,
)
_NOT_A_SIDE = re.compile(
    r"(?:right|left)(?:[- ]handed\b|[- ]hand(?:ed)?[- ]dominan|[- ]hander|\s+(?:now|away|after|before|the|against|"
    r"alone|here|without|with|at|to|for|in|on|over|open|untreated|home|school|work)\b)",
    re.IGNORECASE,
)
#: "Sciatica on the left with back pain": after this the word is a side, whatever follows.
_THE_SIDE = re.compile(r"\b(?:on|to|of) the $", re.IGNORECASE)
#: Both sides: "right and left knees", "right > left".
_SIDE_PAIR = re.compile(
    r"\b(?:(?:right|rt)\s?(?:and|&|>+|<+|greater than|worse than|more than|/)\s?(?:left|lt)|"
    r"(?:left|lt)\s?(?:and|&|>+|<+|greater than|worse than|more than|/)\s?(?:right|rt))\b",
    re.IGNORECASE,
)
_LEAVING = re.compile(r"\b(?:he|she|they|who|patient|all)\s+$", re.IGNORECASE)

_RETURNS = re.compile(
    r"\b(?:follow[- ]?up(?! (?:with|in|as|at|by|if|next|on|appointment|p\.?r\.?n)\b)|(?:fracture|injury|post[- ]?op(?:erative)?|cast|wound) (?:follow|check|recheck|clinic)|"
    r"cast (?:removal|change)|(?:suture|staple|pin|cast) removal|re-?check|aftercare|"
    r"(?:weeks?|months?|wks?) (?:out from|status post|s/p|post|postop|post-op)|"
    r"(?:here|returns?|presents?|seen)(?: today)? for (?:a )?(?:\w+[- ])?(?:follow|re-?check|re-?evaluation))",
    re.IGNORECASE,
)
_HEALING = re.compile(
    r"\b(?:(?:routine|delayed|interval|bony) healing|healing (?:well|fracture|appropriately|nicely|satisfactorily|uneventfully|normally|routinely|as (?:expected|anticipated)|"
    r"in (?:good|anatomic\w*|satisfactory|acceptable))|"
    r"(?:weeks?|months?|wks?) (?:out from|status post|s/p|post|postop|post-op)|callus formation|healed fracture|"
    r"healing (?:[\w-]+ ){0,4}(?:fracture|fx)\b|\bfracture, (?:\w+ )?(?:weeks?|months?) out\b|"
    r"(?:,|\bfx|\bfracture|\bis|\bclinically|\bradiographically) healing(?=\s*(?:$|[.,;\n]))|cast (?:removed|off)(?: today)?(?=\s*(?:$|[.,;\n]))|"
    r", \d+ ?(?:week|month|wk|mo)s? (?:f/u|follow[- ]?up)(?=\s*(?:$|[.,;\n]))|"
    r"s/p (?:orif|crpp|im nail(?:ing)?|imn) (?:x ?)?\d+ ?(?:days?|weeks?|wks?|months?|mos?)(?: ago)?\b|"
    r"subsequent encounter\b|"
    r"(?:non|mal)-?union (?:of )?(?:the )?(?:[\w-]+ ){0,4}(?:fx|fracture)\b|\b(?:fx|fracture),? (?:with |w/ ?)?(?:non|mal)-?union\b(?! rate))",
    re.IGNORECASE,
)
#: Care that is given while an injury heals, and opinions on it, where the note begins with their name.
_OF_THERAPY = re.compile(
    r"\W*(?i:(?:outpatient|inpatient|acute|initial|pediatric|skilled) )?"
    r"(?:(?i:(?:physical|occupational|hand|aquatic) therapy|home health(?! (?:nurse|aide))|independent medical (?:exam|eval)\w*|"
    r"(?:cardiac |pulmonary )?rehab(?:ilitation)?(?! (?:hospital|facility|for)))\b|"
    r"(?:PT|OT)(?= ?/ ?(?i:OT|PT|hand)\b| (?i:eval|initial|daily|progress|hand|therapy|note|visit|re-?eval|discharge)))"
)
_LATER_CARE = re.compile(
    r"non-?union|mal-?union|delayed|hardware|retained|removal|heal|status post|s/p|infect|loosen|failed",
    re.IGNORECASE,
)
_SEQUELA = re.compile(
    r"\b(?:sequelae?|late effects?|residuals? (?:from|of)|old (?:fracture|injury)|years after)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"(?<!no )(?<!not )(?<!without )\b(?:open|compound)\s+(?!reduction)(?:[\w-]+\s+){0,4}?fractures?|"
    r"fracture,? open\b(?! reduction)|gustilo|bone (?:exposed|protruding)",
    re.IGNORECASE,
)
#: Without one of these no fracture is open; looked for first, for speed.
_OPENED = ("open", "compound", "gustilo", "bone ")
_WEEKS = re.compile(
    r"\b(\d{1,2})\s*(?:\+\s*\d|[- ]?\d/[27]|and \d/[27])?[- ]?\s*(?:weeks?|wks?|w\d?d?)\b(?:['’]?\s*(?:and \d days?|gestation|pregnan|iup|ega|ga|intrauterine|gestational))?",
    re.IGNORECASE,
)
#: Weeks told with days, as of no other age: "28w4d", "39 4/7 weeks".
_DAYS = re.compile(r"w\s?\dd|\d/7", re.IGNORECASE)
#: Conditions that are of pregnancy alone.
_OF_PREGNANCY = (
    r"\bhyperemesis|\bthreatened (?:ab\b|abortion|miscarriage|sab\b)|\bbreech|\b(?:di|mo)[/-]?(?:di|mo)\b|"
    r"\btwins\b|hydramnios|\bpprom\b|\b(?:preterm|premature) (?:labor|contractions)|\bptl\b|"
    r"\bplacenta(?:l abruption)?\b|\bpre-?eclampsia|\bghtn\b|\biugr\b|\bfgr\b|\bhellp\b|\b(?:repeat )?ltcs\b|\bnsvd\b|"
    r"\btolac\b|\bgbs (?:pos|neg|carrier|unknown|\+)|\bvbac\b|\bcholestasis of pregnancy|\bemesis gravidarum|\bcervical insufficiency|\bcerclage\b|\bfetal"
)
#: One of these is in all of them; looked for first, for speed.
_OF_PREGNANCY_HOLDS = tuple(
    "hyperemesis threatened breech di/di di-di didi mo/di mo-di modi di/mo di-mo dimo mo/mo mo-mo momo twins "
    "hydramnios pprom preterm premature ptl placenta eclampsia ghtn iugr fgr hellp ltcs nsvd tolac gbs vbac "
    "cholestasis emesis insufficiency cerclage fetal".split()
)
#: Words beside which weeks are those of a pregnancy.
GESTATIONAL = re.compile(
    r"gestat|pregnan|\bs?iup\b|\bega\b|\bga\b|intrauterine|gravida|\bg\d|prenatal|\bgdm\b|\bob\b|fetal|"
    r"\bfhr\b|\bgbs\b|trimester|previa|pre-?eclampsia|induction|" + _OF_PREGNANCY,
    re.IGNORECASE,
)
#: A condition of pregnancy and the weeks, told side by side: "threatened AB, 8 wks".
_DATED = re.compile(
    rf"(?:{_OF_PREGNANCY})[^.;\n]{{0,40}}?\b\d{{1,2}}\s?(?:weeks?|wks?|w)\b(?! (?:post|after|since|ago|old|pp\b))",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    r"\b(?:pregnan\w*|gestation\w*|gravida|s?iup|g\d+\s*p\d+|ega|prenatal|antepartum|obstetric\w*|trimester|"
    r"gdm|ob (?:visit|patient|check)|fetal|fhr|\d{1,2}\s?w\s?\dd|(?:first|second|third)-trimester)\b",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"\b(?:live[- ]?born|(?:live|living) (?:male|female|boy|girl|infant)|live birth|(?:was|she|and) delivered (?:a|an|of|via|by|vaginally)|"
    r"placenta (?:was )?delivered|delivery of (?:a|the) (?:\w+ ){0,3}(?:infant|male|female|boy|girl|placenta)|"
    r"delivered pregnancy|viable (?:male|female|infant|baby)|NSVD|SVD|apgars?\s*(?:scores?\s*)?(?:of |were |was )?\d)\b",
    re.IGNORECASE,
)
_POSTPARTUM = re.compile(
    r"\b(?:post-?\s?partum|puerper\w+|(?:after|since|following|status[- ]post|s/p) (?:her |the |a )?(?:delivery|vaginal delivery|"
    r"(?:repeat |primary )?(?:low transverse )?(?:c(?:esarean)?[- ]section|cesarean))|(?:days?|weeks?|wks?) post ?(?:delivery|c-section|op c))\b",
    re.IGNORECASE,
)
_TRIMESTER = re.compile(r"\b(first|second|third|1st|2nd|3rd)[- ]trimester\b", re.IGNORECASE)
_AGE = re.compile(
    r"\b(?P<years>\d{1,3})[- ]?(?:(?:year|yr|y)s?[-. ]*(?:old|o\b|/o)|y/?o\b)|"
    r"(?<![\d.])\b(?P<sexed>\d{1,2})[- ]?(?P<sex>[MF])\b|\b[Aa]ged?\s*:?\s*(?P<aged>\d{1,3})\b|"
    r"\b(?P<young>\d{1,3})[- ]?(?P<unit>month|mo|week|wk|day)s?[- ]?(?:old|/o)[, ]+(?:[\w-]+ ){0,2}?"
    r"(?:boy|girl|male|female|infant|baby|child|newborn|neonate|toddler|patient|son|daughter|twin|who)\b"
)
_PREMATURE_INFANT = re.compile(
    r"\b(?:pre-?term|premature|ex-?premie|weeks?'?(?: of)?[- ]gestation(?:al age)?|week(?: old)? gestational age)"
    r" (?:(?:twin|male|female|baby|newborn) ){0,2}(?:infant|newborn|neonate|baby|boy|girl)\b",
    re.IGNORECASE,
)
_NEWBORN = re.compile(
    r"\b(?:baby (?:boy|girl)|newborn (?:male|female|infant|boy|girl)|day of life|DOL ?#?\d|neonatal intensive|"
    r"(?:pre)?term (?:male|female|infant) (?:infant|newborn|born)|apgars?\b.{0,80}\b(?:infant|baby) (?:was|is) (?:born|admitted))",
    re.IGNORECASE,
)
_HANDED = re.compile(
    r"\b(?P<side>right|left|[RL])[- ]?(?:hand(?:ed)?[- ]domina\w+|handed\w*|hander|H[MFD]\b)",
    re.IGNORECASE,
)
_AMBIDEXTROUS = re.compile(r"\bambidextrous\b", re.IGNORECASE)
_MALE = re.compile(r"\b(?:he|his|him|male|man|gentleman|boy|mr)\b", re.IGNORECASE)
_FEMALE = re.compile(r"\b(?:she|her|hers|female|woman|lady|girl|mrs|ms)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What the whole note says that codes depend on."""

    subsequent: bool = False
    sequela: bool = False
    open_fracture: bool = False
    pregnant: bool = False
    delivered: bool = False
    postpartum: bool = False
    weeks: int | None = None
    trimester: int | None = None
    age: int | None = None
    sex: str | None = None
    dominant: str | None = None
    sides_by_word: dict[str, frozenset[str]] = field(default_factory=dict)
    only_side: str | None = None
    told_sides: ToldSides = field(default_factory=lambda: ToldSides({}, {}))


def side_of(word: Word, text: str, eyes: bool) -> str | None:
    """Return the side a word names, or None."""
    low = word.text.lower()
    side = _SIDE_WORDS.get(low) or _SIDE_WORDS.get(word.normal)
    if side:
        if _THE_SIDE.search(text, max(0, word.start - 8), word.start):
            return side
        leaving = low == LEFT and _LEAVING.search(text, max(0, word.start - 12), word.start)
        if any(
            m.start() <= word.start < m.end()
            for m in _SIDE_PAIR.finditer(text, max(0, word.start - 22), word.end + 22)
        ):
            return BILATERAL
        return None if leaving or _NOT_A_SIDE.match(text, word.start) else side
    if low == "each" and _EACH.match(text, word.start):
        return BILATERAL
    if low == "b" and text[word.start : word.end + 2].lower() == "b/l":
        return BILATERAL
    if word.text in _SIDE_CAPITALS:
        if word.text in _EYE_EAR_CAPITALS and not eyes:
            return None
        if word.text in LONE_SIDES:
            return lone_side(text, word.start, word.end)
        return _SIDE_CAPITALS[word.text]
    return None


def word_sides(text: str, words: Sequence[Word]) -> list[str | None]:
    """Return the side each word names, aligned with ``words``."""
    short = any(word.text in _EYE_EAR_CAPITALS for word in words)
    eyes = short and _EYE_OR_EAR.search(text) is not None
    sides = [side_of(word, text, eyes) for word in words]
    return [
        None if side and of_a_relative(text, word.start) else side
        for word, side in zip(words, sides, strict=True)
    ]


def read_facts(
    text: str,
    words: Sequence[Word],
    sides: Sequence[str | None],
    sentences: Sequence[Sentence],
    age: int | None,
    sex: str | None,
) -> NoteFacts:
    """Read the facts of the whole note; given ``age`` (years) and ``sex`` (F or M) win."""
    low = text.lower()
    age = age if age is not None else _age(text)
    pregnant = (
        sex != "M"
        and age != 0
        and (
            _PREGNANT.search(text) is not None
            or (
                any(word in low for word in _OF_PREGNANCY_HOLDS) and _DATED.search(text) is not None
            )
        )
    )
    weeks = _gestation(text) if pregnant else None
    return NoteFacts(
        subsequent=_subsequent(text, sentences),
        sequela=_SEQUELA.search(text) is not None,
        open_fracture=any(word in low for word in _OPENED) and _OPEN.search(text) is not None,
        pregnant=pregnant,
        delivered=pregnant and _DELIVERED.search(text) is not None,
        postpartum=sex != "M" and age != 0 and _POSTPARTUM.search(text) is not None,
        weeks=weeks,
        trimester=_trimester(text, weeks) if pregnant else None,
        age=age,
        sex=sex or _sex(text),
        dominant=_dominant(text),
        sides_by_word=sides_by_word(words, sides, sentences),
        only_side=only_side(words, sides, sentences),
        told_sides=read_told_sides(text, words, sides, sentences),
    )


def _subsequent(text: str, sentences: Sequence[Sentence]) -> bool:
    """Whether the visit is for an injury already under care: what the reason for it says.

    An operation is active treatment (I.C.19.a), unless it is for how the injury heals.
    """
    operated = [s for s in sentences if s.section.kind == "preop_diagnosis"]
    if operated and not any(_LATER_CARE.search(text, s.start, s.end) for s in operated):
        return False
    if _OF_THERAPY.match(text):
        return True
    for sentence in sentences:
        kind = sentence.section.kind
        if kind in {"chief_complaint", "indication"} or (
            kind in {"hpi", "body"} and sentence.order < 2
        ):
            if _RETURNS.search(text, sentence.start, sentence.end):
                return True
        elif kind in {"assessment", "assessment_plan", "diagnosis"} and _HEALING.search(
            text, sentence.start, sentence.end
        ):
            return True
    return False


def _gestation(text: str) -> int | None:
    """Return the first number of weeks that is told of a pregnancy."""
    for match in _WEEKS.finditer(text):
        number = int(match[1])
        around = text[max(0, match.start() - 40) : match.end() + 40]
        if 4 <= number <= 42 and (_DAYS.search(match.group()) or GESTATIONAL.search(around)):
            return number
    return None


def _trimester(text: str, weeks: int | None) -> int | None:
    """Return 1 (under 14 weeks), 2 (14 to under 28) or 3, as the Tabular List counts them."""
    if weeks is not None:
        return 1 if weeks < 14 else 2 if weeks < 28 else 3
    match = _TRIMESTER.search(text)
    if match is None:
        return None
    return {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}[match[1].lower()]


def _age(text: str) -> int | None:
    """Return the first age told, in completed years."""
    if _NEWBORN.search(text):
        return 0
    for match in _AGE.finditer(text):
        if match["young"]:
            return int(match["young"]) // 12 if match["unit"].startswith("mo") else 0
        number = int(match["years"] or match["sexed"] or match["aged"])
        if number <= 115 and not (match["sex"] == "F" and number >= 95):  # a temperature
            return number
    return 0 if _PREMATURE_INFANT.search(text) else None


def _sex(text: str) -> str | None:
    male, female = len(_MALE.findall(text)), len(_FEMALE.findall(text))
    if male == female:
        return next((match["sex"] for match in _AGE.finditer(text) if match["sex"]), None)
    return "M" if male > female else "F"


def _dominant(text: str) -> str | None:
    """Return the dominant side, where the note says which hand is; both of the ambidextrous."""
    if _AMBIDEXTROUS.search(text):
        return BILATERAL
    match = _HANDED.search(text)
    return (RIGHT if match["side"][0] in "rR" else LEFT) if match else None


for _name, _default in (("sides", ()), ("facts", None), ("age", None), ("sex", None)):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=_default)


@Language.factory(
    "suggester_modifiers",
    requires=["doc._.sentences", "doc._.words"],
    assigns=["doc._.sides", "doc._.facts"],
)
def make_modifiers(nlp: Language, name: str) -> ModifierReader:
    """Create the component that fills ``doc._.sides`` and ``doc._.facts``."""
    return ModifierReader()


class ModifierReader:
    """Read sides word by word, and the facts of the whole note."""

    def __call__(self, doc: Doc) -> Doc:
        """Read the modifiers of ``doc`` and return it."""
        doc._.sides = word_sides(text_of(doc), doc._.words)
        doc._.facts = read_facts(
            text_of(doc), doc._.words, doc._.sides, doc._.sentences, doc._.age, doc._.sex
        )
        return doc
