"""Details told apart from the diagnosis that codes ask for: depth of an ulcer, quadrant of a breast, stage of glaucoma.

The note says "2 cm ulcer with fat at its base" on examination and "diabetic foot ulcer" in its conclusion.
Anybody who cares for the patient may document the depth of an ulcer (guideline I.B.14).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from suggester.preprocess.wording import normal_form

#: Words of titles that tell the depth of an ulcer → how notes say so.
_DEPTHS = {
    "fat layer exposed": (
        r"(?:subcutaneous|subcu\w*|fat(?:ty)?)\b[^.;\n]{0,25}\b(?:visible|exposed|at (?:its|the) base|seen)",
        r"(?:base|bed)\b[^.;\n]{0,40}\b(?:fat|subcutaneous)",
        r"fat (?:at|in) (?:its|the) (?:base|bed)",
        r"through (?:the )?(?:skin|dermis) (?:in)?to (?:the )?(?:fat|subcutaneous)",
        r"(?:extend(?:s|ed|ing)?|reach(?:es|ed|ing)?|down) (?:in|on)?to (?:the )?(?:subcutaneous|fat)",
        r"deepest tissue (?:exposed |seen |present )?(?:is|was) (?:the )?(?:subcutaneous |exposed )?fat",
    ),
    "limited breakdown skin": (
        r"limited to (?:the )?(?:skin|dermis|epidermis)",
        r"(?:superficial|partial[- ]thickness)[^.;\n]{0,20}\b(?:ulcer|wound)",
    ),
    "bone involvement": (
        r"(?:exposed|visible) bone|bone (?:is )?(?:exposed|visible)|prob(?:es|ed|ing) to bone|expos(?:es|ing) bone",
    ),
    "muscle involvement": (r"(?:exposed|visible) muscle|muscle (?:is )?(?:exposed|visible)",),
}
_COMPILED = tuple(
    (
        re.compile(rf"\b(?:{'|'.join(ways)})", re.IGNORECASE),
        frozenset(map(normal_form, words.split())),
    )
    for words, ways in _DEPTHS.items()
)
_QUADRANT = re.compile(
    r"\b(?P<height>upper|lower)[- ]?(?P<half>outer|inner)(?: quadrant)?\b|\b(?P<short>[UL][OI]Q)\b|"
    r"\b(?P<hour>1[0-2]|[1-9])(?:(?::\d\d)? ?o['’]?clock|:00(?! ?[ap]\.?m))",
    re.IGNORECASE,
)
_SIDE = re.compile(r"\b(?:right|left|R|L)\b", re.IGNORECASE)
_ULCER = re.compile(r"\bulcer", re.IGNORECASE)
_BREAST = re.compile(r"\bbreast", re.IGNORECASE)
_GLAUCOMA = re.compile(r"\bglaucoma|\bpoag\b", re.IGNORECASE)
_STAGE = re.compile(
    r"\b(mild|moderate|severe|indeterminate)[- ]stage\b|\bstage[: ]+(mild|moderate|severe|indeterminate)\b",
    re.IGNORECASE,
)
#: A fracture called nondisplaced, with the bone behind it; what says of another that it is displaced.
_NOT_DISPLACED = re.compile(
    r"\b(?:non-? ?|un)displaced (?:[\w-]+ ){0,4}?(?:fractures?|fx)\b(?: (?:of|through|at|involving)(?: [\w-]+){1,8})?|"
    r"\b(?:fractures?|fx) (?:of|through|at)(?: [\w-]+){1,6}, (?:non-? ?|un)displaced\b",
    re.IGNORECASE,
)
_DISPLACED = re.compile(r"(?<!non-)(?<!non )(?<!not )(?<!un-)\bdisplaced\b", re.IGNORECASE)
_SHIFTED = re.compile(
    r"\b(?:translat\w+|step-?off|offset|shift(?:ed)?|shorten\w*|angulat\w+|comminut\w+|gapp?(?:ed|ing)?)\b(?! (?:of|is) (?:0|zero|none))",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:no longer|not|never|if|old|prior|previous|history of|h/o)\b[^.;\n]*$", re.IGNORECASE
)
_BEFORE = 30
_BONE = re.compile(
    r"\b(?:radius|radial|ulnar?|humer(?:us|al)|femur|femoral|tibial?|fibular?|malleol(?:us|ar|i)|metatarsals?|metacarpals?|"
    r"phalan(?:x|ges|geal)|patellar?|clavic(?:le|ular)|scaphoid|ribs?|olecranon|calcane(?:us|al)|tal(?:us|ar)|navicular|styloid|"
    r"trochanter(?:ic)?|tuberosity|plateau|epicondyl(?:e|ar)|supracondylar|coronoid|glenoid|scapular?|toe|finger|thumb)\b",
    re.IGNORECASE,
)
#: Fingers as notes call them → as titles do.
_FINGER = re.compile(
    r"\b(?:(?P<name>index|middle|long|ring|little|small|pinky)(?: trigger| mallet)?[ -](?:finger|digit)|"
    r"(?P<number>second|third|fourth|fifth|2nd|3rd|4th|5th) (?:finger|digit))\b(?! ?-?(?:sticks?|pricks?|to[- ]nose|ring|puls|oxim))",
    re.IGNORECASE,
)
_FINGERS = {
    **dict.fromkeys(("index", "second", "2nd"), "index"),
    **dict.fromkeys(("middle", "long", "third", "3rd"), "middle"),
    **dict.fromkeys(("ring", "fourth", "4th"), "ring"),
    **dict.fromkeys(("little", "small", "pinky", "fifth", "5th"), "little"),
}
#: What is of the foot, where digits are counted as well.
_TOES = re.compile(
    r"\b(?:toes?|foot|feet|metatarsal\w*|podiat\w+|ham+er ?toe|stub\w*|shoes?|boots?|barefoot|sole)\b",
    re.IGNORECASE,
)
#: Fingers that are pricked and pointed with, in whatever sentence.
_USED = re.compile(
    r"\b(?:sugars?|glucose|oximet\w*|pulse ox|finger[- ]?sticks?|point(?:s|ed|ing) (?:to|at|with))\b",
    re.IGNORECASE,
)
#: Words of a diagnosis that is one of a finger.
_OF_FINGERS = ("finger", "fingers", "phalanx", "phalangeal", "mallet", "tuft")
_AROUND = 40
#: A finger named so many times as often as any other is the one of the diagnosis.
_TIMES = 2
_SHORT = {"U": "upper", "L": "lower", "O": "outer", "I": "inner"}
#: Hours of the clock, as one looks at the patient, that lie in a quadrant of the right breast.
_OUTER_OF_RIGHT = frozenset({7, 8, 10, 11})
_BETWEEN = frozenset({3, 6, 9, 12})
_UPPER = frozenset({10, 11, 1, 2})
#: Titles' words for fingers: where a diagnosis names one, no other is looked for.
FINGERS = frozenset(map(normal_form, ("thumb", "long", "pinky", *_FINGERS.values())))
Said = Callable[[int, int], bool]


def read_details(text: str, said: Said) -> dict[str, frozenset[str]]:
    """Return the words of titles that a note means, by the word of the diagnosis that they belong to.

    Parameters
    ----------
    text
        The note.
    said
        Tells whether the note says as present what stands between two offsets.
    """
    out = {}
    depths = {
        words
        for pattern, words in (_COMPILED if _ULCER.search(text) else ())
        for match in pattern.finditer(text)
        if said(*match.span())
    }
    if len(depths) == 1:
        out[normal_form("ulcer")] = out[normal_form("ulceration")] = depths.pop()
    if _GLAUCOMA.search(text):
        stages = {
            (match[1] or match[2]).lower() for match in _STAGE.finditer(text) if said(*match.span())
        }
        if len(stages) == 1:
            out[normal_form("glaucoma")] = frozenset(map(normal_form, (stages.pop(), "stage")))
    if _BREAST.search(text):
        quadrants = {
            found
            for match in _QUADRANT.finditer(text)
            if said(*match.span()) and (found := _quadrant(text, match))
        }
        if len(quadrants) == 1:
            out[normal_form("breast")] = quadrants.pop() | {normal_form("quadrant")}
    for bone in _undisplaced(text, said):
        out[bone] = frozenset({normal_form("nondisplaced")})
    if finger := _finger(text, said):
        for name in map(normal_form, _OF_FINGERS):
            out[name] = out.get(name, frozenset()) | {normal_form(finger)}
    return out


def _finger(text: str, said: Said) -> str | None:
    """Return the finger that the note tells of before all others."""
    named = Counter(
        _FINGERS[(match["name"] or match["number"]).lower()]
        for match in _FINGER.finditer(text)
        if said(*match.span())
        and not (match["number"] and _TOES.search(text))
        and not _USED.search(text, max(0, match.start() - _AROUND), match.end() + _AROUND)
    )
    if not named:
        return None
    (best, times), *others = named.most_common(2)
    return best if all(times >= _TIMES * other for _, other in others) else None


def _undisplaced(text: str, said: Said) -> frozenset[str]:
    """Return the words for the bones of which the note calls a fracture nondisplaced, and no fracture displaced."""
    called = list(_NOT_DISPLACED.finditer(text))
    if (
        not called
        or any(said(*m.span()) for m in _DISPLACED.finditer(text))
        or _SHIFTED.search(text)
    ):
        return frozenset()
    return frozenset(
        normal_form(bone[0].lower())
        for match in called
        if said(*match.span())
        and not _NOT_SO.search(text, max(0, match.start() - _BEFORE), match.start())
        for bone in _BONE.finditer(text, match.start(), match.end())
    )


def _quadrant(text: str, match: re.Match[str]) -> frozenset[str]:
    """Return the words for the quadrant that a match names, or none."""
    if match["height"]:
        return frozenset(map(normal_form, (match["height"].lower(), match["half"].lower())))
    if match["short"]:
        height, half = list(match["short"].upper())[:2]
        return frozenset(map(normal_form, (_SHORT[height], _SHORT[half])))
    hour = int(match["hour"])
    start = max(text.rfind(mark, 0, match.start()) for mark in ".\n") + 1
    sides = {side.group()[0].lower() for side in _SIDE.finditer(text, start, match.end())}
    if hour in _BETWEEN or len(sides) != 1:
        return frozenset()
    outer = (hour in _OUTER_OF_RIGHT) == (sides == {"r"})
    words = "upper" if hour in _UPPER else "lower", "outer" if outer else "inner"
    return frozenset(map(normal_form, words))
