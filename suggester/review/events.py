"""The decisions a coder can take about an encounter, read from JSON and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from suggester.errors import InputError
from suggester.suggestions import SYSTEMS

#: Why a suggestion is not taken, with the words the page shows; the keys are kept for training.
REASONS = {
    "not_documented": "not documented",
    "not_current": "not current, or history",
    "ruled_out": "ruled out, or uncertain",
    "integral": "integral to another diagnosis",
    "not_addressed": "not addressed at this encounter",
    "wrong_specificity": "right condition, wrong detail",
    "duplicate": "said by another code",
    "other": "other",
}
#: Where an added code came from.
ORIGINS = ("typed", "selection", "rule", "not_coded")
#: Longest free text of a decision (a reason, a word, a query), in characters.
MOST_WORDS = 4_000
_MOST_CODES = 200
_MOST_UNITS = 9_999


@dataclass(frozen=True, slots=True)
class Span:
    """Words of a document as start and end, in code points."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Event:
    """One decision: its kind and the fields that kind needs; see :data:`KINDS`."""

    kind: str
    fields: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, as it was posted."""
        return {"kind": self.kind, **self.fields}

    @property
    def code(self) -> tuple[str, str]:
        """The system and code it is about."""
        return self.fields["system"], self.fields["code"]


def read_event(row: Mapping[str, Any]) -> Event:
    """Read and check one decision.

    Raises
    ------
    InputError
        The kind is unknown, or a field is missing or cannot be used.
    """
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"A decision is one of: {', '.join(KINDS)}.")
    return Event(kind, KINDS[kind](row))


def _of_code(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"system": _system(row.get("system")), "code": _code(row.get("code"), "code")}


def _many(row: Mapping[str, Any]) -> dict[str, Any]:
    given = row.get("codes")
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_CODES:
        raise InputError("'codes' must be a list of pairs of system and code.")
    pairs = []
    for pair in given:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise InputError("'codes' must be a list of pairs of system and code.")
        pairs.append([_system(pair[0]), _code(pair[1], "codes")])
    return {"codes": pairs}


def _replace(row: Mapping[str, Any]) -> dict[str, Any]:
    out = _of_code(row)
    out["with"] = _code(row.get("with"), "with")
    out["with_system"] = _system(row.get("with_system") or out["system"])
    if (out["with_system"], out["with"]) == (out["system"], out["code"]):
        raise InputError("A code cannot be replaced by itself.")
    return out


def _reject(row: Mapping[str, Any]) -> dict[str, Any]:
    reason = row.get("reason")
    if reason not in REASONS:
        raise InputError(f"A suggestion is rejected with a reason: {', '.join(REASONS)}.")
    note = _words(row.get("note"), "note", needed=False)
    return _of_code(row) | {"reason": reason} | ({"note": note} if note else {})


def _add(row: Mapping[str, Any]) -> dict[str, Any]:
    origin = row.get("origin", "typed")
    if origin not in ORIGINS:
        raise InputError(f"'origin' must be one of {', '.join(ORIGINS)}.")
    out = _of_code(row) | {"origin": origin}
    if spans := _spans(row.get("evidence")):
        out["evidence"] = spans
    if rule := row.get("rule"):
        out["rule"] = _words(rule, "rule")
    return out


def _move(row: Mapping[str, Any]) -> dict[str, Any]:
    return _of_code(row) | {"position": _count(row.get("position"), "position", 0, _MOST_CODES)}


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    out = _of_code(row)
    if out["system"] == "icd10cm":
        raise InputError("Only a procedure line has units, modifiers and pointers.")
    if row.get("units") is not None:
        out["units"] = _count(row["units"], "units", 1, _MOST_UNITS)
    for key, most, length in (("modifiers", 4, 2), ("pointers", 12, 8)):
        if row.get(key) is not None:
            given = row[key]
            if not isinstance(given, list) or len(given) > most:
                raise InputError(f"'{key}' must be a list of at most {most}.")
            out[key] = [_code(value, key) for value in given]
            if any(len(value) > length or (length == 2 and len(value) != 2) for value in out[key]):
                raise InputError(f"'{key}' holds something that is not one of them.")
    return out


def _alert(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"alert": _words(row.get("alert"), "alert")}


def _acknowledge(row: Mapping[str, Any]) -> dict[str, Any]:
    return _alert(row) | {"word": _words(row.get("word"), "word")}


def _query(row: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"text": _words(row.get("text"), "text")}
    if row.get("alert"):
        out["alert"] = _words(row["alert"], "alert")
    codes = row.get("codes") or []
    if not isinstance(codes, list) or len(codes) > _MOST_CODES:
        raise InputError("'codes' must be a list of codes.")
    if codes:
        out["codes"] = [_code(code, "codes") for code in codes]
    return out


def _reason(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"reason": _words(row.get("reason"), "reason")}


def _nothing(row: Mapping[str, Any]) -> dict[str, Any]:
    del row
    return {}


#: Reader of the fields of each kind.
KINDS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "accept": _of_code,
    "accept_many": _many,
    "replace": _replace,
    "reject": _reject,
    "add": _add,
    "remove": _of_code,
    "move": _move,
    "line": _line,
    "mend": _alert,
    "acknowledge": _acknowledge,
    "query": _query,
    "pend": _reason,
    "resume": _nothing,
    "finish": _nothing,
    "reopen": _reason,
    "undo": _nothing,
}


def _system(value: Any) -> str:
    if value not in SYSTEMS:
        raise InputError(f"'system' must be one of {', '.join(SYSTEMS)}.")
    return str(value)


def _code(value: Any, key: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 10 or not value.isascii():
        raise InputError(f"'{key}' must be written like a code.")
    return value.strip().upper()


def _words(value: Any, key: str, needed: bool = True) -> str:
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise InputError(f"'{key}' must be a few words.")
    if len(value) > MOST_WORDS:
        raise InputError(f"'{key}' is longer than {MOST_WORDS:,} characters.")
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise InputError(f"'{key}' holds a character that cannot be kept.")
    return value.strip()


def _count(value: Any, key: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"'{key}' must be a whole number from {least} to {most}.")
    return value


def _spans(value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > _MOST_CODES:
        raise InputError("'evidence' must be a list of places in the note.")
    out = []
    for span in value:
        if not isinstance(span, Mapping) or not isinstance(span.get("document"), str):
            raise InputError("Each place of 'evidence' has 'document', 'start' and 'end'.")
        if not span["document"].isprintable():
            raise InputError("'evidence' names a document with a character that cannot be kept.")
        start = _count(span.get("start"), "start", 0, 10_000_000)
        out.append(
            {
                "document": span["document"][:200],
                "start": start,
                "end": _count(span.get("end"), "end", start + 1, 10_000_000),
            }
        )
    return out
