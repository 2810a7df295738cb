"""What was done beside decisions, in words: sign-ins, arrivals, samples, exports, models, accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_Words = Callable[[Mapping[str, Any]], str]

_WORDS: dict[str, _Words] = {
    "signed in": lambda d: f"signed in from {d['address']}",
    "sign-in failed": lambda d: f"a sign-in failed, from {d['address']}",
    "opened": lambda d: "opened the record",
    "added": lambda d: f"put it in the worklist, with {_documents(d)}",
    "document added": lambda d: f"added a document; it has {_documents(d)} now",
    "claimed": lambda d: "took it from the worklist",
    "assigned": lambda d: f"gave it to {d.get('to') or 'nobody'}",
    "second coding": lambda d: f"drew it for a second coding by {d.get('to') or 'another coder'}",
    "sampled": lambda d: (
        f"drew a sample: {100 * d['rate']:.4g} % with seed {d['seed']}, "
        f"{_period(d.get('period') or {})}; {d['given']} given out"
    ),
    "adjudication": lambda d: "settled what two coders differed in",
    "audited": lambda d: "marked as audited",
    "exported": lambda d: "marked as exported",
    "exported corpus": lambda d: f"exported {d['encounters']} encounters as a corpus",
    "exported trail": lambda d: f"exported the trail, {_period(d)}",
    "purged": lambda d: f"deleted the note for good, {_documents(d)}",
    "model promoted": lambda d: f"put model {d['model']} in use, before it {d['before']}",
    "model rolled back": lambda d: f"went back to model {d['model']}, from {d['before']}",
    "account added": lambda d: f"added account {d['account']} as {d['role']}",
    "account role changed": lambda d: f"made account {d['account']} {d['role']}",
    "account disabled": lambda d: f"disabled account {d['account']}",
    "account enabled": lambda d: f"enabled account {d['account']}",
    "password changed": lambda d: f"set the password of {d['account']}",
    "token made": lambda d: f"made token {d['token']} of {d['account']}",
    "token revoked": lambda d: f"revoked token {d['token']} of {d['account']}",
    "wiped": lambda d: "cleaned the files of the database of deleted text",
    "sealed anew": lambda d: f"encrypted {d['rows']} texts anew",
}


def deed(action: str, detail: Mapping[str, Any]) -> str:
    """Return an action of the audit trail in a few words; one that is not known here as it stands."""
    words = _WORDS.get(action)
    try:
        return action if words is None else words(detail)
    except KeyError:  # Written down by a version that kept less.
        return action


def _documents(detail: Mapping[str, Any]) -> str:
    number = detail["documents"]
    return f"{number} document{'' if number == 1 else 's'}"


def _period(detail: Mapping[str, Any]) -> str:
    since, until = detail.get("since"), detail.get("until")
    if since is None and until is None:
        return "of all time"
    return f"{since or 'the beginning'} to {until or 'today'}"
