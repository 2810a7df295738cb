"""Check the lines of a note against the NCCI edits on this computer, and add-on codes without them."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from suggester.edits.lines import PROCEDURE, Line, ModifierHint

if TYPE_CHECKING:
    from suggester.edits.ncci import Ncci
    from suggester.edits.ptp import Pair

#: What the add-on marks of the starter set are called as the source of an alert.
STARTER_SOURCE = "starter set"
#: An add-on code and its primary code stand side by side in CPT: they begin alike.
_ALIKE = 3
#: Codes of operations: the surgery chapter of CPT.
_OPERATION = re.compile(r"[1-6]\d{4}")


def installed_edits(day: datetime.date | None = None) -> Ncci | None:
    """Return the edits to check a day against; ``None`` where no edition is installed.

    Raises
    ------
    CodeSetError
        The files of an edition are damaged.
    """
    from suggester.edits.installed import installed_releases, load_ncci

    return load_ncci(date_of_service=day) if installed_releases() else None


def bundled_pairs(
    lines: Sequence[Line], ncci: Ncci | None, day: datetime.date | None = None
) -> list[Pair]:
    """Return the pairs in force among the codes of the lines; none without an edition."""
    if ncci is None or ncci.ptp is None or not lines:
        return []
    from suggester.edits.days import day_number

    codes = list(dict.fromkeys(line.code for line in lines))
    return ncci.ptp.among(codes, day_number(day or datetime.date.today()))


def check_lines(
    lines: Sequence[Line],
    hints: Sequence[Sequence[ModifierHint]],
    pointed: Sequence[Sequence[str]] = (),
    *,
    ncci: Ncci | None = None,
    day: datetime.date | None = None,
) -> list[list[dict[str, Any]]]:
    """Return the alerts of each line, the gravest first.

    An alert has ``rule`` (``ncci-ptp``, ``mue``, ``add-on`` or ``modifier-51``), ``severity`` (``error``,
    ``warning`` or ``info``), ``message``, ``codes`` and ``source``. A pair's alert stands at the
    line of column 2, which is the one not paid.

    Parameters
    ----------
    lines
        All services of one patient, practitioner and day.
    hints
        The modifiers of each line.
    pointed
        The diagnoses each line points to.
    ncci
        The edition to check against; without one, only add-on codes are checked, by the marks of
        the starter set.
    day
        The date of service, today when not given.
    """
    from suggester.edits.claims import ClaimLine, check

    found: list[list[dict[str, Any]]] = [[] for _ in lines]
    if ncci is not None:
        claim = [
            ClaimLine(
                line.code,
                tuple(hint.modifier for hint in hints[number]),
                line.units,
                tuple(pointed[number]) if pointed else (),
            )
            for number, line in enumerate(lines)
        ]
        for alert in check(claim, ncci, day):
            shown = _alert(alert.rule, alert.severity, alert.message, alert.codes, alert.source)
            for number, line in enumerate(lines):
                if line.code == alert.codes[-1]:
                    found[number].append(shown)
    _several_operations(lines, found)
    if ncci is None or ncci.add_on is None:
        for number, line in enumerate(lines):
            if message := _lonely(line, lines):
                found[number].append(
                    _alert("add-on", "warning", message, (line.code,), STARTER_SOURCE)
                )
    return found


def _several_operations(lines: Sequence[Line], found: list[list[dict[str, Any]]]) -> None:
    """Say on the second and further operations of a session that some payers ask for modifier 51."""
    operations = [
        number
        for number, line in enumerate(lines)
        if line.kind == PROCEDURE and not line.add_on and _OPERATION.match(line.code)
    ]
    codes = [lines[number].code for number in operations]
    for number in operations[1:]:
        found[number].append(
            _alert(
                "modifier-51",
                "info",
                "Several operations of one session: payers other than Medicare may ask for 51 on all but "
                "the most extensive.",
                codes,
                "CPT, Appendix A",
            )
        )


def _alert(
    rule: str, severity: str, message: str, codes: Sequence[str], source: str
) -> dict[str, Any]:
    return {
        "rule": rule,
        "severity": severity,
        "message": message,
        "codes": list(codes),
        "source": source,
    }


def _lonely(line: Line, lines: Sequence[Line]) -> str:
    """Say that an add-on code lacks its primary code, where the starter set leaves no doubt of it."""
    if not line.add_on:
        return ""
    if all(other.add_on or other.system != "cpt" for other in lines):
        return f"{line.code} is an add-on code, and no primary code is on the claim."
    primaries = [
        code
        for code in _primaries().get(line.family, ())
        if code[:_ALIKE] == line.code[:_ALIKE] and code < line.code
    ]
    present = {other.code for other in lines}
    of_family = any(other.family == line.family and not other.add_on for other in lines)
    if not primaries or of_family or present & set(primaries):
        return ""
    shown = ", ".join(primaries[-3:])
    return f"{line.code} is an add-on code without its primary code on the claim, such as {shown}."


@lru_cache(maxsize=1)
def _primaries() -> Mapping[str, tuple[str, ...]]:
    """Return the codes of each family that are no add-on codes, in order."""
    from suggester.codes.starter import starter_rows

    found: dict[str, set[str]] = defaultdict(set)
    for row in starter_rows():
        if "add-on" not in row.side.split(","):
            found[row.family].add(row.code)
    return {family: tuple(sorted(codes)) for family, codes in found.items()}
