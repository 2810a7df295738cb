"""``suggester evaluate``: how well a model codes a coded corpus, beside simpler ways to do it."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suggester.cli.destination import check_place, destination
from suggester.cli.engine_options import (
    Engine,
    EngineOption,
    JobsOption,
    SchedulerOption,
    check_jobs,
    working_on,
)
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
from suggester.cli.evaluation_tables import print_findings
from suggester.cli.layouts import LAYOUT
from suggester.cli.progress import Progress, lasting_progress
from suggester.errors import InputError

if TYPE_CHECKING:
    from suggester.codes import CodeSet
    from suggester.corpus.gold import CodedEncounter
    from suggester.evaluation.evaluate import Evaluation
    from suggester.evaluation.findings import Beside, Findings


def evaluate(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: files or folders of any layout."),
    ],
    split: Annotated[
        list[str] | None, typer.Option(help="Only the notes of this split; may be repeated.")
    ] = None,
    model: Annotated[str, typer.Option(help="Model by name or folder.")] = "default",
    format_: FormatOption = Format.table,
    by_code: Annotated[
        Path | None, typer.Option(help="CSV file to write with the counts of each code.")
    ] = None,
    report: ReportOption = None,
    baselines: Annotated[
        str | None,
        typer.Option(
            help="Baselines to train beside the look-up, separated by commas: neighbours, linear, "
            "omikuji (where it is installed); all, where --baseline-corpus is given."
        ),
    ] = None,
    baseline_corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="Coded notes to train the baselines on, those evaluated left out; may be repeated. "
            "Without it, on the other patients of CORPUS."
        ),
    ] = None,
    trained_on: TrainedOnOption = None,
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 0,
    layout: Annotated[str, LAYOUT] = "auto",
    jobs: JobsOption = -1,
    engine: EngineOption = Engine.local,
    scheduler: SchedulerOption = None,
) -> None:
    """Measure a model on coded notes, with 95 % intervals and baselines beside it."""
    from suggester.evaluation.baselines import check_names, installed
    from suggester.models import find_model

    check_jobs(jobs)
    find_model(model)
    for path in (report, by_code):
        check_place(path)
    asked = baselines.split(",") if baselines else [*installed()] if baseline_corpus else []
    names = check_names([name.strip() for name in asked if name.strip()])
    # Read before the model is loaded: bad input is answered at once.
    encounters = read_notes(corpus, split, layout)
    if not encounters:
        raise InputError("There is no note of this split in the corpus.")
    teachers = read_notes(baseline_corpus) if baseline_corpus else None
    counts = training_counts(trained_on)
    from suggester.engine import Suggester
    from suggester.evaluation import evaluate as evaluation
    from suggester.evaluation.findings import find
    from suggester.evaluation.training_counts import of_model

    with working_on(engine, scheduler), lasting_progress() as advance:
        beside = _trained(names, encounters, teachers, baseline_corpus or [], seed, advance)
        suggester = Suggester.load(model)
        found = evaluation.evaluate(
            suggester, encounters, lambda done: advance("notes", done, len(encounters)), jobs
        )
        findings = find(
            found,
            (suggester.model.name, suggester.model.version),
            [_look_up(found), *beside],
            of_model(suggester.model) if counts is None else counts,
            resamples,
            seed,
            lambda done, total: advance("resampling", done, total),
        )
    if by_code is not None:
        _write_by_code(found, by_code)
    if report is not None:
        _write_report(findings, suggester.codes, report)
    if format_ is Format.json:
        typer.echo(json.dumps(findings.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_findings(findings)


def _look_up(found: Evaluation) -> Beside:
    from suggester.evaluation.baselines import TITLES, WHAT
    from suggester.evaluation.findings import Beside

    return Beside(TITLES["look-up"], WHAT["look-up"], "", found.look_up)


def _trained(
    names: tuple[str, ...],
    encounters: list[CodedEncounter],
    teachers: list[CodedEncounter] | None,
    paths: list[Path],
    seed: int,
    advance: Progress,
) -> list[Beside]:
    """Train the baselines and return their answers for the encounters whose diagnoses were coded."""
    coded = [one for one in encounters if one.diagnoses_coded]
    if not names or not coded:
        return []
    from suggester.evaluation.baselines import TITLES, WHAT
    from suggester.evaluation.baselines.training import apart, out_of_fold, scored_by
    from suggester.evaluation.findings import Beside

    kept = None if teachers is None else apart(teachers, coded)
    if teachers is not None and kept is not None and len(kept) < len(teachers):
        typer.echo(
            f"Notice: {len(teachers) - len(kept)} of {len(teachers)} notes are not used to train "
            "baselines: they are evaluated, or of patients who are, or have no coded diagnoses.",
            err=True,
        )
    out = []
    for name in names:
        stage = f"training baseline {name}"
        if kept is None:
            trained_on = "the other patients of the evaluated notes, a fifth at a time"
            rows = out_of_fold(name, coded, seed, partial(advance, stage))
        else:
            files = ", ".join(path.name for path in paths)
            trained_on = f"{len(kept)} encounters ({files})"
            advance(stage, 0, 1)
            rows = scored_by(name, kept, coded, seed)
            advance(stage, 1, 1)
        out.append(Beside(TITLES[name], WHAT[name], trained_on, rows))
    return out


def _write_report(findings: Findings, codes: CodeSet, path: Path) -> None:
    from suggester.evaluation.report.evaluation_page import evaluation_page

    page = evaluation_page(findings, codes)
    with destination(path) as stream:
        stream.write(page)


def _write_by_code(found: Evaluation, path: Path) -> None:
    with destination(path) as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(("code", "true_positive", "false_positive", "false_negative", "f1"))
        for row in found.by_code:
            rows.writerow(
                (
                    row.code,
                    row.true_positive,
                    row.false_positive,
                    row.false_negative,
                    f"{row.f1:.4f}",
                )
            )
