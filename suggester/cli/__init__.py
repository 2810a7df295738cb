"""The command line: one file a verb, every failure one clear sentence."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import warnings
from typing import Annotated, NoReturn, TextIO

import typer

from suggester import __version__
from suggester.cli import (
    batch,
    check,
    codes,
    compare,
    corpus,
    edits,
    evaluate,
    models,
    review,
    serve,
    suggest,
    train,
)
from suggester.errors import SuggesterError, place_of_failure

app = typer.Typer(
    name="suggester",
    help="Suggest billing codes for clinical notes: ranked, explained, decided by the coder.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("suggest")(suggest.suggest)
app.command("check")(check.check)
app.command("serve")(serve.serve)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("compare")(compare.compare)
app.command("batch")(batch.batch)
app.add_typer(models.app, name="models")
app.add_typer(codes.app, name="codes")
app.add_typer(edits.app, name="edits")
app.add_typer(corpus.app, name="corpus")
app.add_typer(review.app, name="review")

_INTERRUPTED = 130
_CANNOT_WRITE = {errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT, errno.EIO}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"suggester {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


def main() -> NoReturn:
    """Run the command line and end the process: 0 done, 1 failure, 2 bad use or input."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _show_messages()
    sys.exit(_run())


def _show_messages() -> None:
    """Show what the library logs of long work, and its warnings, as lines on standard error."""
    import logging

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    compiling = logging.getLogger("suggester.compiling")
    compiling.setLevel(logging.INFO)
    compiling.addHandler(handler)

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        del filename, lineno, file, line
        if category is UserWarning:
            typer.echo(f"Notice: {message}", err=True)

    warnings.showwarning = show


def _run() -> int:
    try:
        code = _invoke()
        sys.stdout.flush()
    except SuggesterError as error:
        return _failed(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _failed("Interrupted; nothing was left half-written.", _INTERRUPTED, "")
    except BrokenPipeError:
        _discard_output()
        return 1
    except OSError as error:
        _discard_output()
        if error.errno in _CANNOT_WRITE:
            return _failed(f"The output cannot be written: {os.strerror(error.errno or 0)}.", 1)
        return _failed(_unexpected(error), 1)
    except Exception as error:  # The last resort: its message could hold note text.
        return _failed(_unexpected(error), 1)
    if code == _INTERRUPTED:
        return _failed("Interrupted; nothing was left half-written.", code, "")
    return code


def _invoke() -> int:
    try:
        app(prog_name="suggester")
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    return 0


def _failed(sentence: str, code: int, prefix: str = "Error: ") -> int:
    # What was printed so far comes before the sentence.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        typer.echo(prefix + sentence, err=True)
    return code


def _unexpected(error: BaseException) -> str:
    """Say what failed and where, without the message: it could hold note text."""
    return (
        f"Something unexpected went wrong ({type(error).__name__}{place_of_failure(error)}); "
        "please report this with the command used, without the note."
    )


def _discard_output() -> None:
    """Send what is still buffered to nowhere, so that the interpreter's last flush is quiet."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
