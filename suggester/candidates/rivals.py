"""Which readings of a place become candidates: the best, and where the note concludes its rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suggester.candidates.specificity import Chosen
from suggester.preprocess.sentences import Sentence
from suggester.preprocess.terms import Term

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Sections in which rivals of the best reading are ranked too.
_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "chief_complaint", "body"})
#: A rival reading further behind the best than this is not ranked.
_RIVAL_MARGIN = 1.1


def readings_to_rank(
    ranked: list[Chosen], term: Term, sentence: Sentence, both: bool
) -> list[Chosen]:
    """Return the leaves to rank: the best, and where the note concludes its nearest rivals."""
    best = ranked[0]
    out = ranked[:2] if both else ranked[:1]
    if not concludes(term, sentence):
        return out
    if twin := other_encounter(best.code):
        out.append(best._replace(code=twin))
    return out + [
        chosen
        for chosen in ranked[1 + both : 4 + both]
        if best.score - chosen.score < _RIVAL_MARGIN
        and not (best.side_known and chosen.needs_side and not chosen.side_known)
    ]


def concludes(term: Term, sentence: Sentence) -> bool:
    """Whether a term is said in full where the note states its conclusions."""
    return term.coverage >= 0.999 and sentence.section.kind in _CONCLUDING


def stands_alone(term: Term, sentence: Sentence, said: str) -> bool:
    """Whether a term is all that its line of the conclusions says; ``said`` is that line's text."""
    return concludes(term, sentence) and term.end - term.start == len(said.strip(" \t.,;:*-"))


def other_encounter(code: str) -> str | None:
    """Return an injury's code for the other encounter: initial for subsequent and the reverse."""
    if len(code) != 8 or code[0] != "S":
        return None
    return {"A": code[:-1] + "D", "D": code[:-1] + "A"}.get(code[-1])


def is_pair(codes: CodeSet, ranked: list[Chosen]) -> bool:
    """Whether the first two codes are the right and the left form of the same thing."""
    if len(ranked) < 2 or not ranked[0].needs_side:
        return False
    first, second = (codes.title(chosen.code).lower() for chosen in ranked[:2])
    return (
        "right" in first
        and "left" in second
        and first.replace("right", "") == second.replace("left", "")
    )
