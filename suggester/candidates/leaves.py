"""What each code adds to the wording of a node above it, read from its official title.

Words after "without" must be absent, "unspecified" asks for nothing, "other" is a last resort, and
inclusion terms are further wordings of the same leaf.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
        "puerperium",
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
    puerperium: bool
    dominant: bool | None
    denied: frozenset[str]
    asked: frozenset[str]
    silent: tuple[float, float]

    @property
    def titled(self) -> Leaf:
        """Return the leaf by its title alone, without the inclusion terms printed under it."""
        if len(self.options) == 1:
            return self
        title = self.options[0]
        return replace(
            self,
            options=(title,),
            asked=frozenset(title.words),
            silent=(title.total, title.cost),
        )


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
    others = len(_OTHER.findall(codes.title(said).lower()))
    part = _paired_part(codes, found)
    leaves = []
    for code in found:
        leaf = _leaf(
            codes.title(code),
            code,
            base | part,
            denied,
            others,
            terms.get(codes.index(code), ()),
            _has_sides(codes, code),
            weight,
        )
        leaves.append(leaf)
    return tuple(leaves)


def _paired_part(codes: CodeSet, found: list[str]) -> frozenset[str]:
    """Return the part of the body that only its side tells apart among these codes.

    Under a rotator cuff tear "right shoulder" says no more than "right": the side is there to be
    chosen, the shoulder need not be named. Under a joint pain it must.
    """
    sided = [title for code in found if (title := _parse(codes.title(code), ())).side]
    if len({title.side for title in sided}) < 2 or 2 * len(sided) < len(found):
        return frozenset()
    return frozenset.intersection(*(title.positive for title in sided)) & _PART_WORDS


@lru_cache(maxsize=100_000)
def _has_sides(codes: CodeSet, code: str) -> bool:
    """Whether another code says "right" where the title of this one says "unspecified"."""
    title = codes.title(code).lower()
    known = _titles_in(codes, code[:3])
    return _EITHER.search(title) is not None or any(
        title[: match.start()] + "right" + title[match.end() :] in known
        for match in re.finditer(r"\bunspecified\b", title)
    )


@lru_cache(maxsize=512)
def _titles_in(codes: CodeSet, category: str) -> frozenset[str]:
    """Return the titles of all codes of a category, in lower case."""
    found: list[str] = []
    queue = [category]
    while queue:
        code = queue.pop()
        found.append(codes.title(code).lower())
        queue.extend(codes.children(code))
    return frozenset(found)


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
_UNSPECIFIED = re.compile(
    r"^unspecified\b|\bunspecified whether\b.*|\bunspecified as\b[^,]*|\bunspecified \w+",
    re.IGNORECASE,
)
#: Both sides' titles name the limb or the dominance too: "right arm", "right dominant side".
_EITHER = re.compile(r"\bunspecified (?:limb|side)$")
#: "Chronic or unspecified gastric ulcer" asks for no word of its kind.
_OR_UNSPECIFIED = re.compile(r"\b(?:chronic|complete) or unspecified\b", re.IGNORECASE)
_WHETHER = re.compile(r"\bunspecified whether\b.*|\bunspecified as\b[^,]*", re.IGNORECASE)
_OTHER = re.compile(r"\bother\b(?! and unspecified)")
#: Which of several fetuses: of one alone no number is told, though "fetal" is.
_FETUS = re.compile(r", fetus (\d)")
_FETUSES = frozenset("12345") | set(words("fetus"))
#: What a title says is absent: up to the next "with", and not the site ("without foreign body of …").
_WITHOUT = re.compile(
    r"\b(?:without|not|no)\b(\s+foreign body(?=\s+(?:of|in)\b)|(?:(?!\bwith(?:out)?\b)[^,])*)",
    re.IGNORECASE,
)


def fetus(number: str) -> str:
    """Return the word that stands for one of several fetuses, which no note holds by chance.

    >>> fetus("2")
    'fetus-2'
    """
    return f"fetus-{number}"


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
    unspecified: int
    trimester: int | None
    unilateral: bool
    sex: str | None
    childbirth: bool
    puerperium: bool
    dominant: bool | None
    others: int
    minor: float


@lru_cache(maxsize=100_000)
def _parse(title: str, terms: tuple[str, ...]) -> _Title:
    title = _OR_UNSPECIFIED.sub("unspecified", title)
    low = title.lower()
    positive = _UNSPECIFIED.sub("", _WITHOUT.sub("", _PARENTHESES.sub("", title)))
    sides = [side for word, side in _SIDES.items() if re.search(rf"\b{word}\b", low)]
    trimester = None
    left_out = _DEFAULT_WORDS | _IGNORED
    sexes = [sex for word, sex in _SEXES.items() if re.search(rf"\b{word}\b", low)]
    if len(sexes) == 1:
        left_out |= frozenset(_SEXES)
    if "dominant" in low:
        left_out |= {"dominant", "nondominant", "non"}
    counted = _FETUS.search(low)
    if "trimester" in low:
        trimester = next((n for n, w in enumerate(("first", "second", "third"), 1) if w in low), 0)
        left_out |= {"trimester", "1", "2", "3"}
    asked = frozenset(words(positive)) - left_out - frozenset(_SIDES) - {"unilateral"}
    if counted:
        asked = asked - _FETUSES | {fetus(counted[1])}
    return _Title(
        asked,
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
        low.count("unspecified"),
        trimester,
        "unilateral" in low,
        sexes[0] if len(sexes) == 1 else None,
        "complicating childbirth" in low or "in childbirth" in low,
        "puerperium" in low,
        None if "dominant" not in low else "nondominant" not in low and "non-dominant" not in low,
        len(_OTHER.findall(low)),
        0.1 if "subluxation" in low and "dislocation" not in low else 0.3 if counted else 0.0,
    )


def _leaf(
    title: str,
    code: str,
    base: frozenset[str],
    denied: frozenset[str],
    others: int,
    terms: tuple[str, ...],
    paired: bool,
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
        not own_side and (said.side is not None or paired),
        said.unspecified,
        said.trimester,
        said.unilateral,
        said.sex,
        said.childbirth,
        said.puerperium,
        said.dominant,
        denied,
        frozenset().union(*(option.words for option in options)),
        max(
            ((option.total, option.cost) for option in options),
            key=lambda pair: pair[0] * ABSENT - pair[1],
        ),
    )


#: Words of the parts of the body that come in pairs.
_PART_WORDS = frozenset(
    words(
        "eye ear shoulder elbow wrist hand hip knee ankle foot limb arm leg forearm thigh breast passage "
        "ovary kidney lung lacrimal gland eyelid extremity femur tibia fibula radius ulna humerus "
        "clavicle scapula patella testis cornea orbit lower upper"
    )
)
