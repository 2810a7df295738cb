"""``suggester serve`` where others can reach it: what it refuses, TLS, a proxy, several processes."""

from __future__ import annotations

import datetime
import ipaddress
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.serving import free_port, served
from tests.signing_in import add_account, browser, sign_in

ELSEWHERE = {"SUGGESTER_HOSTS": "coding.example.org"}


def refusal(*options: str, **variables: str) -> str:
    """Start the service in vain, and return the sentence it says why."""
    done = subprocess.run(
        [sys.executable, "-m", "suggester", "serve", "--port", str(free_port()), *options],
        capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **variables},
    )  # fmt: skip
    assert done.returncode == 2
    assert "is ready" not in done.stdout
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


@pytest.fixture
def empty(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'review.db'}"


@pytest.fixture
def staffed(empty: str) -> str:
    add_account(empty, "root", "admin")
    return empty


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


@pytest.mark.parametrize(
    ("options", "variables"),
    [
        (["--host", "0.0.0.0"], {}),
        (["--host", "0.0.0.0"], ELSEWHERE),
        (["--host", "0.0.0.0", "--workers", "2"], ELSEWHERE),
        ([], ELSEWHERE),
        (["--proxy", "10.0.0.2"], ELSEWHERE),
    ],
)
def test_nobody_is_served_before_there_is_an_administrator(
    empty: str, options: list[str], variables: dict[str, str]
) -> None:
    said = refusal("--database", empty, *options, **variables)
    assert "no administrator yet" in said
    assert "suggester review account add NAME --role admin" in said


@pytest.mark.parametrize(
    "options",
    [["--host", "0.0.0.0"], ["--host", "::"], ["--host", "0::0"], ["--proxy", "10.0.0.2"]],
)
def test_it_is_to_be_told_under_which_names_others_call_it(
    staffed: str, options: list[str]
) -> None:
    assert "SUGGESTER_HOSTS=" in refusal("--database", staffed, *options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "coding.example.org"], "--host is an IP address"),
        (["--host", "192.0.2.77"], "is not an address of this computer"),
        (["--proxy", "*"], "named by its address or network"),
        (["--proxy", "0.0.0.0/0"], "named by its address or network"),
        (["--proxy", "proxy.example.org"], "named by its address or network"),
        (["--certificate", "cert.pem"], "given together"),
        (["--certificate", "no.pem", "--key-file", "no.pem"], "There is no file no.pem"),
    ],
)
def test_what_makes_no_sense_is_said(empty: str, options: list[str], said: str) -> None:
    assert said in refusal("--database", empty, *options)


@pytest.mark.parametrize("hosts", ["https://coding.example.org", "coding.example.org:8443", "*"])
def test_hosts_are_names_alone(empty: str, hosts: str) -> None:
    assert "names alone" in refusal("--database", empty, SUGGESTER_HOSTS=hosts)


def test_a_certificate_goes_with_its_key(empty: str, pair: tuple[str, str]) -> None:
    said = refusal("--database", empty, "--certificate", pair[0], "--key-file", pair[0])
    assert "are not a certificate and its unencrypted key" in said


def test_any_loopback_address_serves_the_one_user(tmp_path: Path, empty: str) -> None:
    with served(tmp_path, empty, "--host", "127.0.0.2") as service:
        assert httpx2.get(f"{service.address}/api/v1/encounters").status_code == 200


def test_over_tls_cookies_go_no_other_way(
    tmp_path: Path, staffed: str, pair: tuple[str, str]
) -> None:
    options = ("--host", "0.0.0.0", "--certificate", pair[0], "--key-file", pair[1])
    with served(tmp_path, staffed, *options, **ELSEWHERE) as service:
        client = browser(service.address, service.tls)
        answer = sign_in(client, "root")
        assert answer.status_code == 303
        [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith("__Host-")]
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; ")[1:])
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        taken = "/api/v1/encounters/claim-next"
        assert client.post(taken).status_code == 204
        plain = service.address.replace("https:", "http:")
        assert client.post(taken, headers={"origin": plain}).status_code == 403
        with pytest.raises(httpx2.HTTPError):
            httpx2.get(f"{plain}/login")
    assert "unencrypted" not in service.log.read_text("utf-8")


def test_without_tls_it_is_said_that_passwords_travel_open(tmp_path: Path, staffed: str) -> None:
    with served(tmp_path, staffed, "--host", "0.0.0.0", **ELSEWHERE) as service:
        assert httpx2.get(f"{service.address}/api/v1/encounters").status_code == 401
        called = {"host": "coding.example.org:9999"}
        assert httpx2.get(f"{service.address}/login", headers=called).status_code == 200
        called = {"host": "elsewhere.example.org"}
        assert httpx2.get(f"{service.address}/login", headers=called).status_code == 403
    assert "travel unencrypted" in service.log.read_text("utf-8")


def addresses(database: str) -> list[str]:
    """From where the trail says that signing in failed."""
    query = "SELECT json_extract(detail, '$.address') FROM audit WHERE action = 'sign-in failed'"
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        return [row[0] for row in connection.execute(query)]


@pytest.mark.parametrize(
    ("options", "address"),
    [((), "127.0.0.1"), (("--proxy", "127.0.0.1"), "192.0.2.9"), (("--proxy", "10.0.0.2"), "127.0.0.1")],
)  # fmt: skip
def test_only_a_declared_proxy_tells_where_somebody_comes_from(
    tmp_path: Path, staffed: str, options: tuple[str, ...], address: str
) -> None:
    # What stands before the last address was written by the sender.
    claimed = {"x-forwarded-for": "203.0.113.7, 192.0.2.9", "x-forwarded-proto": "https"}
    with served(tmp_path, staffed, *options, **ELSEWHERE) as service:
        origin = service.address.replace("http:", "https:") if options else service.address
        client = browser(service.address, None, claimed | {"origin": origin})
        # The cookie of a page over TLS is sent back by hand: this client speaks none.
        page = client.get("/login")
        client.headers["cookie"] = page.headers["set-cookie"].split(";")[0]
        assert sign_in(client, "root", "a wrong guess").status_code == 401
    assert addresses(staffed) == [address]


def test_the_rules_hold_in_every_worker(tmp_path: Path, staffed: str) -> None:
    limits = {"SUGGESTER_MOST_MEGABYTES": "1", **ELSEWHERE}
    with served(tmp_path, staffed, "--workers", "2", **limits) as service:
        # A new connection each time, so that both workers are asked.
        asked = [httpx2.get(f"{service.address}/api/v1/encounters") for _ in range(24)]
        assert {answer.status_code for answer in asked} == {401}
        wrong = {"host": "elsewhere.example.org"}
        asked = [httpx2.get(f"{service.address}/login", headers=wrong) for _ in range(12)]
        assert {answer.status_code for answer in asked} == {403}
        client = browser(service.address)
        assert sign_in(client, "root").status_code == 303
        signed_in = dict(client.headers) | {
            "cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())
        }
        large = {"text": "a" * 1_100_000}
        for _ in range(12):
            listed = httpx2.get(f"{service.address}/api/v1/encounters", headers=signed_in)
            assert listed.status_code == 200
            sent = httpx2.post(f"{service.address}/api/v1/suggest", json=large, headers=signed_in)
            assert sent.status_code == 413
