"""Signing in and out, as a browser and an attacker see it."""

from __future__ import annotations

import datetime
import re
from http.cookies import SimpleCookie

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from suggester.review import login_sessions, sign_in
from suggester.review.trail import now
from suggester.web.house import House
from suggester.web.office import Office
from tests.web.staff import BOSS, HOME, PASSWORD, Staff, staffed

PAGE = {"origin": HOME, "sec-fetch-site": "same-origin"}


@pytest.fixture
def staff(office: Office) -> Staff:
    return staffed(office)


def hidden(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in_as(
    client: TestClient, name: str, password: str = PASSWORD, next: str = "/", **more: str
) -> int:
    """Fill in the form as a browser does, and return the status."""
    fields = {"name": name, "password": password, "next": next}
    fields["csrf_token"] = hidden(client.get("/login").text)
    return client.post("/login", data=fields | more, headers=PAGE).status_code


def cookie_set(client: TestClient, name: str) -> str:
    """The words with which the session cookie was set by signing in."""
    fields = {"name": name, "password": PASSWORD, "csrf_token": hidden(client.get("/login").text)}
    answer = client.post("/login", data=fields, headers=PAGE)
    assert answer.status_code == 303
    return next(
        line for line in answer.headers.get_list("set-cookie") if "csrf" not in line.split("=")[0]
    )


def test_a_browser_signs_in_works_and_signs_out(staff: Staff) -> None:
    client = staff.stranger()
    sent_away = client.get("/encounters/E5")
    assert (sent_away.status_code, sent_away.headers["location"]) == (
        303, "/login?next=/encounters/E5",
    )  # fmt: skip
    assert sign_in_as(client, "ann") == 303
    page = client.get("/").text
    assert "ann</a>" in page
    assert "Sign out" in page
    token = hidden(page)
    headers = PAGE | {"x-csrf-token": token}
    assert client.post("/api/v1/encounters/claim-next", headers=headers).status_code == 204
    out = client.post("/logout", data={"csrf_token": token}, headers=PAGE)
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("secure", [False, True])
def test_the_cookie_is_for_the_server_alone(office: Office, secure: bool) -> None:
    client = staffed(office, House(secure=secure)).stranger()
    client.base_url = client.base_url.copy_with(scheme="https") if secure else client.base_url
    PAGE["origin"] = "https://localhost" if secure else HOME
    try:
        [morsel] = SimpleCookie(cookie_set(client, "ann")).values()
    finally:
        PAGE["origin"] = HOME
    assert morsel["httponly"]
    assert morsel["samesite"] == "lax"
    assert morsel["path"] == "/"
    assert (bool(morsel["secure"]), morsel.key.startswith("__Host-")) == (secure, secure)
    assert (morsel["domain"], morsel["expires"], morsel["max-age"]) == ("", "", "")


def test_signing_in_gives_a_new_cookie_and_ends_the_old_session(staff: Staff) -> None:
    client = staff.stranger()
    client.cookies.set(
        staff.reception.cookie, "chosen-by-somebody-else-0123456789", domain="localhost.local"
    )
    assert sign_in_as(client, "ann") == 303
    first = client.cookies[staff.reception.cookie]
    assert first != "chosen-by-somebody-else-0123456789"
    old = staff.stranger()
    old.cookies.set(staff.reception.cookie, first)
    known = staff.reception.sessions.known(first)
    assert known is not None
    again = client.post(
        "/login", data={"name": "ben", "password": PASSWORD, "csrf_token": known.csrf}, headers=PAGE
    )
    assert again.status_code == 303
    assert old.get("/").status_code == 303
    assert "ben</a>" in client.get("/").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrf-token": "u" * 43},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_change_needs_the_token_of_the_session(staff: Staff, headers: dict[str, str]) -> None:
    client = staff.browser("ann")
    if not headers:
        del client.headers["x-csrf-token"]
    address = "/api/v1/encounters/claim-next"
    assert client.post(address, headers=headers).status_code == 403
    assert staff.browser("ann").post(address).status_code == 204


def test_the_token_of_another_session_does_not_do(staff: Staff) -> None:
    ann, ben = staff.browser("ann"), staff.browser("ben")
    ann.headers["x-csrf-token"] = ben.headers["x-csrf-token"]
    assert ann.post("/api/v1/encounters/claim-next").status_code == 403


def test_neither_does_that_of_the_cookie_for_strangers(staff: Staff) -> None:
    ann = staff.browser("ann")
    ann.cookies.set("suggester_csrf", "t" * 43)
    ann.headers["x-csrf-token"] = "t" * 43
    assert ann.post("/api/v1/encounters/claim-next").status_code == 403


def test_nobody_is_signed_in_by_a_foreign_page(staff: Staff) -> None:
    client = staff.stranger()
    token = hidden(client.get("/login").text)
    fields = {"name": "ann", "password": PASSWORD, "csrf_token": token}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/login", data=fields, headers=PAGE | headers).status_code == 403
    assert client.post("/login", data=fields | {"csrf_token": "x"}, headers=PAGE).status_code == 403
    client.cookies.clear()
    assert client.post("/login", data=fields, headers=PAGE).status_code == 403


def test_a_wrong_name_and_a_wrong_password_are_told_alike(staff: Staff) -> None:
    pages = []
    for name, password in (("ann", "a wrong guess"), ("zebra", PASSWORD), ("robot", PASSWORD)):
        client = staff.stranger()
        token = hidden(client.get("/login").text)
        fields = {"name": name, "password": password, "csrf_token": token}
        answer = client.post("/login", data=fields, headers=PAGE)
        assert answer.status_code == 401
        assert name not in answer.text
        assert password not in answer.text
        pages.append(answer.text.replace(token, "?"))
    assert len(set(pages)) == 1
    assert "The name or the password is wrong." in pages[0]


def test_guessing_is_slowed_down_for_every_process(staff: Staff, office: Office) -> None:
    client = staff.stranger()
    for _ in range(sign_in.MOST_BY_NAME):
        assert sign_in_as(client, "ann", "a wrong guess") == 401
    other = Staff(staffed_again(office), staff.people).stranger()
    token = hidden(other.get("/login").text)
    fields = {"name": "ann", "password": PASSWORD, "csrf_token": token}
    answer = other.post("/login", data=fields, headers=PAGE)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert "too many attempts" in answer.text
    staff.reception.sign_in.forgive("ann")
    assert other.post("/login", data=fields, headers=PAGE).status_code == 303


def staffed_again(office: Office) -> FastAPI:
    from suggester.web.app import create_app

    return create_app(office)


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/encounters/E5", "/encounters/E5"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\tevil", "/"),
        ("javascript:alert(1)", "/"),
        ("/logout", "/"),
    ],
)
def test_after_signing_in_one_stays_here(staff: Staff, asked: str, led: str) -> None:
    client = staff.stranger()
    token = hidden(client.get("/login", params={"next": asked}).text)
    fields = {"name": "ann", "password": PASSWORD, "csrf_token": token, "next": asked}
    answer = client.post("/login", data=fields, headers=PAGE)
    assert answer.headers["location"] == led


