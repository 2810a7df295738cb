"""Check a coded corpus: codes, places, identifiers, copies, and codes that exclude each other.

Problems name the note and the offset; they never quote the note.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.candidates.exclusions import Exclusions
from suggester.corpus.gold import REASONS, SPLITS, CodedEncounter
from suggester.corpus.identifying import find_identifying

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Kinds of problems, in the order in which they are looked for.
KINDS = (
    "codes",
    "evidence",
    "not_coded",
    "procedures",
    "split",
    "excludes1",
    "identifying",
    "copies",
)
#: Share of its runs of eight words that a note may have in common with another.
_MOST_SHARED = 0.1
_RUN = 8
#: Form of a CPT code (categories I to III) or a HCPCS Level II code.
PROCEDURE_CODE = re.compile(r"\d{4}[\dFTU]|[A-V]\d{4}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one note; ``kind`` is one of :data:`KINDS`."""

    note: str
    kind: str
    message: str


def check_corpus(
    corpus: Sequence[CodedEncounter],
    codes_on: Callable[[datetime.date | None], CodeSet],
    ignore: Iterable[str] = (),
) -> list[Problem]:
    """Return the problems of a corpus, in the order of :data:`KINDS`, then of the notes.

    ``codes_on`` returns the code set for a date of service; the same object when asked again.
    """
    made: dict[str, Exclusions] = {}

    def codes_of(coded: CodedEncounter) -> CodeSet:
        return codes_on(coded.encounter.date_of_service)

    def exclusions_of(coded: CodedEncounter) -> Exclusions:
        codes = codes_of(coded)
        if codes.release.name not in made:
            made[codes.release.name] = Exclusions(codes)
        return made[codes.release.name]

    checks: dict[str, Callable[[CodedEncounter], Iterator[str]]] = {
        "codes": lambda coded: _codes(coded, codes_of(coded)),
        "evidence": _evidence,
        "not_coded": _not_coded,
        "procedures": _procedures,
        "split": _split,
        "excludes1": lambda coded: _excluding(coded, codes_of(coded), exclusions_of(coded)),
        "identifying": _identifying,
    }
    left_out = set(ignore)
    found = [
        Problem(coded.encounter.id, kind, message)
        for kind, check in checks.items()
        if kind not in left_out
        for coded in corpus
        for message in check(coded)
    ]
    return found + ([] if "copies" in left_out else list(_copies(corpus)))


def _codes(coded: CodedEncounter, codes: CodeSet) -> Iterator[str]:
    if not coded.codes and coded.diagnoses_coded:
        yield "no code at all"
    stand_ins = {code for others in coded.also.values() for code in others}
    for code in sorted({*coded.codes, *coded.optional, *stand_ins, *coded.evidence}):
        if code not in codes:
            yield f"{code} is not a code of {codes.release.name}"
        elif not codes.is_billable(code):
            yield f"{code} is not billable in {codes.release.name}"
    for code in sorted(set(coded.codes) & set(coded.optional)):
        yield f"{code} is both gold and optional"
    for code in sorted(set(coded.also) - {*coded.codes, *coded.optional}):
        yield f"{code} has stand-ins but is neither gold nor optional"


def _evidence(coded: CodedEncounter) -> Iterator[str]:
    # A coder who types a code names no words for it.
    typed = {row.code for row in coded.decisions if row.decision == "added" and not row.evidence}
    if coded.evidence:  # a corpus may have none at all
        for code in coded.codes:
            if code not in coded.evidence and code not in typed:
                yield f"{code} has no evidence"
    for code in sorted(set(coded.evidence) - {*coded.codes, *coded.optional}):
        yield f"evidence for {code}, which is neither gold nor optional"
    for code, spans in sorted(coded.evidence.items()):
        for span in spans:
            if not _whole_words(coded.encounter.text, span.start, span.end):
                yield f"the evidence of {code} at {span.start} does not hold whole words"


def _not_coded(coded: CodedEncounter) -> Iterator[str]:
    text = coded.encounter.text
    for span in coded.not_coded:
        if span.reason not in REASONS:
            yield f"unknown reason for not coding at {span.start}; known: {', '.join(REASONS)}"
        if not _whole_words(text, span.start, span.end):
            yield f"what is not coded at {span.start} does not hold whole words"
        if span.cue.lower() not in text.lower():
            yield f"the cue of what is not coded at {span.start} is not in the note"


def _procedures(coded: CodedEncounter) -> Iterator[str]:
    done = coded.procedures
    if done is None:
        return
    stand_ins = {code for others in done.also.values() for code in others}
    visits = {done.visit or "", *done.visit_also} - {""}
    for code in sorted({*done.codes, *done.optional, *done.not_performed, *stand_ins, *visits}):
        if not PROCEDURE_CODE.fullmatch(code):
            yield f"{code} has not the form of a CPT or HCPCS code"
    for code in sorted(set(done.codes) & {*done.optional, *done.not_performed}):
        yield f"{code} was done and is optional or not performed as well"
    for code in sorted(set(done.also) - {*done.codes, *done.optional}):
        yield f"{code} has stand-ins but was not done"


def _split(coded: CodedEncounter) -> Iterator[str]:
    if coded.split and coded.split not in SPLITS:
        yield f"unknown split; known: {', '.join(SPLITS)}"


def _excluding(coded: CodedEncounter, codes: CodeSet, exclusions: Exclusions) -> Iterator[str]:
    known = [code for code in coded.codes if code in codes]
    for code in known:
        for other in known:
            if exclusions.excludes(code, [other]):
                yield f"{code} and {other} exclude each other (Excludes1)"


def _identifying(coded: CodedEncounter) -> Iterator[str]:
    for kind, start in find_identifying(coded.encounter.text):
        yield f"looks like a {kind} at {start}"


def _whole_words(text: str, start: int, end: int) -> bool:
    quoted = text[start:end]
    return quoted == quoted.strip() and any(letter.isalnum() for letter in quoted)


def _copies(corpus: Sequence[CodedEncounter]) -> Iterator[Problem]:
    runs: dict[str, set[tuple[str, ...]]] = {}
    owners: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for coded in corpus:
        words = re.findall(r"\w+", coded.encounter.text.lower())
        mine = set(zip(*(words[i:] for i in range(_RUN)), strict=False))
        runs[coded.encounter.id] = mine
        for run in mine:
            owners[run].append(coded.encounter.id)
    shared: Counter[tuple[str, str]] = Counter()
    for notes in owners.values():
        shared.update((a, b) for i, a in enumerate(notes) for b in notes[i + 1 :])
    for (first, second), number in sorted(shared.items()):
        if number > _MOST_SHARED * min(len(runs[first]), len(runs[second])):
            yield Problem(second, "copies", f"nearly a copy of {first}")
