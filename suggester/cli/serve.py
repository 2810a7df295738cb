"""``suggester serve``: the review workbench in a browser, and its interface for programs."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.serve_workers import WORKER, several
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.web.office import Office
    from suggester.web.settings import Settings

#: How long requests that are under way may take to finish when the service ends, in seconds.
_GRACE = 25


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on; one that others reach needs accounts.")
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
    certificate: Annotated[
        Path | None,
        typer.Option(help="TLS certificate with its chain, in PEM.", show_default=False),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="Its private key, in PEM.", show_default=False)
    ] = None,
    proxy: Annotated[
        str | None,
        typer.Option(
            help="Address or network of the proxy in front, which speaks TLS to browsers and whose "
            "X-Forwarded-For is believed; none is otherwise.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that serve, each with a model of its own.")
    ] = 1,
    log_requests: Annotated[
        bool,
        typer.Option("--log-requests", help="Write a line of JSON for every request to stderr."),
    ] = False,
) -> None:
    """Serve the review workbench until interrupted."""
    from suggester.cli.serve_safely import (
        check_accounts,
        check_port,
        check_proxy,
        check_tls,
        is_loopback,
        read_hosts,
    )

    # What is asked to end ends with 0; uvicorn, which finishes what is under way first, passes it on.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    only_here = is_loopback(host)
    check_tls(certificate, key_file)
    if proxy is not None:
        check_proxy(proxy)
    settings = read_settings(database, model, rules, log_requests)
    hosts = read_hosts(settings.hosts)
    check_port(host, port)
    import uvicorn

    from suggester.web.factory import app_of, house_of, open_database, open_office

    private = only_here and proxy is None and not hosts
    opened = open_database(settings)
    if not private:
        check_accounts(opened, host, hosts, is_proxied=proxy is not None)
    office = open_office(settings, opened)
    _tell_promoted(office, model)
    if examples:
        _add_examples(office)
    secure = certificate is not None or proxy is not None
    house = house_of(settings, (*hosts, host), private, secure)
    _announce(host, port, certificate is not None, private or secure)
    app = app_of(settings, office, house) if workers == 1 else WORKER
    if workers > 1:  # Opened only so that what is wrong is said once, before they start.
        office.database.close()
    del office
    with several(settings, house, workers) as told:
        uvicorn.run(
            app,
            **told,
            host=host,
            port=port,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            ssl_certfile=certificate,
            ssl_keyfile=key_file,
            proxy_headers=proxy is not None,
            forwarded_allow_ips=proxy,
        )


def _announce(host: str, port: int, tls: bool, sealed: bool) -> None:
    scheme = "https" if tls else "http"
    typer.echo(f"Suggester is ready: {scheme}://{_written(host)}:{port} (Ctrl+C ends it)")
    if not sealed:
        typer.echo(
            "Notice: passwords and notes travel unencrypted; give --certificate and --key-file, or "
            "put a proxy that speaks TLS in front and name it with --proxy.",
            err=True,
        )


def _tell_promoted(office: Office, model: str | None) -> None:
    promoted = office.retraining.in_use.current()
    if model is not None and promoted is not None and promoted.model != model:
        typer.echo(
            f"Notice: {promoted.model}, which {promoted.by} promoted, suggests instead of {model}; "
            "roll back or promote another on the Models page.",
            err=True,
        )


def read_settings(
    database: str | None,
    model: str | None = None,
    rules: Path | None = None,
    log_requests: bool = False,
) -> Settings:
    """Return the settings of the environment, with what the options say in their place.

    Raises
    ------
    InputError
        A variable cannot be used, or a file of secrets cannot be read.
    """
    from pydantic import ValidationError

    from suggester.web.settings import load_settings

    try:
        settings = load_settings()
    except ValidationError as error:
        names = ", ".join(f"SUGGESTER_{problem['loc'][0]}".upper() for problem in error.errors())
        raise InputError(f"These settings cannot be used: {names}.") from None
    except OSError as error:
        name = Path(str(error.filename)).name
        raise InputError(f"The secret {name} cannot be read: {error.strerror}.") from None
    given = {"database": database, "model": model, "rules": rules, "log_requests": log_requests}
    return settings.model_copy(update={key: value for key, value in given.items() if value})


def _add_examples(office: Office) -> None:
    from suggester.web.examples import examples

    person = office.local_person()
    for encounter in examples():
        arrival = office.intake.add(encounter, person)
        office.result(arrival.id, office.encounter(arrival.id)[1])


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
