"""Who acts: a coder, an auditor, an administrator or a program."""

from __future__ import annotations

from dataclasses import dataclass

from suggester.errors import SuggesterError

#: What an account may be; each may do what those before it may, but for the service.
CODER, AUDITOR, ADMIN, SERVICE = "coder", "auditor", "admin", "service"
ROLES = (CODER, AUDITOR, ADMIN, SERVICE)


class ForbiddenError(SuggesterError):
    """Something this account may not do."""

    code = "forbidden"


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts; ``id`` is None in single-user mode, before there are accounts."""

    name: str
    role: str = CODER
    id: int | None = None

    @property
    def may_audit(self) -> bool:
        """Tell whether they may audit the coding of others."""
        return self.role in (AUDITOR, ADMIN)

    @property
    def may_administer(self) -> bool:
        """Tell whether they may manage accounts, models and retention."""
        return self.role == ADMIN
