"""What coders decided, in training: how much each decision counts, and what became of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from suggester.corpus.decisions import Decision
from suggester.corpus.gold import CodedEncounter

if TYPE_CHECKING:
    from suggester.training.pairs import Pairs

#: Weight of a suggestion that was left without a word and whose evidence nobody looked at. All that was
#: judged counts 1, like a pair of any coded note: with decisions played through on the project's 600
#: notes, cross-validated, no greater weight of rejected or added codes raised micro-F1.
UNSEEN = 0.5


def diagnosis_weights(decisions: Iterable[Decision]) -> dict[str, float]:
    """Return for each decided ICD-10-CM code how much its pair counts."""
    return {
        row.code: UNSEEN if row.decision == "left" and not row.shown else 1.0
        for row in decisions
        if row.system == "icd10cm"
    }


def tally(pairs: Pairs, corpus: Sequence[CodedEncounter]) -> dict[str, int]:
    """Return how many diagnoses were decided on in which way; nothing where none was.

    ``added_out_of_reach`` counts added codes that are no candidate of their note: no training makes
    them suggested, only a new term or learned wording does.
    """
    reached = set(zip(pairs.encounter.tolist(), pairs.codes, strict=True))
    out: Counter[str] = Counter()
    for number, coded in enumerate(corpus):
        for row in coded.decisions:
            if row.system != "icd10cm":
                continue
            out[row.decision] += 1
            if row.decision == "added" and (number, row.code) not in reached:
                out["added_out_of_reach"] += 1
    return dict(sorted(out.items()))
