"""Tables of ``suggester evaluate`` and ``suggester compare`` as the terminal shows them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from suggester.cli.console import console, plain_table

if TYPE_CHECKING:
    from suggester.evaluation.comparison import CodeChange, Comparison
    from suggester.evaluation.findings import Findings
    from suggester.evaluation.procedures import ProcedureEvaluation
    from suggester.evaluation.resampling import Interval

#: Codes that a comparison shows on either side.
_MOST_CODES = 10


def print_findings(found: Findings) -> None:
    """Print metrics with intervals beside those of the baselines, the groups, and the procedures."""
    if found.encounters:
        _print_metrics(found)
        _print_groups(found)
    if found.procedures is not None:
        _print_procedures(found.procedures, found)


def print_comparison(found: Comparison) -> None:
    """Print the verdict, the metrics of both models, the groups, and the codes won and lost."""
    typer.echo(found.sentence)
    typer.echo("")
    table = plain_table()
    table.add_column("Metric", no_wrap=True)
    for heading in (found.base, found.other, "difference", "95 %", "better"):
        table.add_column(heading, justify="right", no_wrap=heading == "95 %")
    for row in found.rows:
        table.add_row(
            row.metric,
            f"{row.base:.3f}",
            f"{row.other:.3f}",
            f"{row.other - row.base:+.3f}",
            f"{row.low:+.3f} to {row.high:+.3f}",
            f"{100 * row.better:.0f} %",
        )
    console(sys.stdout).print(table)
    typer.echo(
        f"{found.encounters} encounters of {found.patients} patients; better: the share of "
        f"{found.resamples} draws of patients in which {found.other} is the better one.\n"
    )
    groups = plain_table()
    for heading in ("Group", "", "encounters", "codes", "micro_f1", "95 %"):
        groups.add_column(heading, justify="left" if heading in {"Group", ""} else "right")
    for group in found.groups:
        if group.row is not None:
            difference = f"{group.row.other - group.row.base:+.3f}"
            bounds = f"{group.row.low:+.3f} to {group.row.high:+.3f}"
            size = (str(group.encounters), str(group.codes))
            groups.add_row(group.kind, group.name, *size, difference, bounds)
    if groups.row_count:
        console(sys.stdout).print(groups)
    _print_codes(f"Won by {found.other}", found.won[:_MOST_CODES], "won_in")
    _print_codes(f"Lost by {found.other}", found.lost[:_MOST_CODES], "lost_in")


def _print_codes(title: str, codes: Sequence[CodeChange], where: str) -> None:
    if not codes:
        typer.echo(f"\n{title}: no code more often than the other way round.")
        return
    typer.echo("")
    table = plain_table()
    table.add_column(title, no_wrap=True)
    table.add_column("won", justify="right")
    table.add_column("lost", justify="right")
    table.add_column("for example in", overflow="fold")
    for code in codes:
        table.add_row(code.code, str(code.won), str(code.lost), ", ".join(getattr(code, where)))
    console(sys.stdout).print(table)


def _print_metrics(found: Findings) -> None:
    table = plain_table()
    table.add_column("Metric", no_wrap=True)
    model, *others = found.columns
    table.add_column(model.name, justify="right")
    table.add_column("95 %", justify="right", no_wrap=True)
    for column in others:
        table.add_column(column.name, justify="right")
    for metric, value in model.metrics.items():
        beside = [f"{column.metrics[metric].value:.3f}" for column in others]
        table.add_row(metric, f"{value.value:.3f}", _bounds(value), *beside)
    console(sys.stdout).print(table)
    typer.echo(
        f"{found.encounters} encounters of {found.patients} patients. "
        f"95 %: bounds over {found.resamples} draws of patients."
    )
    for column in others:
        trained = f", trained on {column.trained_on}" if column.trained_on else ""
        typer.echo(f"{column.name}: {column.what}{trained}.")


def _print_groups(found: Findings) -> None:
    typer.echo("")
    table = plain_table()
    for heading in ("Group", "", "encounters", "codes", "micro_f1", "95 %"):
        table.add_column(heading, justify="left" if heading in {"Group", ""} else "right")
    for group in found.groups:
        value = group.figures.get("micro_f1")
        if value is not None:
            figures = (f"{value.value:.3f}", _bounds(value))
            table.add_row(group.kind, group.name, str(group.encounters), str(group.codes), *figures)
    if table.row_count:
        console(sys.stdout).print(table)
    small = sum(group.too_few for group in found.groups)
    if small:
        typer.echo(
            f"{small} groups have too few encounters, fewer than 10; --report and --format json list them."
        )
    if found.evidence is not None:
        evidence = found.evidence
        typer.echo(
            f"\nEvidence of {evidence.codes} right codes: {evidence.touched.value:.3f} overlap the "
            f"marked words; F1 of characters {evidence.characters.value:.3f}, of overlapping places "
            f"{evidence.overlapping.value:.3f}, of places the same to the character "
            f"{evidence.exact.value:.3f}."
        )


def _bounds(value: Interval) -> str:
    return f"{value.low:.3f}–{value.high:.3f}"


def _print_procedures(done: ProcedureEvaluation, found: Findings) -> None:
    table = plain_table()
    table.add_column("Procedures", no_wrap=True)
    table.add_column(found.columns[0].name, justify="right")
    table.add_column("95 %", justify="right", no_wrap=True)
    for metric, value in found.procedure_metrics.items():
        table.add_row(metric, f"{value.value:.3f}", _bounds(value))
    table.add_row("first code right", f"{done.first_right:.3f}")
    table.add_row("right code in the first five", f"{done.in_five:.3f}")
    table.add_row("not performed, yet confident", f"{done.made_lines} of {done.named}")
    table.add_row("visit level exactly right", f"{done.visits_right} of {done.visits}")
    console(sys.stdout).print(table)
    typer.echo(f"{done.encounters} encounters whose procedures were coded.")
