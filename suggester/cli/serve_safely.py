"""What ``suggester serve`` makes sure of before others than its user can reach it."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.review.database import Database


#: A name or an IPv4 address, without the port.
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this computer alone.

    Raises
    ------
    InputError
        It is a name: what it stands for would have to be asked of the network.
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise InputError(
            "--host is an IP address of this computer, such as 127.0.0.1 or 0.0.0.0, or localhost."
        ) from None


def read_hosts(given: str) -> tuple[str, ...]:
    """Return the names under which others call the service.

    Raises
    ------
    InputError
        One is not a name or an address alone.
    """
    hosts = tuple(filter(None, map(str.strip, given.split(","))))
    for host in hosts:
        try:
            is_address = bool(ipaddress.ip_address(host))
        except ValueError:
            is_address = False
        if not is_address and not _HOST.fullmatch(host):
            raise InputError(
                "SUGGESTER_HOSTS holds names alone, without https:// and without a port, such as "
                "coding.example.org."
            )
    return hosts


def check_proxy(given: str) -> None:
    """Refuse what is no address or network; any sender at all is not one.

    Raises
    ------
    InputError
        It is none.
    """
    for part in given.split(","):
        try:
            network = ipaddress.ip_network(part.strip())
        except ValueError:
            network = None
        if network is None or network.prefixlen == 0:
            raise InputError(
                "A proxy is named by its address or network, such as 10.0.0.2 or 10.0.0.0/24."
            )


def check_tls(certificate: Path | None, key: Path | None) -> None:
    """Refuse a certificate and key that do not go together.

    Raises
    ------
    InputError
        One is missing or cannot be read, or they are not a pair.
    """
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise InputError("--certificate and --key-file are given together.")
    for path in (certificate, key):
        if not path.is_file():
            raise InputError(f"There is no file {path}.")
    try:
        # The empty password keeps it from asking for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, lambda: "")
    except (ssl.SSLError, OSError, ValueError):
        raise InputError(
            f"{certificate} and {key} are not a certificate and its unencrypted key in PEM."
        ) from None


def check_port(host: str, port: int) -> None:
    """Refuse an address or port that cannot be listened on.

    Raises
    ------
    InputError
        It cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise InputError(
                f"Port {port} of {host[:100]} cannot be used: another program has it, you may not, or "
                "it is not an address of this computer. Name others with --port and --host."
            ) from None


def check_accounts(
    database: Database, host: str, hosts: tuple[str, ...], *, is_proxied: bool
) -> None:
    """Refuse to let others in before there is somebody who gives them accounts.

    Raises
    ------
    InputError
        There is no administrator, or it is not told under which names the service is called.
    """
    from suggester.review.accounts import Accounts

    if not Accounts(database).any_admin():
        raise InputError(
            "Others than you could come in, and there is no administrator yet; make one with: "
            "suggester review account add NAME --role admin."
        )
    is_any = host != "localhost" and ipaddress.ip_address(host).is_unspecified
    if not hosts and (is_any or is_proxied):
        raise InputError(
            "Tell under which names others call this service: SUGGESTER_HOSTS=coding.example.org."
        )
