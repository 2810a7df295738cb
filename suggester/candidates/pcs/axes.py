"""What a note tells of each axis of a procedure, and how near to the procedure it is told."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from suggester.candidates.pcs.counts import vessels_in
from suggester.candidates.pcs.phrases import Found, PhraseIndex
from suggester.candidates.pcs.report import DIAGNOSES, REPORTS, Mention, Report
from suggester.candidates.pcs.told import (
    APPROACH,
    BODY_PART,
    NOWHERE,
    QUALIFIER,
    Detail,
    MentionAxes,
)
from suggester.lexicon.pcs_rows import PcsBodyPart, PcsDetail, PcsProcedure, PcsRoot

_PHRASE, _SENTENCE, _NEXT, _REPORT, _DIAGNOSIS, _ELSEWHERE = 4.0, 3.0, 1.4, 1.0, 0.7, 0.1
_PER_WORD, _FAR = 0.08, 15
#: Cost of another procedure between; of a word that names a place passed, not the one treated.
_ACROSS, _PASSED = 1.0, 0.7
_PASSING = frozenset(
    "from off to into by via with through over near below above using under at along beneath".split()
)
#: An incision is part of nearly every approach, a port or scope is not.
#: Most words from a procedure to the body part it is said to be of: "biopsy of the right lobe".
_OBJECT = 4
_OPEN_WORTH = 0.75
_CONVERTED = 6.0
#: What a body part that is named again gains.
_AGAIN = 0.03
#: What is left of a body part that is only met on the way.
_UNTOUCHED = 0.4
_MET = re.compile(
    r"[ ,]+(?:was|were)\s+(?:\w+ly\s+)?(?:accessed|catheterized|cannulated|punctured|preserved|"
    r"protected|normal|intact|inspected|visualized|unremarkable|spared|retracted|reflected|mobilized)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|without|not|nor)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_LIST = re.compile(
    r"\s*(?:,|and|,\s*and|&|/|as well as)\s*(?:the\s+|right\s+|left\s+)?", re.IGNORECASE
)
_BOTH = re.compile(r"\b(?:right and left|left and right)\b")


class Axes:
    """The words of one note that tell an axis, ready to be weighed for each procedure."""

    def __init__(
        self,
        report: Report,
        mentions: Sequence[Mention],
        parts: PhraseIndex[PcsBodyPart],
        details: Mapping[int, PhraseIndex[PcsDetail]],
        arteries: PhraseIndex[str],
    ) -> None:
        self.report = report
        self._mentions = mentions
        self._parts = parts.find(report.words)
        self._details = {
            axis: [one for one in index.find(report.words) if not self._denied(one.first)]
            for axis, index in details.items()
        }
        self._arteries = arteries.find(report.words)

    def of(self, mention: Mention) -> MentionAxes:
        """Return what is told of one procedure."""
        body: dict[tuple[str, str], float] = defaultdict(float)
        near: list[tuple[float, Found[PcsBodyPart]]] = []
        tissue: dict[str, float] = defaultdict(float)
        places: dict[tuple[int, str, str], tuple[int, int]] = {}
        for part in self._parts:
            weight = self._weight(mention, part.first, part.last, body=True)
            if weight:
                near.append((weight, part))
                if not part.row.region:
                    tissue[part.row.system] = max(tissue[part.row.system], weight)
                for value in part.row.values:
                    key = (part.row.system, value)
                    if weight > body[key]:
                        places[BODY_PART, *key] = self._place(part.first, part.last)
                    body[key] = max(body[key] + _AGAIN, weight)
        told: dict[int, list[Detail]] = {}
        for axis, found in self._details.items():
            told[axis] = []
            for one in found:
                weight = self._weight(mention, one.first, one.last)
                if axis == APPROACH and one.row.value == "0":
                    weight *= _OPEN_WORTH
                if axis == QUALIFIER and one.row.value == "X" and weight < _NEXT:
                    continue
                if weight:
                    place = self._place(one.first, one.last)
                    told[axis].append((one.row.where, one.row.value, weight, place))
        if self.report.converted:
            told[APPROACH].append(("", "0", _CONVERTED, NOWHERE))
        best = max(near, key=lambda pair: pair[0], default=None)
        return MentionAxes(
            mention,
            body,
            tissue,
            told,
            places,
            self._side(mention, best[1] if best and best[0] >= _NEXT else None),
            self._listed(mention, near),
            self.report,
            self._coronaries(mention),
        )

    def _place(self, first: int, last: int) -> tuple[int, int]:
        return self.report.words[first].start, self.report.words[last].end

    def _denied(self, first: int) -> bool:
        place = self.report.words[first]
        sentence = self.report.sentences[place.sentence]
        return _DENIED.search(self.report.text, sentence.start, place.start) is not None

    def _weight(self, mention: Mention, first: int, last: int, body: bool = False) -> float:
        report = self.report
        sentence = report.words[first].sentence
        if sentence == mention.sentence:
            if mention.first <= first and last <= mention.last:
                return _PHRASE
            gap = first - mention.last if first > mention.last else mention.first - last
            weight = _SENTENCE - _PER_WORD * min(max(gap, 0), _FAR)
            if any(
                other.sentence == sentence
                and (mention.last < other.first < first or last < other.last < mention.first)
                for other in self._mentions
            ):
                weight -= _ACROSS
            if body and first and report.words[first - 1].sentence == sentence:
                before = [word.base for word in report.words[max(0, first - 3) : first]]
                small = [word for word in before if word not in {"the", "right", "left"}]
                if small and small[-1] == "of" and 0 < first - mention.last <= _OBJECT:
                    return _PHRASE + 0.2
                reaches = small and small[-1] == "to" and _is_graft(mention)
                if small and (small[-1] in _PASSING or "donor" in small) and not reaches:
                    weight -= _PASSED
            return weight * (_UNTOUCHED if body and self._untouched(last) else 1.0)
        kind, mine = report.kind(sentence), report.kind(mention.sentence)
        if body and self._untouched(last):
            return _ELSEWHERE
        if kind in REPORTS:
            near = sentence - mention.sentence in {1, -1} and kind == mine
            return _NEXT if near and not report.titled(sentence) else _REPORT
        if kind in DIAGNOSES:
            return _DIAGNOSIS
        return _REPORT if kind == "administrative" else _ELSEWHERE

    def _untouched(self, last: int) -> bool:
        """Whether a body part is only met on the way: "the carotid artery was catheterized"."""
        end = self.report.words[last].end
        return _MET.match(self.report.text, end) is not None

    def _side(self, mention: Mention, part: Found[PcsBodyPart] | None) -> str:
        """Return the side of a procedure: right, left, bilateral, or nothing."""
        report = self.report
        if _BOTH.search(
            report.text[mention.start - 40 if mention.start > 40 else 0 : mention.end + 40].lower()
        ):
            return "bilateral"
        here = [
            (at, side) for at, side in report.sides if report.words[at].sentence == mention.sentence
        ]
        inside = [side for at, side in here if mention.first <= at <= mention.last]
        if inside:
            return inside[0]
        anchors = [(mention.first, mention.last)]
        if part is not None and report.words[part.first].sentence == mention.sentence:
            anchors.insert(0, (part.first, part.last))
        if here:

            def far(at: int) -> float:
                return min(
                    float(first - at) if at < first else 0.0 if at <= last else at - last + 2.5
                    for first, last in anchors
                )

            return min(here, key=lambda pair: far(pair[0]))[1]
        for kinds in ({mention.sentence}, DIAGNOSES, REPORTS):
            told = Counter(
                side for at, side in report.sides if report.kind(report.words[at].sentence) in kinds
            )
            if len(told) == 1 or (told and told.most_common(1)[0][1] >= 3 * sum(told.values()) / 4):
                return told.most_common(1)[0][0]
        return ""

    def _listed(
        self, mention: Mention, near: Sequence[tuple[float, Found[PcsBodyPart]]]
    ) -> list[Found[PcsBodyPart]]:
        """Return the body parts that a list beside the procedure names, two or more."""
        here = sorted(
            (
                part
                for weight, part in near
                if self.report.words[part.first].sentence == mention.sentence
                and part.first > mention.last
            ),
            key=lambda part: part.first,
        )
        found: list[Found[PcsBodyPart]] = []
        for part in here:
            if found and part.first == found[-1].first:
                found.append(part)
            elif found and not _LIST.fullmatch(self.report.between(found[-1].last, part.first)):
                break
            else:
                found.append(part)
        return found

    def _coronaries(self, mention: Mention) -> int:
        """Return how many coronary arteries a procedure treats, 0 where none is named.

        Grafts of one kind are counted together: "SVG to OM and SVG to RCA" (B3.6b).
        """
        report = self.report
        alike = [one for one in self._mentions if one is mention or _same(one.row, mention.row)]
        after = {
            artery.row
            for one in alike
            for artery in self._arteries
            if report.words[artery.first].sentence == one.sentence == mention.sentence
            and one.first <= artery.first < self._stop(one)
        }
        if after:
            return len(after)
        sentence = report.sentences[mention.sentence]
        return vessels_in(report.text[sentence.start : sentence.end]) or len(
            {
                one.row
                for one in self._arteries
                if report.words[one.first].sentence == mention.sentence
            }
        )

    def _stop(self, mention: Mention) -> int:
        """Return the word at which the next procedure of the sentence begins."""
        return min(
            (
                one.first
                for one in self._mentions
                if one.first > mention.last and one.sentence == mention.sentence
            ),
            default=len(self.report.words),
        )


def _is_graft(mention: Mention) -> bool:
    """Whether "to" names where a procedure is done: "skin graft to the leg"."""
    row = mention.row
    return isinstance(row, PcsProcedure) and row.options[0][0].startswith("0HR")


def _same(one: PcsProcedure | PcsRoot, other: PcsProcedure | PcsRoot) -> bool:
    return (
        isinstance(one, PcsProcedure)
        and isinstance(other, PcsProcedure)
        and one.options == other.options
    )
