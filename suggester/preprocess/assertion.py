"""Assertion: is a term present, negated, uncertain, hypothetical, historical, or a relative's?

Cues and what they reach follow the ConText scheme (Harkema et al., 2009): a cue acts forward or
backward within its sentence until a stop phrase; pseudo-cues ("no change in") consume the words of
a cue without acting. The cue nearest to the term decides among those of the same kind; kinds are
ranked family, hypothetical, negated, uncertain, historical.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from suggester.preprocess.sections import Section

PRESENT, NEGATED, UNCERTAIN, HYPOTHETICAL, HISTORICAL, FAMILY = (
    "present",
    "negated",
    "uncertain",
    "hypothetical",
    "historical",
    "family",
)
_RANK = {FAMILY: 0, HYPOTHETICAL: 1, NEGATED: 2, UNCERTAIN: 3, HISTORICAL: 4}
_TOKEN = re.compile(r"[a-z0-9]+(?:[/'’][a-z0-9]+)*\.?(?:[a-z]\.)*|\(\+\)|\(-\)|\?|\+|[,;:=\-\[\]]|\S")  # noqa: RUF001
_REACH = {
    (NEGATED, "forward"): 16,
    (NEGATED, "backward"): 7,
    (UNCERTAIN, "forward"): 9,
    (UNCERTAIN, "backward"): 4,
    (HYPOTHETICAL, "forward"): 14,
    (HYPOTHETICAL, "backward"): 1,
    (HISTORICAL, "forward"): 12,
    (HISTORICAL, "backward"): 5,
    (FAMILY, "forward"): 30,
    (FAMILY, "backward"): 8,
}


@dataclass(frozen=True, slots=True)
class Assertion:
    """How a term is meant; ``cue`` are the note's words that decided, ``grade`` 1 (weak) to 3."""

    kind: str
    cue: str = ""
    start: int = -1
    end: int = -1
    grade: int = 0


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue found in a sentence; ``first`` and ``last`` are token numbers."""

    kind: str
    direction: str
    grade: int
    first: int
    last: int
    start: int
    end: int


@lru_cache(maxsize=1)
def _cue_table() -> dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, str, int], ...]]]]:
    """Return cues by first token, longest first, each with its (kind, direction, grade) senses."""
    text = files("suggester.preprocess").joinpath("data/cues.tsv").read_text("utf-8")
    senses: dict[tuple[str, ...], list[tuple[str, str, int]]] = {}
    for line in text.splitlines()[1:]:
        cue, kind, direction, grade = line.split("\t")
        tokens = tuple(_clean(match.group()) for match in _TOKEN.finditer(cue))
        senses.setdefault(tokens, []).append((kind, direction, int(grade or 0)))
    table: dict[str, list[tuple[tuple[str, ...], tuple[tuple[str, str, int], ...]]]] = {}
    for tokens in sorted(senses, key=lambda key: (-len(key), key)):
        table.setdefault(tokens[0], []).append((tokens, tuple(senses[tokens])))
    return table


def _clean(token: str) -> str:
    return token.rstrip(".").replace("’", "'") or token  # noqa: RUF001


class SentenceCues:
    """The cues of one sentence, ready to judge the terms in it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        low = text[start:end].lower()
        if len(low) != end - start:  # a character whose lower case is longer, such as U+0130
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text[start:end])
        matches = list(_TOKEN.finditer(low))
        self._text = text
        self._tokens = [_clean(match.group()) for match in matches]
        self._starts = [start + match.start() for match in matches]
        self._ends = [start + match.end() for match in matches]
        self._cues: list[Cue] = []
        self._stops: list[tuple[int, int]] = []
        self._find()

    def _find(self) -> None:
        table = _cue_table()
        tokens = self._tokens
        i = 0
        while i < len(tokens):
            step = 1
            for cue, senses in table.get(tokens[i], ()):
                size = len(cue)
                if tuple(tokens[i : i + size]) != cue:
                    continue
                for kind, direction, grade in senses:
                    if kind in {"stop", "affirmed"}:
                        self._stops.append((i, i + size - 1))
                    if kind in _RANK:
                        self._cues.append(
                            Cue(
                                kind,
                                direction,
                                grade,
                                i,
                                i + size - 1,
                                self._starts[i],
                                self._ends[i + size - 1],
                            )
                        )
                step = size
                break
            i += step

    @property
    def empty(self) -> bool:
        """Whether the sentence holds no cue at all."""
        return not self._cues

    def judge(self, start: int, end: int) -> Assertion:
        """Return how the term at ``start``–``end`` is meant by the cues around it."""
        if not self._cues:
            return Assertion(PRESENT)
        first = next((i for i, e in enumerate(self._ends) if e > start), len(self._ends))
        last = next(
            (i for i in range(len(self._starts) - 1, -1, -1) if self._starts[i] < end), first
        )
        best: tuple[tuple[int, int], Cue] | None = None
        for cue in self._cues:
            distance = self._distance(cue, first, last)
            if distance is None:
                continue
            rank = (_RANK[cue.kind], distance)
            if best is None or rank < best[0]:
                best = (rank, cue)
        if best is None:
            return Assertion(PRESENT)
        cue = best[1]
        return Assertion(cue.kind, self._text[cue.start : cue.end], cue.start, cue.end, cue.grade)

    def _distance(self, cue: Cue, first: int, last: int) -> int | None:
        reach = _REACH[cue.kind, cue.direction]
        if cue.direction == "forward":
            if cue.last >= first:
                return None
            gap = first - cue.last - 1
            low, high = cue.last, first
        else:
            if cue.first <= last:
                return None
            gap = cue.first - last - 1
            low, high = last, cue.first
        if gap > reach:
            return None
        for stop_first, stop_last in self._stops:
            if low < stop_first and stop_last < high:
                return None
        if cue.direction == "forward" and cue.kind == HISTORICAL and "," in self._tokens[low:high] and gap > 8:
            return None
        if cue.direction == "backward" and cue.kind != FAMILY and "," in self._tokens[low:high]:
            return None
        return gap


