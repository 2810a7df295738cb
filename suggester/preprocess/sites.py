"""The words for sites of the body that a condition's wording may take in."""

from __future__ import annotations

import re

from suggester.preprocess.wording import normal_form

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

_LEVEL = re.compile(r"(?P<region>[clt])\d{1,2}")
_REGIONS = {"c": "cervical", "t": "thoracic", "l": "lumbar"}


def site_of(normal: str) -> str | None:
    """Return the site a normal form names, a vertebral level being its region; None for others."""
    if normal in SITES:
        return normal
    level = _LEVEL.fullmatch(normal)
    return normal_form(_REGIONS[level["region"]]) if level else None
