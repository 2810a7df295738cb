"""The review database that a command works on, opened as ``suggester serve`` opens it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from suggester.review.database import Database
    from suggester.review.people import Person

DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        help="URL of the review database; else SUGGESTER_DATABASE, else a file in your data folder.",
        show_default=False,
    ),
]


@contextmanager
def opened(url: str | None) -> Iterator[Database]:
    """Yield the review database that an option or the environment names, brought up to date.

    Raises
    ------
    InputError
        The URL or a setting cannot be used.
    DatabaseError
        It does not answer.
    """
    from suggester.cli.serve import read_settings
    from suggester.review.database import Database
    from suggester.review.sealing import Sealer, read_keys

    settings = read_settings(url)
    database = Database(settings.database, Sealer(read_keys(settings.key.get_secret_value())))
    try:
        database.upgrade()
        yield database
    finally:
        database.close()


def command_line() -> Person:
    """Return who stands in the trail for what is done from the command line."""
    from suggester.review.people import ADMIN, Person

    return Person("command line", ADMIN)