_BOX = re.compile(r"[\[(]\s*(?P<mark>[xX✓✔ _]?)\s*[\])]\s*$|(?P<empty>☐)\s*$|(?P<full>[☑☒])\s*$")


def checkbox(text: str, start: int) -> bool | None:
    """Return whether a check-box right before ``start`` is ticked; None where there is none."""
    match = _BOX.search(text, max(0, start - 6), start)
    if match is None:
        return None
    if match["empty"]:
        return False
    return bool(match["full"]) or (match["mark"] or " ").strip(" _") != ""


def judge_term(text: str, section: Section, cues: SentenceCues, start: int, end: int) -> Assertion:
    """Return how a term is meant, from its check-box or sign, the cues around it and its section."""
    ticked = checkbox(text, start)
    if ticked is not None and "[" in text[max(0, start - 6) : start] + "☐":
        return Assertion(PRESENT) if ticked else Assertion(NEGATED, text[max(0, start - 4) : start].strip(), max(0, start - 4), start)
    sign = text[start - 1] if start else " "
    if sign in "-–" and (start < 2 or text[start - 2] in " ,;(/\n\t") and section.kind in {"ros", "hpi", "exam"} and not _bullet(text, start - 1):  # noqa: RUF001
        return Assertion(NEGATED, sign, start - 1, start)
    found = cues.judge(start, end)
    if section.kind == "family_history" and found.kind not in {NEGATED, FAMILY}:
        return Assertion(FAMILY, section.heading, section.start, section.start + len(section.heading))
    return found


def _bullet(text: str, position: int) -> bool:
    line = text.rfind("\n", 0, position) + 1
    return not text[line:position].strip()
