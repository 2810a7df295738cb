"""Check the lines of a claim against the NCCI edits, and say in a sentence what stands against it.

The rules are those of the NCCI Policy Manual for Medicare Services, chapter I, and of the CMS pages
on PTP edits, medically unlikely edits and add-on code edits.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from suggester.edits.add_on import BOTH, AddOn, AddOnEdits
from suggester.edits.days import day_number
from suggester.edits.keys import CODE
from suggester.edits.mue import DAY_ABSOLUTE, DAY_CLINICAL, LINE, Limit, MueEdits
from suggester.edits.ncci import Ncci
from suggester.edits.ptp import Pair, PtpEdits
from suggester.errors import InputError

#: Denied as it stands; to be decided by a coder; worth knowing.
ERROR, WARNING, INFO = "error", "warning", "info"
#: Modifiers that let a pair with indicator 1 through (NCCI Policy Manual, chapter I): those of
#: distinct services, those of global surgery and repeated tests, and those of a part of the body.
PTP_MODIFIERS = frozenset(
    "59 XE XP XS XU 24 25 27 57 58 78 79 91 "
    "E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 "
    "LT RT LC LD RC LM RI".split()
)
MOST_UNITS = 1_000_000
_LINE = re.compile(r"([0-9A-Z]{5})((?:-[0-9A-Z]{2})*)(?::([0-9]{1,7}))?")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
# Add-on codes can have a hundred primary codes; a sentence shows the first few.
_SHOWN = 6
_ORDER = (ERROR, WARNING, INFO)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of a claim; all lines of a claim are of one patient, practitioner and day.

    Attributes
    ----------
    code
        CPT or HCPCS code in capitals.
    modifiers
        Two letters or digits each, in capitals.
    units
        Units of service, 1 or more.
    diagnoses
        ICD-10-CM codes the line points to; NCCI edits do not depend on them.

    Raises
    ------
    InputError
        The code, a modifier or the units are not of this form.
    """

    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    diagnoses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not CODE.fullmatch(self.code):
            raise InputError(
                f"{self.code[:20]!r} is no CPT or HCPCS code: they have five letters and digits."
            )
        for modifier in self.modifiers:
            if not _MODIFIER.fullmatch(modifier):
                raise InputError(f"{modifier[:20]!r} is no modifier: they have two characters.")
        if not 1 <= self.units <= MOST_UNITS:
            raise InputError(f"The units of {self.code} are not between 1 and {MOST_UNITS:,}.")


@dataclass(frozen=True, slots=True)
class Alert:
    """What stands against a claim.

    Attributes
    ----------
    rule
        ``ncci-ptp``, ``mue`` or ``add-on``.
    severity
        ``error`` (denied as it stands), ``warning`` (to be decided) or ``info``.
    message
        One sentence for a coder.
    codes
        The codes of the claim it is about; for a pair, column 1 before column 2.
    source
        The release the rule is from.
    """

    rule: str
    severity: str
    message: str
    codes: tuple[str, ...]
    source: str


def read_line(text: str) -> ClaimLine:
    """Return the claim line written as ``code[-modifier…][:units]``: ``97597-59-LT:2``.

    Raises
    ------
    InputError
        The text is not of this form.
    """
    found = _LINE.fullmatch(text.strip().upper())
    if found is None:
        raise InputError(
            f"{text[:40]!r} is no claim line; write code[-modifier…][:units], such as 11042, "
            "99213-25 or 97597-59:2."
        )
    return ClaimLine(found[1], tuple(found[2].split("-")[1:]), int(found[3] or 1))


def check(lines: Sequence[ClaimLine], ncci: Ncci, day: datetime.date | None = None) -> list[Alert]:
    """Return what the edits have against a claim, the gravest first.

    Parameters
    ----------
    lines
        The lines of one claim.
    ncci
        The release to check against; kinds of edits it lacks are not checked.
    day
        The date of service, today when not given: edits that are dated hold only within their dates.
    """
    number = day_number(day or datetime.date.today())
    by_code: dict[str, list[ClaimLine]] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
    source = f"NCCI {ncci.release}"
    alerts: list[Alert] = []
    if ncci.ptp is not None:
        alerts += _check_pairs(by_code, ncci.ptp, number, source)
    if ncci.mue is not None:
        alerts += _check_units(by_code, ncci.mue, source)
    if ncci.add_on is not None:
        alerts += _check_add_ons(by_code, ncci.add_on, number, source)
    return sorted(alerts, key=lambda alert: _ORDER.index(alert.severity))


