"""What a coder decided for one encounter, as it goes on a claim, and what a claim form cannot hold."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

ClaimType = Literal["professional", "institutional"]
#: Diagnoses a claim holds: CMS-1500 item 21 (837P HI); UB-04 form locators 67, 67A–Q and the
#: 837I HI segments: one principal and 24 others.
MOST_DIAGNOSES: Mapping[ClaimType, int] = {"professional": 12, "institutional": 25}
#: Pointers of a line (CMS-1500 item 24E, 837P SV107).
MOST_POINTERS = 4
#: Modifiers of a line (CMS-1500 item 24D, 837P SV101, 837I SV202).
MOST_MODIFIERS = 4
#: Procedures of an institutional claim: one principal and 24 others (837I HI).
MOST_PCS = 25


@dataclass(frozen=True, slots=True)
class ClaimDiagnosis:
    """A diagnosis that was assigned."""

    code: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A procedure, supply or visit that was assigned; ``pointers`` are codes of the diagnoses."""

    system: str
    code: str
    description: str = ""
    units: int = 1
    modifiers: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodedClaim:
    """The finished coding of one encounter.

    Attributes
    ----------
    age, sex
        Completed years at the date of service; ``F`` or ``M``.
    diagnoses
        In claim order, the first-listed (or principal) one first.
    model
        Name and version of the model that suggested.
    code_sets
        Code system → release the codes are of.
    coded_by, coded_at
        Who finished it, and when, with time zone.
    """

    encounter_id: str
    diagnoses: tuple[ClaimDiagnosis, ...]
    lines: tuple[ClaimLine, ...]
    coded_by: str
    coded_at: datetime.datetime
    age: int | None = None
    sex: str | None = None
    date_of_service: datetime.date | None = None
    setting: str | None = None
    model: Mapping[str, str] = field(default_factory=dict)
    code_sets: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> ClaimType:
        """Institutional for a hospital stay, else professional."""
        return "institutional" if self.setting == "inpatient" else "professional"

    def pointer_letters(self, line: ClaimLine) -> tuple[str, ...]:
        """Return the letters (``A`` is the first diagnosis) that a line points to."""
        places = {diagnosis.code: n for n, diagnosis in enumerate(self.diagnoses)}
        found = (places[code] for code in line.pointers if code in places)
        return tuple(diagnosis_letter(place) for place in found)


def diagnosis_letter(place: int) -> str:
    """Return the letter of a diagnosis on a claim form: 0 is ``A``; its number past ``Z``."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def claim_problems(claim: CodedClaim) -> tuple[str, ...]:
    """Return a sentence for each thing that a claim form cannot hold, or that does not fit together."""
    return tuple(_problems(claim))


def _problems(claim: CodedClaim) -> Iterator[str]:
    most = MOST_DIAGNOSES[claim.type]
    codes = [diagnosis.code for diagnosis in claim.diagnoses]
    if not codes:
        yield "The claim has no diagnosis; it needs at least one."
    if len(codes) > most:
        a = "an" if claim.type == "institutional" else "a"
        yield (
            f"The claim has {len(codes)} diagnoses; {a} {claim.type} claim holds at most {most}. "
            "Take off those that matter least, or split the claim."
        )
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        yield f"{code} stands more than once among the diagnoses; once is enough."
    procedures = [line for line in claim.lines if line.system == "icd10pcs"]
    if claim.type == "professional" and not claim.lines:
        yield "The claim has no line; a professional claim bills at least one service."
    if claim.type == "professional" and procedures:
        yield (
            f"{procedures[0].code} is an ICD-10-PCS code, which only claims for hospital stays carry."
        )
    if len(procedures) > MOST_PCS:
        yield f"The claim has {len(procedures)} ICD-10-PCS codes; it holds at most {MOST_PCS}."
    for line in claim.lines:
        yield from _line_problems(claim, line, codes, most)


def _line_problems(
    claim: CodedClaim, line: ClaimLine, codes: list[str], most: int
) -> Iterator[str]:
    if line.units < 1:
        yield f"{line.code} has {line.units} units; a line has at least 1."
    if len(line.modifiers) > MOST_MODIFIERS:
        yield (
            f"{line.code} has {len(line.modifiers)} modifiers; a line holds at most "
            f"{MOST_MODIFIERS}."
        )
    if line.system == "icd10pcs" or claim.type == "institutional":
        return
    if len(line.pointers) > MOST_POINTERS:
        yield (
            f"{line.code} points to {len(line.pointers)} diagnoses; a line points to at most "
            f"{MOST_POINTERS}."
        )
    if not line.pointers:
        yield f"{line.code} points to no diagnosis; a line of a professional claim needs one."
    for code in line.pointers:
        if code not in codes:
            yield f"{line.code} points to {code}, which is not among the diagnoses."
        elif codes.index(code) >= most:
            yield f"{line.code} points to {code}, which stands after the {most} the claim holds."
