"""Kinds of a condition told in another sentence than its name, as in "Eczema. Flexural pattern, moderate".

The table ``data/told_types.tsv`` names a condition by its codes, how notes tell its kind, cause or
course apart from it, and the code or category that it is then. A row of the *problem* looks for that
in the problem whose heading names the condition, a row of the *note* wherever the note says it, and a
row of the *history* also where it tells of the past.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from suggester.candidates.mentions import Mention
    from suggester.candidates.specificity import Chosen
    from suggester.preprocess.sentences import Sentence

#: Sections in which problems stand, and those whose words tell nothing of what the patient has now.
_CONCLUDING = frozenset({"assessment", "assessment_plan", "diagnosis", "plan"})
_APART = frozenset({"family_history", "pmh", "psh", "ros", "social_history", "allergies"})

_OF_OTHERS = frozenset({"family_history"})
#: What is said in general, of others or against it, before a kind and behind it.
_LOOSELY = re.compile(
    r"\b(?:discuss\w*(?! that (?:this|it|he|she|they))|explain\w*|can be|may|might|could|would|if|unless|risks?|likely than|rather than|"
    r"tender\w*|"
    r"sister|brother|mother|father|daughter|son|wife|husband|relative)\b[^.;\n]*$",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(
    r"(?:\s+\w+){0,3}\s+(?:is|are|was|were)\s+(?:normal|intact|stable|unremarkable|preserved|negative|uninvolved)\b|"
    r"\s+(?:joint )?(?:intact|normal|stable)\b|\s+for\b|"
    r"[^.;\n]{0,12}\b(?:relatives?|predominance|amnesia|ruled out|excluded|unlikely|standpoint|clinic|spar(?:ed|ing)|of (?:her|his) (?:sister|brother|mother|father|daughter|son))\b|"
    r",? (?:no|none)\s*(?:[.;\n]|$)",
    re.IGNORECASE,
)
#: Fractures that are displaced unless the note says otherwise (guideline I.C.19.c).
_DISPLACED = frozenset({"S62.61", "S62.62", "S62.63"})
_NOT_DISPLACED = re.compile(r"\b(?:non-?|un|not |minimally )displaced\b", re.IGNORECASE)
#: What says of a stroke that it is over.
_FOLLOWING = re.compile(
    r"\b(?:following|after|since|from|residual|status[- ]post|s/p|post|prior|old|remote|previous|history of|h/o|(?:19|20)\d\d)\b[^.;\n]*$",
    re.IGNORECASE,
)
#: A stroke of today, beside which its effects are none of an earlier one.
_STROKE, _AFTER_STROKE = ("I60", "I61", "I63"), "I69"
#: Where a row is told: below the heading of the problem, anywhere as present, or anywhere as past.
_PROBLEM, _HISTORY = "problem", "history"


class ToldType(NamedTuple):
    """A row of the table: conditions, how their kind is told, and what they are then."""

    codes: tuple[str, ...]
    said: str
    where: str
    node: str


@lru_cache(maxsize=1)
def told_types() -> tuple[ToldType, ...]:
    """Return the rows of the table, in its order."""
    text = files("suggester.candidates").joinpath("data/told_types.tsv").read_text("utf-8")
    return tuple(
        ToldType(tuple(codes.split()), said, where, node)
        for codes, where, said, node in (line.split("\t") for line in text.splitlines()[1:])
    )


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, list[ToldType]]:
    out = defaultdict(list)
    for row in told_types():
        for code in row.codes:
            out[code].append(row)
    return dict(out)


@cache
def _pattern(said: str) -> re.Pattern[str]:
    """Return what a row looks for, compiled when a note first names its condition."""
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)


class TypeReader:
    """Finds the kinds of what one note names.

    ``said`` tells whether the note says as present what stands between two offsets, ``choose`` the
    leaf of a category that a mention documents.
    """

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        said: Callable[[int, int], bool],
        choose: Callable[[str, Mention], Chosen | None],
    ) -> None:
        self._text, self._said, self._choose = text, said, choose
        #: The stretches that tell of now, and those that tell of the past as well.
        self._anywhere: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
        #: Problem → its sentences' stretches, in order.
        self._problems: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for sentence in sentences:
            stretch = (sentence.start, sentence.end)
            self._problems[sentence.block].append(stretch)
            for stretches, apart in zip(self._anywhere, (_APART, _OF_OTHERS), strict=True):
                if sentence.section.kind not in apart:
                    stretches.append(stretch)

    def settle(self, found: dict[str, list[Mention]]) -> None:
        """Let what ``found`` names in short speak for the kind that is told elsewhere, and behind it for itself."""
        for code in self._in_turn(found):
            rows = _rows_of(code)
            named = [m for m in found[code] if m.is_outright] if rows else []
            if not named:
                continue
            nodes = {
                row.node
                for row in rows
                if any(
                    self._tells(row, mention)
                    for mention in (named if row.where == _PROBLEM else named[:1])
                )
            }
            if any(node.startswith(_AFTER_STROKE) for node in nodes) and self._stroke(found):
                nodes = {node for node in nodes if not node.startswith(_AFTER_STROKE)}
            nodes = {
                node for node in nodes if not any(o != node and o.startswith(node) for o in nodes)
            }
            if len(nodes) != 1:
                continue
            node = nodes.pop()
            for place, mention in enumerate(found[code]):
                if mention not in named:
                    continue
                chosen = self._choose(node, mention)
                if chosen is None or chosen.code == code:
                    continue
                found[chosen.code].append(mention._replace(chosen=chosen, placed=True))
                found[code][place] = mention._replace(rank=1)

    def _undisplaced(self, mention: Mention, end: int) -> bool:
        return _NOT_DISPLACED.search(self._text, mention.sentence.start, end) is not None

    def _stroke(self, found: dict[str, list[Mention]]) -> bool:
        """Whether the note has a stroke of today, not only what followed one."""
        return any(
            mention.is_meant
            and not _FOLLOWING.search(self._text, mention.sentence.start, mention.term.start)
            for code, mentions in found.items()
            if code.startswith(_STROKE)
            for mention in mentions
        )

    @staticmethod
    def _in_turn(found: dict[str, list[Mention]]) -> Iterator[str]:
        """Yield the codes that are found, and then those to which they lead."""
        known = list(found)
        yield from known
        yield from [code for code in found if code not in known]

    def _tells(self, row: ToldType, mention: Mention) -> bool:
        return any(
            (row.where == _HISTORY or self._said(*match.span()))
            and not _LOOSELY.search(self._text, start, match.start())
            and not _AFTERWARDS.match(self._text, match.end())
            and not (row.node in _DISPLACED and self._undisplaced(mention, match.end()))
            and not ("acute" in mention.term.words and match[0].lower().startswith("chronic"))
            for start, end in self._reach(row, mention)
            for match in _pattern(row.said).finditer(self._text, start, end)
        )

    def _reach(self, row: ToldType, mention: Mention) -> Sequence[tuple[int, int]]:
        """Return the stretches of the note in which a row may be told of a mention."""
        if row.where != _PROBLEM:
            return self._anywhere[row.where == _HISTORY]
        sentence = mention.sentence
        problem = self._problems[sentence.block]
        opens = problem[0][0] == sentence.start
        if opens and sentence.section.kind in _CONCLUDING:
            return problem
        return [(sentence.start, sentence.end)]


@lru_cache(maxsize=100_000)
def _rows_of(code: str) -> tuple[ToldType, ...]:
    known = _by_beginning()
    return tuple(row for end in range(3, len(code) + 1) for row in known.get(code[:end], ()))
