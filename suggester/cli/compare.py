"""``suggester compare``: is one model better than another on the same coded notes?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.destination import check_place, destination
from suggester.cli.evaluation_input import (
    Format,
    FormatOption,
    ReportOption,
    ResamplesOption,
    SeedOption,
    TrainedOnOption,
    read_notes,
    training_counts,
)
from suggester.cli.evaluation_tables import print_comparison
from suggester.cli.progress import Progress, progress
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.corpus.gold import CodedEncounter
    from suggester.engine import Suggester
    from suggester.evaluation.answered import Answered


def compare(
    model_a: Annotated[str, typer.Argument(help="The model in use, by name or folder.")],
    model_b: Annotated[str, typer.Argument(help="The model that may be better.")],
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes that neither was trained on."),
    ],
    split: Annotated[
        list[str] | None, typer.Option(help="Only the notes of this split; may be repeated.")
    ] = None,
    format_: FormatOption = Format.table,
    report: ReportOption = None,
    show_text: Annotated[
        bool,
        typer.Option(
            "--show-text",
            help="Quote the words of the example notes in the report; without it, ids alone.",
        ),
    ] = False,
    trained_on: TrainedOnOption = None,
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 0,
) -> None:
    """Compare two models on the same coded notes: by how much, how surely, and on which codes."""
    from suggester.models import find_model, load_model

    for name in (model_a, model_b):
        find_model(name)
    if show_text and report is None:
        raise InputError("--show-text quotes notes in the report; give its file with --report.")
    check_place(report)
    encounters = [one for one in read_notes(corpus, split) if one.diagnoses_coded]
    if not encounters:
        raise InputError("There is no note with coded diagnoses of this split in the corpus.")
    counts = training_counts(trained_on)
    from suggester.engine import Suggester
    from suggester.evaluation.comparison import compare_answers
    from suggester.evaluation.training_counts import of_model

    with progress() as advance:
        first = Suggester.load(model_a)
        second = first.with_model(load_model(model_b))
        models = (first.model, second.model)
        names = (f"{models[0].name} {models[0].version}", f"{models[1].name} {models[1].version}")
        if names[0] == names[1]:
            names = (f"{names[0]} (first)", f"{names[1]} (second)")
        base = _answers(first, encounters, f"notes, {names[0]}", advance)
        other = _answers(second, encounters, f"notes, {names[1]}", advance)
        found = compare_answers(
            names,
            base,
            other,
            of_model(models[0]) if counts is None else counts,
            resamples,
            seed,
            lambda done, total: advance("resampling", done, total),
        )
    if report is not None:
        from suggester.evaluation.quotes import quotes
        from suggester.evaluation.report.comparison_page import comparison_page

        said = quotes(found.codes, encounters, base, other) if show_text else {}
        page = comparison_page(found, first.codes, said)
        with destination(report) as stream:
            stream.write(page)
    if format_ is Format.json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_comparison(found)


def _answers(
    suggester: Suggester, encounters: list[CodedEncounter], stage: str, advance: Progress
) -> list[Answered]:
    from suggester.evaluation.answered import answered

    out = []
    for number, coded in enumerate(encounters, 1):
        result = suggester.suggest(coded.encounter, systems=("icd10cm",))
        out.append(answered(coded, result.diagnoses))
        advance(stage, number, len(encounters))
    return out
