"""Accounts made on the command line, and signing in to a served workbench as a browser does."""

from __future__ import annotations

import re
import ssl
import subprocess
import sys
from collections.abc import Mapping

import httpx2

PASSWORD = "correct horse battery"


def add_account(database: str, name: str, role: str, password: str = PASSWORD) -> None:
    """Make an account with the command that users are told."""
    command = [
        sys.executable, "-m", "suggester", "review", "account", "add", name,
        "--role", role, "--database", database,
    ]  # fmt: skip
    done = subprocess.run(
        command, input=f"{password}\n", capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert password not in done.stdout + done.stderr


def browser(
    address: str, tls: ssl.SSLContext | None = None, headers: Mapping[str, str] | None = None
) -> httpx2.Client:
    """Return a client that sends what a browser sends from a page of the service."""
    sent = {"origin": address, "sec-fetch-site": "same-origin", "accept": "text/html"}
    return httpx2.Client(
        base_url=address, headers={**sent, **(headers or {})}, timeout=60, verify=tls or True
    )


def sign_in(client: httpx2.Client, name: str, password: str = PASSWORD) -> httpx2.Response:
    """Fill in the form, and return the answer; the client carries the token from then on."""
    token = hidden(client.get("/login").text)
    answer = client.post("/login", data={"name": name, "password": password, "csrf_token": token})
    if answer.status_code == 303:
        client.headers["x-csrf-token"] = hidden(client.get("/").text)
    return answer


def hidden(page: str) -> str:
    """Return the token in a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]
