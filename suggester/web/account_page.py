"""The page of one's own account: password, tokens, sessions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from suggester.errors import InputError
from suggester.review.login_sessions import SignedIn
from suggester.review.passwords import SHORTEST
from suggester.review.sign_in import SignInError, ThrottledError
from suggester.web.pages import render
from suggester.web.requests import TheReception, TheSignedIn
from suggester.web.sign_in_page import gone
from suggester.web.visitor import Reception, address_of

router = APIRouter(prefix="/account", include_in_schema=False, default_response_class=HTMLResponse)
#: How long a token holds unless said otherwise.
_DAYS = 90


@router.get("")
def show(request: Request, reception: TheReception, signed_in: TheSignedIn) -> HTMLResponse:
    """Show the account."""
    return _page(request, reception, signed_in)


@router.post("/password")
def change_password(
    request: Request,
    reception: TheReception,
    signed_in: TheSignedIn,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Change the password; other sessions of the account end."""
    person = signed_in.person
    try:
        reception.sign_in.check(person.name, current, address_of(request))
        reception.accounts.set_password(person.name, new, person, keep=signed_in.digest)
    except ThrottledError as error:
        page = _page(request, reception, signed_in, 429, error=str(error))
        page.headers["Retry-After"] = str(error.seconds)
        return page
    except SignInError:
        said = "The password now is another one."
        return _page(request, reception, signed_in, 422, error=said)
    except InputError as error:
        return _page(request, reception, signed_in, 422, error=str(error))
    return _page(request, reception, signed_in, changed=True)


@router.post("/tokens")
def make_token(
    request: Request,
    reception: TheReception,
    signed_in: TheSignedIn,
    label: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = str(_DAYS),
) -> HTMLResponse:
    """Make a token, and show it this once."""
    person = signed_in.person
    try:
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
        token = reception.tokens.issue(person, label, number, person)
    except InputError as error:
        return _page(request, reception, signed_in, 422, token_error=str(error))
    return _page(request, reception, signed_in, 201, token=token)


@router.post("/tokens/revoke")
def revoke_token(
    request: Request,
    reception: TheReception,
    signed_in: TheSignedIn,
    token: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Revoke a token of one's own."""
    person = signed_in.person
    try:
        number = int(token) if token.isascii() and token.isdigit() and len(token) < 10 else 0
        reception.tokens.revoke(number, person, person)
    except InputError as error:
        return _page(request, reception, signed_in, 422, token_error=str(error))
    return _page(request, reception, signed_in)


@router.post("/sign-out-everywhere")
def sign_out_everywhere(reception: TheReception, signed_in: TheSignedIn) -> Response:
    """End every session of the account, this one too."""
    reception.sessions.end_all(signed_in.person)
    return gone(reception)


def _page(
    request: Request, reception: Reception, signed_in: SignedIn, status: int = 200, **values: Any
) -> HTMLResponse:
    person = signed_in.person
    sessions = reception.sessions.of(person)
    shown = {
        "error": "",
        "changed": False,
        "token": "",
        "token_error": "",
        "days": _DAYS,
        "shortest": SHORTEST,
        "tokens": reception.tokens.listed(person.id),
        "sessions": [(one, one.digest == signed_in.digest) for one in sessions],
    }
    return render(request, person, "account.html", status, active="Account", **(shown | values))
