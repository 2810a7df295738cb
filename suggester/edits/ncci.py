"""One release of the National Correct Coding Initiative: its three kinds of edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suggester.edits.add_on import AddOnBuilder, AddOnEdits
from suggester.edits.layouts import ADD_ON, MUE, PTP
from suggester.edits.mue import MueBuilder, MueEdits
from suggester.edits.ptp import PtpBuilder, PtpEdits

Edits = PtpEdits | MueEdits | AddOnEdits
Builder = PtpBuilder | MueBuilder | AddOnBuilder

#: What makes the table of a kind, and what the table is.
BUILDERS: Mapping[str, type[Builder]] = {PTP: PtpBuilder, MUE: MueBuilder, ADD_ON: AddOnBuilder}
TABLES: Mapping[str, type[Edits]] = {PTP: PtpEdits, MUE: MueEdits, ADD_ON: AddOnEdits}
#: Each kind in the words of messages.
NAMES: Mapping[str, str] = {PTP: "PTP pairs", MUE: "MUE values", ADD_ON: "add-on code pairs"}


@dataclass(frozen=True, slots=True)
class Ncci:
    """The edits of one release; a kind that was not imported is ``None``."""

    release: str
    ptp: PtpEdits | None = None
    mue: MueEdits | None = None
    add_on: AddOnEdits | None = None

    def missing(self) -> tuple[str, ...]:
        """Return the kinds that were not imported, in the words of messages."""
        held = {PTP: self.ptp, MUE: self.mue, ADD_ON: self.add_on}
        return tuple(NAMES[kind] for kind, edits in held.items() if edits is None)
