"""What one procedure's words and surroundings tell of each axis of its code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from suggester.candidates.pcs.counts import duration_in, levels_in
from suggester.candidates.pcs.phrases import Found
from suggester.candidates.pcs.report import Mention, Report
from suggester.candidates.pcs.tables import parse_pattern
from suggester.lexicon.pcs_rows import PcsBodyPart

BODY_PART, APPROACH, DEVICE, QUALIFIER = 3, 4, 5, 6
#: Weight of a number that the procedure itself counts, and of one told in its sentence.
_COUNTED, _SENTENCE = 4.0, 3.0
Told = Mapping[str, float]
#: Codes it holds for, value, weight, place in the note.
Detail = tuple[str, str, float, tuple[int, int]]
NOWHERE = (-1, -1)
#: Layers of tissue, deepest first, and the body systems they are.
_LAYERS = (
    (re.compile(r"\bbone\b"), frozenset("PQ")),
    (re.compile(r"\btendons?\b"), frozenset("L")),
    (re.compile(r"\bmuscles?\b"), frozenset("K")),
    (re.compile(r"\bsubcutaneous|\bfascia|\bfat\b"), frozenset("J")),
    (re.compile(r"\bskin\b|\bdermis\b|\bepidermis\b"), frozenset("H")),
)
_CUT = re.compile(r"\bdebrid|\bexcis")
#: Fewest options of a procedure that may be done to any layer.
_LAYERED = 4


class MentionAxes:
    """What is told of one procedure; ``side`` may be replaced to ask for one of two sides."""

    def __init__(
        self,
        mention: Mention,
        body: Mapping[tuple[str, str], float],
        tissue: Mapping[str, float],
        told: Mapping[int, Sequence[Detail]],
        places: Mapping[tuple[int, str, str], tuple[int, int]],
        side: str,
        listed: Sequence[Found[PcsBodyPart]],
        report: Report,
        coronaries: int,
    ) -> None:
        self.mention = mention
        self.side = side
        self.listed = listed
        self.converted = report.converted
        self._report = report
        self._body = body
        self._tissue = tissue
        self._told = told
        self._places = places
        self._coronaries = coronaries
        sentence = report.sentences[mention.sentence]
        self._sentence = report.text[sentence.start : sentence.end]
        self._known: dict[tuple[int, str], Told] = {}

    def systems(self, least: float) -> str:
        """Return the body systems of section 0 of which a part is told with this weight or more."""
        return "".join(sorted(s for s, weight in self._tissue.items() if weight >= least))

    def layer(self, options: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
        """Return the options for the deepest layer of tissue that is told, where they differ by it.

        Debridement is coded to the deepest tissue removed (Coding Clinic 3Q 2015).
        """
        if len(options) < _LAYERED or parse_pattern(options[0][0]).allowed[2] != {"B"}:
            return options
        report = self._report
        mine = report.said(self.mention.sentence)
        elsewhere = " ".join(
            report.said(at)
            for at in range(len(report.sentences))
            if report.kind(at) == report.kind(self.mention.sentence)
            and _CUT.search(report.said(at))
        )
        for text in (mine, elsewhere):
            for words, systems in _LAYERS:
                if words.search(text):
                    found = [o for o in options if parse_pattern(o[0]).allowed[1] & systems]
                    if found:
                        return found
        return options

    def levels(self, root: str) -> list[tuple[str, str]]:
        """Return the joints or discs whose levels the sentence names."""
        return levels_in(self._sentence, root)

    def told(self, axis: int, code: str) -> Told:
        """Return value → weight of an axis, for codes that begin as ``code`` does."""
        key = (axis, code[:4] if axis != BODY_PART else code[:3])
        if key not in self._known:
            self._known[key] = self._read(axis, code)
        return self._known[key]

    def place(self, axis: int, code: str) -> tuple[int, int]:
        """Return the place of the words that tell an axis of a code, (-1, -1) where none do."""
        value = code[axis]
        if axis == BODY_PART:
            return self._places.get((axis, code[1], value), NOWHERE) if code[0] == "0" else NOWHERE
        found = [
            (weight, place)
            for where, known, weight, place in self._told.get(axis, ())
            if known == value and code[0] in "018" and (not where or _where(where).match(code))
        ]
        return max(found, default=(0.0, NOWHERE))[1]

    def _read(self, axis: int, code: str) -> Told:
        found: dict[str, float] = {}
        if axis == BODY_PART:
            if code[0] != "0":
                return found
            if code[:3] in {"021", "027", "02C"} and self._coronaries:
                found[str(min(self._coronaries, 4) - 1)] = _COUNTED
            found |= {
                value: weight
                for (system, value), weight in self._body.items()
                if system == code[1] and value not in found
            }
            return found
        if axis == APPROACH and code[0] == "5":
            duration = duration_in(self._sentence)
            return {duration: _SENTENCE} if duration else {}
        if axis == APPROACH and code[0] not in "018":
            return found
        for where, value, weight, _ in self._told.get(axis, ()):
            if weight > found.get(value, 0.0) and (not where or _where(where).match(code)):
                found[value] = weight
        return found


@lru_cache(maxsize=512)
def _where(text: str) -> re.Pattern[str]:
    return re.compile(text)
