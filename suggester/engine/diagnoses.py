"""ICD-10-CM suggestions: candidates ranked, with alternatives, flags and what they were derived from."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from suggester.engine.places import Places
from suggester.suggestions import Alternative, Reason, Suggestion

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from suggester.candidates.mentions import Candidate
    from suggester.codes import CodeSet
    from suggester.engine.language import Reading
    from suggester.ranking.features import PairFeatures
    from suggester.ranking.ranker import Ranker

    Floats = npt.NDArray[np.float64]
    Features = npt.NDArray[np.float32]

MOST_ALTERNATIVES = 4
#: Words of a title that name no detail a note could document.
_SMALL = frozenset(
    "of the with and or in to due by for a unspecified other specified elsewhere classified "
    "without not".split()
)


class Diagnoses:
    """Rank the diagnoses of a reading with one model."""

    def __init__(self, codes: CodeSet, features: PairFeatures, ranker: Ranker) -> None:
        self._codes = codes
        self._features = features
        self._ranker = ranker
        self._alternative = lru_cache(maxsize=100_000)(self._compare)

    def confidences(self, reading: Reading) -> Floats:
        """Return the calibrated probability of each candidate of a reading; shape (candidates,)."""
        return self._judge(reading)[1]

    def _judge(self, reading: Reading) -> tuple[Features, Floats]:
        """Return the features of each candidate and its calibrated probability."""
        from suggester.ranking.consistency import hold_back
        from suggester.ranking.features import NoteContext
        from suggester.ranking.studies import prompting, screening

        ranker = self._ranker
        context = NoteContext(
            reading.setting.value,
            ranker.code_frequency,
            ranker.category_frequency,
            ranker.learned,
            reading.scores,
        )
        features = self._features.matrix(reading.doc, reading.candidates, context)
        confidence = prompting(features, reading.candidates, ranker.confidence(features))
        if reading.kind == "report":
            confidence = screening(reading.candidates, confidence)
        return features, hold_back(reading.candidates, confidence, self._features.exclusions)

    def suggest(self, reading: Reading, places: Places, explained: bool) -> tuple[Suggestion, ...]:
        """Return the suggestions, most probable first; with ``explained``, what each was made of."""
        from suggester.ranking.tiers import assign_tiers

        ranker, setting = self._ranker, reading.setting.value
        features, confidence = self._judge(reading)
        order = sorted(
            range(len(reading.candidates)),
            key=lambda i: (-confidence[i], reading.candidates[i].code),
        )
        tiers = assign_tiers(
            reading.candidates, confidence, ranker.threshold(reading.kind), setting
        )
        reasons: list[tuple[Reason, ...]] = [()] * len(order)
        if explained:
            from suggester.ranking.explain import explain

            reasons = explain(ranker, features, order)
        suggestions = []
        for rank, (i, why) in enumerate(zip(order, reasons, strict=True), 1):
            candidate = reading.candidates[i]
            title = self._codes.title(candidate.code)
            suggestions.append(
                Suggestion(
                    rank=rank,
                    system="icd10cm",
                    code=candidate.code,
                    description=title,
                    confidence=round(float(confidence[i]), 4),
                    tier=tiers[i],
                    billable=self._codes.is_billable(candidate.code),
                    evidence=places.evidence(candidate.mentions),
                    alternatives=self._alternatives(candidate),
                    derived_from=_derived(candidate),
                    flags=_flags(candidate, title),
                    reasons=why,
                )
            )
        return tuple(suggestions)

    def _alternatives(self, candidate: Candidate) -> tuple[Alternative, ...]:
        """Return the codes that one more detail would choose: never a vaguer one."""
        found = (self._alternative(candidate.code, other) for other in candidate.alternatives)
        return tuple(islice((a for a in found if a is not None), MOST_ALTERNATIVES))

    def _compare(self, mine: str, other: str) -> Alternative | None:
        """Return ``other`` as an alternative to ``mine``, or None where it says less."""
        my_title, other_title = self._codes.title(mine), self._codes.title(other)
        if other_title.lower().count("unspecified") > my_title.lower().count("unspecified"):
            return None
        return Alternative(other, other_title, _reason(mine, other, my_title, other_title))


def _derived(candidate: Candidate) -> dict[str, Any] | None:
    """Name the rule that derived a code, and the codes it came from."""
    if not candidate.rule:
        return None
    return {"rule": candidate.rule, "codes": list(candidate.parts)}


def _flags(candidate: Candidate, title: str) -> tuple[dict[str, str], ...]:
    """Flag a code that stands where it does because the note is silent on a detail."""
    best = candidate.mentions[0].chosen
    silent = "unspecified" in title.lower() or (best.needs_side and not best.side_known)
    if silent and candidate.alternatives:
        return ({"kind": "more_detail", "message": "more detail would change this code"},)
    return ()


def _reason(mine: str, other: str, my_title: str, other_title: str) -> str:
    """Say what would choose the other code: a link the guideline assumes, or a detail."""
    from suggester.candidates.combinations import assumed_link

    if source := assumed_link(other, mine):
        return f"where the conditions are linked, as {source} assumes"
    return _difference(my_title, other_title)


def _difference(mine: str, other: str) -> str:
    """Say which words of the other title the note would have to document."""
    known = {word.strip(",()").lower() for word in mine.split()}
    extra = [word.strip(",()") for word in other.split()]
    extra = [w for w in extra if w and w.lower() not in known and w.lower() not in _SMALL]
    return (
        "if the note documents: " + " ".join(extra[:10])
        if extra
        else "if that detail is not documented"
    )