_Claim = dict[str, list[ClaimLine]]


def _check_pairs(claim: _Claim, edits: PtpEdits, day: int, source: str) -> Iterator[Alert]:
    for pair in edits.among(list(claim), day):
        severity, message = _about_pair(pair, claim[pair.column1], claim[pair.column2])
        yield Alert("ncci-ptp", severity, message, (pair.column1, pair.column2), source)


def _about_pair(pair: Pair, first: list[ClaimLine], second: list[ClaimLine]) -> tuple[str, str]:
    one, two = pair.column1, pair.column2
    why = f" ({pair.rationale})" if pair.rationale else ""
    if not pair.modifier_allowed:
        return ERROR, f"{two} is not paid beside {one}{why}, and no modifier changes that."
    # A modifier on either code lets the pair through, but each line needs its own.
    bare = [line for line in first if not _let_through(line)]
    if bare and not all(_let_through(line) for line in second):
        return WARNING, (
            f"{two} is not paid beside {one}{why} without a modifier such as 59, XE, XP, XS, XU, "
            "25 on a visit, or one of the site, for which the note must show a separate service."
        )
    given = dict.fromkeys(
        f"{modifier} on {line.code}"
        for line in (*second, *first)
        for modifier in _let_through(line)
    )
    return INFO, (
        f"{two} is paid beside {one}{why} only because of {' and '.join(given)}, so the note must "
        "show a separate encounter, site, specimen or service."
    )


def _let_through(line: ClaimLine) -> list[str]:
    return [modifier for modifier in line.modifiers if modifier in PTP_MODIFIERS]


def _check_units(claim: _Claim, edits: MueEdits, source: str) -> Iterator[Alert]:
    for code, lines in claim.items():
        limit = edits.limit(code)
        if limit is None:
            continue
        counts = [line.units for line in lines]
        # A line edit looks at each line; the others at the whole day.
        over = max(counts) if limit.indicator == LINE else sum(counts)
        if over > limit.units:
            severity, meaning = _MEANINGS[limit.indicator]
            yield Alert("mue", severity, _about_units(code, over, limit, meaning), (code,), source)


_MEANINGS = {
    LINE: (
        WARNING,
        "a claim line; necessary units above it go on a line of their own with a modifier",
    ),
    DAY_ABSOLUTE: (ERROR, "a date of service, which is absolute whatever the note shows"),
    DAY_CLINICAL: (WARNING, "a date of service; more is paid only on review of the note"),
}


def _about_units(code: str, units: int, limit: Limit, meaning: str) -> str:
    said = "unit of {} exceeds" if units == 1 else "units of {} exceed"
    why = f" ({limit.rationale})" if limit.rationale else ""
    return (
        f"{units:,} {said.format(code)} the limit of {limit.units:,}{why} for {meaning} "
        f"(MAI {limit.indicator})."
    )


def _check_add_ons(claim: _Claim, edits: AddOnEdits, day: int, source: str) -> Iterator[Alert]:
    for code in claim:
        needs = edits.needs(code, day)
        if needs is not None and not any(primary in claim for primary in needs.primaries):
            severity, message = _about_add_on(code, needs)
            yield Alert("add-on", severity, message, (code,), source)


def _about_add_on(code: str, needs: AddOn) -> tuple[str, str]:
    if not needs.primaries:
        return INFO, (
            f"{code} is an add-on code whose primary codes the Medicare contractor defines; it is "
            "paid only beside one of them."
        )
    shown = ", ".join(needs.primaries[:_SHOWN])
    if len(needs.primaries) > _SHOWN:
        shown += f" and {len(needs.primaries) - _SHOWN} more"
    if needs.type == BOTH:
        return WARNING, (
            f"{code} is an add-on code without a listed primary code on the claim ({shown}); the "
            "Medicare contractor may accept others."
        )
    return ERROR, (
        f"{code} is an add-on code without its primary code on the claim; it is paid only beside "
        f"{'' if len(needs.primaries) == 1 else 'one of '}{shown}."
    )
