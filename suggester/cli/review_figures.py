"""``suggester review stats`` and ``agreement``: the figures of the dashboard and the audit page."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.models import Format, FormatOption
from suggester.cli.review_database import DatabaseOption, opened
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.review.agreement import Agreement
    from suggester.review.finished import Period
    from suggester.review.overview import Overview
    from suggester.review.statistics import OutcomeCounts

SinceOption = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="First day; else twelve weeks before the last."),
]
UntilOption = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="Last day; else today.")
]
_MOST_CODES = 20


def stats(
    since: SinceOption = None,
    until: UntilOption = None,
    coder: Annotated[str | None, typer.Option(help="Only what this coder finished.")] = None,
    model: Annotated[
        str | None, typer.Option(help='Only on suggestions of this model, "name version".')
    ] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Count what was done with suggestions: by code, coder, model version and week; and how fast."""
    from suggester.review.finished import Chosen
    from suggester.review.overview import overview

    chosen = Chosen(_period(since, until), coder, model)
    with opened(database) as kept:
        found = overview(kept, chosen)
    if format_ is Format.json:
        _print_json(found.to_dict())
        return
    typer.echo(
        f"{found.encounters:,} encounters finished, {chosen.period.since} to {chosen.period.until}"
    )
    if not found.encounters:
        return
    for heading, rows in (
        ("Code", found.codes[:_MOST_CODES]),
        ("Coder", found.coders),
        ("Model", found.models),
        ("Week", found.weeks),
        ("", (found.outcomes,)),
    ):
        _print_outcomes(heading, rows)
    _print_rest(found)


def agreement(
    since: SinceOption = None,
    until: UntilOption = None,
    first_coder: Annotated[str | None, typer.Option(help="Only this first coder.")] = None,
    second_coder: Annotated[str | None, typer.Option(help="Only this second coder.")] = None,
    database: DatabaseOption = None,
    format_: FormatOption = Format.table,
) -> None:
    """Tell how far first and second coders agree, by pair; the period is that of second codings."""
    from suggester.review.comparison import compare

    with opened(database) as kept:
        found = compare(kept, _period(since, until), first_coder, second_coder)
    if format_ is Format.json:
        _print_json(found.to_dict())
        return
    if not found.all.encounters:
        typer.echo("No encounter was coded twice in this period.")
        return
    table = plain_table()
    table.add_column("Coders")
    for heading in ("Encounters", "Same codes", "F1", "Categories", "First-listed", "Kappa"):
        table.add_column(heading, justify="right")
    for one, other, agreed in found.by_pair:
        table.add_row(f"{one} / {other}", *_agreement_row(agreed))
    table.add_row("all", *_agreement_row(found.all))
    console(sys.stdout).print(table)
    if found.to_settle:
        names = ", ".join(f"E{pair.encounter}" for pair in found.to_settle)
        typer.echo(f"To settle: {names}")


def _agreement_row(row: Agreement) -> list[str]:
    kappa = row.decisions.kappa
    shares = (row.exact_match, row.micro_f1, row.category_agreement, row.first_listed)
    return [
        f"{row.encounters:,}",
        *map(_percent, shares),
        "–" if kappa is None else f"{kappa:.2f}",
    ]


def _print_outcomes(heading: str, rows: Sequence[OutcomeCounts]) -> None:
    from suggester.review.statistics import OUTCOMES

    table = plain_table()
    table.add_column(heading, no_wrap=True)
    names = [name.replace("typed_although_suggested", "typed") for name in OUTCOMES]
    for name in (*names, "accept. %", "prec. %", "recall %"):
        table.add_column(name, justify="right")
    for row in rows:
        counts = [f"{getattr(row, name):,}" for name in OUTCOMES]
        shares = [
            # The unit stands in the heading, so that a narrow terminal breaks no figure.
            _percent(share).removesuffix(" %")
            for share in (row.acceptance, row.precision, row.recall)
        ]
        table.add_row(row.group, *counts, *shares)
    console(sys.stdout).print(table)


def _print_rest(found: Overview) -> None:
    from suggester.review.overview import UNKNOWN_ALLOWED

    pace, reached, drift = found.pace, found.reached, found.drift
    typer.echo(
        f"Seconds a note: median {_number(pace.median_seconds)}, "
        f"90th percentile {_number(pace.ninetieth_seconds)}"
    )
    if reached is not None:
        typer.echo(
            f"At {_percent(reached.precision)} precision: {_percent(reached.coverage)} of assigned codes, "
            f"confidence {_percent(reached.confidence)} or more"
        )
    typer.echo(
        f"Notes with more than {_percent(UNKNOWN_ALLOWED)} unknown words: {_percent(found.unknown.share)}"
    )
    if drift is not None and drift.confidences is not None:
        shift, before = drift.confidences, drift.earlier.period
        typer.echo(
            f"Confidences against {before.since} to {before.until}: {shift.change} change "
            f"(stability index {shift.psi:.3f}, by chance up to {shift.psi_by_chance:.3f})"
        )


def _period(since: str | None, until: str | None) -> Period:
    from suggester.review.finished import Period

    return Period.recent(day(since), day(until))


def day(written: str | None) -> datetime.date | None:
    """Return a day as an option names it; raises InputError where it is none."""
    if written is None:
        return None
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise InputError("A day is written as YYYY-MM-DD, such as 2026-11-22.") from None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
