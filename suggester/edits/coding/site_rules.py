"""Rules of one site, read from a TOML file: rules off, other severities, payer rules of its own.

::

    off = ["excludes2", "drug-status", "combination:resp-001"]

    [severity]
    "hcc-support" = "information"

    [[rule]]
    id = "medicare-g0439"
    codes = "Z00.00 Z00.01"
    without = "Z68.-"
    beside = "E66.-"
    says = "medicare wellness"
    message = "The payer wants the body mass index with obesity."
    source = "Payer bulletin 2026-03"
    severity = "warning"
    add = "Z68.-"

``codes``, ``beside`` and ``without`` are patterns such as ``E11.-`` and ``N18.1-N18.4``; ``says`` and
``unless`` are regular expressions over the note in small letters. One of ``add``, ``remove``,
``replace``, ``first`` and ``query`` is the mend.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suggester.edits.coding.alerts import SEVERITIES, WARNING, Alert
from suggester.edits.coding.rules.guidelines import GuidelineRules, read_rule
from suggester.encounter import SETTINGS
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.edits.coding.case import Case

_MENDS = ("add", "remove", "replace", "first", "query")
_WORDS = (
    "id", "codes", "beside", "without", "setting", "sex", "age_from", "age_to", "says", "unless",
    "message", "source", "severity", *_MENDS,
)  # fmt: skip
_NEEDED = ("id", "codes", "message", "source")
_PATTERN = re.compile(
    r"[A-Z]\d[0-9A-Z][0-9A-Z.]*-?(?:[A-Z]\d[0-9A-Z][0-9A-Z.]*-?)?(?::\d+)?(?:/[A-Z]+)?"
)


@dataclass(frozen=True, slots=True)
class SiteRules:
    """What a site changes: ids of rules or rows that are off, severities, rules of its own."""

    off: frozenset[str] = frozenset()
    severity: dict[str, str] = field(default_factory=dict)
    own: GuidelineRules | None = None

    def settle(self, alert: Alert) -> Alert | None:
        """Return the alert as the site wants it; ``None`` where it is switched off."""
        if alert.rule in self.off or alert.id in self.off:
            return None
        severity = self.severity.get(alert.id, self.severity.get(alert.rule))
        return replace(alert, severity=severity) if severity else alert

    def __call__(self, case: Case) -> Iterator[Alert]:
        """Yield the alerts of the site's own rules."""
        return self.own(case) if self.own is not None else iter(())


def read_site_rules(path: Path) -> SiteRules:
    """Read the rules of one site from a TOML file.

    Raises
    ------
    InputError
        The file cannot be read, is not TOML, or holds a rule that cannot be used.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"The site rules {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"The site rules {path} are not valid TOML: {error}.") from None
    unknown = set(table) - {"off", "severity", "rule"}
    if unknown:
        raise InputError(
            f"The site rules {path} have an unknown key {min(unknown)!r}; known: off, severity, rule."
        )
    return SiteRules(
        frozenset(_names(table.get("off", []), path)),
        _severities(table.get("severity", {}), path),
        _own_rules(table.get("rule", []), path),
    )


def _names(value: Any, path: Path) -> Iterable[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InputError(f"The site rules {path}: off must be a list of ids of rules.")
    from suggester.edits.coding.catalogue import rule_ids

    known = rule_ids()
    for name in value:
        if name not in known:
            raise InputError(
                f"The site rules {path}: there is no rule {name!r} to switch off. "
                "List them with: suggester check --list-rules"
            )
    return value


def _severities(value: Any, path: Path) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value.values()) <= set(SEVERITIES):
        raise InputError(
            f"The site rules {path}: severity must give each rule one of {', '.join(SEVERITIES)}."
        )
    _names(list(value), path)
    return dict(value)


def _own_rules(value: Any, path: Path) -> GuidelineRules | None:
    if not isinstance(value, list) or not all(isinstance(rule, dict) for rule in value):
        raise InputError(f"The site rules {path}: write each rule of your own as [[rule]].")
    return GuidelineRules([read_rule(_row(rule, path)) for rule in value]) if value else None


def _row(rule: dict[str, Any], path: Path) -> dict[str, str]:
    name = str(rule.get("id", "without id"))
    where = f"The site rules {path}: the rule {name!r}"
    for word in _NEEDED:
        if not str(rule.get(word, "")).strip():
            raise InputError(f"{where} has no {word}.")
    for word in rule:
        if word not in _WORDS:
            raise InputError(f"{where} has an unknown key {word!r}; known: {', '.join(_WORDS)}.")
    mends = [word for word in _MENDS if word in rule]
    if len(mends) > 1:
        raise InputError(f"{where} has more than one mend: {', '.join(mends)}.")
    row = {word: str(rule.get(word, "")).strip() for word in _WORDS}
    for word in ("codes", "beside", "without", "add", "replace", "first"):
        for part in row[word].replace("+", " ").split():
            if not _PATTERN.fullmatch(part):
                raise InputError(
                    f"{where}: {part!r} in {word} is not a code or a pattern such as E11.-."
                )
    for word in ("says", "unless"):
        try:
            re.compile(row[word])
        except re.error as error:
            raise InputError(f"{where}: {word} is not a regular expression: {error}.") from None
    for word in ("age_from", "age_to"):
        if row[word] and not row[word].replace(".", "", 1).isdigit():
            raise InputError(f"{where}: {word} must be a number of years.")
    if row["setting"] and row["setting"] not in SETTINGS:
        raise InputError(f"{where}: setting must be one of {', '.join(SETTINGS)}.")
    row["severity"] = row["severity"] or WARNING
    if row["severity"] not in SEVERITIES:
        raise InputError(f"{where}: severity must be one of {', '.join(SEVERITIES)}.")
    row["mend"] = _mend(row, mends)
    return row | {"rule": "site"}


def _mend(row: dict[str, str], mends: list[str]) -> str:
    if not mends:
        return ""
    act = mends[0]
    return act if row[act].lower() in ("", "true") else f"{act}:{row[act]}"
