"""Results as a table a coder can read: codes with evidence, then what is not coded and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TextIO

from suggester.cli.console import console, plain_table
from suggester.suggestions import CONFIDENT

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from suggester.suggestions import NotPerformed, Refusal, Result, Suggestion

#: Candidates shown below the confident suggestions when no number was asked for.
MOST_CANDIDATES = 10
_MOST_WORDS = 60
_WORDS = ((0.7, "likely"), (0.25, "possible"), (0.0, "weak"))


class TableWriter:
    """Writes one table a note."""

    def __init__(self, stream: TextIO, all_candidates: bool) -> None:
        self._console = console(stream)
        self._all_candidates = all_candidates

    def write(self, result: Result) -> None:
        """Print a note's heading, its suggestions, what is not coded, and notices."""
        from rich.text import Text

        self._console.print(Text(one_line(result.id), style="bold"))
        self._console.print(Text(_circumstances(result), style="dim"))
        self._console.print()
        shown = [*self._shown(result.diagnoses), *self._shown(result.procedures)]
        for heading, rows in (
            ("Diagnosis and evidence", [s for s in shown if s.system == "icd10cm"]),
            ("Procedure and evidence", [s for s in shown if s.system != "icd10cm"]),
        ):
            if rows:
                self._console.print(_suggestions(rows, heading))
                self._console.print()
        if not shown:
            self._console.print("No code is suggested for this note.")
        hidden = len(result.suggestions) - len(shown)
        if hidden:
            are = "candidate is" if hidden == 1 else "candidates are"
            self._console.print(f"{hidden} weaker {are} not shown; --top-k shows more.")
        if result.claim.sequence:
            self._console.print()
            self._console.print(f"Claim order: {' '.join(result.claim.sequence)}")
            if result.claim.first_because:
                self._console.print(f"First: {result.claim.first_because}")
        if result.not_coded:
            self._console.print()
            self._console.print(_not_coded(result.not_coded))
        if result.not_performed:
            self._console.print()
            self._console.print(_not_performed(result.not_performed))
        for notice in result.notices:
            self._console.print(f"Notice: {notice}")
        self._console.print()
        self._console.file.flush()

    def close(self) -> None:
        """Finish; a table needs nothing."""

    def _shown(self, suggestions: tuple[Suggestion, ...]) -> list[Suggestion]:
        if self._all_candidates:
            return list(suggestions)
        confident = [s for s in suggestions if s.tier == CONFIDENT]
        candidates = [s for s in suggestions if s.tier != CONFIDENT][:MOST_CANDIDATES]
        return sorted([*confident, *candidates], key=lambda s: s.rank)


def confidence_word(confidence: float) -> str:
    """Return a probability as a word: likely (0.7 and above), possible (0.25), weak."""
    return next(word for least, word in _WORDS if confidence >= least)


def _percent(confidence: float) -> str:
    """Return a probability in percent; rounding makes it neither certain nor impossible."""
    if confidence > 0.99:
        return ">99%"
    return f"{confidence:.0%}" if confidence >= 0.01 else "<1%"


def one_line(text: str) -> str:
    """Return words of a note fit for a terminal: one line, nothing that would steer it."""
    return "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))


def _circumstances(result: Result) -> str:
    setting = str(result.setting.get("value", "unknown"))
    if result.setting.get("inferred"):
        because = result.setting.get("because")
        setting += f" (inferred: {one_line(str(because))})" if because else " (inferred)"
    sets = ", ".join(f"{_SYSTEMS.get(name, name)} {r}" for name, r in result.code_sets.items())
    model = f"{result.model.get('name', '?')} {result.model.get('version', '')}".strip()
    return f"Setting: {setting}.\nModel: {model}. Codes: {sets}."


