"""``suggester train``: coded notes in, a model bundle out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from suggester.cli.engine_options import (
    Engine,
    EngineOption,
    JobsOption,
    SchedulerOption,
    check_jobs,
    working_on,
)
from suggester.cli.layouts import LAYOUT
from suggester.cli.progress import lasting_progress, progress
from suggester.cli.splits import check_splits
from suggester.errors import InputError, OutputError


def train(
    corpus: Annotated[
        list[Path],
        typer.Argument(metavar="CORPUS…", help="Coded notes: files or folders of any layout."),
    ],
    out: Annotated[Path, typer.Option(help="Folder of the new model, such as models/mine.")],
    name: Annotated[str | None, typer.Option(help="Name; the folder's when not given.")] = None,
    model_version: Annotated[
        str | None,
        typer.Option(
            help="Version; that of a folder NAME@VERSION, else 1.0.0.", show_default=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, corpus, settings: same model.")] = 0,
    jobs: JobsOption = -1,
    engine: EngineOption = Engine.local,
    scheduler: SchedulerOption = None,
    settings: Annotated[
        Path | None, typer.Option(help="JSON file of settings that differ from the defaults.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="One setting; may be repeated."),
    ] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Only the notes of this split; may be repeated.")
    ] = None,
    learn_wording: Annotated[
        bool,
        typer.Option(
            help="Learn which of the corpus' words go with which codes: a hospital's habits."
        ),
    ] = True,
    measured: Annotated[
        Path | None,
        typer.Option(help="Markdown for the card: figures measured on other notes."),
    ] = None,
    allow_phi: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Name of a corpus file to train on though it looks identifying; may be repeated.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model in that folder.")] = False,
    layout: Annotated[str, LAYOUT] = "auto",
    resume: Annotated[
        bool,
        typer.Option(
            help="Keep what is done beside OUT, and go on where the same training was interrupted."
        ),
    ] = True,
) -> None:
    """Train a model on coded notes and print what cross-validation found."""
    from suggester.corpus.text_files import check_there

    _check_out(out, force)
    version = _version(out, model_version)
    given = _settings(settings) | _set(set_ or [])
    figures = "" if measured is None else _text(measured)
    check_jobs(jobs)
    for path in corpus:
        if not path.is_dir():
            check_there(path)
    from suggester.corpus.phi.guard import cleared
    from suggester.exchange.corpus_layouts import ALL_LAYOUTS

    with progress() as advance:
        reasons = cleared(
            corpus,
            allow_phi or (),
            lambda n: advance("scanning for names", n, 0),
            layout=layout,
            layouts=ALL_LAYOUTS,
        )
    from suggester.training.card import sure_sentence
    from suggester.training.checkpoints import remove_others
    from suggester.training.train import train_model

    if not resume:
        remove_others(out)

    try:
        with working_on(engine, scheduler), lasting_progress() as advance:
            report = train_model(
                corpus,
                out,
                name=name,
                version=version,
                seed=seed,
                jobs=jobs,
                settings=given,
                splits=check_splits(split),
                learn_wording=learn_wording,
                measured=figures,
                identifying_text=reasons,
                force=force,
                layout=layout,
                layouts=ALL_LAYOUTS,
                resume=resume,
                report=lambda message: typer.echo(f"Notice: {message}", err=True),
                progress=advance,
            )
    except KeyboardInterrupt:
        if resume:
            typer.echo("The same command goes on where this one stopped.", err=True)
        raise
    width = max(map(len, report.metrics), default=0)
    for metric, value in report.metrics.items():
        typer.echo(f"{metric:<{width}}  {value:.3f}")
    _tell_decisions(report.decisions)
    if report.sure:
        typer.echo(sure_sentence(report.sure))
    typer.echo(
        f"Trained on {report.encounters} encounters (figures out of fold); "
        f"the model is in {report.folder}."
    )


def _tell_decisions(decisions: Mapping[str, int]) -> None:
    told = [f"{n} {kind}" for kind, n in decisions.items() if kind != "added_out_of_reach"]
    if told:
        typer.echo(f"Decisions on diagnoses: {', '.join(told)}.")
    if lost := decisions.get("added_out_of_reach"):
        typer.echo(
            f"Notice: {lost} of the added codes {'is no candidate' if lost == 1 else 'are no candidates'} "
            "in the note they were added to, so training cannot make them suggested.",
            err=True,
        )


def _check_out(out: Path, force: bool) -> None:
    from suggester.models import MANIFEST

    if (out / MANIFEST).exists():
        if not force:
            raise OutputError(
                f"There is a model in {out} already; choose another folder or pass --force."
            )
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OutputError(f"{out} holds something that is not a model; choose another folder.")


def _version(out: Path, given: str | None) -> str:
    """Return the version: as the option or the folder says it, which must agree."""
    from suggester.models.finding import AT

    told = out.name.partition(AT)[2]
    if given and told and given != told:
        raise InputError(f"--out says version {told}, --model-version {given}; give one of them.")
    return given or told or "1.0.0"


def _set(given: list[str]) -> dict[str, Any]:
    out = {}
    for one in given:
        name, equals, value = one.partition("=")
        try:
            if not equals:
                raise ValueError
            out[name] = json.loads(value)
        except (ValueError, RecursionError):
            raise InputError(
                f"--set wants NAME=VALUE, such as --set max_iter=200, not {one[:40]!r}."
            ) from None
    return out


def _text(path: Path) -> str:
    """Return the text of a small file that an option names."""
    from suggester.corpus.text_files import decoded, named, opened

    with opened(path) as stream:
        return decoded(stream.read(), named(path), lambda message: typer.echo(message, err=True))


def _settings(path: Path | None) -> dict[str, Any]:
    from suggester.corpus.text_files import named

    if path is None:
        return {}
    try:
        value = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise InputError(f"The settings {named(path)} are not JSON.") from None
    if not isinstance(value, dict):
        raise InputError(f"The settings {named(path)} must be a JSON object: setting and value.")
    return value
