"""Who sent a request: the one user of this computer, a signed-in browser, or a program."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from fastapi import Request

from suggester.review.accounts import Accounts
from suggester.review.api_tokens import Tokens
from suggester.review.login_sessions import Sessions, SignedIn
from suggester.review.people import Person
from suggester.review.sign_in import SignIn
from suggester.web.house import House
from suggester.web.office import Office

_BEARER = "bearer "
#: Who may hold an address: providers give a household or an office 64 bits of IPv6.
_IPV6_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sent a request; ``signed_in`` is None for the local user and for programs with a token."""

    person: Person
    signed_in: SignedIn | None = None
    is_program: bool = False


class Reception:
    """Tell visitors from strangers; asks the database each time, so that all processes agree."""

    def __init__(self, office: Office, house: House) -> None:
        self.house = house
        self.accounts = Accounts(office.database)
        self.sessions = Sessions(office.database, house.idle, house.longest)
        self.tokens = Tokens(office.database)
        self.sign_in = SignIn(office.database)
        self._office = office
        # With the prefix, a browser takes the cookie from this very host over TLS only.
        self.cookie = "__Host-suggester" if house.secure else "suggester_session"

    def visitor(self, request: Request) -> Visitor | None:
        """Return who sent a request, or None for a stranger.

        A token that does not hold makes a stranger of anybody; the cookie is not looked at then.
        """
        given = request.headers.get("authorization")
        if given is not None:
            is_bearer = given[: len(_BEARER)].lower() == _BEARER
            person = self.tokens.known(given[len(_BEARER) :].strip()) if is_bearer else None
            return None if person is None else Visitor(person, is_program=True)
        # A page that renews its lock or looks for new documents is no sign of somebody there.
        is_use = request.headers.get("x-unattended") is None
        signed_in = self.sessions.known(request.cookies.get(self.cookie, ""), is_use)
        if signed_in is not None:
            return Visitor(signed_in.person, signed_in)
        if self.is_single_user():
            return Visitor(self._office.local_person())
        return None

    def is_single_user(self) -> bool:
        """Tell whether anybody at this computer is let in, because there are no accounts."""
        return self.house.private and not self.accounts.any_admin()


def address_of(request: Request) -> str:
    """Return where a request came from, the network for IPv6; never what a header claims."""
    given = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed, _IPV6_NETWORK), strict=False))
    return str(address)
