"""The page of one evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from suggester.evaluation.findings import Findings
from suggester.evaluation.groups import Group
from suggester.evaluation.hierarchy import chapters
from suggester.evaluation.metrics import METRICS
from suggester.evaluation.mistakes import worst
from suggester.evaluation.report import pictures
from suggester.evaluation.report.kinds import by_kind
from suggester.evaluation.report.page import write_page
from suggester.evaluation.report.words import certainty, summary
from suggester.evaluation.spans import FIGURES
from suggester.reports import Picture

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Confusions that are shown.
_MOST_CONFUSIONS = 20


def evaluation_page(found: Findings, codes: CodeSet) -> str:
    """Return the whole page as HTML; ``codes`` gives the titles of codes."""
    model = found.columns[0]
    whole = model.metrics["micro_f1"].value

    def groups_drawn(title: str, groups: Sequence[Group]) -> Picture | None:
        named = {f"{g.name} ({g.encounters})": g.figures["micro_f1"] for g in groups if g.figures}
        return (
            pictures.with_intervals(named, f"Micro-F1 by {title}", whole)
            if len(named) > 1
            else None
        )

    confused = [one for one in found.confusions if one.gold and one.suggested]
    evidence = found.evidence
    return write_page(
        "evaluation.html",
        found=found,
        model=model,
        release=codes.release.name,
        summary=summary(found),
        certainty=certainty(found),
        beside=pictures.with_intervals(
            {column.name: column.metrics["micro_f1"] for column in found.columns},
            "Micro-F1 of the model and the baselines",
        ),
        reliability=pictures.reliability_diagram(found.reliability),
        curve=pictures.precision_coverage(found.curve),
        kinds=by_kind(found.groups, lambda group: group.too_few, groups_drawn),
        chapters=pictures.chapter_bars(found.outcomes, {c.name: c.title for c in chapters()}),
        worst=worst(found.evaluation.by_code),
        confusions=confused[:_MOST_CONFUSIONS],
        codes=lambda code: codes.title(code) if code in codes else "",
        evidence={} if evidence is None else {name: getattr(evidence, name) for name in FIGURES},
        shown={
            *(METRICS if found.encounters else found.procedure_metrics),
            *(FIGURES if evidence else ()),
        },
        resamples=found.resamples,
        seed=found.seed,
    )
