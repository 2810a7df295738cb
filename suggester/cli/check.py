"""``suggester check``: the coding rules over the codes of one encounter."""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.console import console, plain_table
from suggester.cli.suggest import SettingName, Sex
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.edits.coding import Report


class Format(StrEnum):
    """How the result is printed."""

    table = "table"
    json = "json"


def check(
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODES",
            help="ICD-10-CM codes in the order assigned, the first-listed first.",
            show_default=False,
        ),
    ] = None,
    note: Annotated[
        Path | None,
        typer.Option(help="The note they are for; - is standard input.", show_default=False),
    ] = None,
    age: Annotated[int | None, typer.Option(min=0, max=130, help="Age in years.")] = None,
    sex: Annotated[
        Sex | None, typer.Option(case_sensitive=False, help="Sex as recorded for the claim.")
    ] = None,
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date of service."),
    ] = None,
    setting: Annotated[
        SettingName | None,
        typer.Option(case_sensitive=False, help="Setting; else inferred from the note."),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="TOML file with the rules of your site.", show_default=False)
    ] = None,
    model: Annotated[str, typer.Option(help="Model that reads the note.")] = "default",
    release: Annotated[
        str | None,
        typer.Option(help="Installed release, such as FY2026-04; else the one for the date."),
    ] = None,
    list_rules: Annotated[
        bool, typer.Option("--list-rules", help="List the kinds of rules and end.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="Output format.")] = Format.table,
) -> None:
    """Check the ICD-10-CM codes of one encounter against the coding rules, with or without its note."""
    if list_rules:
        _print_rules()
        return
    if not codes:
        raise InputError("Name the codes to check, such as: suggester check I10 N18.30 --age 67")
    for code in codes:
        _check_code(code)
    day = date.date() if date else None
    text = None if note is None else _read(note)
    if text is None:
        report = _without_note(codes, age, sex, day, setting, rules, release)
    else:
        from suggester.cli.suggest import load_suggester
        from suggester.encounter import Encounter

        encounter = dataclasses.replace(
            Encounter.of_text(text),
            age=age,
            sex=sex.value if sex else None,
            date_of_service=day,
            setting=setting.value if setting else None,
        )
        encounter.check()
        report = load_suggester(model, release, day, rules).check(codes, encounter)
    if format_ is Format.json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=1))
    else:
        _print_table(report)


def _without_note(
    codes: list[str],
    age: int | None,
    sex: Sex | None,
    day: datetime.date | None,
    setting: SettingName | None,
    rules: Path | None,
    release: str | None,
) -> Report:
    from suggester.codes import load_icd10cm
    from suggester.codes.installed import release_for
    from suggester.edits.coding import Checker, CodedEncounter
    from suggester.edits.coding.site_rules import read_site_rules

    if release is None and day is not None:
        release = release_for(day).name
    checker = Checker(load_icd10cm(release), read_site_rules(rules) if rules else None)
    where = setting.value if setting else "outpatient"
    return checker.check(
        CodedEncounter(tuple(codes), None, age, sex.value if sex else None, day, where)
    )


def _check_code(code: str) -> None:
    bare = code.strip()
    if len(bare) == 5 and bare[:4].isdigit():
        raise InputError(
            f"{bare} is a CPT code; this command checks ICD-10-CM codes. Check claim lines with: "
            f"suggester edits check {bare}"
        )
    if not 3 <= len(bare.replace(".", "")) <= 8:
        raise InputError(f"{bare[:20]!r} is not written like an ICD-10-CM code such as E11.22.")


def _read(path: Path) -> str:
    from suggester.corpus.readers import read_encounters

    found = list(read_encounters([path], "stop", _complain))
    if len(found) != 1:
        raise InputError(f"{path} holds {len(found)} notes; a check is of one encounter.")
    return found[0].text


def _complain(message: InputError | str) -> None:
    typer.echo(f"Notice: {message}", err=True)


def _print_rules() -> None:
    from suggester.edits.coding.catalogue import KINDS

    table = plain_table()
    table.add_column("Rule", no_wrap=True)
    table.add_column("Looks at")
    for kind, what in KINDS.items():
        table.add_row(kind, what)
    console(sys.stdout).print(table)


def _print_table(report: Report) -> None:
    out = console(sys.stdout)
    if report.alerts:
        table = plain_table()
        for heading in ("Severity", "Rule", "Codes", "What the rule says"):
            table.add_column(heading, no_wrap=heading != "What the rule says")
        for alert in report.alerts:
            message = f"{alert.message}\n{alert.source}"
            if mend := _mend_words(alert.mend.to_dict()):
                message += f"\nMend: {mend}"
            table.add_row(alert.severity, alert.rule, " ".join(alert.codes[:2]), message)
        out.print(table)
    else:
        typer.echo("No rule speaks against these codes.")
    typer.echo(f"Claim order: {' '.join(report.claim)}")
    if report.first_because:
        typer.echo(f"First: {report.first_because}")


def _mend_words(mend: dict[str, object]) -> str:
    words = []
    replaced = mend.get("replace")
    if isinstance(replaced, dict):
        words += [f"{old} becomes {new}" for old, new in replaced.items()]
    for act in ("remove", "add"):
        listed = mend.get(act)
        if isinstance(listed, list):
            words.append(f"{act} {', '.join(listed)}")
    if "first" in mend:
        words.append(f"{mend['first']} before {mend.get('before', 'all others')}")
    if "query" in mend:
        words.append(f"ask the provider: {mend['query']}")
    return "; ".join(words)
