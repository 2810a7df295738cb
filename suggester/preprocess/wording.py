"""Words as they are compared: one normal form for a term in a note and in a code's title."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[wW]/[oO](?![^\W_])|[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
#: What follows a "w" that is short for "with": not w/u, not w/d.
_WITH = re.compile(r"/(?![a-z]\b)|\s", re.IGNORECASE)

#: Words that carry no meaning when a term is compared with a title.
STOP_WORDS = frozenset(
    "a an the of to in on at by for from as and or with is was are be been this that these those "
    "his her their its it due associated related which who when other specified classified "
    "elsewhere nec nos unspecified type also called known secondary status into during "
    "involving affecting because resulting".split()
) - {"type", "secondary", "status"}

_BRITISH = (
    ("haem", "hem"),
    ("aemi", "emi"),
    ("aemo", "emo"),
    ("oedem", "edem"),
    ("oesoph", "esoph"),
    ("oestr", "estr"),
    ("rrhoea", "rrhea"),
    ("pnoea", "pnea"),
    ("paediat", "pediat"),
    ("orthopaed", "orthoped"),
    ("gynaec", "gynec"),
    ("foet", "fet"),
    ("tumour", "tumor"),
    ("colour", "color"),
    ("behaviour", "behavior"),
    ("labour", "labor"),
    ("anaesth", "anesth"),
    ("leucocyt", "leukocyt"),
    ("leukaem", "leukem"),
    ("ischaem", "ischem"),
    ("caesar", "cesar"),
    ("faec", "fec"),
    ("diarrhoe", "diarrhe"),
    ("coeliac", "celiac"),
    ("caecum", "cecum"),
    ("fibre", "fiber"),
    ("centre", "center"),
    ("sulph", "sulf"),
    ("oophor", "oophor"),
)


@lru_cache(maxsize=1)
def _word_forms() -> dict[str, str]:
    """Read the table of adjective, plural and shorthand forms: word → normal form."""
    text = files("suggester.preprocess").joinpath("data/word_forms.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return {form: normal for form, normal, *_ in rows}


@lru_cache(maxsize=65_536)
def normal_form(word: str) -> str:
    """Return the form under which ``word`` is compared: American, singular, noun for adjective.

    Applied to notes and code titles alike, so only consistency matters: ``diabetes`` becomes
    ``diabete`` on both sides.
    """
    low = word.lower().replace("’", "'")
    forms = _word_forms()
    if low in forms:
        return forms[low]
    low = low.removesuffix("'s")
    for british, american in _BRITISH:
        if british in low:
            low = low.replace(british, american)
    low = forms.get(low, low)
    single = _singular(low)
    return forms.get(single, single)


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("oses", "ases", "yses", "eses", "ises")) and len(word) > 6:
        return word[:-2] + "is"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


#: Words after which a lone "a" names a kind, as in hepatitis A.
_LETTERED = frozenset(
    "hepatitis vitamin influenza flu group type class strep haemophilus hemophilia grade stage "
    "immunoglobulin child clostridium streptococcus streptococcal".split()
)


def is_stop(low: str, previous: str) -> bool:
    """Whether a lower-case word carries no meaning after the word ``previous``."""
    return low in STOP_WORDS and not (low == "a" and previous in _LETTERED)


#: How a finger is named or counted, and the name the code titles give it.
_FINGERS = {
    "long": "middle",
    "small": "little",
    "2nd": "index",
    "second": "index",
    "3rd": "middle",
    "third": "middle",
    "4th": "ring",
    "fourth": "ring",
    "5th": "little",
    "fifth": "little",
}
_FINGER = re.compile(r"\s+finger", re.IGNORECASE)


def finger_named(low: str, text: str, end: int) -> str | None:
    """Return what the titles call the finger of "long finger", "5th finger"; None of other words."""
    named = _FINGERS.get(low)
    return named if named and _FINGER.match(text, end) else None


def short_with(low: str, text: str, end: int) -> bool:
    """Whether the lower-case word that ends at ``end`` is the "w" of "w/ fever"."""
    return low == "w" and _WITH.match(text, end) is not None


def words(text: str) -> list[str]:
    """Split ``text`` into normal forms, stop words left out; ``without`` and ``no`` are kept."""
    out = []
    previous = ""
    for match in _WORD.finditer(text):
        low = match.group().lower()
        if not is_stop(low, previous) and not short_with(low, text, match.end()):
            out.append(normal_form(finger_named(low, text, match.end()) or low))
        previous = low
    return out


@lru_cache(maxsize=65_536)
def word_key(word: str) -> int:
    """Return a fixed 62-bit number for a normal form; a set of words is keyed by the sum."""
    digest = hashlib.blake2b(word.encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 8


def key_of(words: Iterable[str]) -> int:
    """Return the key of normal forms, whatever their order."""
    return sum(map(word_key, words))
