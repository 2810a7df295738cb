"""The side a note tells of a region of the body: what hurts on the left is on the left in the diagnosis.

"Pain in the left ankle for a week ... Assessment: Achilles tendinitis." The diagnosis names no side, the
history does, with another word for the same region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.preprocess.sentences import Sentence
from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.preprocess.terms import Word

#: Regions with the words that name them or a part of them; long bones belong to the regions they join.
_REGIONS = {
    "shoulder": "shoulder clavicle collarbone clavicular scapula deltoid rotator cuff acromioclavicular glenohumeral "
    "supraspinatus subacromial bicipital humerus humeral arm axillary",
    "elbow": "elbow olecranon epicondyle epicondylitis antecubital humerus arm forearm radius ulna supracondylar",
    "wrist": "wrist forearm radius ulna carpal scaphoid snuffbox styloid hand",
    "hand": "hand finger thumb index palm knuckle metacarpal metacarpophalangeal mcp pip dip cmc thenar fingertip "
    "fingernail dupuytren wrist",
    "hip": "hip groin buttock trochanter trochanteric acetabular femur femoral thigh piriformis",
    "thigh": "thigh hamstring quadriceps femur leg",
    "knee": "knee patella patellar meniscus meniscal acl mcl lcl pcl cruciate popliteal prepatellar kneecap femur "
    "tibia fibula leg patellofemoral",
    "shin": "shin calf tibia fibula leg achilles gastrocnemius",
    "ankle": "ankle malleolus atfl achilles heel talus syndesmosis talofibular calcaneofibular tibia fibula leg",
    "foot": "foot toe heel hallux plantar metatarsal metatarsophalangeal mtp arch midfoot forefoot calcaneus bunion "
    "navicular lisfranc sole toenail",
    "breast": "breast nipple areola",
    "chest": "rib chest",
    "eye": "eye cornea corneal conjunctiva eyelid lid vision retina retinal macula pupil lens cataract va visual "
    "od os glaucoma vitreous",
    "ear": "ear eardrum tympanic tm hearing earache otitis auricle tinnitus mastoid",
    "ear canal": "canal cerumen wax impacted",
    "labyrinth": "hallpike bppv vertigo positional",
    "kidney": "kidney flank renal ureter ureteral nephrostomy",
    "ovary": "ovary ovarian adnexa adnexal",
    "testicle": "testicle testicular testis scrotum hemiscrotum epididymis epididymitis spermatic",
    "face": "face facial cheek forehead jaw eyebrow temple",
    "inguinal": "inguinal groin",
}
_LIMBS = {
    "upper": ("shoulder", "elbow", "wrist", "hand"),
    "lower": ("hip", "thigh", "knee", "shin", "ankle", "foot"),
}
_BOTH = frozenset({"left", "right"})
_TOGETHER = "bilateral"
_REGION_OF: dict[str, frozenset[str]] = {}
for _region, _words in _REGIONS.items():
    for _word in _words.split():
        _normal = normal_form(_word)
        _REGION_OF[_normal] = _REGION_OF.get(_normal, frozenset()) | {_region}
#: Words that already say of which organ the side is.
_OF_THEMSELVES = {
    **dict.fromkeys(("od", "os"), frozenset({"eye"})),
    **dict.fromkeys(("ad", "as"), frozenset({"ear"})),
}
#: Sections that tell of other times, other people, or nothing of the sides of this problem.
SILENT = frozenset({"pmh", "psh", "family_history", "social_history", "medications", "allergies"})
_COMPARING = frozenset({"exam", "exam_part", "results", "vitals"})
#: Said near a side: it is the healthy one, or that of another time.
_HEALTHY = re.compile(
    r"\b(?:normal|negative|neg|unremarkable|unaffected|uninjured|uninvolved|asymptomatic|intact|brisk|clear|full (?:range|rom|strength|motion|arom)|fine|"
    r"no|not|without|denies|opposite|other|contralateral|healthy|good|quiet|compared|comparison|than|benign|unchanged)\b",
    re.IGNORECASE,
)
#: So begins what is told of the healthy side behind a colon.
_HEALTHY_BELOW = re.compile(
    r":\s*(?:normal|unremarkable|full|brisk|intact|wnl|benign|non-?tender|clear)\b", re.IGNORECASE
)
#: Done at another time: "laser in the right eye, 2021".
_DATED_NEXT = re.compile(r",?\s*(?:in\s+)?(?:19|20)\d\d\s*(?:[.,;)\n]|$)")
#: So goes on what is told of it: "regarding the left shoulder, he has no complaints".
_HEALTHY_NEXT = re.compile(
    r",?\s*(?:there (?:is|are|was)|(?:he|she|they|the patient|pt|patient) (?:has|had|have|reports?|notes?))?\s*(?:no|none|denies)\b"
    r"[^.;\n]{0,30}\b(?:complaints?|symptoms?|pain|problems?|issues?|trouble)\b(?![^.;\n]*\bbut\b)",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:prior|previous|previously|history of|h/o|hx|s/p|status[- ]post|(?<!year[- ])(?<!years )(?<!month[- ])(?<!week[- ])(?<!day[- ])old|years? ago|childhood|remote|dominant|"
    r"(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;,:()\n]|\band\b|\bbut\b|\bwhile\b|\s[-–]\s")
#: A side that stands for itself: "on the left", "left side", "left-sided".
_ALONE = re.compile(r"(?:on|to) (?:the|his|her) $", re.IGNORECASE)
#: How one lies is on no side of the illness.
_LYING = re.compile(
    r"\b(?:lie|lies|lying|sleep\w*|turn\w*|roll\w*|position\w*)\b[^.;\n]{0,20}$", re.IGNORECASE
)
_SIDE = re.compile(r"\w+[- ](?:sided?)\b|\w+\s*(?=$|[.,;:)\n])", re.IGNORECASE)
#: Words between a side and what it is the side of, before and after.
_NEAR, _BEHIND = 4, 2
_OF_HEADING = re.compile(r"\b(?P<side>[Ll]eft|[Rr]ight|LEFT|RIGHT|L|R) (?P<part>[A-Za-z]+)")
#: "OD 20/30, OS 20/20" measures both eyes.
_MEASURED = re.compile(r"[:\s]*\d")


@dataclass(frozen=True, slots=True)
class ToldSides:
    """The sides a note tells: ``told`` in its account, ``seen`` on examination, by region; None where none is named."""

    told: dict[str | None, frozenset[str]]
    seen: dict[str | None, frozenset[str]]

    def side(self, regions: frozenset[str], *, widely: bool = True) -> str | None:
        """Return the one side that the note tells of these regions; or ``widely`` of their limb, or of anything at all.

        None without regions: "congestive heart failure" is on no side.
        """
        limb = (part for parts in _LIMBS.values() if regions & set(parts) for part in parts)
        for wanted in (regions, frozenset(limb)) if widely else (regions,):
            for found in (self.told, self.seen):
                sides = frozenset[str]().union(*(found.get(region, ()) for region in wanted))
                if sides:
                    return _one(sides)
        alone = frozenset(self.told.get(None, ())) | frozenset(self.seen.get(None, ()))
        elsewhere = self.told.keys() | self.seen.keys() > {None}
        return _one(alone) if regions and not elsewhere else None

    def disputed(self, regions: frozenset[str]) -> bool:
        """Whether the account and the examination tell another side of these regions."""
        told, seen = (
            frozenset[str]().union(*(found.get(region, ()) for region in regions))
            for found in (self.told, self.seen)
        )
        return bool(told) and bool(seen) and told != seen


def _one(sides: frozenset[str]) -> str | None:
    """Return the one side that is meant: both where the note calls them so, and names each or neither."""
    if len(sides) == 1:
        return next(iter(sides))
    return _TOGETHER if _TOGETHER in sides and sides >= _BOTH else None


def regions_of(words: Iterable[str]) -> frozenset[str]:
    """Return the regions of the body that normal forms name: of "lower limb" all that it has."""
    named = frozenset(words)
    found = frozenset[str]().union(*(_REGION_OF.get(word, ()) for word in named))
    if not found and not named.isdisjoint(("limb", "extremity")):
        found = frozenset[str]().union(*(_LIMBS[part] for part in named & _LIMBS.keys()))
    return found


def read_told_sides(
    text: str, words: Sequence[Word], sides: Sequence[str | None], sentences: Sequence[Sentence]
) -> ToldSides:
    """Read which side a note tells of which region."""
    told: dict[str | None, set[str]] = {}
    seen: dict[str | None, set[str]] = {}
    for i, side in enumerate(sides):
        if side is None:
            continue
        sentence = sentences[words[i].sentence]
        kind = sentence.section.kind
        if words[i].text.lower() in _OF_THEMSELVES and _MEASURED.match(text, words[i].end):
            continue
        if kind in SILENT or of_no_interest(text, words[i], sentence):
            continue
        regions: Iterable[str | None] = _region_at(words, sides, i)
        if not regions:
            if not _stands_alone(text, words[i]):
                continue
            regions = (None,)
        found = seen if kind in _COMPARING else told
        for region in regions:
            found.setdefault(region, set()).add(side)
    for section in dict.fromkeys(sentence.section for sentence in sentences):
        # "Exam L knee: 2+ effusion"
        for match in _OF_HEADING.finditer(section.heading):
            side = "left" if match["side"][0] in "Ll" else "right"
            for region in _REGION_OF.get(normal_form(match["part"]), ()):
                seen.setdefault(region, set()).add(side)
    return ToldSides(
        {region: frozenset(found) for region, found in told.items()},
        {region: frozenset(found) for region, found in seen.items()},
    )


def of_no_interest(text: str, word: Word, sentence: Sentence) -> bool:
    """Whether the clause of a side calls it healthy, or tells of another time."""
    ends = [m.start() for m in _CLAUSE.finditer(text, word.end, sentence.end)]
    starts = [m.end() for m in _CLAUSE.finditer(text, sentence.start, word.start)]
    start, end = (starts or [sentence.start])[-1], (ends or [sentence.end])[0]
    return bool(
        _HEALTHY.search(text, start, end)
        or _EARLIER.search(text, start, end)
        or _HEALTHY_BELOW.match(text, end, sentence.end)
        or _HEALTHY_NEXT.match(text, end, sentence.end)
        or _DATED_NEXT.match(text, end, sentence.end)
    )


def _region_at(words: Sequence[Word], sides: Sequence[str | None], place: int) -> frozenset[str]:
    """Return the regions that the nearest word names: after the side, or else before it."""
    here = words[place]
    own = _OF_THEMSELVES.get(here.text.lower())
    if own:
        return own
    for i in range(place + 1, min(len(words), place + 1 + _NEAR)):
        if words[i].sentence != here.sentence or words[i].broken:
            break
        if found := regions_of(word.normal for word in words[place + 1 : i + 1]):
            return found
    for i in range(place - 1, max(-1, place - 1 - _BEHIND), -1):
        if words[i].sentence != here.sentence or sides[i] or (i and sides[i - 1]):
            break
        if before := _REGION_OF.get(words[i].normal):
            return before
    return frozenset()


def _stands_alone(text: str, word: Word) -> bool:
    before = text[max(0, word.start - 40) : word.start]
    return not _LYING.search(before) and bool(
        _ALONE.search(before) or _SIDE.match(text, word.start)
    )
