"""From a node of the hierarchy to the leaf the note documents.

As a coder goes from the Index to the Tabular List: of all leaves under the node the one whose extra
words stand nearest to the term wins; where the note is silent, the leaf that adds no detail (the
official "unspecified" or "without complications" default).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from suggester.candidates.leaves import ABSENT, Leaf, leaves_under, starting_nodes
from suggester.preprocess.modifiers import BILATERAL, LEFT, RIGHT, NoteFacts
from suggester.preprocess.wording import normal_form

if TYPE_CHECKING:
    from suggester.codes import CodeSet

_NEAR, _BLOCK, _NOTE = 1.0, 0.55, 0.1
#: What is said of a fracture's healing, and the 7th character it selects.
_HEALING = {"nonunion": "K", "malunion": "P", "delayed": "G"}
#: Categories whose codes say whether there is an exacerbation.
_EXACERBATED = frozenset({"G70", "J44", "J45", "J47"})
#: Their last character where there is one, and the word that says so.
_WITH_EXACERBATION = "1"
EXACERBATION = normal_form("exacerbation")
#: Poisoning, adverse effect and underdosing.
_DRUG_EFFECT = re.compile(r"T(?:3[6-9]|4\d|50)")
#: Gustilo types of open fracture that take their own 7th character.
_SEVERELY_OPEN = frozenset({"iiia", "iiib", "iiic", "3a", "3b", "3c"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The words around a term by distance, and the side and facts that hold for it.

    ``foreign`` are the words of other terms of the sentence, ``own`` those of the term itself;
    ``every`` holds all of them together.
    """

    near: frozenset[str]
    block: frozenset[str]
    note: frozenset[str]
    negated: frozenset[str]
    side: str | None
    facts: NoteFacts
    foreign: tuple[frozenset[str], ...] = ()
    own: frozenset[str] = frozenset()
    every: frozenset[str] = frozenset()

    def lends(self, word: str, wording: frozenset[str]) -> bool:
        """Whether ``word``, which belongs to other terms of the sentence, may count here.

        It does where the code's wording takes in the whole of that other term: "CKD" speaks for
        diabetes with chronic kidney disease, "end-stage" of renal disease not for heart failure.
        """
        return any(word in term and term <= wording for term in self.foreign)


class Chosen(NamedTuple):
    """A leaf with how well the note documents it.

    ``gained`` counts supported detail words, ``missing`` unsupported ones; ``default`` says that the
    note was silent and the official default was taken; ``side_known`` that a needed side was found.
    """

    code: str
    score: float
    gained: float
    missing: float
    default: bool
    needs_side: bool
    side_known: bool


