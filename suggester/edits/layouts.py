"""Which edit file a table is, told by its headings, and in which columns its fields stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PTP, MUE, ADD_ON = "ptp", "mue", "add-on"


@dataclass(frozen=True, slots=True)
class Layout:
    """The kind of a table and the column of each of its fields, counted from 0.

    Fields that a file may lack are in ``columns`` only where it has them.
    """

    kind: str
    columns: Mapping[str, int]

    @property
    def required(self) -> tuple[str, ...]:
        """Return the fields that every row must have; the first ones are its codes."""
        return tuple(_REQUIRED[self.kind])


# Headings are compared without case, spaces, line breaks and signs: CMS changes these freely.
_REQUIRED: dict[str, dict[str, str]] = {
    PTP: {"column1": "column1", "column2": "column2", "modifier": "modifier.*"},
    MUE: {
        "code": "hcpcs(cpt)?(code)?|cpt(hcpcs)?(code)?",
        "units": ".*mue(values?|units)",
        "mai": ".*mueadjudicationindicator|muemai",
    },
    ADD_ON: {"add_on": "addoncode", "primary": "primarycode", "type": "aocedittype"},
}
_OPTIONAL: dict[str, dict[str, str]] = {
    PTP: {"effective": "effective.*", "deletion": "deletion.*", "rationale": ".*rationale"},
    MUE: {"rationale": ".*rationale"},
    ADD_ON: {
        "effective": "aocediteffdt.*|aocediteffectivedate",
        "deletion": "aoceditdeldt.*|aoceditdeletiondate",
        "add_on_deletion": "aocdeldt.*|addoncodedeldt.*",
        "primary_deletion": "primarycodedeldt.*",
    },
}
#: How many of a row's required fields are its codes.
CODE_FIELDS = {PTP: 2, MUE: 1, ADD_ON: 2}


def find_layout(row: Sequence[str]) -> Layout | None:
    """Return the layout whose headings ``row`` holds; ``None`` where it is not a row of headings."""
    headings = [re.sub(r"[\W_]+", "", cell).lower() for cell in row]
    for kind, required in _REQUIRED.items():
        columns = _columns(required, headings)
        if len(columns) == len(required):
            return Layout(kind, {**columns, **_columns(_OPTIONAL[kind], headings)})
    return None


def _columns(fields: Mapping[str, str], headings: Sequence[str]) -> dict[str, int]:
    found = {}
    for field, pattern in fields.items():
        for place, heading in enumerate(headings):
            if re.fullmatch(pattern, heading):
                found[field] = place
                break
    return found
