"""What each code adds to the wording of a node above it, read from its official title.

Words after "without" must be absent, "unspecified" asks for nothing, "other" is a last resort, and
inclusion terms are further wordings of the same leaf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT
from suggester.preprocess.wording import words

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_DEFAULT_WORDS = frozenset(
    {"uncomplicated", "unspecified", "initial", "encounter", "not", "single", "displaced"}
)
_IGNORED = frozenset(
    {
        "complicating",
        "childbirth",
        "disease",
        "disorder",
        "condition",
        "side",
        "site",
        "part",
        "form",
        "other",
        "current",
        "classified",
        "elsewhere",
    }
)
_SIDES = {"right": RIGHT, "left": LEFT, "bilateral": BILATERAL}
_SEXES = {"male": "M", "female": "F"}
#: Worth of a word that the code's wording asks for and the note does not have.
ABSENT = -1.2
#: Weight (idf) from which a word counts in full, and the least that any word counts.
_FULL, _LEAST = 8.0, 0.35
#: Nodes with more leaves than this are too vague to descend from in full.
MOST_LEAVES = 260


@dataclass(frozen=True, slots=True)
class Option:
    """One wording of a leaf: the words it adds, in order, and what taking it costs.

    ``wording`` are those words with what was said already; ``weights`` say how much each counts,
    ``total`` how much all of them.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    total: float
    cost: float
    wording: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one code adds to the wording of the node above it.

    ``denied`` are the words that the code the note's words lead to says are absent, ``asked`` all
    words of all options. ``silent`` is the least that the options ask for, as (words missing in
    weight, cost): what the leaf is worth where the note has none of those words.
    """

    code: str
    options: tuple[Option, ...]
    absent: tuple[str, ...]
    side: str | None
    sided: bool
    unspecified: int
    trimester: int | None
    unilateral: bool
    sex: str | None
    childbirth: bool
    denied: frozenset[str]
    asked: frozenset[str]
    silent: tuple[float, float]


def leaves_under(
    codes: CodeSet, node: str, said: str, weight: Callable[[str], float]
) -> tuple[Leaf, ...]:
    """Return the leaves under a node, or the codes above their 7th-character forms.

    ``said`` is the code the note's words lead to: what its title affirms need not be said again.
    """
    base = frozenset(affirmed_words(codes.title(said)))
    denied = denied_words(codes.title(said)) - base
    found: list[str] = []
    queue = [node]
    while queue:
        code = queue.pop(0)
        children = codes.children(code)
        if not children or takes_encounter(children):
            found.append(code)
        else:
            queue.extend(children)
        if len(found) > MOST_LEAVES:
            break
    terms = _own_terms(codes)
    others = len(_OTHER.findall(codes.title(node).lower()))
    return tuple(
        _leaf(
            codes.title(code),
            code,
            base,
            denied,
            others,
            terms.get(codes.index(code), ()),
            len(found),
            weight,
        )
        for code in found
    )


def starting_nodes(codes: CodeSet, node: str) -> tuple[str, ...]:
    """Return the node and, where it is itself a default, the nodes above it to look under."""
    out = [node]
    current = node
    while len(current) > 3 and _is_default(
        codes.title(current), codes.title(codes.parent(current) or current)
    ):
        parent = codes.parent(current)
        if parent is None or "-" in parent or len(parent) < 3:
            break
        out.append(parent)
        current = parent
    return tuple(out)


def takes_encounter(children: tuple[str, ...]) -> bool:
    """Whether the children are 7th-character forms for the encounter (A, D, S and the like)."""
    return (
        len(children[0]) == 8
        and children[0][-1].isalpha()
        and {c[-1] for c in children} >= {"A", "D"}
    )


@lru_cache(maxsize=2)
def _own_terms(codes: CodeSet) -> Mapping[int, tuple[str, ...]]:
    out: dict[int, list[str]] = {}
    for index, term in codes.own_inclusion_terms():
        out.setdefault(index, []).append(term)
    return {index: tuple(found) for index, found in out.items()}


_PARENTHESES = re.compile(r"\s*\([^)]*\)")
_UNSPECIFIED = re.compile(r"\bunspecified whether\b.*|\bunspecified \w+", re.IGNORECASE)
_WHETHER = re.compile(r"\bunspecified whether\b.*", re.IGNORECASE)
_OTHER = re.compile(r"\bother\b(?! and unspecified)")
#: What a title says is absent: up to the next "with", and not the site ("without foreign body of …").
_WITHOUT = re.compile(
    r"\b(?:without|not|no)\b(\s+foreign body(?=\s+(?:of|in)\b)|(?:(?!\bwith(?:out)?\b)[^,])*)",
    re.IGNORECASE,
)


def _title_words(title: str) -> list[str]:
    return words(_PARENTHESES.sub("", title))


def affirmed_words(title: str) -> frozenset[str]:
    """Return the words of a title that it says are there: not after "without" or "unspecified"."""
    plain = _WITHOUT.sub("", _PARENTHESES.sub("", title))
    return frozenset(words(_WHETHER.sub("", plain)))


def denied_words(title: str) -> frozenset[str]:
    """Return the words of a title that it says are absent."""
    plain = _PARENTHESES.sub("", title)
    return frozenset(word for part in _WITHOUT.findall(plain) for word in words(part))


def _is_default(title: str, parent_title: str) -> bool:
    low, above = title.lower(), parent_title.lower()
    return (
        "unspecified" in low
        or ("without" in low and low[low.index("without") :] not in above)
        or "uncomplicated" in low
        or "unilateral" in low
        or low == above
    )


def _option(
    bag: frozenset[str], cost: float, base: frozenset[str], weight: Callable[[str], float]
) -> Option:
    """Return one wording, its words in order so that sums are the same in every process."""
    ordered = tuple(sorted(bag))
    weights = tuple(min(1.0, max(_LEAST, weight(word) / _FULL)) for word in ordered)
    return Option(ordered, weights, sum(weights), cost, base | bag)


@dataclass(frozen=True, slots=True)
class _Title:
    """What the title of a code, and the inclusion terms printed under it, say by themselves."""

    positive: frozenset[str]
    absent: frozenset[str]
    terms: tuple[frozenset[str], ...]
    side: str | None
    ends_in_part: bool
    unspecified: int
    trimester: int | None
    unilateral: bool
    sex: str | None
    childbirth: bool
    others: int
    minor: float


@lru_cache(maxsize=100_000)
def _parse(title: str, terms: tuple[str, ...]) -> _Title:
    low = title.lower()
    positive = _UNSPECIFIED.sub("", _WITHOUT.sub("", _PARENTHESES.sub("", title)))
    sides = [side for word, side in _SIDES.items() if re.search(rf"\b{word}\b", low)]
    trimester = None
    left_out = _DEFAULT_WORDS | _IGNORED
    sexes = [sex for word, sex in _SEXES.items() if re.search(rf"\b{word}\b", low)]
    if len(sexes) == 1:
        left_out |= frozenset(_SEXES)
    if "trimester" in low:
        trimester = next((n for n, w in enumerate(("first", "second", "third"), 1) if w in low), 0)
        left_out |= {"trimester", "1", "2", "3"}
    return _Title(
        frozenset(words(positive)) - left_out - frozenset(_SIDES) - {"unilateral"},
        denied_words(title),
        tuple(
            frozenset(words(_PARENTHESES.sub("", term)))
            - _DEFAULT_WORDS
            - _IGNORED
            - frozenset(_SIDES)
            for term in terms
            if "NOS" not in term
        ),
        sides[0] if len(sides) == 1 else None,
        _last_is_part(low) and _ENDS_IN_PART.search(low) is not None,
        low.count("unspecified"),
        trimester,
        "unilateral" in low,
        sexes[0] if len(sexes) == 1 else None,
        "complicating childbirth" in low,
        len(_OTHER.findall(low)),
        0.1 if "subluxation" in low and "dislocation" not in low else 0.0,
    )


def _leaf(
    title: str,
    code: str,
    base: frozenset[str],
    denied: frozenset[str],
    others: int,
    terms: tuple[str, ...],
    count: int,
    weight: Callable[[str], float],
) -> Leaf:
    said = _parse(title, terms)
    # A side in the wording itself, as in left bundle-branch block, is not one to be chosen.
    own_side = said.side is not None and said.side in base
    bags = [(said.positive - base, 0.45 * max(0, said.others - others) + said.minor)]
    bags += [(bag - base, 0.0) for bag in said.terms if bag - base]
    options = tuple(_option(bag, cost, base, weight) for bag, cost in bags)
    return Leaf(
        code,
        options,
        tuple(sorted(said.absent - base - denied)),
        None if own_side else said.side,
        not own_side and (said.side is not None or (count > 1 and said.ends_in_part)),
        said.unspecified,
        said.trimester,
        said.unilateral,
        said.sex,
        said.childbirth,
        denied,
        frozenset().union(*(option.words for option in options)),
        max(
            ((option.total, option.cost) for option in options),
            key=lambda pair: pair[0] * ABSENT - pair[1],
        ),
    )


_ENDS_IN_PART = re.compile(
    r"unspecified (?:side|eye|ear|\w+)$|unspecified \w+(?: \w+)?$",
)
_PARTS = re.compile(
    r"unspecified (?:side|eye|ear|shoulder|elbow|wrist|hand|finger|thumb|hip|knee|ankle|foot|toe|limb|arm|leg|forearm|thigh|"
    r"lower leg|upper arm|ankle and foot|breast|ovary|kidney|lung|main bronchus|female breast|male breast|external ear|eyelid|"
    r"upper limb|lower limb|great toe|lesser toe|femur|tibia|fibula|radius|ulna|humerus|clavicle|scapula|patella|testis|cornea|"
    r"orbit|lower extremity|upper extremity|acromioclavicular joint|heel|calf|buttock|cheek|hand, [a-z ]+|joint|vein)"
)


def _last_is_part(low: str) -> bool:
    return _PARTS.search(low) is not None