class Specificity:
    """Choose leaves in one code set; remembers what it has worked out about each node."""

    def __init__(self, codes: CodeSet, weight: Callable[[str], float]) -> None:
        self._codes = codes
        self._children: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=50_000)(codes.children)
        self.leaves: Callable[[str, str], tuple[Leaf, ...]] = lru_cache(maxsize=16384)(
            lambda node, said: leaves_under(codes, node, said, weight)
        )
        self._titled: Callable[[str, str], tuple[Leaf, ...]] = lru_cache(maxsize=16384)(
            lambda node, said: tuple(leaf.titled for leaf in self.leaves(node, said))
        )
        self.start: Callable[[str], tuple[str, ...]] = lru_cache(maxsize=8192)(
            lambda node: starting_nodes(codes, node)
        )

    def choose(self, node: str, reading: Reading, limit: int = 7) -> list[Chosen]:
        """Return the best leaves for ``node``, best first; two when both sides are meant."""
        best: dict[str, tuple[float, Chosen]] = {}
        # A code beside the one the phrase leads to is chosen by what its own sentence says:
        # alcohol named elsewhere in the problem makes no gastritis alcoholic.
        close = replace(reading, block=frozenset()) if reading.block else reading
        for climbed, start in enumerate(self.start(node)):
            for leaf, titled in zip(
                self.leaves(start, node), self._titled(start, node), strict=True
            ):
                on_path = leaf.code == node or leaf.code.startswith(node) or climbed == 0
                chosen = self._score(leaf, reading) if on_path else self._score(titled, close)
                # Leaving the code the phrase leads to must be paid for by documented detail.
                score = chosen.score - (0.0 if on_path else 0.45)
                known = best.get(leaf.code)
                if known is None or score > known[0]:
                    best[leaf.code] = (score, chosen)
        ranked = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].code))
        if not ranked:
            return []
        out = []
        for score, chosen in ranked[:limit]:
            out.append(chosen._replace(code=self._extend(chosen.code, reading), score=score))
        return self._both_sides(node, reading, out) if reading.side == BILATERAL else out

    def _both_sides(self, node: str, reading: Reading, out: list[Chosen]) -> list[Chosen]:
        """Where no code says bilateral, put the right and the left code first."""
        if out[0].side_known:
            return out
        right, left = (
            self.choose(node, replace(reading, side=side), 1)[0] for side in (RIGHT, LEFT)
        )
        if not (right.side_known and left.side_known) or right.missing or left.missing:
            return out
        if any(leaf.side == BILATERAL for leaf in self._all(right.code)):
            return out
        return [right, left, *(c for c in out if c.code not in {right.code, left.code})]

    def _all(self, code: str) -> tuple[Leaf, ...]:
        parent = self._codes.parent(code)
        return self.leaves(parent, parent) if parent and "-" not in parent else ()

    def _score(self, leaf: Leaf, reading: Reading) -> Chosen:
        if reading.every.isdisjoint(leaf.asked) and leaf.denied.isdisjoint(leaf.asked):
            best_gain = 0.0
            best_missing, cost = leaf.silent
            best = best_missing * ABSENT - cost
        else:
            best, best_gain, best_missing = self._best_option(leaf, reading)
        score = best
        told = any(term.issuperset(leaf.absent) for term in reading.foreign)
        for word in leaf.absent:
            if word in reading.negated:
                score += 0.5
            elif told or word in reading.near:
                score -= 0.7
        if leaf.code[:3] in _EXACERBATED and EXACERBATION in reading.near:
            score -= 0.7 * (leaf.code[-1] != _WITH_EXACERBATION)
        score -= 0.06 * leaf.unspecified
        side_known = False
        if leaf.sided:
            if reading.side is None:
                score -= 0.0 if leaf.side is None else 0.7 if leaf.side != BILATERAL else 1.0
            elif leaf.side == reading.side:
                score, side_known = score + 0.5, True
            elif leaf.side is None:
                score -= 0.6
            else:
                score -= 2.1
        if leaf.unilateral and reading.side == BILATERAL:
            score -= 1.2
        if leaf.sex is not None and reading.facts.sex is not None:
            score += 0.3 if leaf.sex == reading.facts.sex else -2.0
        if leaf.dominant is not None and leaf.side is not None:
            # Not told which: the right side is dominant, the left is not (I.C.6.a).
            dominant = reading.facts.dominant or RIGHT
            score -= 0.0 if leaf.dominant == (dominant in {leaf.side, BILATERAL}) else 1.0
        if leaf.childbirth:
            score += 0.9 if reading.facts.delivered else -0.6
        if leaf.puerperium:
            score += 0.9 if reading.facts.postpartum and not reading.facts.delivered else -0.6
        if leaf.trimester is not None:
            wanted = reading.facts.trimester or 0
            silent = 0.0 if reading.facts.postpartum else 0.8
            fitting = silent if wanted == 0 else 0.8
            score += fitting if leaf.trimester == wanted else (0.2 if leaf.trimester == 0 else -1.0)
        default = best_gain == 0.0 and best_missing == 0.0
        return Chosen(leaf.code, score, best_gain, best_missing, default, leaf.sided, side_known)

    def _best_option(self, leaf: Leaf, reading: Reading) -> tuple[float, float, float]:
        """Return what the wording the note documents best is worth, its gain and what is missing."""
        best_gain, best_missing, best = 0.0, 0.0, -1e9
        for option in leaf.options:
            gain = missing = 0.0
            for word, weight in zip(option.words, option.weights, strict=True):
                if word in reading.own and word not in leaf.denied:
                    continue  # said by the term itself, which led here already
                if word in reading.negated or word in leaf.denied:
                    missing += weight * 1.4
                elif word in reading.near or (
                    reading.foreign and reading.lends(word, option.wording)
                ):
                    gain += weight * _NEAR
                elif word in reading.block:
                    gain += weight * _BLOCK
                elif word in reading.note:
                    gain += weight * _NOTE
                    missing += weight * 0.6
                else:
                    missing += weight
            value = gain + missing * ABSENT - option.cost
            if value > best:
                best, best_gain, best_missing = value, gain, missing
        return best, best_gain, best_missing

    def _extend(self, code: str, reading: Reading) -> str:
        """Add the 7th character for the encounter to a code that needs one."""
        children = self._children(code)
        if not children:
            return code
        available = {child[-1]: child for child in children}
        facts = reading.facts
        if (
            facts.sequela
            and not facts.subsequent
            and "S" in available
            and "sequela" in reading.near
        ):
            return available["S"]
        wanted = "D" if facts.subsequent and not {"acute"} & reading.near else "A"
        if _DRUG_EFFECT.match(code):  # still acting when the patient is seen for it
            wanted = "A"
        if wanted == "D":
            told = (c for word, c in _HEALING.items() if word in reading.near and c in available)
            wanted = next(told, wanted)
        elif "B" in available and facts.open_fracture:
            wanted = "C" if "C" in available and _SEVERELY_OPEN & reading.near else "B"
        return available.get(wanted) or available.get("A") or available.get("0") or children[0]