def _suggestions(suggestions: list[Suggestion], heading: str) -> Table:
    table = plain_table(expand=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Code", no_wrap=True)
    table.add_column(heading, ratio=1)
    table.add_column("Confidence", no_wrap=True)
    table.add_column("Tier", no_wrap=True)
    for suggestion in suggestions:
        confident = suggestion.tier == CONFIDENT
        percent = f"{confidence_word(suggestion.confidence):8} {_percent(suggestion.confidence):>4}"
        table.add_row(
            str(suggestion.rank),
            _claimed(suggestion),
            _description(suggestion),
            percent,
            suggestion.tier,
            style="bold" if confident else "",
        )
    return table


def _claimed(suggestion: Suggestion) -> str:
    """Return the code as on a claim: ``17003 ×4``, ``99213-25``."""
    modifiers = "".join(f"-{m.modifier}" for m in suggestion.modifiers or ())
    units = f" ×{suggestion.units}" if suggestion.units is not None and suggestion.units > 1 else ""
    return f"{suggestion.code}{modifiers}{units}"


def _description(suggestion: Suggestion) -> Text:
    from rich.text import Text

    text = Text(suggestion.description)
    for line in _details(suggestion):
        text.append(f"\n{line}", style="not bold dim")
    return text


def _details(suggestion: Suggestion) -> list[str]:
    lines = []
    if suggestion.evidence:
        first, places = suggestion.evidence[0], len(suggestion.evidence)
        where = first.section.replace("_", " ")
        if first.document is not None:
            where += f" of {one_line(first.document)}"
        count = f", {places} places" if places > 1 else ""
        lines.append(f"“{_cut(first.text)}” in {where}{count}")
    for flag in suggestion.flags:
        if flag.get("kind") == "more_detail":
            codes = ", ".join(alternative.code for alternative in suggestion.alternatives)
            lines.append(f"{flag['message']}: {codes}")
    lines += _risk(suggestion)
    lines += _line_details(suggestion)
    lines += [f"{reason.effect:+.2f} {reason.statement}" for reason in suggestion.reasons]
    return lines


def _risk(suggestion: Suggestion) -> list[str]:
    """Say which CMS-HCC categories a diagnosis falls in, and what the note supports it by."""
    flags = [flag for flag in suggestion.flags if flag.get("kind") == "hcc"]
    if not flags:
        return []
    named = ", ".join(f"{flag['model']} HCC {flag['category']}" for flag in flags)
    support = ", ".join(flags[0].get("support", {}))
    return [f"{named}: {f'documented {support}' if support else 'no support in the note'}"]


def _line_details(suggestion: Suggestion) -> list[str]:
    """Say what a procedure line is for, why it has its modifiers, and what a visit rests on."""
    lines = []
    if suggestion.diagnoses:
        lines.append(f"for {', '.join(suggestion.diagnoses)}")
    if suggestion.visit is not None:
        for element in suggestion.visit.elements:
            quoted = f" “{_cut(element.evidence.text)}”" if element.evidence else ""
            lines.append(f"{element.column}: {element.element.replace('_', ' ')}{quoted}")
        if suggestion.visit.missing:
            lines.append(suggestion.visit.missing)
    lines += [f"-{m.modifier}: {m.reason}" for m in suggestion.modifiers or ()]
    lines += [f"{alert['severity']}: {alert['message']}" for alert in suggestion.alerts]
    return lines


def _not_performed(rows: tuple[NotPerformed, ...]) -> Table:
    table = plain_table(expand=True)
    table.add_column("Named, not a line", ratio=2)
    table.add_column("Code", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Cue", ratio=1)
    for row in rows:
        cue = f"“{_cut(row.cue)}”" if row.cue else ""
        table.add_row(_cut(row.text), row.code, row.status, cue)
    return table


def _not_coded(refusals: tuple[Refusal, ...]) -> Table:
    table = plain_table(expand=True)
    table.add_column("Not coded", ratio=2)
    table.add_column("Reason", no_wrap=True)
    table.add_column("Cue", ratio=1)
    rows = Counter((_cut(r.text), r.reason, _why(r)) for r in refusals)
    for (text, reason, why), count in rows.items():
        times = f" ({count} places)" if count > 1 else ""
        table.add_row(text + times, reason.replace("_", " "), why)
    return table


def _why(refusal: Refusal) -> str:
    """Return the words of the note that decided, or the sentence of the rule."""
    if refusal.rule is not None:
        return f"{refusal.code}: {refusal.cue}"
    return f"“{_cut(refusal.cue)}”" if refusal.cue else ""


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _MOST_WORDS else line[: _MOST_WORDS - 1] + "…"


_SYSTEMS = {"icd10cm": "ICD-10-CM", "cpt": "CPT", "hcpcs": "HCPCS", "icd10pcs": "ICD-10-PCS"}
