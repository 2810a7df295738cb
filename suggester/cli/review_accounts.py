"""``suggester review account``: who may come into the review workbench."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.review_database import DatabaseOption, command_line, opened
from suggester.errors import InputError

app = typer.Typer(help="Who may come into the review workbench.", no_args_is_help=True)


class Role(StrEnum):
    """What an account may do."""

    coder = "coder"
    auditor = "auditor"
    admin = "admin"
    service = "service"


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]


@app.command()
def add(
    name: NameArgument,
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.coder,
    database: DatabaseOption = None,
) -> None:
    """Make an account; the password is asked for, or read from standard input."""
    from suggester.review.accounts import Accounts

    with opened(database) as found:
        accounts = Accounts(found)
        if role is not Role.admin and not accounts.any_admin():
            raise InputError("The first account is an administrator: add it with --role admin.")
        password = None if role is Role.service else _password()
        accounts.add(name, role.value, password, command_line())
    typer.echo(f"{name} may come in as {role.value}.")


@app.command("list")
def list_(database: DatabaseOption = None) -> None:
    """List the accounts, and the tokens that hold."""
    from suggester.review.accounts import Accounts
    from suggester.review.api_tokens import Tokens

    with opened(database) as found:
        rows, tokens = Accounts(found).listed(), Tokens(found).listed()
    if not rows:
        typer.echo("There is no account; one user of this computer is let in.", err=True)
        return
    table = plain_table()
    for heading in ("Name", "Role", "State", "Tokens"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        issued = [
            f"{token.id} {token.label}"
            + (f", until {token.expires:%Y-%m-%d}" * bool(token.expires))
            for token in tokens
            if token.account == row.id
        ]
        table.add_row(row.name, row.role, "" if row.active else "disabled", "\n".join(issued))
    console(sys.stdout).print(table)


@app.command()
def role(
    name: NameArgument,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="coder, auditor or admin.")],
    database: DatabaseOption = None,
) -> None:
    """Give an account another role; it holds at once."""
    from suggester.review.accounts import Accounts

    with opened(database) as found:
        Accounts(found).set_role(name, role.value, command_line())
    typer.echo(f"{name} is {role.value} now.")


@app.command()
def disable(
    name: NameArgument,
    undo: Annotated[bool, typer.Option("--undo", help="Let it in again.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Shut an account out at once: its sessions end, its tokens are revoked."""
    from suggester.review.accounts import Accounts

    with opened(database) as found:
        if undo:
            Accounts(found).enable(name, command_line())
        else:
            Accounts(found).disable(name, command_line())
    typer.echo(f"{name} may come in again." if undo else f"{name} is shut out.")


@app.command()
def password(name: NameArgument, database: DatabaseOption = None) -> None:
    """Set a password, asked for or read from standard input; sessions of the account end."""
    from suggester.review.accounts import Accounts
    from suggester.review.sign_in import SignIn

    with opened(database) as found:
        accounts = Accounts(found)
        accounts.find(name)
        accounts.set_password(name, _password(), command_line())
        SignIn(found).forgive(name)
    typer.echo(f"The password of {name} is changed.")


@app.command()
def token(
    name: NameArgument,
    label: Annotated[str, typer.Option(help="What the token is for.")] = "token",
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days it holds.")] = 90,
    revoke: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Revoke the token of this number instead.", show_default=False
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Make a token for a program and print it; it is not shown again."""
    from suggester.review.accounts import Accounts
    from suggester.review.api_tokens import Tokens

    with opened(database) as found:
        person = Accounts(found).find(name)
        if revoke is not None:
            Tokens(found).revoke(revoke, person, command_line())
            typer.echo(f"Token {revoke} of {name} is revoked.")
        else:
            typer.echo(Tokens(found).issue(person, label, days, command_line()))


def _password() -> str:
    """Return a password typed twice at a terminal, or else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise InputError("The two passwords differ; nothing was changed.")
    return first
