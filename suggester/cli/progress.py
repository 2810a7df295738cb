"""Progress on standard error: bars where a person is watching, a line a minute in a log of long work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

#: Takes the stage, how much is done, and how much there is (0 when that is not known).
Progress = Callable[[str, int, int], None]

#: Seconds between two lines.
EVERY = 60.0
#: Seconds whose pace tells how long the rest will take.
_WINDOW = 600.0


@contextmanager
def progress(wanted: bool = True) -> Iterator[Progress]:
    """Show stages as they advance; nothing when standard error is not a terminal."""
    if not (wanted and sys.stderr.isatty()):
        yield _nothing
        return
    with _bars(30.0) as advance:
        yield advance


@contextmanager
def lasting_progress(wanted: bool = True) -> Iterator[Progress]:
    """Show the stages of work that takes hours: a line a minute where there is no terminal."""
    if not wanted:
        yield _nothing
    elif not sys.stderr.isatty():
        yield Lines().advance
    else:
        with _bars(_WINDOW) as advance:
            yield advance


@contextmanager
def _bars(window: float) -> Iterator[Progress]:
    """Draw a bar a stage; the pace of the last ``window`` seconds tells the time that is left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Bars(
        *columns, console=Console(stderr=True), transient=True, speed_estimate_period=window
    ) as bars:
        tasks = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None, completed=done)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield advance


def _nothing(stage: str, done: int, total: int) -> None:
    del stage, done, total


class Lines:
    """Writes a line now and then: how much is done, how fast, and how long the rest will take."""

    def __init__(self) -> None:
        self._stage = ""
        self._began = self._written = 0.0
        self._at_first = 0

    def advance(self, stage: str, done: int, total: int) -> None:
        """Take how much is done of a stage; write it where a minute has gone by since the last line."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._at_first = stage, done
            self._began = self._written = now
            return
        if now - self._written < EVERY:
            return
        self._written = now
        typer.echo(
            progress_line(stage, done, total, done - self._at_first, now - self._began), err=True
        )


def progress_line(stage: str, done: int, total: int, lately: int, seconds: float) -> str:
    """Say how far a stage is; ``lately`` are those done in the last ``seconds``."""
    if not total:
        return f"{stage}: {done:,}"
    said = f"{stage}: {done:,} of {total:,}"
    if lately <= 0 or seconds <= 0:
        return said
    pace = lately / seconds
    return f"{said}, {pace:,.1f} a second, {_duration((total - done) / pace)} to go"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    hours, minutes = divmod(minutes, 60)
    return f"about {hours} h {minutes} min" if hours else f"about {minutes} min"
