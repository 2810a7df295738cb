"""``suggester serve``: the review workbench in a browser, and its interface for programs."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.web.office import Office
    from suggester.web.settings import Settings


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; only this computer's own can be used.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    database: Annotated[
        str | None,
        typer.Option(
            help="URL of the review database, sqlite:///FILE or postgresql://USER@HOST/NAME; "
            "else SUGGESTER_DATABASE, else a file in your data folder.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Model that suggests.", show_default="default")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="TOML file with the rules of your site.", show_default=False)
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Put three example notes into the worklist.")
    ] = False,
) -> None:
    """Serve the review workbench until interrupted."""
    _check_host(host)
    _check_port(host, port)
    import uvicorn

    from suggester.web.app import create_app

    settings = _settings(database, model, rules)
    office = _office(settings)
    if examples:
        _add_examples(office)
    typer.echo(f"Suggester is ready: http://{_written(host)}:{port} (Ctrl+C ends it)")
    uvicorn.run(
        create_app(office, settings.most_megabytes),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _check_host(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise InputError(
            f"{host[:100]} is not an address of this computer alone. Without accounts the workbench is "
            "served on 127.0.0.1, ::1 or localhost only."
        )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise InputError(
                f"Port {port} cannot be used: another program has it, or you may not. "
                "Name another with --port."
            ) from None


def _settings(database: str | None, model: str | None, rules: Path | None) -> Settings:
    from pydantic import ValidationError

    from suggester.web.settings import Settings

    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(f"SUGGESTER_{problem['loc'][0]}".upper() for problem in error.errors())
        raise InputError(f"These settings cannot be used: {names}.") from None
    given = {"database": database, "model": model, "rules": rules}
    return settings.model_copy(update={key: value for key, value in given.items() if value})


def _office(settings: Settings) -> Office:
    from suggester.engine import Suggester
    from suggester.review.database import Database
    from suggester.review.desk import Desk
    from suggester.review.sealing import Sealer, read_keys
    from suggester.web.office import Office

    database = Database(settings.database, Sealer(read_keys(settings.key.get_secret_value())))
    database.upgrade()
    return Office(database, Desk(Suggester.load(settings.model, rules=settings.rules)))


def _add_examples(office: Office) -> None:
    from suggester.web.examples import examples

    person = office.local_person()
    for encounter in examples():
        arrival = office.intake.add(encounter, person)
        office.result(arrival.id, office.encounter(arrival.id)[1])


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
