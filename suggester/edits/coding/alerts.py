"""What a coding rule says of a set of codes, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: A claim that would be rejected or fail an audit, one an auditor would ask about, a remark.
ERROR, WARNING, INFORMATION = "error", "warning", "information"
SEVERITIES = (ERROR, WARNING, INFORMATION)


@dataclass(frozen=True, slots=True)
class Mend:
    """What one step would change: codes replaced, added, taken away, one put first, or a query.

    ``first`` is moved before ``before``, or to the front; an added code stands after ``after``, or last.
    ``query`` is the text to send to the provider.
    """

    replace: Mapping[str, str] = field(default_factory=dict)
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    first: str = ""
    before: str = ""
    after: str = ""
    query: str = ""

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.replace or self.add or self.remove or self.first or self.query)

    @property
    def gone(self) -> frozenset[str]:
        """Codes that stand no longer once it is applied."""
        return frozenset(self.remove) | frozenset(self.replace)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Mend:
        """Return the mend of a JSON form."""
        return cls(
            dict(row.get("replace", {})),
            tuple(row.get("add", ())),
            tuple(row.get("remove", ())),
            row.get("first", ""),
            row.get("before", ""),
            row.get("after", ""),
            row.get("query", ""),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, without what it does not do."""
        row: dict[str, Any] = {}
        if self.replace:
            row["replace"] = dict(self.replace)
        if self.add:
            row["add"] = list(self.add)
        if self.remove:
            row["remove"] = list(self.remove)
        if self.first:
            row["first"] = self.first
        if self.before:
            row["before"] = self.before
        if self.after:
            row["after"] = self.after
        if self.query:
            row["query"] = self.query
        return row


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding of a rule.

    Attributes
    ----------
    rule
        The kind of rule, such as ``excludes1`` or ``combination``.
    row
        The row of the rule's table that found it, such as ``htn-001``; empty for a rule without table.
    codes
        The codes it is about, the one that is wrong or incomplete first.
    message
        One sentence.
    source
        Where the rule is printed: a guideline section or a note of the Tabular List.
    evidence
        Words of the note it rests on, as start and end in the note.
    """

    rule: str
    severity: str
    codes: tuple[str, ...]
    message: str
    source: str
    mend: Mend = field(default_factory=Mend)
    row: str = ""
    evidence: tuple[tuple[int, int], ...] = ()

    @property
    def id(self) -> str:
        """The rule's id: its kind, and the row of its table where it has one."""
        return f"{self.rule}:{self.row}" if self.row else self.rule

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        row: dict[str, Any] = {
            "rule": self.rule,
            "id": self.id,
            "severity": self.severity,
            "codes": list(self.codes),
            "message": self.message,
            "source": self.source,
        }
        if self.mend:
            row["fix"] = self.mend.to_dict()
        if self.evidence:
            row["evidence"] = [{"start": start, "end": end} for start, end in self.evidence]
        return row


def apply(codes: Sequence[str], mend: Mend) -> list[str]:
    """Return the codes after a mend: a replacement takes the place of what it replaces.

    A code that is there already is not repeated.
    """
    out: list[str] = []
    for code in codes:
        if code in mend.remove:
            continue
        new = mend.replace.get(code, code)
        if new not in out:
            out.append(new)
    place = out.index(mend.after) + 1 if mend.after in out else len(out)
    added = [code for code in mend.add if code not in out]
    out[place:place] = added
    if mend.first in out:
        place = out.index(mend.before) if mend.before in out else 0
        if out.index(mend.first) > place:
            out.remove(mend.first)
            out.insert(place, mend.first)
    return out
