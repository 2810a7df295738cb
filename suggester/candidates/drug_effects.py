"""Adverse effects that a note tells by naming the cause: "hyponatremia due to hydrochlorothiazide" (I.C.19.e.5.a)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from suggester.lexicon.drug_rows import code_of
from suggester.preprocess.assertion import PRESENT

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.preprocess.sentences import Sentence

#: Chapters whose conditions a drug causes; dependence and the like have codes of their own.
_EFFECTS = re.compile(r"[DEGHIJKLMNR]|F0|F98")
_CAUSED = re.compile(
    r"\b(?:due to|d/t|secondary to|2/2|2° to|caused by|because of|brought on by|precipitated by|triggered by|"
    r"attributed to|attributable to|related to|result of|side[- ]effects? (?:of|from)|adverse (?:effect|reaction) (?:of|to|from)|"
    r"reaction to|induced by|since starting|after starting|from)\s+",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"(?:(?:the|her|his|their|this|that|an?|new|recent|recently|chronic|long-?term|daily|nightly|high-dose|low-dose|oral|iv|"
    r"inhaled|topical|prior|ongoing|loop|systemic|maintenance|adjuvant|higher|bigger|larger|doubled|started|starting|taking|use|of|increased|increasing|dose|last|week's|prescribed)\s+)+",
    re.IGNORECASE,
)
#: "Steroid-related hyperglycemia", "thiazide-induced": the drug stands before what it caused.
_MADE = re.compile(
    r"\b([a-z][a-z0-9/]+)[- ](?:induced|related|associated|caused|mediated)\b", re.IGNORECASE
)
#: "Hyponatremia, carbamazepine side effect".
_SIDE_EFFECT = re.compile(r"[,:(–-]\s*([a-z][a-z0-9-]+) (?:side[- ]effect|adverse effect|reaction|toxicity)\b", re.IGNORECASE)  # fmt: skip
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
#: What no adverse effect of a drug rightly given is told with.
_OTHERWISE = re.compile(
    r"\b(?:overdos\w*|poison\w*|ingest\w*|withdrawal|missed|miss(?:es|ing)|skipp\w+|stopp(?:ed|ing) (?:taking|his|her|the)|ran out|"
    r"not taking|non-?(?:compliance|adherence|compliant|adherent)|underdos\w+|forg[eo]\w+|misus\w+|abus\w+|resist\w+|deficien\w+|allerg\w*|relief|reliev\w+|benefit\w*|improv\w+)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[- ]*(?:resist|deficien|withdraw|allerg|overdos|sensitive|level|clinic)", re.IGNORECASE)  # fmt: skip
#: "Underdosing of levetiracetam", "ran out of her lisinopril": less than was prescribed (I.C.19.e.5.c).
_UNDERDOSED = re.compile(
    r"\b(?:under-?dos(?:ing|ed) (?:of|with)|miss(?:ed|es|ing)(?: (?:\w+ ){0,3}doses? of)?|skipp(?:ed|ing)|"
    r"stopped taking|ran out of|discontinu(?:ation of|ed|ing)|quit(?: taking)?|went off|not taking|non-?(?:compliance|adherence|compliant|adherent) (?:with|to)|rationing)\s+"
    r"(?:(?:all|any|some|most|half)\s+(?:of\s+)?)?(?:(?:the|her|his|their)\s+)?",
    re.IGNORECASE,
)
#: "Intentional lithium underdosing".
_UNDERDOSING = re.compile(r"\b([a-z][a-z0-9-]+) under-?dosing\b", re.IGNORECASE)
#: Why a patient takes less.
_LESS_TAKEN = re.compile(r"Z91\.1[234]")
#: Categories whose effects are coded as substance use.
_SUBSTANCES = re.compile(r"T40\.[01579]|T43\.6[02]")
#: Conditions that have a code of their own as effects of a drug → that code; the drug, where not any.
_FORMS = (
    (re.compile(r"I95\.[19]"), "I95.2", ""),
    (re.compile(r"K59\.0[09]"), "K59.03", ""),
    (re.compile(r"R50\.9"), "R50.2", ""),
    (re.compile(r"K12\.30"), "K12.31", "T45.1"),
    (re.compile(r"K12\.30"), "K12.32", ""),
    (re.compile(r"D64\.9"), "D64.81", "T45.1"),
    (re.compile(r"D70\.9"), "D70.1", "T45.1"),
    (re.compile(r"D70\.9"), "D70.2", ""),
    (re.compile(r"I42\.[09]"), "I42.7", ""),
    (re.compile(r"E03\.9"), "E03.2", ""),
    (re.compile(r"R21"), "L27.0", ""),
    (re.compile(r"G25\.[123]|R25\.1"), "G25.1", ""),
)
#: Names of classes of drugs → the categories of their drugs: the one drug of the class that the note names is meant.
_CLASSES = {
    "opioid": "T40.[234]", "opioids": "T40.[234]", "narcotic": "T40.[234]", "narcotics": "T40.[234]",
    "nsaid": "T39.3", "nsaids": "T39.3", "anti-inflammatory": "T39.3", "anti-inflammatories": "T39.3",
    "statin": "T46.6", "diuretic": "T50.[012]", "diuretics": "T50.[012]", "steroid": "T38.0", "steroids": "T38.0",
    "antibiotic": "T3(?:6|7.8)", "antibiotics": "T3(?:6|7.8)", "antidepressant": "T43.[02]", "ssri": "T43.22",
    "corticosteroid": "T38.0", "corticosteroids": "T38.0", "stimulant": "T43.6[13]", "stimulants": "T43.6[13]",
    "chemotherapy": "T45.1", "chemo": "T45.1", "anticoagulant": "T45.51", "anticoagulants": "T45.51", "antiplatelet": "T45.52",
    "antiepileptic": "T42", "inhaler": "T48.6", "inhalers": "T48.6", "antihistamine": "T45.0", "antihypertensive": "T46",
    "antipsychotic": "T43.[345]", "anticonvulsant": "T42", "beta-blocker": "T44.7", "ace-inhibitor": "T46.4",
}  # fmt: skip
#: Said below a problem, of what its heading names: "This is an adverse effect of the higher dose of tamsulosin".
_SAID_OF_IT = re.compile(
    r"\b(?:adverse|side)[- ](?:effects?|reactions?) (?:of|from|to)\s+|"
    r"^(?:[A-Z][\w ]{2,30}:\s*)?(?:this is |it is )?(?:due to|secondary to|caused by|brought on by)\s+",
    re.IGNORECASE,
)
#: Nothing is told of the drug but that it was the cause: "Due to lithium, stable".
_NO_CLAUSE = re.compile(
    r"\s*(?:$|[.,;:()\n]|(?:with|at|and|therapy|treatment|use|dose|doses|which|started|begun|taken|given|last|this|in)\b)"
)
#: What makes of an effect none, or one that may be.
_NOT_SO = re.compile(
    r"\b(?:no|none|not|never|denie[sd]|deny|ruled out|tolerat\w+|without|possible|possibly|may|might|could|discussed|reviewed|explained|watch|monitor\w*|if|"
    r"risks?|warned|counsel\w+|told|talked|spoke|potential|common|suspect\w*|likely|probabl\w+|wonder\w*)\b|\?",
    re.IGNORECASE,
)
_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "plan"})
#: Names that are those of drugs where they caused something: "Li-induced".
_SHORT_NAMES = {"li": "lithium", "amio": "amiodarone", "pred": "prednisone", "abx": "antibiotic"}
_REACH = 40
_MOST_WORDS = 3


class Effect(NamedTuple):
    """The drug of an adverse effect, or the effect as one of a drug: its place in the note, and its code."""

    start: int
    end: int
    sentence: Sentence
    code: str


def drug_effects(
    text: str,
    found: Mapping[str, Sequence[Mention]],
    drugs: Mapping[str, str],
    every: Sequence[Sentence],
) -> Iterator[Effect]:
    """Yield the drugs that a note, of ``every`` sentence, names as the cause of a condition in ``found``.

    ``drugs`` leads from a name in lower case to its category of T36-T50.
    """
    drugs = _with_classes(text, drugs)
    effects: dict[int, list[tuple[int, int]]] = defaultdict(list)
    codes: dict[tuple[int, int], str] = {}
    sentences: dict[int, Sentence] = {}
    for code, mentions in found.items():
        for mention in mentions:
            if mention.rank or mention.companion or mention.assertion.kind != PRESENT:
                continue
            if _EFFECTS.match(code):
                effects[mention.sentence.start].append((mention.term.start, mention.term.end))
                sentences[mention.sentence.start] = mention.sentence
                codes[mention.term.start, mention.term.end] = code
    told = {
        (mention.sentence.start, code[:6])
        for code, mentions in found.items()
        if code[0] == "T"
        for mention in mentions
    }
    for heading, sentence, drug in _said_of_headings(text, every, effects, drugs):
        start, end, stem = drug
        yield from _forms(codes, effects[heading.start], stem, heading)
        if not _SUBSTANCES.match(stem):
            yield Effect(start, end, sentence, code_of(stem, "5"))
    for place, terms in effects.items():
        sentence = sentences[place]
        if _OTHERWISE.search(text, sentence.start, sentence.end):
            continue
        for start, end, stem in _causes(text, sentence, terms, drugs):
            code = code_of(stem, "5")
            yield from _forms(codes, terms, stem, sentence)
            if (place, code[:6]) not in told and not _SUBSTANCES.match(stem):
                yield Effect(start, end, sentence, code)
    yield from _underdosed(found, text, drugs)


def _said_of_headings(
    text: str,
    every: Sequence[Sentence],
    effects: Mapping[int, Sequence[tuple[int, int]]],
    drugs: Mapping[str, str],
) -> Iterator[tuple[Sentence, Sentence, tuple[int, int, str]]]:
    """Yield the headings of problems of which a sentence below says that a drug did it, that sentence and the drug."""
    headings = {s.block: s for s in reversed(every) if s.item and s.start in effects}
    for sentence in every:
        heading = headings.get(sentence.block)
        if (
            heading is None
            or heading is sentence
            or sentence.start in effects
            or sentence.section.kind not in _CONCLUDING
            or _OTHERWISE.search(text, sentence.start, sentence.end)
            or _NOT_SO.search(text, sentence.start, sentence.end)
        ):
            continue
        for cue in _SAID_OF_IT.finditer(text[sentence.start : sentence.end]):
            begin = sentence.start + cue.end()
            filling = _FILLING.match(text, begin, sentence.end)
            drug = _drug_at(text, filling.end() if filling else begin, sentence.end, drugs)
            if drug and (cue.start() != 0 or _NO_CLAUSE.match(text, drug[1])):
                yield heading, sentence, drug


def _underdosed(
    found: Mapping[str, Sequence[Mention]], text: str, drugs: Mapping[str, str]
) -> Iterator[Effect]:
    """Yield the drugs of which a note says that less was taken than prescribed, and why."""
    reasons = {
        mention.sentence.block: mention.sentence
        for code, mentions in found.items()
        if _LESS_TAKEN.match(code)
        for mention in mentions
        if mention.assertion.kind == PRESENT
    }
    for sentence in reasons.values():
        for told in _UNDERDOSED.finditer(text, sentence.start, sentence.end):
            if drug := _drug_at(text, told.end(), sentence.end, drugs):
                start, end, stem = drug
                if not _SUBSTANCES.match(stem):
                    yield Effect(start, end, sentence, code_of(stem, "6"))
        for told in _UNDERDOSING.finditer(text, sentence.start, sentence.end):
            known = drugs.get(told[1].lower())
            if known and not _SUBSTANCES.match(known):
                yield Effect(*told.span(1), sentence, code_of(known, "6"))


def _with_classes(text: str, drugs: Mapping[str, str]) -> Mapping[str, str]:
    """Return ``drugs`` with the classes of which the note names one drug, as that drug."""
    low = text.lower()
    classes = [name for name in _CLASSES if name in low]
    if not classes:
        return drugs
    named = {drugs[word] for word in {*_WORD.findall(low)} - {*_CLASSES} if word in drugs}
    out = dict(drugs)
    for name in classes:
        meant = {
            stem for stem in named if re.match(_CLASSES[name], stem) and not _SUBSTANCES.match(stem)
        }
        if len(meant) == 1:
            out[name] = meant.pop()
    return out


def _forms(
    codes: Mapping[tuple[int, int], str],
    terms: Sequence[tuple[int, int]],
    stem: str,
    sentence: Sentence,
) -> Iterator[Effect]:
    """Yield the codes that conditions have as effects of the drug of category ``stem``."""
    for place in dict.fromkeys(terms):
        for condition, form, drug in _FORMS:
            if condition.match(codes[place]) and stem.startswith(drug):
                yield Effect(*place, sentence, form)
                break


def _causes(
    text: str, sentence: Sentence, terms: list[tuple[int, int]], drugs: Mapping[str, str]
) -> Iterator[tuple[int, int, str]]:
    """Yield the places of drugs that cause one of ``terms``, with their categories."""
    for cue in _CAUSED.finditer(text, sentence.start, sentence.end):
        near = 2 if cue[0].lower().startswith("from") else _REACH
        if not any(
            0 <= cue.start() - end <= near and not set(".;\n") & set(text[end : cue.start()])
            for _, end in terms
        ):
            continue
        filling = _FILLING.match(text, cue.end(), sentence.end)
        if drug := _drug_at(text, filling.end() if filling else cue.end(), sentence.end, drugs):
            yield drug
    for pattern in (_MADE, _SIDE_EFFECT):
        for match in pattern.finditer(text, sentence.start, sentence.end):
            stem = drugs.get(_SHORT_NAMES.get(match[1].lower(), match[1].lower()))
            close = any(start < match.end() + _REACH and match.start() < end + _REACH for start, end in terms)  # fmt: skip
            if stem and close:
                yield match.start(1), match.end(1), stem


def _drug_at(
    text: str, start: int, end: int, drugs: Mapping[str, str]
) -> tuple[int, int, str] | None:
    """Return the longest name of a drug that begins here, with its category."""
    words = [match.span() for match in _WORD.finditer(text, start, end)][:_MOST_WORDS]
    if not words or words[0][0] != start:
        return None
    for _, stop in reversed(words):
        name = text[start:stop].lower()
        stem = drugs.get(name) or drugs.get(re.sub(r"-(?:type|like)\b", "", name))
        if stem and not _AFTER.match(text, stop):
            return start, stop, stem
    return None
