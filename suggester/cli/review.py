"""``suggester review``: export decisions for training, delete notes in time, check and re-encrypt."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from suggester.cli import review_accounts
from suggester.cli.progress import progress
from suggester.cli.review_database import DatabaseOption, command_line, opened
from suggester.cli.review_figures import agreement, stats
from suggester.cli.review_trail import trail
from suggester.errors import InputError, SuggesterError

app = typer.Typer(
    help="Look after the review workbench: accounts, figures, export, retention, keys.",
    no_args_is_help=True,
)
app.add_typer(review_accounts.app, name="account")
app.command("stats")(stats)
app.command("agreement")(agreement)
app.command("trail")(trail)
_DAY = ["%Y-%m-%d"]
#: Encounters that are named when their decisions were tampered with.
_MOST_NAMED = 20


@app.command()
def export(
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT.jsonl", help="File to write, readable by its owner alone."),
    ],
    since: Annotated[
        datetime.datetime | None, typer.Option(formats=_DAY, help="Finished on this day or later.")
    ] = None,
    until: Annotated[
        datetime.datetime | None, typer.Option(formats=_DAY, help="Finished on this day or before.")
    ] = None,
    coder: Annotated[str | None, typer.Option(help="Only what this account coded.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="Only coded, audited or exported encounters; may be repeated."),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            help="train: what models may learn from; test: what is held back; may be repeated."
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Write finished encounters, notes included, as a corpus that training takes as it is."""
    from suggester.cli.splits import check_splits
    from suggester.review.export import export_corpus
    from suggester.review.reviewed import FINISHED, Chosen

    chosen = Chosen(
        since.date() if since else None,
        until.date() if until else None,
        coder,
        tuple(state or FINISHED),
        check_splits(split),
    )
    with opened(database) as found, progress() as advance:
        done = export_corpus(
            found,
            out,
            command_line(),
            chosen,
            lambda number, total: advance("encounters", number, total),
        )
    decisions = ", ".join(f"{number} {kind}" for kind, number in sorted(done.decisions.items()))
    typer.echo(
        f"{_count(done.encounters)} {'is' if done.encounters == 1 else 'are'} in {out}"
        + (f": {decisions}." if decisions else ".")
    )
    typer.echo(
        "Notice: the file holds the notes as they are; keep it like a record, and delete it after use.",
        err=True,
    )


@app.command()
def purge(
    older_than: Annotated[
        int, typer.Option(min=0, help="Days since anything was decided on an encounter.")
    ],
    state: Annotated[
        list[str] | None,
        typer.Option(
            help="Only encounters in this state; may be repeated. Finished ones when not given.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Delete notes, their suggestions and coders' words for good; decisions and trail stay."""
    from suggester.review import retention
    from suggester.review.reviewed import FINISHED
    from suggester.review.wiping import is_clean

    states = tuple(state or FINISHED)
    with opened(database) as found:
        numbers = retention.due(found, older_than, states)
        if not numbers:
            typer.echo("There is no note to delete.")
            if is_clean(found):
                return
        elif not yes and not typer.confirm(
            f"Delete the notes of {_count(len(numbers))} for good?", err=True
        ):
            typer.echo("Nothing was deleted.", err=True)
            raise typer.Exit(1)
        with progress() as advance:
            done = retention.purge(
                found,
                older_than,
                command_line(),
                states,
                lambda number, total: advance("encounters", number, total),
            )
    if numbers:
        typer.echo(f"The notes of {_count(done.encounters)} were deleted.")
    _tell_wiped(done.wiped)


@app.command()
def verify(database: DatabaseOption = None) -> None:
    """Check that no decision was changed, left out or put in between; fail where one was."""
    from suggester.review.trail import broken_chains

    with opened(database) as found, found.reading() as session:
        broken = broken_chains(session)
    if broken:
        numbers = sorted(set(broken))
        named = ", ".join(f"E{number}" for number in numbers[:_MOST_NAMED])
        more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
        raise SuggesterError(
            f"The decisions of {_count(len(numbers))} are not as they were made: {named}{more}."
        )
    typer.echo("All decisions are as they were made.")


@app.command()
def rekey(database: DatabaseOption = None) -> None:
    """Encrypt everything anew with the first key of SUGGESTER_KEY; may be interrupted and repeated."""
    from suggester.review.rekeying import rekey as seal_anew

    with opened(database) as found:
        if not found.sealer.encrypts:
            raise InputError(
                "There is no key: set SUGGESTER_KEY to the new one, a comma and the old ones."
            )
        with progress() as advance:
            done = seal_anew(
                found, command_line(), lambda number, total: advance("encrypting", number, total)
            )
    typer.echo(
        f"Encrypted anew: {done.renewed}. Encrypted with the newest key already: {done.already}."
    )
    _tell_wiped(done.wiped)


def _tell_wiped(wiped: bool) -> None:
    if not wiped:
        typer.echo(
            "Notice: another process was reading the database, so its log still holds deleted text; "
            "it goes when the service ends, or with the next purge.",
            err=True,
        )


def _count(encounters: int) -> str:
    return "1 encounter" if encounters == 1 else f"{encounters} encounters"
