"""Passwords: kept as argon2id hashes, and compared in the same time whether there is an account or not."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from suggester.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 1000
#: Each comparison takes 64 MiB for a moment; more at once could exhaust the memory.
_turns = threading.BoundedSemaphore(4)


def check_strength(password: str, name: str) -> None:
    """Refuse a password that is easily guessed; it is never quoted.

    Raises
    ------
    InputError
        It is too short, too long, one character over and over, or holds the name of the account.
    """
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise InputError(f"A password has {SHORTEST} to {LONGEST} characters.")
    if len(set(plain)) < 5:
        raise InputError("A password has at least 5 different characters.")
    if len(name) > 2 and name.casefold() in plain.casefold():
        raise InputError("A password does not hold the name of its account.")


def hashed(password: str) -> str:
    """Return a password as it is kept."""
    with _turns:
        return _hasher().hash(_normal(password))


def is_right(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one kept; as slow where none is kept."""
    from argon2.exceptions import InvalidHashError, VerificationError

    given = _normal(password)[:LONGEST]
    with _turns:
        try:
            right = _hasher().verify(kept or _nobodys(), given)
        except (VerificationError, InvalidHashError):
            return False
    return right and kept is not None and len(password) <= LONGEST


def is_outdated(kept: str) -> bool:
    """Tell whether a hash was made with weaker settings than those of today."""
    return _hasher().check_needs_rehash(kept)


def _normal(password: str) -> str:
    # The same letters, however a keyboard composes them.
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    import secrets

    return _hasher().hash(secrets.token_urlsafe(32))
