"""Names of what may have become of a procedure that a note names, and of where cues stand."""

from __future__ import annotations

PERFORMED, ORDERED, DONE_BEFORE, ELSEWHERE, DECLINED, DISCUSSED, CANCELLED, NONE = KINDS = (
    "performed",
    "ordered",
    "before",
    "elsewhere",
    "declined",
    "discussed",
    "cancelled",
    "none",
)
#: Where a cue stands: before the procedure it governs, right beside it, after it, on either side, or
#: in the heading.
BEFORE, BESIDE, AFTER, BOTH, HEADING = "before", "beside", "after", "both", "heading"
