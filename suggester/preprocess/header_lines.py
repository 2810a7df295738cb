"""Lines of particulars (``ANESTHESIA: General``, ``COMPARISON: none``), after which the account goes on."""

from __future__ import annotations

ADMINISTRATIVE = "administrative"
#: Sections that go on below a line of particulars; elsewhere the body of the note does.
_GOING_ON = frozenset(
    {"hpi", "ros", "exam", "results", "findings", "procedure", "hospital_course", "instructions"}
    | {"assessment", "assessment_plan", "plan"}
)
_BODY = "body"

#: Start, start of the body, heading and kind of a section.
Opened = tuple[int, int, str, str]


def end_at_their_line(opened: list[Opened], text: str) -> list[Opened]:
    """Return the sections that open, with the account taken up again below each line of particulars.

    A heading of particulars that stands alone on its line holds what is below it.
    """
    out: list[Opened] = []
    before = _BODY
    for number, (start, body, heading, kind) in enumerate(opened):
        out.append((start, body, heading, kind))
        if kind != ADMINISTRATIVE:
            before = kind
            continue
        after = opened[number + 1][0] if number + 1 < len(opened) else len(text)
        line = text.find("\n", body, after)
        if line >= 0 and text[body:line].strip() and text[line:after].strip():
            out.append((line + 1, line + 1, "", before if before in _GOING_ON else _BODY))
    return out
