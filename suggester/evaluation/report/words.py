"""Findings in plain words: the summary a page begins with."""

from __future__ import annotations

from suggester.evaluation.comparison import Comparison
from suggester.evaluation.findings import Findings
from suggester.evaluation.groups import SECTION
from suggester.evaluation.ranked import PRECISION
from suggester.evaluation.report.page import percent


def summary(found: Findings) -> list[str]:
    """Return what an evaluation found, the most important first."""
    if not found.encounters:
        return _procedures(found)
    model = found.columns[0]
    metrics = model.metrics
    recall, precision, main = (
        metrics[name] for name in ("micro_recall", "micro_precision", "micro_f1")
    )
    found_and_right = (
        f"{model.name} confidently suggests {percent(recall.value)} of the codes that coders assigned, and "
        f"{percent(precision.value)} of what it confidently suggests is right."
    )
    together = (
        f"Together that is a micro-F1 of {main.value:.3f}; another draw of such patients would give "
        f"between {main.low:.3f} and {main.high:.3f} (95\u00a0% interval). In "
        f"{percent(metrics['exact_match'].value)} of the encounters its confident codes are exactly the coder's."
    )
    covered = metrics["coverage_at_95"]
    confidence = (
        f"A confidence is off by {100 * metrics['ece'].value:.1f} percentage points on average. Taken "
        f"from the most confident down, suggestions that are {percent(PRECISION)} right cover "
        f"{percent(covered.value)} of the gold codes ({percent(covered.low)} to {percent(covered.high)})."
    )
    limits = (
        "These figures hold for notes like the ones measured, and only if the model was not trained "
        "on them."
    )
    return [found_and_right, together, _baselines(found), confidence, _groups(found), limits]


def certainty(found: Findings) -> str:
    """Say from which confidence on suggestions are surely 95 % right."""
    sure = found.certain
    if sure is None:
        return (
            f"No row reaches {percent(PRECISION)} with certainty on {found.patients} patients; even without a "
            "single error that takes about a hundred."
        )
    return (
        f"From confidence {sure.threshold:.2f} on, at least {percent(PRECISION)} are right with certainty; "
        f"that covers {percent(sure.coverage)} of the gold codes."
    )


def comparison_summary(found: Comparison) -> list[str]:
    """Return what a comparison found, the verdict first."""
    better = [group for group in found.groups if group.row and group.row.verdict == "better"]
    worse = [group for group in found.groups if group.row and group.row.verdict == "worse"]
    told = []
    for word, groups in (("better", better), ("worse", worse)):
        names = ", ".join(f"{group.kind}: {group.name}" for group in groups)
        told.append(f"clearly {word} for {names or 'none'}")
    won, lost = (sum(getattr(code, side) for code in found.codes) for side in ("won", "lost"))
    return [
        found.sentence,
        f"Decisions that only one of the two made rightly: {found.other} {won}, {found.base} {lost}.",
        f"By group, {found.other} is {told[0]}; {told[1]}.",
        "These figures hold only if neither model was trained on these notes.",
    ]


def _procedures(found: Findings) -> list[str]:
    if found.procedures is None:
        return ["No encounter has coded diagnoses or procedures, so nothing could be measured."]
    recall, precision, main = (
        found.procedure_metrics[name] for name in ("micro_recall", "micro_precision", "micro_f1")
    )
    return [
        (
            f"{found.columns[0].name} confidently suggests {percent(recall.value)} of the procedures "
            f"that coders assigned, and {percent(precision.value)} of those it suggests are right: "
            f"micro-F1 {main.value:.3f} ({main.low:.3f} to {main.high:.3f}, 95\u00a0% interval)."
        ),
    ]


def _baselines(found: Findings) -> str:
    model, *others = found.columns
    if not others:
        return "No baseline was measured."
    low = model.metrics["micro_f1"].low
    told = ", ".join(f"{one.name} {one.metrics['micro_f1'].value:.3f}" for one in others)
    near = [one.name for one in others if one.metrics["micro_f1"].high >= low]
    if near:
        return f"Baselines reach micro-F1: {told}. Not clearly below the model: {', '.join(near)}."
    which = "The baseline reaches" if len(others) == 1 else "Baselines reach"
    return f"{which} micro-F1: {told}. The model's interval lies above."


def _groups(found: Findings) -> str:
    whole = found.columns[0].metrics["micro_f1"].value
    shown = [group for group in found.groups if group.figures and group.kind != SECTION]
    weak = [group for group in shown if group.figures["micro_f1"].high < whole]
    if not weak:
        return "No group of at least 10 encounters lies clearly below the whole."
    weak.sort(key=lambda group: group.figures["micro_f1"].value)
    named = "; ".join(
        f"{group.kind}: {group.name} ({group.figures['micro_f1'].value:.3f}, {group.encounters} encounters)"
        for group in weak[:5]
    )
    return f"Clearly below the whole: {named}."
