"""The decisions of an encounter in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from suggester.review.events import REASONS

_Words = Callable[[Mapping[str, Any]], str]


def _listed(pairs: list[list[str]]) -> str:
    return ", ".join(code for _, code in pairs)


def _mend(fields: Mapping[str, Any]) -> str:
    mend = fields.get("mend", {})
    words = [f"{old} by {new}" for old, new in mend.get("replace", {}).items()]
    words += [f"{code} off" for code in mend.get("remove", ())]
    words += [f"{code} added" for code in mend.get("add", ())]
    if "first" in mend:
        words.append(f"{mend['first']} before {mend.get('before') or 'all others'}")
    return f"mended as {fields.get('rule', 'a rule')} says: " + ", ".join(words)


def _finish(fields: Mapping[str, Any]) -> str:
    choices = fields.get("choices")
    return "settled: " + "; ".join(map(_choice, choices)) if choices else "finished"


def _choice(choice: Mapping[str, Any]) -> str:
    first, second = choice.get("first"), choice.get("second")
    named = " or ".join(code[1] for code in (first, second) if code)
    taken = {
        "first": first[1] if first else "no code",
        "second": second[1] if second else "no code",
        "both": "both",
        "neither": "neither",
        "other": (choice.get("code") or ("", "another code"))[1],
    }[choice["took"]]
    return f"of {named} took {taken}"


_WORDS: dict[str, _Words] = {
    "accept": lambda f: f"accepted {f['code']}",
    "accept_many": lambda f: f"accepted {_listed(f['codes'])}",
    "replace": lambda f: f"put {f['with']} in place of {f['code']}",
    "reject": lambda f: f"rejected {f['code']}: {REASONS[f['reason']]}",
    "add": lambda f: f"added {f['code']}",
    "remove": lambda f: f"took {f['code']} off",
    "move": lambda f: f"moved {f['code']} to place {f['position'] + 1}",
    "line": lambda f: f"changed the line of {f['code']}",
    "mend": _mend,
    "acknowledge": lambda f: "kept a warning with a word why",
    "query": lambda f: "wrote a query to the provider",
    "pend": lambda f: "put it aside",
    "resume": lambda f: "took it up again",
    "finish": lambda f: _finish(f),
    "reopen": lambda f: "reopened it",
    "undo": lambda f: "took the last step back",
}


def summary(kind: str, fields: Mapping[str, Any]) -> str:
    """Return a decision in a few words, without those of the note or the coder."""
    return _WORDS[kind](fields)
