"""The options that say where work is done: how many processes, or which Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from suggester.errors import InputError


class Engine(StrEnum):
    """Where work is done."""

    local = "local"
    dask = "dask"


JobsOption = Annotated[
    int,
    typer.Option(
        help="Processes of this computer to use; -1 is one a core. A cluster is used whole."
    ),
]
EngineOption = Annotated[
    Engine, typer.Option(help="Where work is done: here, or on the workers of a Dask cluster.")
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Scheduler of the Dask cluster: tcp://HOST:PORT. Notes travel to its workers: between "
        "computers use tls://HOST:PORT, with certificates in Dask's configuration.",
        show_default=False,
    ),
]


def check_jobs(jobs: int) -> None:
    """Refuse a number of processes that is none.

    Raises
    ------
    InputError
        It is 0, or below -1.
    """
    if jobs == 0 or jobs < -1:
        raise InputError("--jobs must be a number of processes, or -1 for one a core.")


@contextmanager
def working_on(engine: Engine, scheduler: str | None) -> Iterator[None]:
    """Do parallel work where the options say.

    Raises
    ------
    InputError
        The options do not go together.
    ClusterError
        The cluster cannot be used.
    """
    from suggester.parallel import using

    with using(engine.value, scheduler, lambda said: typer.echo(f"Notice: {said}", err=True)):
        yield