def test_an_unattended_page_does_not_keep_one_signed_in(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = staff.browser("ann")
    for minutes, headers, status in (
        (25, {}, 200),
        (50, {"x-unattended": "1"}, 200),
        (60, {}, 401),
    ):
        moment = now() + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(login_sessions, "now", lambda moment=moment: moment)
        assert client.get("/api/v1/encounters", headers=headers).status_code == status


def test_a_disabled_account_is_out_at_once(staff: Staff) -> None:
    browser, program = staff.browser("ann"), staff.program("ann")
    assert [c.get("/api/v1/encounters").status_code for c in (browser, program)] == [200, 200]
    staff.reception.accounts.disable("ann", BOSS)
    assert [c.get("/api/v1/encounters").status_code for c in (browser, program)] == [401, 401]


def test_a_wrong_token_is_not_helped_by_a_cookie(staff: Staff) -> None:
    client = staff.browser("ann")
    for given in ("Bearer suggester_wrong", "Bearer", "Basic YW5uOng=", ""):
        answer = client.get("/api/v1/encounters", headers={"authorization": given})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_an_account_that_is_made_ends_the_time_without_signing_in(office: Office) -> None:
    from suggester.web.app import create_app

    staff = Staff(create_app(office))
    client = staff.stranger()
    assert client.get("/").status_code == 200
    staff.add("root", "admin")
    assert client.get("/").status_code == 303
    assert client.get("/api/v1/encounters").status_code == 401


def test_where_others_come_in_nobody_does_without_an_account(office: Office) -> None:
    from suggester.web.app import create_app

    client = Staff(create_app(office, House(private=False))).stranger()
    assert client.get("/").status_code == 303
    assert client.get("/api/v1/encounters").status_code == 401


def test_one_changes_ones_own_password(staff: Staff) -> None:
    client, elsewhere = staff.browser("ann"), staff.browser("ann")
    new = "another horse battery"
    page = client.post("/account/password", data={"current": "a guess", "new": new})
    assert (page.status_code, "another one" in page.text) == (422, True)
    page = client.post("/account/password", data={"current": PASSWORD, "new": "short"})
    assert (page.status_code, "12 to" in page.text) == (422, True)
    page = client.post("/account/password", data={"current": PASSWORD, "new": new})
    assert (page.status_code, "password is changed" in page.text) == (200, True)
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert sign_in_as(staff.stranger(), "ann") == 401
    assert sign_in_as(staff.stranger(), "ann", new) == 303


def test_ones_own_tokens_are_shown_once_and_revoked(staff: Staff) -> None:
    client = staff.browser("ann")
    page = client.post("/account/tokens", data={"label": "nightly <b>", "days": "9"}).text
    found = re.search(r'<code id="token">([^<]+)</code>', page)
    assert found
    program = staff.stranger()
    program.headers["authorization"] = f"Bearer {found[1]}"
    assert program.get("/api/v1/encounters").status_code == 200
    assert program.get("/account").status_code == 403
    listed = client.get("/account").text
    assert "nightly &lt;b&gt;" in listed
    assert found[1] not in listed
    number = re.search(r'name="token" value="(\d+)"', listed)
    assert number
    others = staff.browser("ben").post("/account/tokens/revoke", data={"token": number[1]})
    assert others.status_code == 422
    client.post("/account/tokens/revoke", data={"token": number[1]})
    assert program.get("/api/v1/encounters").status_code == 401


def test_one_signs_out_everywhere(staff: Staff) -> None:
    client, elsewhere, ben = staff.browser("ann"), staff.browser("ann"), staff.browser("ben")
    assert client.get("/account").text.count('class="session"') == 2
    assert client.post("/account/sign-out-everywhere").status_code == 303
    assert [c.get("/account").status_code for c in (client, elsewhere, ben)] == [303, 303, 200]
