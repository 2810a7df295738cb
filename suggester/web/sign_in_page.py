"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from suggester.review.sign_in import SignInError, ThrottledError
from suggester.web.pages import render
from suggester.web.requests import TheReception, TheSignedIn
from suggester.web.shield import CSRF_COOKIE
from suggester.web.visitor import Reception, address_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/login")
def ask(request: Request, next: str = "/") -> Response:
    """Ask for a name and a password."""
    if request.state.person is not None:
        return RedirectResponse(_inside(next), 303)
    return render(request, None, "login.html", next=_inside(next), error="")


@router.post("/login")
def sign_in(
    request: Request,
    reception: TheReception,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Open a session, and close the one that this browser had."""
    try:
        person = reception.sign_in.check(name, password, address_of(request))
    except ThrottledError as error:
        page = render(request, None, "login.html", 429, next=_inside(next), error=str(error))
        page.headers["Retry-After"] = str(error.seconds)
        return page
    except SignInError as error:
        return render(request, None, "login.html", 401, next=_inside(next), error=str(error))
    old = request.cookies.get(reception.cookie)
    cookie = reception.sessions.open(person, old, address_of(request))
    response = RedirectResponse(_inside(next), 303)
    response.set_cookie(
        reception.cookie,
        cookie,
        path="/",
        httponly=True,
        samesite="lax",
        secure=reception.house.secure,
    )
    response.delete_cookie(CSRF_COOKIE)
    return response


@router.post("/logout")
def sign_out(reception: TheReception, signed_in: TheSignedIn) -> Response:
    """Close the session."""
    reception.sessions.end(signed_in)
    return gone(reception)


def gone(reception: Reception) -> Response:
    """Return the way to the door, without the cookie."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie(
        reception.cookie, path="/", httponly=True, samesite="lax", secure=reception.house.secure
    )
    return response


def _inside(address: str) -> str:
    """Return an address of this service; any other becomes the worklist."""
    plain = address.isascii() and address.isprintable() and len(address) < 300
    own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if plain and own and not address.startswith("/log") else "/"
