"""Check a coded corpus, one note after the other: codes, places, damage, copies, leaks between splits.

Problems name the note and the offset; they never quote the note.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.candidates.exclusions import Exclusions
from suggester.corpus.across import Across
from suggester.corpus.damage import find_damage, find_short
from suggester.corpus.gold import REASONS, SPLITS, CodedEncounter
from suggester.corpus.identifying import find_identifying
from suggester.corpus.retired import date_problem
from suggester.corpus.written_codes import find_written

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Kinds of problems, in the order in which they are listed; the last four are of notes together.
KINDS = (
    "codes",
    "dates",
    "evidence",
    "not_coded",
    "procedures",
    "split",
    "excludes1",
    "identifying",
    "encoding",
    "short",
    "written_codes",
    "duplicates",
    "copies",
    "patients",
    "leaks",
)
#: Share of its runs of eight words that a note may have in common with another.
MOST_SHARED = 0.5
#: Form of a CPT code (categories I to III) or a HCPCS Level II code.
PROCEDURE_CODE = re.compile(r"\d{4}[\dFTU]|[A-V]\d{4}")
CodesOn = Callable[[datetime.date | None], "CodeSet"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one note; ``kind`` is one of :data:`KINDS`."""

    note: str
    kind: str
    message: str


def check_corpus(
    corpus: Iterable[CodedEncounter],
    codes_on: CodesOn,
    ignore: Iterable[str] = (),
    shared: float = MOST_SHARED,
) -> list[Problem]:
    """Return the problems of a corpus, in the order of :data:`KINDS`, then of the notes.

    ``codes_on`` returns the code set for a date of service; the same object when asked again.
    ``shared`` is the share of its wording that a note may have in common with another.
    """
    checking = Checking(codes_on, ignore, shared)
    for coded in corpus:
        checking.add(coded)
    return checking.problems()


class Checking:
    """Check encounters one after the other, none of which is held.

    Of a kind at most ``listed`` problems are kept, all where it is None; ``counts`` has all of them.
    With ``by_date`` false, codes are judged by the code set alone, not by their date of service.
    """

    def __init__(
        self,
        codes_on: CodesOn,
        ignore: Iterable[str] = (),
        shared: float = MOST_SHARED,
        listed: int | None = None,
        by_date: bool = True,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.notes = 0
        self._codes_on = codes_on
        self._left_out = set(ignore)
        self._listed = listed
        self._exclusions: dict[str, Exclusions] = {}
        self._kept: dict[str, list[Problem]] = {kind: [] for kind in KINDS}
        self._across = Across(
            shared, {"duplicates", "copies", "patients", "leaks"} - self._left_out
        )
        checks: dict[str, Callable[[CodedEncounter], Iterator[str]]] = {
            "codes": lambda coded: _codes(coded, self._codes(coded), by_date),
            "dates": lambda coded: _dates(coded, self._codes(coded)),
            "evidence": _evidence,
            "not_coded": _not_coded,
            "procedures": _procedures,
            "split": _split,
            "excludes1": lambda coded: _excluding(coded, self._codes(coded), self._excludes(coded)),
            "identifying": _identifying,
            "encoding": lambda coded: find_damage(coded.encounter.text),
            "short": lambda coded: find_short(coded.encounter.text),
            "written_codes": find_written,
        }
        unwanted = self._left_out if by_date else self._left_out | {"dates"}
        self._checks = {kind: check for kind, check in checks.items() if kind not in unwanted}

    def add(self, coded: CodedEncounter) -> None:
        """Check one encounter, and note what it has to be compared with others for."""
        self.notes += 1
        for kind, check in self._checks.items():
            for message in check(coded):
                self._found(coded.encounter.id, kind, message)
        self._across.add(coded)

    def problems(self) -> list[Problem]:
        """Return the problems kept, those of notes together included; asked once, at the end."""
        for note, kind, message in self._across.problems():
            if kind not in self._left_out:
                self._found(note, kind, message)
        return [problem for kind in KINDS for problem in self._kept[kind]]

    def _found(self, note: str, kind: str, message: str) -> None:
        self.counts[kind] += 1
        kept = self._kept[kind]
        if self._listed is None or len(kept) < self._listed:
            kept.append(Problem(note, kind, message))

    def _codes(self, coded: CodedEncounter) -> CodeSet:
        return self._codes_on(coded.encounter.date_of_service)

    def _excludes(self, coded: CodedEncounter) -> Exclusions:
        codes = self._codes(coded)
        if codes.release.name not in self._exclusions:
            self._exclusions[codes.release.name] = Exclusions(codes)
        return self._exclusions[codes.release.name]


def _named(coded: CodedEncounter) -> list[str]:
    stand_ins = {code for others in coded.also.values() for code in others}
    return sorted({*coded.codes, *coded.optional, *stand_ins, *coded.evidence})


def _codes(coded: CodedEncounter, codes: CodeSet, by_date: bool) -> Iterator[str]:
    if not coded.codes and coded.diagnoses_coded:
        yield "no code at all"
    day = coded.encounter.date_of_service
    for code in _named(coded):
        if by_date and date_problem(code, day, codes):
            continue  # Told by the kind "dates", with what follows the code.
        if code not in codes:
            yield f"{code} is not a code of {codes.release.name}"
        elif not codes.is_billable(code):
            yield f"{code} is not billable in {codes.release.name}"
    for code in sorted(set(coded.codes) & set(coded.optional)):
        yield f"{code} is both gold and optional"
    for code in sorted(set(coded.also) - {*coded.codes, *coded.optional}):
        yield f"{code} has stand-ins but is neither gold nor optional"


def _dates(coded: CodedEncounter, codes: CodeSet) -> Iterator[str]:
    for code in _named(coded):
        message = date_problem(code, coded.encounter.date_of_service, codes)
        if message:
            yield message


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
