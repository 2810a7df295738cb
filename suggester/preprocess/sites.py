"""The words for sites of the body that a condition's wording may take in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.preprocess.terms import Word

#: Normal forms of the body sites that a condition's wording may take in.
SITES = frozenset(
    normal_form(word)
    for word in (
        "knee hip shoulder elbow wrist hand finger thumb ankle foot toe heel neck cervical lumbar "
        "thoracic lumbosacral sacral spine back low-back leg thigh calf arm forearm scalp face eyelid "
        "ear nose lip tongue breast chest abdomen groin buttock scrotum penis vulva vagina cervix "
        "uterus ovary testicle prostate bladder ureter kidney lung colon rectum stomach esophagus "
        "liver pancreas thyroid skin trunk axilla jaw foot midfoot sinus tonsil larynx "
        "hallux nail rib sternum clavicle humerus radius ulna femur tibia fibula patella pelvis"
    ).split()
)

#: A structure → what it belongs to, with whose side it is named: the meniscus is one of the knee.
PART_OF = {
    normal_form(part): normal_form(whole)
    for whole, parts in (
        ("knee", "meniscus meniscal patella patellar patellofemoral cruciate chondromalacia"),
        ("shoulder", "rotator acromioclavicular subacromial glenohumeral supraspinatus"),
        ("hip", "trochanteric acetabular"),
        ("wrist", "carpal"),
        ("elbow", "epicondylitis olecranon"),
        ("ankle", "achilles"),
        ("foot", "plantar bunion hallux"),
        ("eye", "cataract retina retinal cornea corneal vitreous macula macular glaucoma"),
        ("ear", "otitis tympanic eardrum mastoid cholesteatoma"),
    )
    for part in parts.split()
}

#: Sites that the name of a part of them may follow.
_PARTS = {
    "hand": frozenset({"finger", "thumb"}),
    "foot": frozenset({"toe", "heel", "hallux"}),
}
_LEVEL = re.compile(r"(?P<region>[clt])\d{1,2}")
_REGIONS = {"c": "cervical", "t": "thoracic", "l": "lumbar"}


def site_of(normal: str) -> str | None:
    """Return the site a normal form names, a vertebral level being its region; None for others."""
    if normal in SITES:
        return normal
    level = _LEVEL.fullmatch(normal)
    return normal_form(_REGIONS[level["region"]]) if level else None


def is_narrowed(words: Sequence[Word], place: int) -> bool:
    """Whether the site at ``place`` is narrowed to a part of it by the words that follow.

    A "hand index finger contusion" is one of the finger, not of the hand.
    """
    parts = _PARTS.get(words[place].normal)
    if parts is None:
        return False
    for i in range(place + 1, min(len(words), place + 3)):
        if words[i].start - words[i - 1].end != 1:
            return False
        if words[i].normal in parts:
            return True
    return False
