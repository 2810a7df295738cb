"""How the workbench is served: to whom, under which names, and for how long one stays signed in."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class House:
    """Rules of the house.

    Attributes
    ----------
    hosts
        Names under which the service is called, beside those of this computer alone.
    private
        Whether only this computer reaches it: then it serves one user without signing in for as long
        as there are no accounts.
    secure
        Whether browsers reach it over TLS, here or at a declared proxy: cookies go no other way.
    most_megabytes
        Largest request.
    requests_per_minute
        How many requests an account (or an address, without one) may send; None for any number.
    idle, longest
        How long a session holds without being used, and at all.
    """

    hosts: tuple[str, ...] = ()
    private: bool = True
    secure: bool = False
    most_megabytes: int = 20
    requests_per_minute: int | None = None
    idle: datetime.timedelta = datetime.timedelta(minutes=30)
    longest: datetime.timedelta = datetime.timedelta(hours=12)

    @property
    def names(self) -> frozenset[str]:
        """All names under which the service is called."""
        return frozenset((*LOOPBACK, *(host.lower() for host in self.hosts)))
