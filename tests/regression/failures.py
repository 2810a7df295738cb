"""Find the failures of the shipped model on the test split, and name the cause of each by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester import Suggester
from suggester.corpus.gold import CodedEncounter
from suggester.corpus.readers import read_corpus
from suggester.suggestions import CONFIDENT, Result

ROOT = Path(__file__).resolve().parents[2]
NOTES = ROOT / "corpora" / "notes"
KNOWN = Path(__file__).with_name("known_failures.tsv")
HEADER = "cause\tnote\tkind\tcode"
MISSED, EXTRA = "missed", "extra"
_SYMPTOMS = ("R", "M54", "M25.5", "M79.6")
#: Conditions that a guideline links though the note does not (I.A.15).
_LINKED = ("I11", "I12", "I13", "E11.2", "E11.4", "E11.5")


@dataclass(frozen=True, order=True)
class Failure:
    """A gold code that is not confident, or a confident code that is not gold."""

    cause: str
    note: str
    kind: str
    code: str

    def line(self) -> str:
        """Return the failure as a row of the table."""
        return f"{self.cause}\t{self.note}\t{self.kind}\t{self.code}"


def find_failures(suggester: Suggester) -> list[Failure]:
    """Return the failures, the most costly cause first."""
    corpus = list(read_corpus([NOTES], splits=("test",)))
    found = [
        failure
        for coded in corpus
        for failure in _failures(coded, suggester.suggest(coded.encounter))
    ]
    cost = Counter(failure.cause for failure in found)
    return sorted(found, key=lambda f: (-cost[f.cause], f))


def _failures(coded: CodedEncounter, result: Result) -> Iterator[Failure]:
    stands_for = {other: code for code, others in coded.also.items() for other in others}
    confident = [s.code for s in result.diagnoses if s.tier == CONFIDENT]
    hit = {code if code in coded.codes else stands_for.get(code) for code in confident}
    missed = [code for code in coded.codes if code not in hit]
    extra = [code for code in confident if code not in {*coded.codes, *coded.neutral}]
    candidates = {s.code for s in result.diagnoses}
    for code in missed:
        yield Failure(_why_missed(code, extra, candidates), coded.encounter.id, MISSED, code)
    for code in extra:
        yield Failure(_why_extra(code, missed), coded.encounter.id, EXTRA, code)


def _why_missed(code: str, extra: Sequence[str], candidates: set[str]) -> str:
    if any(other[:3] == code[:3] for other in extra):
        return "specificity: another code of the category is chosen"
    if code.startswith(("T36", "T37", "T38", "T39", "T4", "T50")):
        return "drug: adverse effect or underdosing not derived"
    if code.startswith(_LINKED):
        return "combination: a link the guideline assumes, not made or below the threshold"
    if code not in candidates:
        return "wording: nothing leads to the code"
    return f"ranking: {_group(code)} below the threshold"


def _why_extra(code: str, missed: Sequence[str]) -> str:
    if any(other[:3] == code[:3] for other in missed):
        return "specificity: another code of the category is chosen"
    return f"ranking: {_group(code)} that the coders leave out"


def _group(code: str) -> str:
    if code[0] == "Z":
        return "status, history or encounter"
    if code[0] in "VWXY":
        return "external cause"
    return "symptom or finding" if code.startswith(_SYMPTOMS) else "diagnosis"
